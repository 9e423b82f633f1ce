package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Sinusoidal returns waves of many lengths at given positions: vectors that say where a token, or when a diffusion step, is.
//
//	positions […] of integers or floats → y […, d], float32, or the floats' own type
//	y[2i] = sin(position · base^(−2i/d))    y[2i+1] = cos(position · base^(−2i/d))
//
// A base of 0 means the paper's 10000. Angles are computed in float64. No gradient flows to the positions. It panics with
// a [tensor.Error] if d is odd.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), section 3.5.
func Sinusoidal(positions *tensor.Tensor, d int, base float64) *tensor.Tensor {
	tensor.NonDifferentiable("Sinusoidal", positions)
	if d < 2 || d%2 != 0 {
		panic(tensor.Errorf("Sinusoidal", "%d numbers for positions %v; want an even number", d, positions))
	}
	if base == 0 {
		base = 10000
	}
	frequencies := RotaryFrequencies(d, base)
	t := device.Float32
	if positions.DType().IsFloat() {
		t = positions.DType()
	}
	a := positions.Cast(device.Float64).Unsqueeze(positions.Rank()).Mul(tensor.Of(frequencies, d/2).To(positions.Device()))
	y := tensor.Stack(a.Rank(), a.Sin(), a.Cos())
	return y.Flatten(a.Rank()-1, a.Rank()).Cast(t)
}

// RotaryFrequencies returns the angles, in radians, by which [Rotary] turns the pairs of d numbers from one token to the
// next: base^(−2i/d) for i < d/2.
func RotaryFrequencies(d int, base float64) []float64 {
	f := make([]float64, d/2)
	for i := range f {
		f[i] = math.Pow(base, -2*float64(i)/float64(d))
	}
	return f
}
