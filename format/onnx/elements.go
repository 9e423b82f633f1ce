package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// Tensor returns the elements as a tensor of ours, with memory of its own: of type t.Type.Carrier(). Strings have none.
func (t *Tensor) Tensor() (*tensor.Tensor, error) {
	shape, err := t.shape()
	if err != nil {
		return nil, err
	}
	if t.Type == String {
		return nil, fmt.Errorf("tensor %q holds strings, which no tensor here does", t.Name)
	}
	if t.Type.IsComplex() {
		shape = append(shape, 2)
	}
	d := t.Type.Carrier()
	x := tensor.New(cpu.Device, d, shape...)
	if t.Type.Bits() == 8*d.Bytes() || t.Type.IsComplex() {
		into := memoryOf(x)
		if t.Location == 1 || t.section != nil {
			err = t.readInto(into)
		} else {
			var raw []byte
			raw, err = t.raw()
			copy(into, raw)
		}
		if err == nil && d == device.Bool {
			err = t.checkBools(into)
		}
		return x, err
	}
	raw, err := t.raw()
	if err != nil {
		return nil, err
	}
	t.Type.widen(x, raw)
	return x, nil
}

func (t *Tensor) checkBools(b []byte) error {
	for i, v := range b {
		if v > 1 {
			return fmt.Errorf("%w: tensor %q has the byte %d at %d, which is no bool", format.ErrFormat, t.Name, v, i)
		}
	}
	return nil
}

// memoryOf returns the memory of a row-major tensor on the CPU.
func memoryOf(x *tensor.Tensor) []byte {
	v := x.View()
	n := x.DType().Bytes()
	return v.Buffer.(device.HostBuffer).Bytes()[v.Offset*n : (v.Offset+v.Len())*n]
}

// widen fills x with elements that lie packed, or in fewer bits than x has.
func (t DataType) widen(x *tensor.Tensor, raw []byte) {
	memory, bits := memoryOf(x), t.Bits()
	table := t.values()
	for i := range x.Len() {
		code := element(raw, i, bits)
		switch x.DType() {
		case device.Float32:
			binary.LittleEndian.PutUint32(memory[4*i:], math.Float32bits(table[code]))
		case device.Int32:
			binary.LittleEndian.PutUint32(memory[4*i:], uint32(t.signed(code)))
		case device.Int64:
			binary.LittleEndian.PutUint64(memory[8*i:], uint64(t.signed(code)))
		default:
			memory[i] = byte(code)
		}
	}
}

// element returns the bits of element i.
func element(raw []byte, i, bits int) uint64 {
	switch bits {
	case 64:
		return binary.LittleEndian.Uint64(raw[8*i:])
	case 32:
		return uint64(binary.LittleEndian.Uint32(raw[4*i:]))
	case 16:
		return uint64(binary.LittleEndian.Uint16(raw[2*i:]))
	case 8:
		return uint64(raw[i])
	}
	at := bits * i
	v := uint64(raw[at/8])
	if at%8+bits > 8 {
		v |= uint64(raw[at/8+1]) << 8
	}
	return v >> (at % 8) & (1<<bits - 1)
}

// signed returns the integer with these bits.
func (t DataType) signed(code uint64) int64 {
	switch t {
	case Int8, Int16, Int4, Int2:
		shift := 64 - t.Bits()
		return int64(code<<shift) >> shift
	}
	return int64(code)
}

// FromTensor returns the elements of a tensor of ours as one of the format: of that type, which may be one that x carries,
// or [Undefined] for x's own. The bytes may be x's memory itself, so x must not change before they are written.
func FromTensor(name string, x *tensor.Tensor, t DataType) (*Tensor, error) {
	if t == Undefined {
		t = TypeOf(x.DType())
	}
	if !t.Known() || t == String || t.Carrier() != x.DType() {
		return nil, fmt.Errorf("tensor %q: elements of %v are no %v", name, x.DType(), t)
	}
	x = x.Detach().To(cpu.Device).Contiguous()
	out := &Tensor{Name: name, Type: t}
	shape := x.Shape()
	if t.IsComplex() {
		if len(shape) == 0 || shape[len(shape)-1] != 2 {
			return nil, fmt.Errorf("tensor %q: complex numbers want a last axis of 2, and the shape is %v", name, shape)
		}
		shape = shape[:len(shape)-1]
	}
	for _, n := range shape {
		out.Dims = append(out.Dims, int64(n))
	}
	if t.Bits() == 8*x.DType().Bytes() || t.IsComplex() {
		out.Raw = memoryOf(x)
	} else {
		out.Raw = t.narrow(x)
	}
	return out, nil
}

// narrow packs the elements of x into the bits of t.
func (t DataType) narrow(x *tensor.Tensor) []byte {
	bits := t.Bits()
	raw := make([]byte, bytesOf(t, int64(x.Len())))
	put := func(i int, code uint64) {
		at := bits * i
		for code <<= at % 8; code != 0; code >>= 8 {
			raw[at/8] |= byte(code)
			at += 8 - at%8
		}
	}
	mask := uint64(1)<<bits - 1
	if x.DType() == device.Float32 {
		for i, v := range tensor.Values[float32](x) {
			put(i, uint64(t.Encode(v, !math.IsInf(float64(v), 0))))
		}
		return raw
	}
	for i, v := range x.Ints() {
		put(i, uint64(v)&mask)
	}
	return raw
}
