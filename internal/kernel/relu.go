package kernel

var (
	relu     = reluGeneric[float32]
	reluGrad = reluGradGeneric[float32]
)

// Relu sets dst[i] = 0 where x[i] < 0, else x[i]; so NaN stays NaN.
func Relu(dst, x []float32) { relu(dst, x[:len(dst)]) }

// Relu64 is [Relu] in float64.
func Relu64(dst, x []float64) { reluGeneric(dst, x) }

func reluGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		if v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

// ReluGrad sets dst[i] = dy[i] where y[i] > 0, else 0: the gradient of [Relu] from its result or its argument.
func ReluGrad(dst, dy, y []float32) { reluGrad(dst, dy[:len(dst)], y[:len(dst)]) }

// ReluGrad64 is [ReluGrad] in float64.
func ReluGrad64(dst, dy, y []float64) { reluGradGeneric(dst, dy, y) }

func reluGradGeneric[T float](dst, dy, y []T) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	for i, v := range y {
		d := dy[i]
		if !(v > 0) {
			d = 0
		}
		dst[i] = d
	}
}
