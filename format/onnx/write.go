package onnx

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/wire"
)

// A WriteConfig says how a model is written. The zero value keeps all in one file.
type WriteConfig struct {
	// External is from how many bytes on the elements of an initializer go to a second file, the model's name with
	// ".data"; 0: none do. A message can have no more than 2 GiB, so larger models need it.
	External int64
}

// page is what the data of a tensor in a second file are aligned to, so that they can be mapped.
const page = 4096

// Marshal returns the bytes of a model. Elements that were left in a file are read.
func Marshal(m *Model) ([]byte, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	return wire.Marshal(m), nil
}

// MarshalTensor returns the bytes of one tensor.
func MarshalTensor(t *Tensor) ([]byte, error) {
	if err := t.gather(); err != nil {
		return nil, err
	}
	return wire.Marshal(t), nil
}

// gather brings elements that lie in files into memory.
func (m *Model) gather() (err error) {
	m.EachTensor(func(t *Tensor) {
		if err == nil {
			err = t.gather()
		}
	})
	return err
}

func (t *Tensor) gather() error {
	if t.Location != 1 && t.section == nil {
		return nil
	}
	if _, err := t.shape(); err != nil {
		return err
	}
	raw, err := t.raw()
	if err != nil {
		return err
	}
	t.Raw, t.section, t.Location, t.External = raw, nil, 0, nil
	return nil
}

// Write writes a model. The file appears whole or not at all.
func Write(path string, m *Model, c WriteConfig) error {
	if err := m.gather(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if c.External > 0 {
		outside, err := writeExternal(path+".data", m, c.External)
		if err != nil {
			return err
		}
		defer outside.undo()
	}
	var w wire.Writer
	w.Marshal(m)
	if w.Len() > math.MaxInt32 {
		return fmt.Errorf("writing %s: %d bytes are more than a message can have, 2 GiB: the weights must go to a second file", path, w.Len())
	}
	return format.Replace(path, func(to io.Writer) error { _, err := w.WriteTo(to); return err })
}

// moved are tensors whose elements were written to a second file; their bytes are set aside while the model is written.
type moved struct {
	tensors []*Tensor
	raw     [][]byte
}

func (v *moved) undo() {
	for i, t := range v.tensors {
		t.Raw, t.Location, t.External = v.raw[i], 0, nil
	}
}

// writeExternal writes the raw elements of large initializers to a file, and lets the tensors point there.
func writeExternal(path string, m *Model, atLeast int64) (*moved, error) {
	v := new(moved)
	var offsets []int64
	at := int64(0)
	for _, t := range m.Graph.Initializers {
		if int64(len(t.Raw)) >= max(atLeast, 1) {
			v.tensors, v.raw, offsets = append(v.tensors, t), append(v.raw, t.Raw), append(offsets, at)
			at = (at + int64(len(t.Raw)) + page - 1) / page * page
		}
	}
	err := format.Replace(path, func(to io.Writer) error {
		var fill [page]byte
		end := int64(0)
		for i, raw := range v.raw {
			if _, err := to.Write(fill[:offsets[i]-end]); err != nil {
				return err
			}
			if _, err := to.Write(raw); err != nil {
				return err
			}
			end = offsets[i] + int64(len(raw))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, t := range v.tensors {
		t.Raw, t.Location = nil, 1
		t.External = []*Property{
			{Key: "location", Value: filepath.Base(path)},
			{Key: "offset", Value: strconv.FormatInt(offsets[i], 10)},
			{Key: "length", Value: strconv.Itoa(len(v.raw[i]))},
		}
	}
	return v, nil
}
