package kernel

// float is what the generic loops are written for: the element types that a kernel computes in.
type float interface{ float32 | float64 }

var (
	add     = addGeneric[float32]
	sub     = subGeneric[float32]
	mul     = mulGeneric[float32]
	div     = divGeneric[float32]
	maximum = maximumGeneric[float32]
	minimum = minimumGeneric[float32]
)

// Add sets dst[i] = a[i] + b[i].
func Add(dst, a, b []float32) { add(dst, a[:len(dst)], b[:len(dst)]) }

// Add64 is [Add] in float64.
func Add64(dst, a, b []float64) { addGeneric(dst, a, b) }

func addGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

// Sub sets dst[i] = a[i] - b[i].
func Sub(dst, a, b []float32) { sub(dst, a[:len(dst)], b[:len(dst)]) }

// Sub64 is [Sub] in float64.
func Sub64(dst, a, b []float64) { subGeneric(dst, a, b) }

func subGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] - b[i]
	}
}

// Mul sets dst[i] = a[i] * b[i].
func Mul(dst, a, b []float32) { mul(dst, a[:len(dst)], b[:len(dst)]) }

// Mul64 is [Mul] in float64.
func Mul64(dst, a, b []float64) { mulGeneric(dst, a, b) }

func mulGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] * b[i]
	}
}

// Div sets dst[i] = a[i] / b[i].
func Div(dst, a, b []float32) { div(dst, a[:len(dst)], b[:len(dst)]) }

// Div64 is [Div] in float64.
func Div64(dst, a, b []float64) { divGeneric(dst, a, b) }

func divGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] / b[i]
	}
}

// Maximum sets dst[i] to the larger of a[i] and b[i], NaN if either is NaN, b[i] if they are equal (zeros of either sign are).
func Maximum(dst, a, b []float32) { maximum(dst, a[:len(dst)], b[:len(dst)]) }

// Maximum64 is [Maximum] in float64.
func Maximum64(dst, a, b []float64) { maximumGeneric(dst, a, b) }

func maximumGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = larger(a[i], b[i])
	}
}

// larger returns a if a > b or a is NaN, else b.
func larger[T float](a, b T) T {
	if a > b || a != a {
		return a
	}
	return b
}

// Minimum sets dst[i] to the smaller of a[i] and b[i], NaN if either is NaN, b[i] if they are equal (zeros of either sign are).
func Minimum(dst, a, b []float32) { minimum(dst, a[:len(dst)], b[:len(dst)]) }

// Minimum64 is [Minimum] in float64.
func Minimum64(dst, a, b []float64) { minimumGeneric(dst, a, b) }

func minimumGeneric[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = smaller(a[i], b[i])
	}
}

// smaller returns a if a < b or a is NaN, else b.
func smaller[T float](a, b T) T {
	if a < b || a != a {
		return a
	}
	return b
}
