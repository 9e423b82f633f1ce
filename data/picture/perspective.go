package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Perspective shows the picture as if seen at an angle: each corner moves to a random place near it.
//
//	corner (0, 0) → (a, b), a uniform in 0 … Distortion·w/2, b in 0 … Distortion·h/2, whole pixels; the others alike
//
// Filter is bilinear if empty, or nearest.
type Perspective struct {
	Distortion float64 // 0 to 1; 0.5 if 0
	P          float64 // probability; 0.5 if 0
	Filter     Filter
	Fill       []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (p Perspective) Apply(e *Example, key rng.Key) {
	s := key.Source()
	if !chance(s, p.P) {
		return
	}
	d := or(p.Distortion, 0.5)
	if d < 0 || d > 1 {
		panic(tensor.Errorf("Perspective", "a distortion of %v; want 0 to 1", d))
	}
	h, w := e.Height, e.Width
	down, right := int(d*float64(h/2))+1, int(d*float64(w/2))+1
	near := func(bound int) float64 { return float64(s.Intn(bound)) }
	far := func(side, bound int) float64 { return float64(side - bound + s.Intn(bound)) }
	to := [4]Point{{near(right), near(down)}, {far(w, right), near(down)}, {far(w, right), far(h, down)}, {near(right), far(h, down)}}
	p.between(e, [4]Point{{0, 0}, {float64(w - 1), 0}, {float64(w - 1), float64(h - 1)}, {0, float64(h - 1)}}, to)
}

func (p Perspective) between(e *Example, from, to [4]Point) {
	back, ok := through(to, from)
	if !ok {
		return // a picture of one row or column has no corners to move
	}
	warping{"Perspective", e.Height, e.Width, back.at, p.Filter, p.Fill}.do(e)
	e.move(back.inverse().at)
}

// through returns the projection that takes four points to four others, if there is one: the eight equations in m₀ … m₇ with
// m₈ = 1, by elimination.
func through(from, to [4]Point) (m projection, ok bool) {
	var a [8][9]float64
	for i := range from {
		x, y, u, v := from[i].X, from[i].Y, to[i].X, to[i].Y
		a[2*i] = [9]float64{x, y, 1, 0, 0, 0, -u * x, -u * y, u}
		a[2*i+1] = [9]float64{0, 0, 0, x, y, 1, -v * x, -v * y, v}
	}
	for k := range 8 {
		best := k
		for i := k; i < 8; i++ {
			if math.Abs(a[i][k]) > math.Abs(a[best][k]) {
				best = i
			}
		}
		a[k], a[best] = a[best], a[k]
		if math.Abs(a[k][k]) < 1e-9 {
			return m, false
		}
		for i := range 8 {
			if f := a[i][k] / a[k][k]; i != k && f != 0 {
				for j := k; j < 9; j++ {
					a[i][j] -= float64(f * a[k][j])
				}
			}
		}
	}
	for k := range 8 {
		m[k] = a[k][8] / a[k][k]
	}
	m[8] = 1
	return m, true
}
