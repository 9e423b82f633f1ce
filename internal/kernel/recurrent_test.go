package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func init() {
	// Of a slice of n elements the last ones are used: n/4 units, and of slices with planes four times as many.
	cell := func(planes string, f func(s [][]float32, units int)) func(s [][]float32) []float32 {
		return func(s [][]float32) []float32 {
			part, units := make([][]float32, len(s)), len(s[0])/4
			for i, x := range s {
				part[i] = x[len(x)-int(planes[i]-'0')*units:]
			}
			f(part, units)
			return nil
		}
	}
	register(sample{name: "LSTM", slices: 5, fill: tame, ulp: 8, close: 1e-6, run: cell("11144", func(s [][]float32, n int) {
		LSTM(s[0], s[1], s[2], s[3], s[4], n)
	})})
	register(sample{name: "LSTMGrad", slices: 7, fill: tame, ulp: 8, close: 1e-6, run: cell("1411411", func(s [][]float32, n int) {
		LSTMGrad(s[0], s[1], s[2], s[3], s[4], s[5], s[6], n)
	})})
	register(sample{name: "GRU", slices: 4, fill: tame, ulp: 8, close: 1e-6, run: cell("1144", func(s [][]float32, n int) {
		GRU(s[0], s[1], s[2], s[3], n)
	})})
	register(sample{name: "GRUGrad", slices: 8, fill: tame, run: cell("14111411", func(s [][]float32, n int) {
		GRUGrad(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], n)
	})})
}

// TestCellGradients compares the gradients of the cells with differences.
func TestCellGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	random := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	clone := func(x []float32) []float32 { return append([]float32{}, x...) }
	const n, h = 5, 1e-2
	wh, wc := random(n), random(n) // the loss is their product with h and c
	before, g, s, zero := random(n), random(4*n), random(4*n), make([]float32, n)
	near := func(what string, got []float32, at []float32, loss func() float64) {
		t.Helper()
		for i, v := range at {
			at[i] = v + h
			up := loss()
			at[i] = v - h
			down := loss()
			at[i] = v
			if want := (up - down) / (2 * h); math.Abs(float64(got[i])-want) > 1e-3 {
				t.Errorf("%s: the gradient of element %d is %v, want %v", what, i, got[i], want)
			}
		}
	}

	y, c, gates := make([]float32, n), make([]float32, n), clone(g)
	LSTM(y, c, before, gates, s, n)
	dc, d := clone(wc), make([]float32, 4*n)
	LSTMGrad(dc, d, wh, zero, gates, c, before, n)
	loss := func() float64 {
		y, c := make([]float32, n), make([]float32, n)
		LSTM(y, c, before, clone(g), s, n)
		return float64(Dot(y, wh) + Dot(c, wc))
	}
	near("LSTM, s", d, s, loss)
	near("LSTM, before", dc, before, loss)

	gates = clone(g)
	GRU(y, before, gates, s, n)
	carry, dn := make([]float32, n), make([]float32, n)
	GRUGrad(carry, d, dn, wh, zero, gates, s[2*n:3*n], before, n)
	loss = func() float64 {
		y := make([]float32, n)
		GRU(y, before, clone(g), s, n)
		return float64(Dot(y, wh))
	}
	near("GRU, s", d, s[:3*n], loss)
	near("GRU, g", append(clone(d[:2*n]), dn...), g[:3*n], loss)
	near("GRU, before", carry, before, loss)
}

func BenchmarkCells(b *testing.B) {
	for _, size := range []int{256, 16384} {
		g, s, x := make([]float32, 4*size), make([]float32, 4*size), make([]float32, 4*size)
		Normal(s, 1, 0)
		sweep(b, "LSTM", size, 60, func(l, h int) { LSTM(x[l:h], x[size+l:size+h], x[2*size+l:], g[l:], s[l:], size) })
		sweep(b, "LSTMGrad", size, 64, func(l, h int) {
			LSTMGrad(x[l:h], g[l:], x[size+l:], x[size+l:], s[l:], x[2*size+l:], x[3*size+l:], size)
		})
	}
}
