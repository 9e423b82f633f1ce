package idx

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Len returns how many numbers the array has.
func (a *Array) Len() int { return len(a.Raw) / a.Type.Size() }

// Uint8s returns the numbers of an array of bytes, without copying; of any other type, an error.
func (a *Array) Uint8s() ([]uint8, error) {
	if a.Type != Uint8 {
		return nil, fmt.Errorf("an IDX array of type %#02x holds no bytes", uint8(a.Type))
	}
	return a.Raw, nil
}

// Int64s returns the numbers of an array of integers, such as labels; of floats, an error.
func (a *Array) Int64s() ([]int64, error) {
	if a.Type == Float32 || a.Type == Float64 {
		return nil, fmt.Errorf("an IDX array of type %#02x holds no integers", uint8(a.Type))
	}
	v := make([]int64, a.Len())
	for i := range v {
		v[i] = a.integer(i)
	}
	return v, nil
}

// Float32s returns the numbers as float32, whatever they are; bytes are 0 to 255.
func (a *Array) Float32s() []float32 {
	v := make([]float32, a.Len())
	for i := range v {
		switch a.Type {
		case Float32:
			v[i] = math.Float32frombits(binary.BigEndian.Uint32(a.Raw[4*i:]))
		case Float64:
			v[i] = float32(math.Float64frombits(binary.BigEndian.Uint64(a.Raw[8*i:])))
		default:
			v[i] = float32(a.integer(i))
		}
	}
	return v
}

func (a *Array) integer(i int) int64 {
	switch a.Type {
	case Int8:
		return int64(int8(a.Raw[i]))
	case Int16:
		return int64(int16(binary.BigEndian.Uint16(a.Raw[2*i:])))
	case Int32:
		return int64(int32(binary.BigEndian.Uint32(a.Raw[4*i:])))
	}
	return int64(a.Raw[i])
}

// Write writes the array as an IDX file, not compressed.
func (a *Array) Write(w io.Writer) error {
	size := a.Type.Size()
	n, ok := product(a.Shape, max(size, 1))
	if size == 0 || !ok || n != len(a.Raw) || len(a.Shape) > 255 {
		return fmt.Errorf("writing IDX: type %#02x and shape %v do not go with %d bytes", uint8(a.Type), a.Shape, len(a.Raw))
	}
	head := []byte{0, 0, byte(a.Type), byte(len(a.Shape))}
	for _, d := range a.Shape {
		if d < 0 || d > MaxBytes {
			return fmt.Errorf("writing IDX: shape %v", a.Shape)
		}
		head = binary.BigEndian.AppendUint32(head, uint32(d))
	}
	if _, err := w.Write(head); err != nil {
		return fmt.Errorf("writing IDX: %w", err)
	}
	if _, err := w.Write(a.Raw); err != nil {
		return fmt.Errorf("writing IDX: %w", err)
	}
	return nil
}
