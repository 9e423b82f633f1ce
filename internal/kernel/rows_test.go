package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	for name, f := range map[string]func(dst, x []float32){"Softmax": Softmax, "LogSoftmax": LogSoftmax} {
		register(sample{name: name, slices: 2, fill: tame, ulp: 12, close: 1e-6, run: func(s [][]float32) []float32 {
			f(s[0], s[1])
			f(s[1], s[1])
			return nil
		}})
	}
	register(sample{name: "LogSumExp", slices: 1, fill: tame, ulp: 4, run: func(s [][]float32) []float32 { return []float32{LogSumExp(s[0])} }})
	register(sample{name: "SoftmaxGrad", slices: 3, run: func(s [][]float32) []float32 {
		SoftmaxGrad(s[0], s[1], s[2])
		SoftmaxGrad(s[1], s[1], s[2])
		return nil
	}})
	register(sample{name: "LogSoftmaxGrad", slices: 3, fill: tame, close: 1e-6, run: func(s [][]float32) []float32 {
		LogSoftmaxGrad(s[0], s[1], s[2])
		LogSoftmaxGrad(s[2], s[1], s[2])
		return nil
	}})
	none := []float32(nil)
	for name, run := range map[string]func(s [][]float32) []float32{
		"LayerNorm": func(s [][]float32) []float32 {
			m, r := LayerNorm(s[0], s[1], s[2], s[3], 1e-5)
			return []float32{m, r}
		},
		"LayerNorm/gain": func(s [][]float32) []float32 {
			m, r := LayerNorm(s[1], s[1], s[2], none, 1e-5)
			return []float32{m, r}
		},
		"LayerNorm/plain": func(s [][]float32) []float32 {
			m, r := LayerNorm(s[0], s[1], none, none, 1e-5)
			return []float32{m, r}
		},
		"LayerNormGrad": func(s [][]float32) []float32 {
			LayerNormGrad(s[0], s[1], s[2], s[3], s[4], s[5], 0.3, 1.7)
			return nil
		},
		"LayerNormGrad/plain": func(s [][]float32) []float32 {
			LayerNormGrad(s[3], none, none, s[3], s[4], none, 0.3, 1.7)
			return nil
		},
	} {
		register(sample{name: name, slices: 6, fill: tame, run: run})
	}
}

// TestSoftmaxExtremes checks rows with large, infinite and equal elements.
func TestSoftmaxExtremes(t *testing.T) {
	minusInf := float32(math.Inf(-1))
	withSets(t, func(t *testing.T) {
		for _, c := range []struct{ x, want, logs []float32 }{
			{[]float32{1e4, -1e4, 0}, []float32{1, 0, 0}, []float32{0, -2e4, -1e4}},
			{[]float32{3, 3, 3, 3}, []float32{0.25, 0.25, 0.25, 0.25}, []float32{-1.3862944, -1.3862944, -1.3862944, -1.3862944}},
			{[]float32{minusInf, 7, minusInf}, []float32{0, 1, 0}, []float32{minusInf, 0, minusInf}},
			{[]float32{-5}, []float32{1}, []float32{0}},
		} {
			y, l := make([]float32, len(c.x)), make([]float32, len(c.x))
			Softmax(y, c.x)
			LogSoftmax(l, c.x)
			for i := range y {
				if y[i] != c.want[i] || l[i] != c.logs[i] {
					t.Errorf("softmax of %v is %v, its logarithm %v, want %v, %v", c.x, y, l, c.want, c.logs)
					break
				}
			}
		}
		if got := LogSumExp([]float32{minusInf, minusInf}); got != minusInf {
			t.Errorf("LogSumExp of −Inf twice is %v", got)
		}
		if got := LogSumExp(nil); got != minusInf {
			t.Errorf("LogSumExp of nothing is %v", got)
		}
		if got := LogSumExp([]float32{1e4, 1e4}); math.Abs(float64(got)-1e4-math.Ln2) > 1e-3 {
			t.Errorf("LogSumExp of 1e4 twice is %v", got)
		}
	})
}

// TestGradients compares every gradient with differences of its function, in float64.
func TestGradients(t *testing.T) {
	const n = 7
	r := rand.New(rand.NewPCG(3, 4))
	random := func() []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	x, dy, gain, bias := random(), random(), random(), random()
	ofResult := func(f func(y, x []float64), g func(dx, dy, y []float64)) (func(y, x []float64), func(dx, dy, x []float64)) {
		return f, func(dx, dy, x []float64) {
			y := make([]float64, n)
			f(y, x)
			g(dx, dy, y)
		}
	}
	type pair struct {
		f func(y, x []float64)
		g func(dx, dy, x []float64)
	}
	pairs := map[string]pair{
		"Gelu": {Gelu64, GeluGrad64}, "GeluTanh": {GeluTanh64, GeluTanhGrad64}, "Silu": {Silu64, SiluGrad64},
		"LayerNorm": {
			func(y, x []float64) { LayerNorm64(y, x, gain, bias, 1e-5) },
			func(dx, dy, x []float64) {
				m, s := LayerNorm64(make([]float64, n), x, gain, bias, 1e-5)
				LayerNormGrad64(dx, nil, nil, dy, x, gain, m, s)
			},
		},
		"LayerNorm/plain": {
			func(y, x []float64) { LayerNorm64(y, x, nil, nil, 1e-5) },
			func(dx, dy, x []float64) {
				m, s := LayerNorm64(make([]float64, n), x, nil, nil, 1e-5)
				LayerNormGrad64(dx, nil, nil, dy, x, nil, m, s)
			},
		},
		"LayerNorm/gain": {
			func(y, g []float64) { LayerNorm64(y, x, g, bias, 1e-5) },
			func(dg, dy, g []float64) {
				m, s := LayerNorm64(make([]float64, n), x, g, bias, 1e-5)
				clear(dg)
				LayerNormGrad64(make([]float64, n), dg, nil, dy, x, g, m, s)
			},
		},
	}
	for name, p := range map[string]pair{
		"Relu": {Relu64, ReluGrad64}, "Sigmoid": {Sigmoid64, SigmoidGrad64}, "Tanh": {Tanh64, TanhGrad64},
		"Softmax": {Softmax64, SoftmaxGrad64}, "LogSoftmax": {LogSoftmax64, LogSoftmaxGrad64},
	} {
		f, g := ofResult(p.f, p.g)
		pairs[name] = pair{f, g}
	}
	for name, p := range pairs {
		dx := make([]float64, n)
		p.g(dx, dy, x)
		for i := range x {
			const h = 1e-6
			at := func(d float64) float64 {
				moved := append([]float64{}, x...)
				moved[i] += d
				y := make([]float64, n)
				p.f(y, moved)
				return Dot64(dy, y)
			}
			if want := (at(h) - at(-h)) / (2 * h); math.Abs(dx[i]-want) > 1e-7 {
				t.Errorf("%s: the gradient at %v is %v, want %v", name, x[i], dx[i], want)
			}
		}
	}
}

// TestSumExact checks that the tree of the sum takes every element once.
func TestSumExact(t *testing.T) {
	withSets(t, func(t *testing.T) {
		for n := range 500 {
			x := make([]float32, n)
			for i := range x {
				x[i] = float32(i)
			}
			if got, want := Sum(x), float32(n*(n-1)/2); got != want {
				t.Fatalf("the sum of 0 to %d is %v, want %v", n-1, got, want)
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	const width = 1024
	for _, size := range []int{4096, 131072} {
		x, y, z := make([]float32, size), make([]float32, size), make([]float32, size)
		gain, bias := make([]float32, width), make([]float32, width)
		Normal(x, 1, 0)
		Normal(z, 2, 0)
		rows := func(name string, bytes int, f func(y, x, z []float32)) {
			sweep(b, name, size, bytes, func(l, h int) {
				for ; l < h; l += width {
					f(y[l:l+width], x[l:l+width], z[l:l+width])
				}
			})
		}
		rows("Softmax", 8, func(y, x, _ []float32) { Softmax(y, x) })
		rows("LogSoftmax", 8, func(y, x, _ []float32) { LogSoftmax(y, x) })
		rows("SoftmaxGrad", 12, SoftmaxGrad)
		rows("LayerNorm", 8, func(y, x, _ []float32) { LayerNorm(y, x, gain, bias, 1e-5) })
		rows("LayerNormGrad", 12, func(y, x, z []float32) { LayerNormGrad(y, gain, bias, z, x, gain, 0, 1) })
	}
}
