package kernel

var (
	normalize     = normalizeGeneric[float32]
	normalizeGrad = normalizeGradGeneric[float32]
)

// Normalize sets dst[i] = x[i]·scale[i] + shift[i]: a row of a batch norm whose channels are last.
func Normalize(dst, x, scale, shift []float32) {
	normalize(dst, x[:len(dst)], scale[:len(dst)], shift[:len(dst)])
}

// Normalize64 is [Normalize] in float64.
func Normalize64(dst, x, scale, shift []float64) { normalizeGeneric(dst, x, scale, shift) }

func normalizeGeneric[T float](dst, x, scale, shift []T) {
	x, scale, shift = x[:len(dst)], scale[:len(dst)], shift[:len(dst)]
	for i := range dst {
		dst[i] = T(x[i]*scale[i]) + shift[i]
	}
}

// NormalizeGrad sets dst[i] = dy[i]·a[i] + (x[i] − mean[i])·b[i] + c[i]: a row of the gradient of a batch norm
// whose channels are last. With n rows, s₁ = Σ dy and s₂ = Σ dy·(x − mean) over the rows,
//
//	a = gain·rstd    b = −gain·rstd³·s₂/n    c = −gain·rstd·s₁/n
func NormalizeGrad(dst, dy, x, mean, a, b, c []float32) {
	n := len(dst)
	normalizeGrad(dst, dy[:n], x[:n], mean[:n], a[:n], b[:n], c[:n])
}

// NormalizeGrad64 is [NormalizeGrad] in float64.
func NormalizeGrad64(dst, dy, x, mean, a, b, c []float64) {
	normalizeGradGeneric(dst, dy, x, mean, a, b, c)
}

func normalizeGradGeneric[T float](dst, dy, x, mean, a, b, c []T) {
	n := len(dst)
	dy, x, mean, a, b, c = dy[:n], x[:n], mean[:n], a[:n], b[:n], c[:n]
	for i := range dst {
		dst[i] = T(dy[i]*a[i]) + T((x[i]-mean[i])*b[i]) + c[i]
	}
}
