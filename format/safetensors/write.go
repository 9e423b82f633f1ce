package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// Named is a tensor with its name in a file.
type Named struct {
	Name   string
	Tensor *tensor.Tensor
}

// Write writes tensors in that order, with the metadata, and calls each, if it is not nil, with the bytes of every tensor
// as they are written.
func Write(w io.Writer, tensors []Named, metadata map[string]string, each func(name string, raw []byte)) error {
	header, err := headerOf(tensors, metadata)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	for _, t := range tensors {
		raw := rawBytes(t.Tensor.Detach().To(cpu.Device).Contiguous())
		if each != nil {
			each(t.Name, raw)
		}
		if _, err := w.Write(raw); err != nil {
			return fmt.Errorf("writing %q: %w", t.Name, err)
		}
	}
	return nil
}

// headerOf returns the length and the JSON text, padded with spaces to a multiple of 8 bytes.
func headerOf(tensors []Named, metadata map[string]string) ([]byte, error) {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	b.WriteByte('{')
	put := func(key string, value any) error {
		if b.Len() > 9 {
			b.WriteByte(',')
		}
		k, err := json.Marshal(key)
		if err != nil {
			return err
		}
		v, err := json.Marshal(value)
		if err != nil {
			return err
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
		return nil
	}
	if len(metadata) > 0 {
		if err := put("__metadata__", metadata); err != nil {
			return nil, err
		}
	}
	at := int64(0)
	seen := map[string]bool{"__metadata__": true}
	for _, t := range tensors {
		if seen[t.Name] {
			return nil, fmt.Errorf("writing safetensors: the name %q stands twice or is reserved", t.Name)
		}
		seen[t.Name] = true
		e := entryJSON{DType: nameOf(t.Tensor.DType()), Shape: []int64{}}
		n := int64(t.Tensor.DType().Bytes())
		for _, d := range t.Tensor.Shape() {
			e.Shape = append(e.Shape, int64(d))
			n *= int64(d)
		}
		e.Offsets = []int64{at, at + n}
		at += n
		if err := put(t.Name, e); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	out := b.Bytes()
	for i, n := 0, uint64(len(out)-8); i < 8; i++ {
		out[i] = byte(n >> (8 * i))
	}
	return out, nil
}
