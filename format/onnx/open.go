package onnx

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/wire"
)

// small is up to how many bytes a file is read whole.
const small = 1 << 20

// leave is from how many bytes on an initializer is left in the file until it is asked for.
const leave = 4096

// numbers of the fields that [skim] looks for.
const (
	modelGraph       = 7
	graphInitializer = 5
	tensorRaw        = 9
)

// Unmarshal reads a model from memory. Bytes of tensors are windows on data. External data are not to be had.
func Unmarshal(data []byte) (*Model, error) { return unmarshal(data, "", nil) }

func unmarshal(data []byte, folder string, left []*section) (*Model, error) {
	m := new(Model)
	if err := wire.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%w of ONNX: %w", format.ErrFormat, err)
	}
	if m.Graph == nil {
		return nil, fmt.Errorf("%w of ONNX: the model has no graph", format.ErrFormat)
	}
	for i, s := range left {
		m.Graph.Initializers[i].section = s
	}
	if folder != "" {
		m.EachTensor(func(t *Tensor) { t.folder = folder })
	}
	return m, nil
}

// UnmarshalTensor reads one tensor from memory: what the files of the standard's tests hold.
func UnmarshalTensor(data []byte) (*Tensor, error) {
	t := new(Tensor)
	if err := wire.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("%w of an ONNX tensor: %w", format.ErrFormat, err)
	}
	return t, nil
}

// read reads a model from an open file of that size, without the bytes of large initializers. They stay where they are, so
// the file must stay open as long as the model is used.
func read(r io.ReaderAt, size int64, folder string) (*Model, error) {
	if size <= small {
		data := make([]byte, size)
		if n, err := r.ReadAt(data, 0); n < len(data) {
			return nil, err
		}
		return unmarshal(data, folder, nil)
	}
	data, left, err := skim(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w of ONNX: %w", format.ErrFormat, err)
	}
	return unmarshal(data, folder, left)
}

// skim copies a model without the raw bytes of large initializers, and returns for each initializer where they lie, or nil.
func skim(r io.ReaderAt, size int64) ([]byte, []*section, error) {
	var w wire.Writer
	var left []*section
	s := wire.NewScanner(r, 0, size)
	for s.Next() {
		if s.Field() != modelGraph || s.Kind() != wire.Bytes {
			if err := pass(&w, r, s); err != nil {
				return nil, nil, err
			}
			continue
		}
		var err error
		w.Message(modelGraph, func(w *wire.Writer) { left, err = skimGraph(w, r, s.Message(), left) })
		if err != nil {
			return nil, nil, err
		}
	}
	return w.Joined(), left, s.Err()
}

func skimGraph(w *wire.Writer, r io.ReaderAt, s *wire.Scanner, left []*section) ([]*section, error) {
	for s.Next() {
		_, length := s.Value()
		if s.Field() != graphInitializer || s.Kind() != wire.Bytes || length < leave {
			if s.Field() == graphInitializer {
				left = append(left, nil)
			}
			if err := pass(w, r, s); err != nil {
				return left, err
			}
			continue
		}
		var err error
		var found *section
		w.Message(graphInitializer, func(w *wire.Writer) { found, err = skimTensor(w, r, s.Message()) })
		if err != nil {
			return left, err
		}
		left = append(left, found)
	}
	return left, s.Err()
}

func skimTensor(w *wire.Writer, r io.ReaderAt, s *wire.Scanner) (found *section, err error) {
	for s.Next() {
		offset, length := s.Value()
		if s.Field() == tensorRaw && s.Kind() == wire.Bytes {
			found = &section{r, offset, length}
			continue
		}
		if err := pass(w, r, s); err != nil {
			return nil, err
		}
	}
	return found, s.Err()
}

// pass copies a field as it is.
func pass(w *wire.Writer, r io.ReaderAt, s *wire.Scanner) error {
	offset, length := s.Whole()
	b := make([]byte, length)
	if n, err := r.ReadAt(b, offset); n < len(b) {
		return err
	}
	w.Raw(b)
	return nil
}

// A File is an open model. Its large initializers are read when their tensors are asked for.
type File struct {
	Model  *Model
	byName map[string]*Tensor
	sparse map[string]*SparseTensor
	file   *os.File
}

// Open opens a model. Close it when its tensors are read.
func Open(path string) (*File, error) {
	if err := format.Regular(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: no regular file", format.ErrFormat)
	}
	if err == nil {
		var m *Model
		if m, err = read(f, info.Size(), filepath.Dir(path)); err == nil {
			file := &File{Model: m, file: f, byName: map[string]*Tensor{}, sparse: map[string]*SparseTensor{}}
			return file, file.index(path)
		}
	}
	f.Close()
	return nil, fmt.Errorf("%s: %w", path, err)
}

// index finds the initializers by name.
func (f *File) index(path string) error {
	for _, t := range f.Model.Graph.Initializers {
		if f.byName[t.Name] != nil {
			f.Close()
			return fmt.Errorf("%s: %w: two initializers have the name %q", path, format.ErrFormat, t.Name)
		}
		f.byName[t.Name] = t
	}
	for _, s := range f.Model.Graph.SparseInitializers {
		if s.Values != nil && f.byName[s.Values.Name] == nil {
			f.sparse[s.Values.Name] = s
		}
	}
	return nil
}

// Close closes the file. The tensors that were read stay.
func (f *File) Close() error { return f.file.Close() }

// EachTensor calls do for all tensors of a model: initializers, and attributes of nodes, in subgraphs and functions too.
func (m *Model) EachTensor(do func(*Tensor)) {
	m.Graph.eachTensor(do)
	for _, f := range m.Functions {
		for _, n := range f.Nodes {
			n.eachTensor(do)
		}
	}
}

func (g *Graph) eachTensor(do func(*Tensor)) {
	for _, t := range g.Initializers {
		do(t)
	}
	for _, s := range g.SparseInitializers {
		s.eachTensor(do)
	}
	for _, n := range g.Nodes {
		n.eachTensor(do)
	}
}

func (s *SparseTensor) eachTensor(do func(*Tensor)) {
	for _, t := range []*Tensor{s.Values, s.Indices} {
		if t != nil {
			do(t)
		}
	}
}

func (n *Node) eachTensor(do func(*Tensor)) {
	for _, a := range n.Attributes {
		if a.Tensor != nil {
			do(a.Tensor)
		}
		for _, t := range a.Tensors {
			do(t)
		}
		if a.SparseTensor != nil {
			a.SparseTensor.eachTensor(do)
		}
		for _, s := range a.SparseTensors {
			s.eachTensor(do)
		}
		if a.Graph != nil {
			a.Graph.eachTensor(do)
		}
		for _, g := range a.Graphs {
			g.eachTensor(do)
		}
	}
}
