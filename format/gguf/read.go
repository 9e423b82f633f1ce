package gguf

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// A File is an open GGUF file: its header is read, its tensors and the values of its metadata are not. They may be asked for
// by several goroutines at once.
type File struct {
	format.Handle
	header *header
	r      io.ReaderAt
	size   int64
	byName map[string]int
}

// Open opens a file and reads its header. Close it when its tensors are read.
func Open(path string) (*File, error) { return format.Opened(path, NewFile) }

// NewFile reads the header of a file of that size in bytes.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	h, err := readHeader(&cursor{r: r, size: size})
	if err != nil {
		return nil, err
	}
	f := &File{header: h, r: r, size: size, byName: make(map[string]int, len(h.entries))}
	for i, e := range h.entries {
		f.byName[e.Name] = i
	}
	return f, nil
}

// Entries returns the tensors in the order of the file. Their shapes are ours: the last axis is that of neighbours.
func (f *File) Entries() []format.Entry {
	list := make([]format.Entry, len(f.header.entries))
	for i, e := range f.header.entries {
		list[i] = e.Entry
	}
	return list
}

// Keys returns the names of the metadata, in the order of the file.
func (f *File) Keys() []string { return slices.Clone(f.header.keys) }

// Value reads a value of the metadata, in the Go type that it has in the file: uint8 to float64, bool, string, or a slice of
// one of them; an array of arrays is []any. The error is that there is none, or that it is broken.
func (f *File) Value(key string) (any, error) {
	v, ok := f.header.values[key]
	if !ok {
		return nil, fmt.Errorf("there is no metadata %q in the file", key)
	}
	c := &cursor{r: f.r, size: f.size, at: v.at, ahead: 4096}
	if v.kind == typeArray {
		c.ahead = 0
	}
	x, err := decode(c, v.kind)
	if err != nil {
		return nil, fmt.Errorf("metadata %q: %w", key, err)
	}
	return x, nil
}

// longArray is how many bytes an array of the metadata may have to be written out by [File.Metadata].
const longArray = 4096

// Metadata returns the values as texts: numbers with a point or an exponent where they are in floating point, arrays as JSON,
// and of long ones, such as vocabularies, only how many elements of which type they have.
func (f *File) Metadata() map[string]string {
	m := make(map[string]string, len(f.header.keys))
	for _, key := range f.header.keys {
		v := f.header.values[key]
		if v.kind == typeArray {
			kind, n, err := arrayHead(&cursor{r: f.r, size: f.size, at: v.at, ahead: 16}, 0)
			if err == nil && n > longArray/max(widths[kind], 16) {
				m[key] = fmt.Sprintf("%d values of type %s", n, typeNames[kind])
				continue
			}
		}
		x, err := f.Value(key)
		if err != nil {
			x = err.Error()
		}
		m[key] = text(x)
	}
	return m
}

var typeNames = [...]string{"uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "bool", "string", "array", "uint64", "int64", "float64"}

// Tensor reads the tensor of that name. Packed elements become float32.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.header.entries[i]
	r := io.NewSectionReader(f.r, e.begin, e.Bytes)
	var t *tensor.Tensor
	var err error
	switch {
	case e.kind.block == 1:
		t, err = e.kind.element.Read(r, binary.LittleEndian, e.Shape)
	case e.kind.expand == nil:
		err = fmt.Errorf("elements of type %s are not expanded here", e.Type)
	default:
		t, err = e.kind.read(r, e.Shape)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return t, nil
}

// Raw reads the bytes of a tensor as they are in the file.
func (f *File) Raw(name string) ([]byte, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.header.entries[i]
	b := make([]byte, e.Bytes)
	if n, err := f.r.ReadAt(b, e.begin); n < len(b) {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return b, nil
}

// read expands a tensor part by part.
func (k kind) read(r io.Reader, shape []int) (*tensor.Tensor, error) {
	elements := 1
	for _, n := range shape {
		elements *= n
	}
	all := make([]float32, elements)
	y := all
	part := make([]byte, min((1<<20)/k.bytes, len(y)/k.block)*k.bytes)
	for len(y) > 0 {
		part = part[:min(len(part)/k.bytes, len(y)/k.block)*k.bytes]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, fmt.Errorf("%w of GGUF: its elements end too early: %w", format.ErrFormat, err)
		}
		n := len(part) / k.bytes
		parallel.For(n, 64, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				k.expand(y[i*k.block:(i+1)*k.block], part[i*k.bytes:(i+1)*k.bytes])
			}
		})
		y = y[n*k.block:]
	}
	return tensor.Of(all).Reshape(shape...), nil
}
