package kernel

import "math"

var (
	bfloat16ToFloat32 = bfloat16ToFloat32Generic
	float32ToBFloat16 = float32ToBFloat16Generic
	float16ToFloat32  = float16ToFloat32Generic
	float32ToFloat16  = float32ToFloat16Generic
)

// BFloat16ToFloat32 sets dst[i] to the value of the bfloat16 src[i].
func BFloat16ToFloat32(dst []float32, src []uint16) { bfloat16ToFloat32(dst, src[:len(dst)]) }

// Float32ToBFloat16 sets dst[i] to the bfloat16 nearest to src[i], half to even; a NaN stays one, made quiet.
func Float32ToBFloat16(dst []uint16, src []float32) { float32ToBFloat16(dst, src[:len(dst)]) }

// Float16ToFloat32 sets dst[i] to the value of the IEEE half src[i]; a NaN stays one, made quiet.
func Float16ToFloat32(dst []float32, src []uint16) { float16ToFloat32(dst, src[:len(dst)]) }

// Float32ToFloat16 sets dst[i] to the IEEE half nearest to src[i], half to even; a NaN stays one, made quiet.
func Float32ToFloat16(dst []uint16, src []float32) { float32ToFloat16(dst, src[:len(dst)]) }

func bfloat16ToFloat32Generic(dst []float32, src []uint16) {
	src = src[:len(dst)]
	for i, h := range src {
		dst[i] = math.Float32frombits(uint32(h) << 16)
	}
}

func float32ToBFloat16Generic(dst []uint16, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		b := math.Float32bits(v)
		if v != v {
			dst[i] = uint16(b>>16) | 0x40
			continue
		}
		dst[i] = uint16((b + 0x7fff + b>>16&1) >> 16)
	}
}

func float16ToFloat32Generic(dst []float32, src []uint16) {
	src = src[:len(dst)]
	for i, h := range src {
		dst[i] = fromHalf(h)
	}
}

func float32ToFloat16Generic(dst []uint16, src []float32) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = toHalf(v)
	}
}

// fromHalf returns the value of an IEEE half: 1 sign, 5 exponent (bias 15) and 10 fraction bits.
func fromHalf(h uint16) float32 {
	sign, exp, frac := uint32(h&0x8000)<<16, uint32(h>>10&31), uint32(h&0x3ff)
	switch {
	case exp == 31 && frac != 0:
		return math.Float32frombits(sign | 0x7fc00000 | frac<<13)
	case exp == 31:
		return math.Float32frombits(sign | 0x7f800000)
	case exp == 0:
		v := float32(frac) * 0x1p-24
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// toHalf returns the IEEE half nearest to v, half to even.
func toHalf(v float32) uint16 {
	b := math.Float32bits(v)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000: // NaN
		return sign | 0x7e00 | uint16(b>>13&0x3ff)
	case b >= 0x477ff000: // 65520 and above round to infinity
		return sign | 0x7c00
	case b < 0x38800000: // below 2⁻¹⁴: adding ½ puts the last place of a subnormal half at that of the float
		return sign | uint16(math.Float32bits(math.Float32frombits(b)+0.5)-0x3f000000)
	}
	b += 0xfff + b>>13&1 - 112<<23
	return sign | uint16(b>>13)
}

// inWhole makes a conversion of one that leaves out what is less than n elements, a power of 2, and one for the rest.
func inWhole[D, S any](n int, fast, rest func(dst []D, src []S)) func(dst []D, src []S) {
	return func(dst []D, src []S) {
		whole := len(dst) &^ (n - 1)
		fast(dst[:whole], src)
		rest(dst[whole:], src[whole:])
	}
}
