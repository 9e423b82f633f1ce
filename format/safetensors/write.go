package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/format"
)

// Write writes tensors in that order, with the metadata, and calls each, if it is not nil, with the bytes of every tensor
// as they are written.
func Write(w io.Writer, tensors []format.Named, metadata map[string]string, each func(name string, raw []byte)) error {
	return writeFrom(w, format.Of(metadata, tensors...), each)
}

// writeFrom writes the tensors of f, of which one at a time is in memory.
func writeFrom(w io.Writer, f format.File, each func(name string, raw []byte)) error {
	entries := f.Entries()
	header, err := headerOf(entries, f.Metadata())
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	for _, e := range entries {
		t, err := f.Tensor(e.Name)
		if err != nil {
			return err
		}
		raw := format.Bytes(t)
		if int64(len(raw)) != e.Bytes {
			return fmt.Errorf("writing %q: it has %d bytes, and %d were announced", e.Name, len(raw), e.Bytes)
		}
		if each != nil {
			each(e.Name, raw)
		}
		if _, err := w.Write(raw); err != nil {
			return fmt.Errorf("writing %q: %w", e.Name, err)
		}
	}
	return nil
}

type entryJSON struct {
	DType   string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// headerOf returns the length and the JSON text, padded with spaces to a multiple of 8 bytes.
func headerOf(entries []format.Entry, metadata map[string]string) ([]byte, error) {
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
	for _, t := range entries {
		if seen[t.Name] {
			return nil, fmt.Errorf("writing safetensors: the name %q stands twice or is reserved", t.Name)
		}
		seen[t.Name] = true
		e := entryJSON{DType: nameOf(t.DType), Shape: []int64{}, Offsets: []int64{at, at + t.Bytes}}
		for _, d := range t.Shape {
			e.Shape = append(e.Shape, int64(d))
		}
		at += t.Bytes
		if err := put(t.Name, e); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len()-8 > MaxHeader {
		return nil, fmt.Errorf("writing safetensors: the header would have %d bytes; the format allows %d", b.Len()-8, MaxHeader)
	}
	out := b.Bytes()
	for i, n := 0, uint64(len(out)-8); i < 8; i++ {
		out[i] = byte(n >> (8 * i))
	}
	return out, nil
}
