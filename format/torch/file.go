package torch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// A File is an open file of PyTorch: its pickle is read, its tensors are not. Its tensors may be asked for by several
// goroutines at once.
type File struct {
	format.Handle
	entries  []format.Entry
	values   map[string]any // *strided or *array
	metadata map[string]string
	source   source
}

// source is where the storages lie.
type source struct {
	r     io.ReaderAt
	at    map[string]int64 // by key
	order binary.ByteOrder
}

// Open opens a file of PyTorch and reads its pickle; see [NewFile].
func Open(path string) (*File, error) { return format.Opened(path, NewFile) }

// NewFile reads the pickle of a file of that size in bytes: a zip archive, a stream of pickles with PyTorch's magic number, or
// a single pickle. The error wraps [format.ErrFormat] if it is none, or if the pickle calls what is not in the table.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, min(4, size))
	if _, err := r.ReadAt(head, 0); err != nil && size > 0 {
		return nil, err
	}
	var root any
	var s source
	var err error
	switch {
	case bytes.Equal(head, []byte("PK\x03\x04")):
		root, s, err = readZip(r, size)
	default:
		root, s, err = readStream(r, size)
	}
	if err != nil {
		return nil, err
	}
	f := &File{source: s, values: map[string]any{}, metadata: map[string]string{}}
	return f, f.fill(root)
}

// fill makes the entries of what the pickle holds.
func (f *File) fill(root any) error {
	part, prefix := stateDict(root)
	w := walker{under: map[any]bool{}}
	if err := w.walk(part, ""); err != nil {
		return err
	}
	if len(w.found) == 0 {
		return fmt.Errorf("%w: it holds no tensors", format.ErrFormat)
	}
	if prefix != "" {
		f.metadata["prefix"] = prefix
	}
	if len(w.out) > 0 {
		f.metadata["left out"] = strings.Join(w.out[:min(10, len(w.out))], ", ")
	}
	if d, ok := root.(*dict); ok {
		f.note(d, part)
	}
	for _, t := range w.found {
		e, err := entryOf(t)
		if err != nil {
			return err
		}
		if _, twice := f.values[t.name]; twice {
			return fmt.Errorf("%w: the name %q stands twice", format.ErrFormat, t.name)
		}
		f.entries, f.values[t.name] = append(f.entries, e), t.value
	}
	return nil
}

// note keeps what stands beside the state dict as text.
func (f *File) note(d *dict, part any) {
	for i, k := range d.keys {
		key, ok := k.(string)
		if !ok || d.values[i] == part || len(f.metadata) > 100 || len(key) > 100 {
			continue
		}
		switch v := d.values[i].(type) {
		case string:
			f.metadata[key] = v[:min(len(v), 1000)]
		case int64:
			f.metadata[key] = strconv.FormatInt(v, 10)
		case float64:
			f.metadata[key] = strconv.FormatFloat(v, 'g', -1, 64)
		case bool:
			f.metadata[key] = strconv.FormatBool(v)
		}
	}
}

func entryOf(t found) (format.Entry, error) {
	e := format.Entry{Name: t.name}
	var shape []int64
	var element format.Element
	switch v := t.value.(type) {
	case *strided:
		shape, element = v.shape, v.element
	case *array:
		shape = v.shape
		var known bool
		if element, _, known = format.NumPy(v.descr); !known {
			element.Name = v.descr
			break
		}
		if _, err := format.Sized(t.name, int64(len(v.raw)), element.Bytes, shape); err != nil {
			return e, err
		}
	}
	e.Type, e.DType, e.Shape = element.Name, element.DType, make([]int, len(shape))
	n := int64(element.Bytes)
	for i, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt64/d || len(shape) > device.MaxRank {
			return e, fmt.Errorf("%w: %q has shape %v", format.ErrFormat, t.name, shape)
		}
		n *= d
		e.Shape[i] = int(d)
	}
	e.Bytes = n
	return e, nil
}

// Entries returns the tensors of the state dict, in its order.
func (f *File) Entries() []format.Entry { return f.entries }

// Metadata returns the numbers and texts that a checkpoint has beside its state dict and, under "prefix", the keys that led
// to it.
func (f *File) Metadata() map[string]string { return maps.Clone(f.metadata) }

// Tensor reads the tensor of that name.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	var t *tensor.Tensor
	var err error
	switch v := f.values[name].(type) {
	case nil:
		return nil, fmt.Errorf("no tensor %q in the file", name)
	case *strided:
		t, err = f.read(v)
	case *array:
		t, err = v.read()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return t, nil
}

func (f *File) read(t *strided) (*tensor.Tensor, error) {
	if !t.element.Readable() {
		return nil, fmt.Errorf("there is no type of tensors for elements of type %s", t.element.Name)
	}
	shape := make([]int, len(t.shape))
	n, last := int64(1), int64(0)
	for i, d := range t.shape {
		shape[i] = int(d)
		n *= d
		last += max(d-1, 0) * t.stride[i]
	}
	if n == 0 {
		return tensor.New(cpu.Device, t.element.DType, shape...), nil
	}
	size := int64(t.element.Bytes)
	at := f.source.at[t.from.key] + t.from.offset*int64(t.from.element.Bytes) + t.offset*size
	in := io.NewSectionReader(f.source.r, at, (last+1)*size)
	if t.rowMajor() {
		return t.element.Read(in, f.source.order, shape)
	}
	span, err := t.element.Read(in, f.source.order, []int{int(last + 1)})
	if err != nil {
		return nil, err
	}
	y := tensor.New(cpu.Device, t.element.DType, shape...)
	gather(format.Bytes(y), format.Bytes(span), t.shape, t.stride, t.element.DType.Bytes())
	return y, nil
}

func (t *strided) rowMajor() bool {
	want := int64(1)
	for i := len(t.shape) - 1; i >= 0; i-- {
		if t.shape[i] != 1 && t.stride[i] != want {
			return false
		}
		want *= t.shape[i]
	}
	return true
}

// gather copies elements from their strided places, and returns what is left of to.
func gather(to, from []byte, shape, stride []int64, size int) []byte {
	if len(shape) == 0 {
		copy(to[:size], from)
		return to[size:]
	}
	for i := range shape[0] {
		to = gather(to, from[i*stride[0]*int64(size):], shape[1:], stride[1:], size)
	}
	return to
}

func (a *array) read() (*tensor.Tensor, error) {
	e, order, known := format.NumPy(a.descr)
	if !known || !e.Readable() {
		return nil, fmt.Errorf("there is no type of tensors for elements of NumPy's type %s", a.descr)
	}
	shape, err := format.Sized("array", int64(len(a.raw)), e.Bytes, a.shape)
	if err != nil {
		return nil, err
	}
	if !a.fortran {
		return e.Read(bytes.NewReader(a.raw), order, shape)
	}
	return e.ReadFortran(bytes.NewReader(a.raw), order, shape)
}
