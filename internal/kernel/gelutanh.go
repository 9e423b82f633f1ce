package kernel

var (
	geluTanh     = geluTanhGeneric[float32]
	geluTanhGrad = geluTanhGradGeneric[float32]
)

// GeluTanh sets dst[i] = x·(1 + tanh u)/2 = x·σ(2u) with u = √(2/π)·(x + 0.044715·x³), x = x[i].
//
// Within 7 ulp above −2; below, the error of 2u is that of the result: up to 200 ulp (2e-5) at −10, where it ends.
func GeluTanh(dst, x []float32) { geluTanh(dst, x[:len(dst)]) }

// GeluTanh64 is [GeluTanh] in float64.
func GeluTanh64(dst, x []float64) { geluTanhGeneric(dst, x) }

func geluTanhGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		x := float64(v)
		dst[i] = T(timesTail(x, sigma(geluTanhArg(x))))
	}
}

// GeluTanhGrad sets dst[i] = dy[i]·(σ + x·σ·(1 − σ)·w′) with w = 2√(2/π)·(x + 0.044715·x³), σ = 1/(1 + e⁻ʷ),
// the gradient of [GeluTanh].
func GeluTanhGrad(dst, dy, x []float32) { geluTanhGrad(dst, dy[:len(dst)], x[:len(dst)]) }

// GeluTanhGrad64 is [GeluTanhGrad] in float64.
func GeluTanhGrad64(dst, dy, x []float64) { geluTanhGradGeneric(dst, dy, x) }

func geluTanhGradGeneric[T float](dst, dy, x []T) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	for i, v := range x {
		u := float64(v)
		w := geluTanhArg(u)
		s := sigma(w)
		dst[i] = dy[i] * T(s+timesTail(u, timesTail(geluTanhSlope(u), s*sigma(-w))))
	}
}

// geluTanhScale is 2√(2/π), geluTanhCube the paper's coefficient of x³.
const (
	geluTanhScale = 1.595769121605730711759784239737527474
	geluTanhCube  = 0.044715
)

func geluTanhArg(x float64) float64 {
	return geluTanhScale * (x + geluTanhCube*x*x*x)
}

func geluTanhSlope(x float64) float64 {
	return geluTanhScale * (1 + 3*geluTanhCube*x*x)
}
