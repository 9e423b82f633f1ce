package kernel

// Integer is the integers that tensors can have as elements.
type Integer interface{ int64 | int32 | uint8 }

// Number is the elements that can be added.
type Number interface {
	Integer | float32 | float64
}

// AddInt sets dst[i] = a[i] + b[i], wrapping around.
func AddInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// SubInt sets dst[i] = a[i] − b[i], wrapping around.
func SubInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// MulInt sets dst[i] = a[i] · b[i], wrapping around.
func MulInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// DivInt sets dst[i] = a[i] / b[i], towards zero; 0 where b[i] is 0.
func DivInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i, d := range b {
		if d == 0 {
			dst[i] = 0
		} else {
			dst[i] = a[i] / d
		}
	}
}

// PowInt sets dst[i] = a[i] to the power of b[i], wrapping around; of a negative power the integer part.
func PowInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = powInt(a[i], b[i])
	}
}

func powInt[T Integer](x, n T) T {
	if n < 0 {
		switch {
		case x == 1, x+1 == 0 && n%2 == 0:
			return 1
		case x+1 == 0:
			return x
		}
		return 0
	}
	y := T(1)
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			y *= x
		}
		x *= x
	}
	return y
}

// MaximumInt sets dst[i] to the larger of a[i] and b[i].
func MaximumInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = max(a[i], b[i])
	}
}

// MinimumInt sets dst[i] to the smaller of a[i] and b[i].
func MinimumInt[T Integer](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = min(a[i], b[i])
	}
}

// NegInt sets dst[i] = −x[i], wrapping around.
func NegInt[T Integer](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = -v
	}
}

// AbsInt sets dst[i] = |x[i]|, wrapping around.
func AbsInt[T Integer](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = max(v, -v)
		if v > 0 { // of unsigned numbers −v may be larger
			dst[i] = v
		}
	}
}

// SumInt returns Σ x[i], wrapping around.
func SumInt[T Integer](x []T) (sum T) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// MaxInt returns the largest of x, which is not empty.
func MaxInt[T Integer](x []T) T {
	m := x[0]
	for _, v := range x[1:] {
		m = max(m, v)
	}
	return m
}

// MinInt returns the smallest of x, which is not empty.
func MinInt[T Integer](x []T) T {
	m := x[0]
	for _, v := range x[1:] {
		m = min(m, v)
	}
	return m
}
