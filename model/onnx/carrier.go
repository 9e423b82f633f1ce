package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// isUnsigned reports whether t is an integer without sign.
func isUnsigned(t proto.DataType) bool {
	switch t {
	case proto.Uint8, proto.Uint16, proto.Uint32, proto.Uint64, proto.Uint4, proto.Uint2:
		return true
	}
	return false
}

// isInteger reports whether t is an integer.
func isInteger(t proto.DataType) bool {
	switch t {
	case proto.Int8, proto.Int16, proto.Int32, proto.Int64, proto.Int4, proto.Int2:
		return true
	}
	return isUnsigned(t)
}

// isSmallFloat reports whether t is a floating-point type of at most 8 bits.
func isSmallFloat(t proto.DataType) bool {
	return t.Known() && t.Carrier() == device.Float32 && t.Bits() <= 8
}

// limits returns the least and the largest integer of t; for UINT64 those of int64.
func limits(t proto.DataType) (lo, hi int64) {
	bits := t.Bits()
	switch {
	case bits == 64:
		return math.MinInt64, math.MaxInt64
	case isUnsigned(t):
		return 0, 1<<bits - 1
	}
	return -1 << (bits - 1), 1<<(bits-1) - 1
}

// wrap returns the integer of t with the low bits of v.
func wrap(t proto.DataType, v int64) int64 {
	shift := 64 - t.Bits()
	if isUnsigned(t) {
		return int64(uint64(v) << shift >> shift)
	}
	return v << shift >> shift
}

// wrapped brings the result of an operation on carriers back to the range and precision of t: integers lose their high bits,
// as they do in a machine, floating-point numbers are rounded.
func (c *call) wrapped(t proto.DataType, x *tensor.Tensor) *tensor.Tensor {
	switch {
	case isSmallFloat(t):
		return c.rounded(t, x, true)
	case !isInteger(t) || t.Bits() == 8*x.DType().Bytes():
		return x
	}
	v := x.Ints()
	changed := false
	for i, n := range v {
		if w := wrap(t, n); w != n {
			v[i], changed = w, true
		}
	}
	if !changed {
		return x
	}
	return tensor.OutputOf(t.Carrier(), c.anchor, v, x.Shape())
}

// rounded returns the nearest numbers of a small floating-point type.
func (c *call) rounded(t proto.DataType, x *tensor.Tensor, saturate bool) *tensor.Tensor {
	v := x.Floats()
	for i, a := range v {
		v[i] = t.Decode(t.Encode(a, saturate))
	}
	return tensor.OutputOf(device.Float32, c.anchor, v, x.Shape())
}
