package devicetest

import (
	"encoding/binary"
	"math"

	"github.com/jimu-ml/jimu/device"
)

// precision returns the relative distance of two neighbours of a type.
func precision(t device.DType) float64 {
	switch t {
	case device.Float64:
		return 0x1p-50 // the suite itself computes in float64
	case device.Float32:
		return 0x1p-23
	case device.Float16:
		return 0x1p-10
	case device.BFloat16:
		return 0x1p-7
	}
	return 0
}

// rounded returns the value that an element of type t has when set to v.
func rounded(t device.DType, v float64) float64 {
	switch t {
	case device.Float64:
		return v
	case device.Float32:
		return float64(float32(v))
	}
	var memory [8]byte
	encode(t, memory[:], 0, v)
	return decode(t, memory[:], 0)
}

// encode sets element i of memory to v.
func encode(t device.DType, memory []byte, i int, v float64) {
	b := memory[i*t.Bytes():]
	switch t {
	case device.Float32:
		binary.NativeEndian.PutUint32(b, math.Float32bits(float32(v)))
	case device.Float64:
		binary.NativeEndian.PutUint64(b, math.Float64bits(v))
	case device.BFloat16:
		binary.NativeEndian.PutUint16(b, uint16(math.Float32bits(float32(nearest(v, 8, -126, 128)))>>16))
	case device.Float16:
		binary.NativeEndian.PutUint16(b, float16bits(nearest(v, 11, -14, 16)))
	case device.Int64:
		binary.NativeEndian.PutUint64(b, uint64(int64(v)))
	case device.Int32:
		binary.NativeEndian.PutUint32(b, uint32(int64(v)))
	case device.Uint8:
		b[0] = uint8(int64(v))
	case device.Bool:
		b[0] = 0
		if v != 0 {
			b[0] = 1
		}
	}
}

// decode returns element i of memory.
func decode(t device.DType, memory []byte, i int) float64 {
	b := memory[i*t.Bytes():]
	switch t {
	case device.Float32:
		return float64(math.Float32frombits(binary.NativeEndian.Uint32(b)))
	case device.Float64:
		return math.Float64frombits(binary.NativeEndian.Uint64(b))
	case device.BFloat16:
		return float64(math.Float32frombits(uint32(binary.NativeEndian.Uint16(b)) << 16))
	case device.Float16:
		return float16value(binary.NativeEndian.Uint16(b))
	case device.Int64:
		return float64(int64(binary.NativeEndian.Uint64(b)))
	case device.Int32:
		return float64(int32(binary.NativeEndian.Uint32(b)))
	}
	return float64(b[0])
}

// nearest rounds v to a float of so many binary digits and exponents from low, half to even.
func nearest(v float64, digits, low, high int) float64 {
	if v == 0 || math.IsInf(v, 0) || v != v {
		return v
	}
	_, e := math.Frexp(v)
	unit := math.Ldexp(1, max(e-digits, low-digits+1))
	v = math.RoundToEven(v/unit) * unit
	if math.Abs(v) >= math.Ldexp(1, high) {
		return math.Inf(int(math.Copysign(1, v)))
	}
	return v
}

// float16bits returns the bits of v, which is a half.
func float16bits(v float64) uint16 {
	var sign uint16
	if math.Signbit(v) {
		sign, v = 0x8000, -v
	}
	switch {
	case v != v:
		return 0x7E00
	case math.IsInf(v, 1):
		return sign | 0x7C00
	case v < 0x1p-14:
		return sign | uint16(v*0x1p24)
	}
	fraction, e := math.Frexp(v)
	return sign | uint16(e+14)<<10 | uint16(fraction*0x1p11)&0x3FF
}

func float16value(h uint16) float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	e, fraction := int(h>>10&31), float64(h&0x3FF)
	switch e {
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	case 0:
		return sign * math.Ldexp(fraction, -24)
	}
	return sign * math.Ldexp(fraction+1024, e-25)
}
