package format

import (
	"fmt"

	"github.com/jimu-ml/jimu/tensor"
)

// Named is a tensor with its name in a file.
type Named struct {
	Name   string
	Tensor *tensor.Tensor
}

// Of returns tensors in memory as a file, to be written or loaded from.
func Of(metadata map[string]string, tensors ...Named) File {
	m := memory{metadata: metadata, tensors: tensors, at: make(map[string]int, len(tensors))}
	for i, t := range tensors {
		m.at[t.Name] = i
	}
	return m
}

type memory struct {
	metadata map[string]string
	tensors  []Named
	at       map[string]int // of each name
}

// Entries returns what is there, in the order given.
func (m memory) Entries() []Entry {
	list := make([]Entry, len(m.tensors))
	for i, t := range m.tensors {
		d := t.Tensor.DType()
		list[i] = Entry{Name: t.Name, Type: d.String(), DType: d, Shape: t.Tensor.Shape(), Bytes: int64(t.Tensor.Len() * d.Bytes())}
	}
	return list
}

// Tensor returns the tensor of that name, not a copy.
func (m memory) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := m.at[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q", name)
	}
	return m.tensors[i].Tensor, nil
}

// Metadata returns the texts that were given.
func (m memory) Metadata() map[string]string { return m.metadata }

// Close does nothing.
func (m memory) Close() error { return nil }
