package onnx

import (
	"math"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Cast", 1, func(c *call) []*Value { // the type was a text first
		to, ok := proto.Undefined, false
		for t := proto.DataType(1); t.Known(); t++ {
			if t.String() == c.text("to", "") {
				to, ok = t, true
			}
		}
		if !ok {
			c.fail("there is no type %q", c.text("to", ""))
		}
		return []*Value{c.cast(c.value(0), to)}
	})
	register("Cast", 6, func(c *call) []*Value {
		return []*Value{c.cast(c.value(0), proto.DataType(c.integer("to", 0)))}
	})
	register("CastLike", 15, func(c *call) []*Value { return []*Value{c.cast(c.value(0), c.value(1).Type)} })
	register("BitCast", 26, bitCast)
}

// cast returns the elements of a tensor as those of another type. Floats become integers towards zero and lose their high
// bits; whether small floats stop at their largest is the attribute saturate.
func (c *call) cast(v *Value, to proto.DataType) *Value {
	if !to.Known() || to.IsComplex() != v.Type.IsComplex() {
		c.fail("%v cannot become %v", v.Type, to)
	}
	switch {
	case v.Type == to:
		return v
	case v.Kind == Strings:
		return c.fromText(v, to)
	case to == proto.String:
		return toText(v)
	}
	x := v.Tensor
	switch {
	case isSmallFloat(to):
		return &Value{Type: to, Tensor: c.toSmall(to, c.carried(v, device.Float32))}
	case isInteger(to):
		return &Value{Type: to, Tensor: c.toInteger(v, to)}
	case to == proto.Bool:
		return &Value{Type: to, Tensor: x.Cast(device.Bool)}
	}
	return &Value{Type: to, Tensor: c.carried(v, to.Carrier())}
}

// carried returns the numbers of a tensor as floats of ours.
func (c *call) carried(v *Value, t device.DType) *tensor.Tensor {
	if v.Type != proto.Uint64 {
		return v.Tensor.Cast(t)
	}
	n := v.Tensor.Ints()
	f := make([]float64, len(n))
	for i := range n {
		f[i] = float64(uint64(n[i]))
	}
	return tensor.OutputOf(t, c.anchor, f, v.Tensor.Shape())
}

func (c *call) toSmall(to proto.DataType, x *tensor.Tensor) *tensor.Tensor {
	saturate := c.flag("saturate", true)
	if to == proto.Float8E8M0 {
		return c.toPower(x, saturate, c.choice("round_mode", "up", "up", "down", "nearest"))
	}
	return c.rounded(to, x, saturate)
}

// toPower rounds to the numbers of FLOAT8E8M0, which are powers of two.
func (c *call) toPower(x *tensor.Tensor, saturate bool, mode string) *tensor.Tensor {
	v := x.Floats()
	for i, a := range v {
		fraction, exponent := math.Frexp(float64(a)) // in [1/2, 1)
		if a > 0 && !math.IsInf(float64(a), 0) {
			switch {
			case fraction == 0.5, mode == "down", mode == "nearest" && fraction < 0.75:
				exponent--
			}
			a = float32(math.Ldexp(1, max(exponent, -127)))
			if exponent > 127 {
				a = float32(math.Inf(1))
			}
		}
		v[i] = proto.Float8E8M0.Decode(proto.Float8E8M0.Encode(a, saturate))
	}
	return tensor.OutputOf(device.Float32, c.anchor, v, x.Shape())
}

func (c *call) toInteger(v *Value, to proto.DataType) *tensor.Tensor {
	x := v.Tensor
	if !x.DType().IsFloat() {
		if x.DType() == to.Carrier() && v.Type != proto.Bool {
			return c.wrapped(to, x)
		}
		n := x.Ints()
		for i := range n {
			n[i] = wrap(to, n[i])
		}
		return tensor.OutputOf(to.Carrier(), c.anchor, n, x.Shape())
	}
	f := tensor.Values[float64](x)
	n := make([]int64, len(f))
	for i, a := range f {
		n[i] = wrap(to, truncated(a, to == proto.Uint64))
	}
	return tensor.OutputOf(to.Carrier(), c.anchor, n, x.Shape())
}

// truncated returns a float towards zero; what no integer holds becomes the least, as processors do it.
func truncated(a float64, unsigned bool) int64 {
	switch {
	case a >= 1<<63 && a < 1<<64 && unsigned:
		return int64(uint64(a))
	case a >= -(1<<63) && a < 1<<63:
		return int64(a)
	}
	return math.MinInt64
}

// toText writes numbers as Python does, which the standard's tests follow.
func toText(v *Value) *Value {
	out := OfStrings(make([]string, v.Tensor.Len()), v.Dims()...)
	bits := 64
	switch v.Tensor.DType() {
	case device.Float64:
	case device.Float32, device.Float16, device.BFloat16:
		bits = 32
	default:
		for i, n := range v.Tensor.Ints() {
			switch {
			case v.Type == proto.Bool:
				out.Strings[i] = map[int64]string{0: "False", 1: "True"}[n]
			case v.Type == proto.Uint64:
				out.Strings[i] = strconv.FormatUint(uint64(n), 10)
			default:
				out.Strings[i] = strconv.FormatInt(n, 10)
			}
		}
		return out
	}
	for i, a := range tensor.Values[float64](v.Tensor) {
		out.Strings[i] = decimal(a, bits)
	}
	return out
}

func decimal(a float64, bits int) string {
	switch {
	case a != a:
		return "NaN"
	case math.IsInf(a, 1):
		return "INF"
	case math.IsInf(a, -1):
		return "-INF"
	}
	s := strconv.FormatFloat(a, 'g', -1, bits)
	if m := math.Abs(a); a == 0 || m >= 1e-4 && m < 1e16 {
		s = strconv.FormatFloat(a, 'f', -1, bits)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
	}
	return s
}

// fromText reads numbers.
func (c *call) fromText(v *Value, to proto.DataType) *Value {
	if isInteger(to) || to == proto.Bool {
		n := make([]int64, len(v.Strings))
		for i, s := range v.Strings {
			var err error
			s = strings.TrimSpace(s)
			if to == proto.Uint64 {
				var u uint64
				u, err = strconv.ParseUint(s, 10, 64)
				n[i] = int64(u)
			} else if n[i], err = strconv.ParseInt(s, 10, 64); err != nil {
				var f float64
				f, err = strconv.ParseFloat(s, 64)
				n[i] = truncated(f, false)
			}
			if err != nil {
				c.fail("%q is no %v", s, to)
			}
			if n[i] = wrap(to, n[i]); to == proto.Bool && n[i] != 0 {
				n[i] = 1
			}
		}
		return &Value{Type: to, Tensor: tensor.OutputOf(to.Carrier(), c.anchor, n, v.Shape)}
	}
	f := make([]float64, len(v.Strings))
	for i, s := range v.Strings {
		var err error
		if f[i], err = strconv.ParseFloat(strings.TrimSpace(s), 64); err != nil && !math.IsInf(f[i], 0) {
			c.fail("%q is no number", s)
		}
	}
	x := tensor.OutputOf(to.Carrier(), c.anchor, f, v.Shape)
	if isSmallFloat(to) {
		x = c.toSmall(to, x)
	}
	return &Value{Type: to, Tensor: x}
}

// bitCast keeps the bits and reads them as another type of as many.
func bitCast(c *call) []*Value {
	v, to := c.value(0), proto.DataType(c.integer("to", 0))
	if !to.Known() || v.Kind != Tensor || to.Bits() != v.Type.Bits() {
		c.fail("%v cannot be read as %v", v, to)
	}
	bits, err := proto.FromTensor("", v.Tensor, v.Type)
	if err != nil {
		c.fail("%v", err)
	}
	bits.Type = to
	x, err := bits.Tensor()
	if err != nil {
		c.fail("%v", err)
	}
	return c.one(to, c.pass.Input(x))
}
