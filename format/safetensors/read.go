package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// A File is an open safetensors file: its header is read, its tensors are not. They may be asked for by several goroutines
// at once.
type File struct {
	format.Handle
	header *header
	r      io.ReaderAt
	byName map[string]int
}

// Open opens a file and reads its header. Close it when its tensors are read.
func Open(path string) (*File, error) { return format.Opened(path, NewFile) }

// NewFile reads the header of a file of that size in bytes.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{header: h, r: r, byName: make(map[string]int, len(h.entries))}
	for i, e := range h.entries {
		f.byName[e.Name] = i
	}
	return f, nil
}

// Entries returns the tensors in the order of their bytes.
func (f *File) Entries() []format.Entry {
	list := make([]format.Entry, len(f.header.entries))
	for i, e := range f.header.entries {
		list[i] = e.Entry
	}
	return list
}

// Metadata returns the texts of the header.
func (f *File) Metadata() map[string]string { return maps.Clone(f.header.metadata) }

// Tensor reads the tensor of that name, straight into its memory.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.header.entries[i]
	if !e.kind.element.Readable() {
		return nil, fmt.Errorf("reading %q: there is no type of tensors for elements of type %s", name, e.Type)
	}
	r := io.NewSectionReader(f.r, f.header.data+e.begin, e.Bytes)
	t, err := e.kind.element.Read(r, binary.LittleEndian, e.Shape)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return t, nil
}
