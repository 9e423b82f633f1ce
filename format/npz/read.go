package npz

import (
	"archive/zip"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// A File is an open file of arrays: the headers are read, the elements are not. They may be asked for by several goroutines
// at once.
type File struct {
	format.Handle
	entries []format.Entry
	arrays  map[string]array
}

type array struct {
	*header
	open func() (io.ReadCloser, error) // at its first byte
}

// Open opens an .npy or .npz file and reads its headers. The array of an .npy file has the file's name, without .npy.
func Open(path string) (*File, error) {
	return format.Opened(path, func(r io.ReaderAt, size int64) (*File, error) {
		return NewFile(r, size, strings.TrimSuffix(filepath.Base(path), ".npy"))
	})
}

// NewFile reads the headers of a file of that size in bytes. A single array gets the name.
func NewFile(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{arrays: map[string]array{}}
	var magic [2]byte
	if _, err := r.ReadAt(magic[:], 0); err != nil {
		return nil, errorf("it is too short for a header")
	}
	if string(magic[:]) != "PK" {
		return f, f.add(name, size, func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(r, 0, size)), nil })
	}
	z, err := format.Zip(r, size)
	if err != nil {
		return nil, err
	}
	for _, in := range z.File {
		name, ok := strings.CutSuffix(in.Name, ".npy")
		if !ok || in.Method != zip.Store && in.Method != zip.Deflate {
			return nil, errorf("%q in the archive is no array", in.Name)
		}
		if err := f.add(name, int64(in.UncompressedSize64), in.Open); err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
	}
	return f, nil
}

func (f *File) add(name string, size int64, open func() (io.ReadCloser, error)) error {
	r, err := open()
	if err != nil {
		return err
	}
	h, err := readHeader(r, size)
	r.Close()
	if err != nil {
		return err
	}
	e := format.Entry{Name: name, Type: h.descr, DType: h.element.DType, Shape: make([]int, len(h.shape)), Bytes: size - h.length}
	for i, d := range h.shape {
		e.Shape[i] = int(d)
	}
	f.entries, f.arrays[name] = append(f.entries, e), array{h, open}
	return nil
}

// Entries returns the arrays in the order of the archive.
func (f *File) Entries() []format.Entry { return f.entries }

// Metadata returns nothing: the formats have no place for any.
func (f *File) Metadata() map[string]string { return nil }

// Tensor reads the array of that name. That of an archive is compared with its checksum.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	a, ok := f.arrays[name]
	if !ok {
		return nil, fmt.Errorf("no array %q in the file", name)
	}
	t, err := a.read()
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return t, nil
}

func (a array) read() (*tensor.Tensor, error) {
	if !a.element.Readable() {
		return nil, fmt.Errorf("there is no type of tensors for elements of NumPy's type %s", a.descr)
	}
	shape := make([]int, len(a.shape))
	for i, d := range a.shape {
		shape[i] = int(d)
	}
	r, err := a.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := io.CopyN(io.Discard, r, a.length); err != nil {
		return nil, errorf("it was cut short: %w", err)
	}
	read := a.element.Read
	if a.fortran {
		read = a.element.ReadFortran
	}
	t, err := read(r, a.order, shape)
	if err != nil {
		return nil, err
	}
	switch n, err := io.Copy(io.Discard, r); { // at the end the checksum is compared
	case err != nil:
		return nil, errorf("it is damaged: %w", err)
	case n > 0:
		return nil, errorf("it has %d bytes more than its shape takes", n)
	}
	return t, nil
}
