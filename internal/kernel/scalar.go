package kernel

var (
	addScalar     = addScalarGeneric[float32]
	mulScalar     = mulScalarGeneric[float32]
	subFrom       = subFromGeneric[float32]
	divInto       = divIntoGeneric[float32]
	maximumScalar = maximumScalarGeneric[float32]
	minimumScalar = minimumScalarGeneric[float32]
)

// AddScalar sets dst[i] = x[i] + s.
func AddScalar(dst, x []float32, s float32) { addScalar(dst, x[:len(dst)], s) }

// AddScalar64 is [AddScalar] in float64.
func AddScalar64(dst, x []float64, s float64) { addScalarGeneric(dst, x, s) }

func addScalarGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + s
	}
}

// MulScalar sets dst[i] = x[i] · s.
func MulScalar(dst, x []float32, s float32) { mulScalar(dst, x[:len(dst)], s) }

// MulScalar64 is [MulScalar] in float64.
func MulScalar64(dst, x []float64, s float64) { mulScalarGeneric(dst, x, s) }

func mulScalarGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * s
	}
}

// SubFrom sets dst[i] = s − x[i].
func SubFrom(dst, x []float32, s float32) { subFrom(dst, x[:len(dst)], s) }

// SubFrom64 is [SubFrom] in float64.
func SubFrom64(dst, x []float64, s float64) { subFromGeneric(dst, x, s) }

func subFromGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = s - x[i]
	}
}

// DivInto sets dst[i] = s / x[i].
func DivInto(dst, x []float32, s float32) { divInto(dst, x[:len(dst)], s) }

// DivInto64 is [DivInto] in float64.
func DivInto64(dst, x []float64, s float64) { divIntoGeneric(dst, x, s) }

func divIntoGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = s / x[i]
	}
}

// MaximumScalar sets dst[i] to the larger of x[i] and s, NaN if either is NaN, s if they are equal.
func MaximumScalar(dst, x []float32, s float32) { maximumScalar(dst, x[:len(dst)], s) }

// MaximumScalar64 is [MaximumScalar] in float64.
func MaximumScalar64(dst, x []float64, s float64) { maximumScalarGeneric(dst, x, s) }

func maximumScalarGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = larger(x[i], s)
	}
}

// MinimumScalar sets dst[i] to the smaller of x[i] and s, NaN if either is NaN, s if they are equal.
func MinimumScalar(dst, x []float32, s float32) { minimumScalar(dst, x[:len(dst)], s) }

// MinimumScalar64 is [MinimumScalar] in float64.
func MinimumScalar64(dst, x []float64, s float64) { minimumScalarGeneric(dst, x, s) }

func minimumScalarGeneric[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = smaller(x[i], s)
	}
}
