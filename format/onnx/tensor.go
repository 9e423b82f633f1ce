package onnx

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

// A Tensor is elements with a shape, in one of several places: TensorProto.
type Tensor struct {
	Dims     []int64     `wire:"1"`
	Type     DataType    `wire:"2"`
	Segment  *Segment    `wire:"3"`
	Floats   []float32   `wire:"4"`
	Ints32   []int32     `wire:"5"`
	Strings  [][]byte    `wire:"6"`
	Ints64   []int64     `wire:"7"`
	Name     string      `wire:"8"`
	Raw      []byte      `wire:"9"`
	Doubles  []float64   `wire:"10"`
	Uints64  []uint64    `wire:"11"`
	Doc      string      `wire:"12"`
	External []*Property `wire:"13"`
	Location int32       `wire:"14"` // 1: the elements lie in another file
	Metadata []*Property `wire:"16"`

	section *section // where the raw bytes lie, if they were left in the file
	folder  string   // that external data are looked for below; "" if they are not to be had
}

// A Segment says which part of a larger tensor this is. Such tensors are refused: nobody writes them.
type Segment struct {
	Begin int64 `wire:"1"`
	End   int64 `wire:"2"`
}

// A SparseTensor is the values that are not 0, and their places: SparseTensorProto.
type SparseTensor struct {
	Values  *Tensor `wire:"1"`
	Indices *Tensor `wire:"2"`
	Dims    []int64 `wire:"3"`
}

// A section is a part of an open file.
type section struct {
	r              io.ReaderAt
	offset, length int64
}

// maxDim is the longest an axis may be. What it leaves out has no elements that could lie anywhere.
const maxDim = 1 << 48

// Len returns the number of elements that the shape says, checked against overflow.
func (t *Tensor) Len() (int64, error) { return lengthOf(t.Name, t.Dims) }

func lengthOf(name string, dims []int64) (int64, error) {
	n := int64(1)
	for _, d := range dims {
		if d < 0 || d > maxDim || d > 0 && n > maxDim/d {
			return 0, fmt.Errorf("%w: tensor %q has shape %v", format.ErrFormat, name, dims)
		}
		n *= d
	}
	return n, nil
}

// Bytes returns how many bytes the elements take as they lie in a file, packed if they are. Strings take what they are long.
func (t *Tensor) Bytes() (int64, error) {
	if !t.Type.Known() {
		return 0, fmt.Errorf("%w: tensor %q has elements of type %d", format.ErrFormat, t.Name, int32(t.Type))
	}
	n, err := t.Len()
	if err != nil {
		return 0, err
	}
	if t.Type == String {
		n = 0
		for _, s := range t.Strings {
			n += int64(len(s))
		}
		return n, nil
	}
	return bytesOf(t.Type, n), nil
}

// bytesOf returns what n elements take.
func bytesOf(t DataType, n int64) int64 { return (n*int64(t.Bits()) + 7) / 8 }

// shape checks the tensor against the bytes that are there, before anything is allocated for it.
func (t *Tensor) shape() ([]int, error) {
	rank := device.MaxRank
	if t.Type.Known() && t.Type.IsComplex() {
		rank--
	}
	if len(t.Dims) > rank {
		return nil, fmt.Errorf("%w: tensor %q has %d axes; there may be %d", format.ErrFormat, t.Name, len(t.Dims), rank)
	}
	if t.Segment != nil {
		return nil, fmt.Errorf("%w: tensor %q is a segment of a larger one", format.ErrFormat, t.Name)
	}
	want, err := t.Bytes()
	if err != nil {
		return nil, err
	}
	have, err := t.stored()
	if err != nil {
		return nil, err
	}
	if have != want {
		return nil, fmt.Errorf("%w: tensor %q of %v %v takes %d bytes, and %d are there", format.ErrFormat, t.Name, t.Type, t.Dims, want, have)
	}
	shape := make([]int, len(t.Dims))
	for i, d := range t.Dims {
		shape[i] = int(d)
	}
	return shape, nil
}

// stored returns how many bytes of elements there are, wherever they lie.
func (t *Tensor) stored() (int64, error) {
	switch {
	case t.Location == 1:
		return t.storedOutside()
	case t.section != nil:
		return t.section.length, nil
	case t.Raw != nil && t.Type != String:
		return int64(len(t.Raw)), nil
	}
	switch t.Type {
	case Float, Complex64:
		return int64(len(t.Floats)) * 4, nil
	case Double, Complex128:
		return int64(len(t.Doubles)) * 8, nil
	case Int64:
		return int64(len(t.Ints64)) * 8, nil
	case Uint32, Uint64:
		return int64(len(t.Uints64)) * int64(t.Type.Bits()) / 8, nil
	case String:
		if count, err := t.Len(); err != nil || count != int64(len(t.Strings)) {
			return 0, fmt.Errorf("%w: tensor %q of shape %v has %d strings", format.ErrFormat, t.Name, t.Dims, len(t.Strings))
		}
		return t.Bytes()
	case Float6E2M3, Float6E3M2:
		return bytesOf(t.Type, int64(len(t.Ints32))), nil
	}
	return int64(len(t.Ints32)) * max(1, int64(t.Type.Bits())/8), nil
}

// raw returns the elements as bytes, as they lie in raw_data: without a copy, if that is where they are in memory.
func (t *Tensor) raw() ([]byte, error) {
	switch {
	case t.Location == 1 || t.section != nil:
		n, err := t.Bytes()
		if err != nil {
			return nil, err
		}
		b := make([]byte, n)
		return b, t.readInto(b)
	case t.Raw != nil:
		return t.Raw, nil
	}
	var b []byte
	switch t.Type {
	case Float, Complex64:
		for _, x := range t.Floats {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	case Double, Complex128:
		for _, x := range t.Doubles {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	case Int64:
		for _, x := range t.Ints64 {
			b = binary.LittleEndian.AppendUint64(b, uint64(x))
		}
	case Uint32, Uint64:
		for _, x := range t.Uints64 {
			b = appendBits(b, x, t.Type.Bits())
		}
	case Float6E2M3, Float6E3M2:
		b = pack6(t.Ints32)
	default:
		for _, x := range t.Ints32 {
			b = appendBits(b, uint64(x), max(8, t.Type.Bits()))
		}
	}
	return b, nil
}

func appendBits(b []byte, v uint64, bits int) []byte {
	for ; bits > 0; bits -= 8 {
		b = append(b, byte(v))
		v >>= 8
	}
	return b
}

// pack6 puts numbers of 6 bits behind each other, the lowest bits first.
func pack6(v []int32) []byte {
	b := make([]byte, bytesOf(Float6E2M3, int64(len(v))))
	for i, x := range v {
		at := 6 * i
		w := uint16(x&63) << (at % 8)
		b[at/8] |= byte(w)
		if w > 255 {
			b[at/8+1] |= byte(w >> 8)
		}
	}
	return b
}
