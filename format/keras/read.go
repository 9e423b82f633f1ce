package keras

import (
	"errors"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/hdf5"
	"github.com/jimu-ml/jimu/tensor"
)

// A file is an open file of weights. It implements [format.File].
type file struct {
	format.Handle
	entries  []format.Entry
	arrays   map[string]*hdf5.Dataset // by name
	metadata map[string]string
}

func (f *file) Entries() []format.Entry     { return f.entries }
func (f *file) Metadata() map[string]string { return f.metadata }

// open opens an HDF5 file.
func open(path string) (format.File, error) { return readFrom(path, (*file).read) }

// readFrom opens a file that is read in that way.
func readFrom(path string, read func(f *file, r io.ReaderAt, size int64) error) (format.File, error) {
	f, err := format.Opened(path, func(r io.ReaderAt, size int64) (*file, error) {
		f := &file{metadata: map[string]string{}}
		return f, read(f, r, size)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// read finds the arrays of an HDF5 file, and what they are called.
func (f *file) read(r io.ReaderAt, size int64) error {
	h, err := hdf5.Open(r, size)
	if err != nil {
		return invalid(err)
	}
	c := &contents{groups: map[string]*hdf5.Object{}, arrays: map[string]*hdf5.Object{}}
	if err := h.Walk(c.visit); err != nil {
		return invalid(err)
	}
	if err := f.describe(c); err != nil {
		return invalid(err)
	}
	names, err := c.names(f.metadata)
	if err != nil {
		return invalid(err)
	}
	f.arrays = make(map[string]*hdf5.Dataset, len(names))
	for _, n := range names {
		d, err := c.arrays[n.path].Dataset()
		if err != nil {
			return invalid(err)
		}
		if err := f.add(n.name, d); err != nil {
			return invalid(err)
		}
	}
	return nil
}

// invalid makes an error of HDF5 one of package format.
func invalid(err error) error {
	if errors.Is(err, hdf5.ErrFormat) && !errors.Is(err, format.ErrFormat) {
		return fmt.Errorf("%w: %w", format.ErrFormat, err)
	}
	return err
}

// dtype returns the type of our elements for that of a file's. Integers that we do not have become wider ones.
func dtype(t hdf5.Type) (device.DType, bool) {
	switch t.Class {
	case hdf5.Bool:
		return device.Bool, true
	case hdf5.Float:
		return map[int]device.DType{2: device.Float16, 4: device.Float32, 8: device.Float64}[t.Size], true
	case hdf5.Integer, hdf5.Enum:
		switch {
		case t.Size == 1 && !t.Signed:
			return device.Uint8, true
		case t.Size <= 2 || t.Size == 4 && t.Signed:
			return device.Int32, true
		}
		return device.Int64, true
	}
	return 0, false
}

// add takes an array in. Texts are none of ours.
func (f *file) add(name string, d *hdf5.Dataset) error {
	t, ok := dtype(d.Type)
	if !ok {
		return nil
	}
	if f.arrays[name] != nil {
		return fmt.Errorf("%w: two arrays are called %q", format.ErrFormat, name)
	}
	if err := d.Check(); err != nil {
		return err
	}
	shape, err := format.Sized(fmt.Sprintf("%q", name), d.Bytes(), d.Type.Size, d.Shape)
	if err != nil {
		return err
	}
	f.arrays[name] = d
	f.entries = append(f.entries, format.Entry{Name: name, Type: d.Type.String(), DType: t, Shape: shape, Bytes: d.Bytes()})
	return nil
}

// Tensor reads the tensor of that name.
func (f *file) Tensor(name string) (*tensor.Tensor, error) {
	d := f.arrays[name]
	if d == nil {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	t, _ := dtype(d.Type)
	shape := make([]int, len(d.Shape))
	for i, n := range d.Shape {
		shape[i] = int(n)
	}
	out := tensor.New(cpu.Device, t, shape...)
	raw := rawBytes(out)
	if d.Type.Size == t.Bytes() && !d.Type.BigEndian {
		if err := d.Read(raw); err != nil {
			return nil, fmt.Errorf("reading %q: %w", name, invalid(err))
		}
		return out, sound(name, d.Type, raw)
	}
	b := make([]byte, d.Bytes())
	if err := d.Read(b); err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, invalid(err))
	}
	widen(raw, b, t.Bytes(), d.Type)
	return out, sound(name, d.Type, raw)
}

// widen writes elements of another size or byte order as little-endian ones of so many bytes.
func widen(dst, src []byte, size int, t hdf5.Type) {
	for ; len(src) > 0; src, dst = src[t.Size:], dst[size:] {
		for i := range t.Size {
			if t.BigEndian {
				dst[i] = src[t.Size-1-i]
			} else {
				dst[i] = src[i]
			}
		}
		if t.Signed && dst[t.Size-1] >= 128 {
			for i := t.Size; i < size; i++ {
				dst[i] = 255
			}
		}
	}
}

// sound reports bytes that are no bool, and numbers beyond those we have.
func sound(name string, t hdf5.Type, raw []byte) error {
	switch {
	case t.Class == hdf5.Bool:
		for i, b := range raw {
			if b > 1 {
				return fmt.Errorf("%w: %q has the byte %d at %d, which is no bool", format.ErrFormat, name, b, i)
			}
		}
	case t.Class == hdf5.Integer && t.Size == 8 && !t.Signed:
		for i := 7; i < len(raw); i += 8 {
			if raw[i] >= 128 {
				return fmt.Errorf("%w: %q has a number of 64 bits without sign at %d that has no place in one with", format.ErrFormat, name, i/8)
			}
		}
	}
	return nil
}

// rawBytes returns the memory of a row-major tensor on the CPU.
func rawBytes(t *tensor.Tensor) []byte {
	v := t.View()
	n := t.DType().Bytes()
	return v.Buffer.(device.HostBuffer).Bytes()[v.Offset*n : (v.Offset+v.Len())*n]
}
