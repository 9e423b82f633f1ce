package safetensors

import (
	"fmt"
	"io"
	"os"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// A File is an open safetensors file.
type File struct {
	*Header
	r      io.ReaderAt
	closer io.Closer
	byName map[string]int
}

// Open opens a file and reads its header. Close it when its tensors are read.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var file *File
		if file, err = NewFile(f, info.Size()); err == nil {
			file.closer = f
			return file, nil
		}
	}
	f.Close()
	return nil, fmt.Errorf("%s: %w", path, err)
}

// NewFile reads the header of a file of that size in bytes.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	h, err := ReadHeader(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{Header: h, r: r, byName: make(map[string]int, len(h.Entries))}
	for i, e := range h.Entries {
		f.byName[e.Name] = i
	}
	return f, nil
}

// Close closes what [Open] opened.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// Tensor reads the tensor of that name.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.Entries[i]
	t := tensor.New(cpu.Device, e.DType, e.Shape...)
	bytes := rawBytes(t)
	if _, err := f.r.ReadAt(bytes, f.data+e.Begin); err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	if e.DType == device.Bool {
		for i, b := range bytes {
			if b > 1 {
				return nil, fmt.Errorf("%w: %q has the byte %d at %d, which is no bool", ErrFormat, name, b, i)
			}
		}
	}
	return t, nil
}

// rawBytes returns the memory of a row-major tensor on the CPU.
func rawBytes(t *tensor.Tensor) []byte {
	v := t.View()
	n := t.DType().Bytes()
	return v.Buffer.(device.HostBuffer).Bytes()[v.Offset*n : (v.Offset+v.Len())*n]
}
