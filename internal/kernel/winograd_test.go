package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// The generator knows the fields of WinogradTiles by their place.
func TestWinogradLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x WinogradTiles
	for i, at := range []uintptr{
		unsafe.Offsetof(x.Src), unsafe.Offsetof(x.SrcRow), unsafe.Offsetof(x.SrcCol), unsafe.Offsetof(x.SrcTile),
		unsafe.Offsetof(x.Dst), unsafe.Offsetof(x.DstRow), unsafe.Offsetof(x.DstCol), unsafe.Offsetof(x.DstTile),
		unsafe.Offsetof(x.N), unsafe.Offsetof(x.Count), unsafe.Offsetof(x.Bias), unsafe.Offsetof(x.Floor), unsafe.Offsetof(x.saved),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

var winograds = []*Winograd{Winograd2x3, Winograd4x3, Winograd2x5}

// A winogradMap is one of the transformations, from squares of one size to squares of another.
type winogradMap struct {
	name      string
	run       func(*WinogradTiles)
	generic   func(*WinogradTiles)
	from, to  int
	withFloor bool
}

func (w *Winograd) maps() []winogradMap {
	n, g := w.Points(), winogradGeneric(w.Out, w.Window)
	return []winogradMap{
		{"Input", w.Input, g.input, n, n, false},
		{"Output", w.Output, g.output, n, w.Out, true},
		{"Weights", w.Weights, g.weights, w.Window, n, false},
		{"OutputGrad", w.OutputGrad, g.outputGrad, w.Out, n, false},
		{"WeightsGrad", w.WeightsGrad, g.weightsGrad, n, w.Window, false},
	}
}

// Every transformation of every set against that in plain Go: all numbers of channels, several tiles, strides, and
// nothing touched outside.
func TestWinogradTransforms(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, w := range winograds {
			for _, m := range w.maps() {
				for n := 1; n <= 50; n++ {
					testWinogradMap(t, r, w, m, n)
				}
			}
		}
	})
}

func testWinogradMap(t *testing.T, r *rand.Rand, w *Winograd, m winogradMap, n int) {
	t.Helper()
	count := 1 + r.IntN(3)
	x := WinogradTiles{N: n, Count: count, Floor: float32(math.Inf(-1))}
	if r.IntN(2) == 0 {
		x.Floor = 0
	}
	x.SrcCol = n + r.IntN(3)
	x.SrcRow = m.from*x.SrcCol + r.IntN(3)
	x.SrcTile = m.from*x.SrcRow + r.IntN(3)
	x.DstTile = n + r.IntN(3)
	x.DstCol = count*x.DstTile + r.IntN(3)
	x.DstRow = m.to*x.DstCol + r.IntN(3)
	src := atEdge(t, random(r, (count-1)*x.SrcTile+(m.from-1)*(x.SrcRow+x.SrcCol)+n))
	size := (count-1)*x.DstTile + (m.to-1)*(x.DstRow+x.DstCol) + n
	filled := func() []float32 {
		d := make([]float32, size)
		for i := range d {
			d[i] = 99
		}
		return d
	}
	bias, got, want := atEdge(t, random(r, n)), atEdge(t, filled()), filled()
	x.Src, x.Bias = pointer(src), pointer(bias)
	y := x
	x.Dst, y.Dst = pointer(got), pointer(want)
	m.run(&x)
	m.generic(&y)
	for i := range got {
		if math.Abs(float64(got[i]-want[i])) > 2e-5 {
			t.Fatalf("%s %dx%d of %d channels: element %d is %v, want %v", m.name, w.Out, w.Window, n, i, got[i], want[i])
		}
	}
}

// NaN stays NaN under a floor.
func TestWinogradNaN(t *testing.T) {
	withSets(t, func(t *testing.T) {
		for _, w := range winograds {
			src, dst, bias := make([]float32, 36*20), make([]float32, 16*20), make([]float32, 20)
			for i := range src {
				src[i] = float32(math.NaN())
			}
			n := w.Points()
			x := WinogradTiles{Src: pointer(src), SrcRow: n * 20, SrcCol: 20, Dst: pointer(dst), DstRow: w.Out * 20, DstCol: 20, N: 20, Count: 1, Bias: pointer(bias)}
			w.Output(&x)
			for i, v := range dst[:w.Out*w.Out*20] {
				if v == v {
					t.Fatalf("%dx%d: element %d is %v", w.Out, w.Window, i, v)
				}
			}
		}
	})
}

// In exact arithmetic the products of transformed tiles are the convolution: seen in integers, in plain Go.
func TestWinogradConvolves(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, w := range winograds {
			n := w.Points()
			x, g, dy := make([]float32, n*n), make([]float32, w.Window*w.Window), make([]float32, w.Out*w.Out)
			for _, v := range [][]float32{x, g, dy} {
				for i := range v {
					v[i] = float32(r.IntN(9) - 4)
				}
			}
			run := func(f func(*WinogradTiles), x []float32, from, to int) []float32 {
				y, zero := make([]float32, to*to), []float32{0}
				f(&WinogradTiles{Src: pointer(x), SrcRow: from, SrcCol: 1, Dst: pointer(y), DstRow: to, DstCol: 1, N: 1, Count: 1, Bias: pointer(zero), Floor: float32(math.Inf(-1))})
				return y
			}
			product := func(a, b []float32) []float32 {
				c := make([]float32, len(a))
				for i := range c {
					c[i] = a[i] * b[i]
				}
				return c
			}
			u := run(w.Input, x, n, n)
			y := run(w.Output, product(u, run(w.Weights, g, w.Window, n)), n, w.Out)
			checkCorrelation(t, y, x, g, w.Out, w.Window)
			dg := run(w.WeightsGrad, product(u, run(w.OutputGrad, dy, w.Out, n)), n, w.Window)
			checkCorrelation(t, dg, x, dy, w.Window, w.Out)
		}
	})
}

// checkCorrelation compares y, m by m, with the correlation of x and a window of r by r.
func checkCorrelation(t *testing.T, y, x, window []float32, m, r int) {
	t.Helper()
	n := m + r - 1
	for i := range m {
		for j := range m {
			want := float32(0)
			for k := range r {
				for l := range r {
					want += x[(i+k)*n+j+l] * window[k*r+l]
				}
			}
			if math.Abs(float64(want-y[i*m+j])) > 1e-3 {
				t.Fatalf("%d by %d: element %d %d is %v, want %v", m, r, i, j, y[i*m+j], want)
			}
		}
	}
}

func BenchmarkWinograd(b *testing.B) {
	for _, w := range winograds {
		for _, m := range w.maps() {
			const n, count = 64, 14
			r := rand.New(rand.NewPCG(1, 2))
			x := WinogradTiles{N: n, Count: count, SrcCol: n, SrcRow: 6 * n, SrcTile: 36 * n, DstTile: n, DstCol: count * n, DstRow: 6 * count * n}
			x.Src, x.Dst, x.Bias = pointer(random(r, count*36*n)), pointer(random(r, count*36*n)), pointer(random(r, n))
			b.Run(m.name, func(b *testing.B) {
				for b.Loop() {
					m.run(&x)
					Checkpoint()
				}
				b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1e9/count/(n/16), "ns/16-channels")
			})
		}
	}
}
