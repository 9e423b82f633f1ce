package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// An Element is how a file writes the elements of a tensor. There are more of them than types that tensors have: those
// that are none are read into the smallest type that holds all their values.
type Element struct {
	Name  string       // as PyTorch has it: "float32", "uint16"
	Bytes int          // of one element
	DType device.DType // what it is read into

	wide func(dst, src []byte, order binary.ByteOrder) error // nil: the bytes are those of DType
}

// The elements that are not the bytes of a type of tensors. Uint64 is read into int64, and an element that does not fit is
// an error.
var (
	Int8    = Element{"int8", 1, device.Int32, widened(1, func(b []byte, _ binary.ByteOrder) int32 { return int32(int8(b[0])) })}
	Int16   = Element{"int16", 2, device.Int32, widened(2, func(b []byte, o binary.ByteOrder) int32 { return int32(int16(o.Uint16(b))) })}
	Uint16  = Element{"uint16", 2, device.Int32, widened(2, func(b []byte, o binary.ByteOrder) int32 { return int32(o.Uint16(b)) })}
	Uint32  = Element{"uint32", 4, device.Int64, widened(4, func(b []byte, o binary.ByteOrder) int64 { return int64(o.Uint32(b)) })}
	Uint64  = Element{"uint64", 8, device.Int64, fromUint64}
	Float8  = Element{"float8_e4m3fn", 1, device.Float16, widened(1, func(b []byte, _ binary.ByteOrder) uint16 { return e4m3(b[0]) })}
	Float8W = Element{"float8_e5m2", 1, device.Float16, widened(1, func(b []byte, _ binary.ByteOrder) uint16 { return uint16(b[0]) << 8 })}
	Scale8  = Element{"float8_e8m0fnu", 1, device.Float32, widened(1, func(b []byte, _ binary.ByteOrder) float32 { return e8m0(b[0]) })}
)

// Plain returns the element whose bytes are those of t.
func Plain(t device.DType) Element { return Element{Name: t.String(), Bytes: t.Bytes(), DType: t} }

// Readable reports whether there is a type of tensors for the element.
func (e Element) Readable() bool { return e.wide != nil || e.Name == e.DType.String() }

// Read reads a row-major tensor of that shape, which must have been checked, from the start of r, in that order of bytes.
// The bytes go straight into the tensor where they are its own; else they pass through a buffer of 64 KiB.
func (e Element) Read(r io.Reader, order binary.ByteOrder, shape []int) (*tensor.Tensor, error) {
	t := tensor.New(cpu.Device, e.DType, shape...)
	raw := Bytes(t)
	if e.wide != nil {
		return t, e.readWide(raw, r, order)
	}
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, fmt.Errorf("%w: its elements end too early: %w", ErrFormat, err)
	}
	if order == binary.BigEndian {
		swap(raw, e.Bytes)
	}
	if e.DType == device.Bool {
		for i, b := range raw {
			if b > 1 {
				return nil, fmt.Errorf("%w: element %d is the byte %d, which is no bool", ErrFormat, i, b)
			}
		}
	}
	return t, nil
}

// ReadFortran is [Element.Read] for elements of which the first axis lies closest together.
func (e Element) ReadFortran(r io.Reader, order binary.ByteOrder, shape []int) (*tensor.Tensor, error) {
	turned := slices.Clone(shape)
	slices.Reverse(turned)
	t, err := e.Read(r, order, turned)
	if err != nil {
		return nil, err
	}
	axes := make([]int, len(shape))
	for i := range axes {
		axes[i] = len(shape) - 1 - i
	}
	return t.Permute(axes...).Contiguous(), nil
}

func (e Element) readWide(dst []byte, r io.Reader, order binary.ByteOrder) error {
	size := e.DType.Bytes()
	buffer := make([]byte, min(64<<10, len(dst)/size*e.Bytes))
	for len(dst) > 0 {
		n := min(len(buffer)/e.Bytes, len(dst)/size)
		src := buffer[:n*e.Bytes]
		if _, err := io.ReadFull(r, src); err != nil {
			return fmt.Errorf("%w: its elements end too early: %w", ErrFormat, err)
		}
		if err := e.wide(dst[:n*size], src, order); err != nil {
			return err
		}
		dst = dst[n*size:]
	}
	return nil
}

// Bytes returns the memory of a tensor, row-major and little-endian: its own, if it lies so on the CPU.
func Bytes(t *tensor.Tensor) []byte {
	v := t.Detach().To(cpu.Device).Contiguous().View()
	n := t.DType().Bytes()
	return v.Buffer.(device.HostBuffer).Bytes()[v.Offset*n : (v.Offset+v.Len())*n]
}

// widened returns a conversion, one element after another, of elements of that many bytes.
func widened[T int32 | int64 | uint16 | float32](bytes int, one func([]byte, binary.ByteOrder) T) func(dst, src []byte, order binary.ByteOrder) error {
	return func(dst, src []byte, order binary.ByteOrder) error {
		size := binary.Size(T(0))
		for i := range len(src) / bytes {
			v := one(src[i*bytes:(i+1)*bytes], order)
			switch to := dst[i*size:]; x := any(v).(type) {
			case int32:
				binary.LittleEndian.PutUint32(to, uint32(x))
			case int64:
				binary.LittleEndian.PutUint64(to, uint64(x))
			case uint16:
				binary.LittleEndian.PutUint16(to, x)
			case float32:
				binary.LittleEndian.PutUint32(to, math.Float32bits(x))
			}
		}
		return nil
	}
}

func fromUint64(dst, src []byte, order binary.ByteOrder) error {
	for i := 0; i < len(src); i += 8 {
		v := order.Uint64(src[i:])
		if v > math.MaxInt64 {
			return fmt.Errorf("the uint64 %d does not fit in int64", v)
		}
		binary.LittleEndian.PutUint64(dst[i:], v)
	}
	return nil
}

// e4m3 returns the float16 of a float8 with 4 bits of exponent, 3 of mantissa, and no infinities.
func e4m3(b byte) uint16 {
	sign, exponent, mantissa := uint16(b&0x80)<<8, uint16(b>>3&15), uint16(b&7)
	switch {
	case b&0x7f == 0x7f:
		return sign | 0x7e00
	case exponent == 0 && mantissa == 0:
		return sign
	case exponent == 0: // subnormal: m · 2⁻⁹ becomes normal
		for exponent = 1; mantissa < 8; exponent-- {
			mantissa <<= 1
		}
	}
	return sign | (exponent+8)<<10 | mantissa&7<<7
}

// e8m0 returns 2 to the power b − 127, the scale of a block; 255 is no number.
func e8m0(b byte) float32 {
	if b == 255 {
		return float32(math.NaN())
	}
	return float32(math.Ldexp(1, int(b)-127))
}

// swap turns the order of the bytes of each element.
func swap(raw []byte, size int) {
	for i := 0; i+size <= len(raw); i += size {
		for a, b := i, i+size-1; a < b; a, b = a+1, b-1 {
			raw[a], raw[b] = raw[b], raw[a]
		}
	}
}
