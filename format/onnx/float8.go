package onnx

import (
	"math"
	"sync"
)

// A minifloat says how the bits of a floating-point type of up to 8 bits are to be read.
type minifloat struct {
	exponent, mantissa int  // bits
	bias               int  // of the exponent
	infinite           bool // the largest exponent stands for infinity and NaN, as IEEE 754 has it
	nan                int  // the code of the only NaN without its sign, where not infinite; −1: there is none
	negativeZero       bool // the code of −0 is NaN, and the only one
}

var minifloats = map[DataType]minifloat{
	Float8E4M3FN:   {exponent: 4, mantissa: 3, bias: 7, nan: 0x7f},
	Float8E4M3FNUZ: {exponent: 4, mantissa: 3, bias: 8, nan: -1, negativeZero: true},
	Float8E5M2:     {exponent: 5, mantissa: 2, bias: 15, infinite: true},
	Float8E5M2FNUZ: {exponent: 5, mantissa: 2, bias: 16, nan: -1, negativeZero: true},
	Float4E2M1:     {exponent: 2, mantissa: 1, bias: 1, nan: -1},
	Float6E2M3:     {exponent: 2, mantissa: 3, bias: 1, nan: -1},
	Float6E3M2:     {exponent: 3, mantissa: 2, bias: 3, nan: -1},
}

// value returns the number that a code stands for.
func (f minifloat) value(code int) float32 {
	signBit := 1 << (f.exponent + f.mantissa)
	magnitude := code & (signBit - 1)
	e, m := magnitude>>f.mantissa, magnitude&(1<<f.mantissa-1)
	var v float64
	switch {
	case f.negativeZero && code == signBit, !f.infinite && f.nan >= 0 && magnitude == f.nan:
		return float32(math.NaN())
	case f.infinite && e == 1<<f.exponent-1 && m == 0:
		v = math.Inf(1)
	case f.infinite && e == 1<<f.exponent-1:
		return float32(math.NaN())
	case e == 0:
		v = math.Ldexp(float64(m), 1-f.bias-f.mantissa)
	default:
		v = math.Ldexp(float64(m+1<<f.mantissa), e-f.bias-f.mantissa)
	}
	if code&signBit != 0 {
		v = -v
	}
	return float32(v)
}

var tables sync.Map // DataType to []float32

// values returns the numbers of all codes of a small floating-point type, nil of any other.
func (t DataType) values() []float32 {
	if v, ok := tables.Load(t); ok {
		return v.([]float32)
	}
	var table []float32
	f, ok := minifloats[t]
	switch {
	case ok:
		for code := range 1 << t.Bits() {
			table = append(table, f.value(code))
		}
	case t == Float8E8M0:
		for code := range 255 {
			table = append(table, float32(math.Ldexp(1, code-127)))
		}
		table = append(table, float32(math.NaN()))
	default:
		return nil
	}
	tables.Store(t, table)
	return table
}

// Encode returns the code of the number of a small floating-point type that is nearest to v, halves to even. Where v is
// beyond the largest, it is that if saturate is set, else infinity, or NaN where there is none.
func (t DataType) Encode(v float32, saturate bool) byte {
	if t == Float8E8M0 {
		return encodeE8M0(v, saturate)
	}
	f := minifloats[t]
	signBit := 1 << (f.exponent + f.mantissa)
	sign := 0
	if math.Signbit(float64(v)) {
		sign = signBit
	}
	most := f.most()
	a := math.Abs(float64(v))
	switch {
	case v != v:
		return byte(f.notANumber(sign))
	case math.IsInf(a, 0) && !saturate:
		return byte(f.beyond(sign, most))
	}
	code := f.nearest(a)
	if code > most {
		if !saturate && !(f.nan < 0 && !f.negativeZero && !f.infinite) {
			return byte(f.beyond(sign, most))
		}
		code = most
	}
	if code == 0 && f.negativeZero {
		sign = 0
	}
	return byte(sign | code)
}

// most returns the code of the largest finite number.
func (f minifloat) most() int {
	all := 1<<(f.exponent+f.mantissa) - 1
	switch {
	case f.infinite:
		return all - 1<<f.mantissa
	case f.nan >= 0:
		return f.nan - 1
	}
	return all
}

// nearest returns the code of the number nearest to a ≥ 0, as if there were no end to the exponents.
func (f minifloat) nearest(a float64) int {
	if a == 0 {
		return 0
	}
	if math.IsInf(a, 0) {
		return 1 << 20
	}
	_, e := math.Frexp(a)
	e = max(e-1, 1-f.bias) // of the leading bit
	m := int(math.RoundToEven(math.Ldexp(a, f.mantissa-e)))
	if e+f.bias > 64 {
		return 1 << 20
	}
	return (e+f.bias-1)<<f.mantissa + m
}

func (f minifloat) notANumber(sign int) int {
	switch {
	case f.negativeZero:
		return 1 << (f.exponent + f.mantissa)
	case f.infinite:
		return sign | 1<<(f.exponent+f.mantissa) - 1
	case f.nan >= 0:
		return sign | f.nan
	}
	return 1 << (f.exponent + f.mantissa) // −0, where there is none
}

// beyond returns what stands for numbers that are too large.
func (f minifloat) beyond(sign, most int) int {
	if f.infinite {
		return sign | (most + 1)
	}
	return f.notANumber(sign)
}

// encodeE8M0 returns the power of two nearest to v, halves up.
func encodeE8M0(v float32, saturate bool) byte {
	bits := math.Float32bits(v)
	e := int(bits >> 23 & 255)
	switch {
	case v != v || bits>>31 == 1 && v != 0:
		return 255
	case e == 255 && !saturate:
		return 255
	case e == 255:
		return 254
	}
	m := bits & (1<<23 - 1)
	if e == 0 && m > 1<<22 || e > 0 && m >= 1<<22 {
		e++
	}
	if e > 254 && !saturate {
		return 255
	}
	return byte(min(e, 254))
}

// Decode returns the number that a code of a small floating-point type stands for.
func (t DataType) Decode(code byte) float32 { return t.values()[code] }
