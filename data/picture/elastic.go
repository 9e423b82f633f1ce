package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Elastic moves every pixel by a smooth random field, like handwriting on rubber.
//
//	y[i, j] = x at (j + dx[i, j], i + dy[i, j]),   dx, dy = Alpha/2 · G(σ) * u,   u uniform in [−1, 1]
//
// G(σ) is a Gaussian of standard deviation Sigma, over 8σ + 1 pixels. Boxes and points go the opposite way of the field where they
// are, which is the inverse to first order. Alpha and Sigma are in pixels; Alpha is torchvision's, of which half is a pixel.
//
// Simard, Steinkraus and Platt, Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis, 2003.
type Elastic struct {
	Alpha  float64 // how far; 50 if 0
	Sigma  float64 // how smooth; 5 if 0
	Filter Filter  // bilinear if empty, or nearest
	Fill   []int   // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (l Elastic) Apply(e *Example, key rng.Key) {
	alpha, sigma := or(l.Alpha, 50), or(l.Sigma, 5)
	if sigma < 0 {
		panic(tensor.Errorf("Elastic", "a sigma of %v; want more than 0", sigma))
	}
	field := func(name string) []float64 {
		u := make([]float32, e.Height*e.Width)
		key.Child(name).Uniform(u)
		f := make([]float64, len(u))
		for i, v := range u {
			f[i] = float64(2*v - 1)
		}
		f = smooth(f, e.Height, e.Width, gaussian(int(8*sigma+1)|1, sigma))
		for i := range f {
			f[i] *= alpha / 2
		}
		return f
	}
	l.by(e, field("x"), field("y"))
}

// by moves the pixels by fields in pixels.
func (l Elastic) by(e *Example, dx, dy []float64) {
	h, w := e.Height, e.Width
	at := func(x, y float64) int {
		return min(max(int(y), 0), h-1)*w + min(max(int(x), 0), w-1)
	}
	warping{"Elastic", h, w, func(x, y float64) (float64, float64) {
		i := at(x, y)
		return x + dx[i], y + dy[i]
	}, l.Filter, l.Fill}.do(e)
	e.move(func(x, y float64) (float64, float64) {
		i := at(x, y)
		return x - dx[i], y - dy[i]
	})
}

// gaussian returns size weights of sum 1.
func gaussian(size int, sigma float64) []float64 {
	g, sum := make([]float64, size), 0.0
	for i := range g {
		x := (float64(i) - float64(size-1)/2) / sigma
		g[i] = math.Exp(-x * x / 2)
		sum += g[i]
	}
	for i := range g {
		g[i] /= sum
	}
	return g
}

// smooth returns x [h w], folded with weights along both axes; outside it is mirrored at its border pixels.
func smooth(x []float64, h, w int, weights []float64) []float64 {
	half := len(weights) / 2
	pass := func(src []float64, n, lines, step, next int) []float64 {
		dst := make([]float64, len(src))
		at := places("Blur", Reflect, n, -half, n+2*half)
		for line := range lines {
			from, to := src[line*next:], dst[line*next:]
			for i := range n {
				var sum float64
				for k, g := range weights {
					sum += float64(g * from[at[i+k]*step])
				}
				to[i*step] = sum
			}
		}
		return dst
	}
	return pass(pass(x, w, h, 1, w), h, w, w, 1)
}
