package gguf

import (
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// Packed is a matrix [out in] of small integers with a scale for each 32 neighbours, as [device.Quantized] describes it: the
// bytes of the file, but that the scales, in float32, lie apart.
type Packed struct {
	Format  device.Quantized
	Out, In int
	Data    *tensor.Tensor // Uint8 [out bytes]
	Scale   *tensor.Tensor // float32 [out in/32]
}

// Packed reads a matrix of Q8_0 or Q4_0 without expanding it. Any other tensor gives nil.
func (f *File) Packed(name string) (*Packed, error) {
	i, ok := f.byName[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.header.entries[i]
	bits := map[string]int{"Q8_0": 8, "Q4_0": 4}[e.Type]
	if bits == 0 || len(e.Shape) != 2 {
		return nil, nil
	}
	p := &Packed{Format: device.Quantized{Bits: bits, Group: device.QuantizedChunk}, Out: e.Shape[0], In: e.Shape[1]}
	blocks, chunk := p.Out*(p.In/device.QuantizedChunk), e.kind.bytes-2
	data, scale := make([]uint8, blocks*chunk), make([]float32, blocks)
	part := make([]byte, min(1<<14, blocks)*e.kind.bytes)
	r := io.NewSectionReader(f.r, e.begin, e.Bytes)
	for at := 0; at < blocks; {
		n := min(len(part)/e.kind.bytes, blocks-at)
		if _, err := io.ReadFull(r, part[:n*e.kind.bytes]); err != nil {
			return nil, fmt.Errorf("reading %q: %w of GGUF: its elements end too early: %w", name, format.ErrFormat, err)
		}
		for j := range n {
			b := part[j*e.kind.bytes:]
			scale[at+j] = half(b)
			copy(data[(at+j)*chunk:(at+j+1)*chunk], b[2:])
		}
		at += n
	}
	p.Data, p.Scale = tensor.Of(data).Reshape(p.Out, -1), tensor.Of(scale).Reshape(p.Out, -1)
	return p, nil
}
