package kernel

import (
	"encoding/binary"
	"hash/fnv"
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

// bits are checksums of what assembly makes of the arguments of TestSameBits.
var bits = map[string]uint64{
	"Sqrt":          0x7b24b71b7b253bbe,
	"Exp":           0x9f34f9cbc5856ffa,
	"Log":           0x36137fae844f5703,
	"Tanh":          0xd4586e06eead4789,
	"Sigmoid":       0x2ae4c11635998ed5,
	"Silu":          0xc73c27148bc02e9a,
	"Softplus":      0xd3754d0724b88c39,
	"Sin":           0x12515051f8856ea0,
	"Cos":           0x4637bfd76e27b407,
	"Erf":           0x497b14f87950d746,
	"Gelu":          0x6869439af27045ba,
	"GeluTanh":      0x7d6ae20a1ce15c40,
	"GeluTanh/tail": 0x7d6ae20a1ce15c40,
	"SiluGrad":      0xfeac9c13f696f25c,
	"GeluGrad":      0x830aeaf12067079d,
	"GeluTanhGrad":  0x2e7964dd04416e04,
}

// TestSameBits checks that all assembly gives the same bits, on every architecture: the bodies are the same operations.
func TestSameBits(t *testing.T) {
	x := make([]float32, 100003)
	for i := range x {
		x[i] = math.Float32frombits(uint32(i * 42949))
	}
	y := make([]float32, len(x))
	for _, set := range Sets() {
		if rank(set) < rank("avx2") && set != "neon" {
			continue
		}
		restore := Use(set)
		for _, f := range functions {
			f.f(y, x)
			h := fnv.New64a()
			for _, v := range y {
				b := math.Float32bits(v)
				if v != v {
					b = 0x7fc00000 // one of them is enough
				}
				h.Write(binary.LittleEndian.AppendUint32(nil, b))
			}
			if got := h.Sum64(); got != bits[f.name] {
				t.Errorf("%s in %s: checksum %#016x, want %#016x", f.name, set, got, bits[f.name])
			}
		}
		restore()
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
