package kernel

import (
	"math"
	"strings"
	"testing"
)

// A function is a kernel of one argument with its error bound: ulp floats, in the range of arguments from low to
// high. Where the value is below tiny, tiny's ulp counts.
type function struct {
	name      string
	f         func(dst, x []float32)
	f64       func(dst, x []float64)
	low, high float64
	ulp       float64
	tiny      float64
}

// ones is a gradient of ones.
func ones[T float](n int) []T {
	y := make([]T, n)
	for i := range y {
		y[i] = 1
	}
	return y
}

// grad makes a function of one argument of the gradient of an operation.
func grad[T float](f func(dst, dy, x []T)) func(dst, x []T) {
	return func(dst, x []T) { f(dst, ones[T](len(x)), x) }
}

var inf = math.Inf(1)

var functions = []function{
	{"Sqrt", Sqrt, Sqrt64, 0, inf, 0.501, 0},
	{"Exp", Exp, Exp64, -inf, inf, 1.1, 0},
	{"Log", Log, Log64, 0, inf, 1.1, 0},
	{"Tanh", Tanh, Tanh64, -inf, inf, 3, 0},
	{"Sigmoid", Sigmoid, Sigmoid64, -inf, inf, 3, 0},
	{"Silu", Silu, Silu64, -inf, inf, 4, 0x1p-119},
	{"Softplus", Softplus, Softplus64, -inf, inf, 3, 0},
	{"Sin", Sin, Sin64, -inf, inf, 1.6, 0},
	{"Cos", Cos, Cos64, -inf, inf, 1.6, 0},
	{"Erf", Erf, Erf64, -inf, inf, 3, 0},
	{"Gelu", Gelu, Gelu64, -inf, inf, 9, 0},
	{"GeluTanh", GeluTanh, GeluTanh64, -2, inf, 7, 0},
	{"GeluTanh/tail", GeluTanh, GeluTanh64, -inf, -2, 200, 0},
	{"SiluGrad", grad(SiluGrad), grad(SiluGrad64), -inf, inf, 5, 0.1},
	{"GeluGrad", grad(GeluGrad), grad(GeluGrad64), -inf, inf, 9, 0.2},
	{"GeluTanhGrad", grad(GeluTanhGrad), grad(GeluTanhGrad64), -inf, inf, 8, 0.2},
}

// TestULP compares each function with its float64 meaning at arguments of every magnitude.
func TestULP(t *testing.T) {
	withSets(t, func(t *testing.T) {
		for _, f := range functions {
			t.Run(f.name, func(t *testing.T) { f.check(t) })
		}
	})
}

func (f *function) check(t *testing.T) {
	x, x64, want := []float32{}, []float64{}, []float64{}
	step := uint64(6007) // a prime
	if testing.Short() {
		step = 100003
	}
	worst, at, wrong := 0.0, float32(0), 0
	flush := func() {
		got := make([]float32, len(x))
		f.f(got, x)
		want = append(want[:0], x64...)
		f.f64(want, x64)
		for i, w := range want {
			w32 := float32(w)
			switch {
			case w != w, math.IsInf(float64(w32), 0):
				if ulps(got[i], w32) > 0 && wrong < 5 && !(got[i] == math.MaxFloat32) {
					wrong++
					t.Errorf("%s(%v) = %v, want %v", f.name, x[i], got[i], w32)
				}
				continue
			}
			size := math.Max(math.Abs(w), f.tiny)
			_, e := math.Frexp(size)
			ulp := math.Ldexp(1, max(e-24, -149))
			if d := math.Abs(float64(got[i])-w) / ulp; !(d <= worst) {
				worst, at = d, x[i]
			}
		}
		x, x64 = x[:0], x64[:0]
	}
	put := func(v float32) {
		if v != v || float64(v) >= f.low && float64(v) <= f.high {
			x, x64 = append(x, v), append(x64, float64(v))
			if len(x) == 8192 {
				flush()
			}
		}
	}
	for b := uint64(0); b < 1<<32; b += step {
		put(math.Float32frombits(uint32(b)))
	}
	for i := range 400000 {
		put(float32(i-200000) * 1e-4)
	}
	for _, v := range []float64{0, math.Copysign(0, -1), inf, -inf, math.NaN(), math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32} {
		put(float32(v))
	}
	flush()
	if worst > f.ulp {
		t.Errorf("%s: %.2f ulp at %v, want at most %v", f.name, worst, at, f.ulp)
	}
	t.Logf("%s: %.2f ulp at %v", f.name, worst, at)
}

func init() {
	for _, f := range functions {
		register(sample{name: f.name, slices: 2, ulp: 2 + int(2*f.ulp), close: 1e-6, run: func(s [][]float32) []float32 {
			f.f(s[0], s[1])
			f.f(s[1], s[1])
			return nil
		}})
	}
}

func BenchmarkFunction(b *testing.B) {
	for _, size := range []int{4096, 131072, 16 << 20} {
		x, y := make([]float32, size), make([]float32, size)
		Normal(x, 1, 0)
		for _, f := range functions {
			if !strings.HasSuffix(f.name, "Grad") {
				sweep(b, f.name, size, 8, func(l, h int) { f.f(y[l:h], x[l:h]) })
			}
		}
		dy := ones[float32](size)
		sweep(b, "SiluGrad", size, 12, func(l, h int) { SiluGrad(y[l:h], dy[l:h], x[l:h]) })
		sweep(b, "GeluGrad", size, 12, func(l, h int) { GeluGrad(y[l:h], dy[l:h], x[l:h]) })
		sweep(b, "GeluTanhGrad", size, 12, func(l, h int) { GeluTanhGrad(y[l:h], dy[l:h], x[l:h]) })
	}
}
