package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// RotaryConfig is what [Rotary] may do besides the plain thing. The zero value is the paper's, but for the order of the
// elements.
type RotaryConfig struct {
	Base        float64 // 0 means 10000
	First       int     // position of the first token: how many are in a cache
	Heads       int     // how many of the heads are turned, from the first on; 0 means all
	Interleaved bool    // pairs are neighbours, as in the paper, and not the halves of a head, as in most models since

	// Frequencies are the angles of the d/2 pairs from one token to the next, in radians; nil means those of Base. See
	// [LinearFrequencies], [NTKFrequencies], [Llama3Scaling] and [YaRN] for texts longer than those of the training.
	Frequencies []float64
}

// Rotary turns pairs of elements by angles that grow with the position, so that the product of a query and a key depends
// on how far apart they are.
//
//	x [b t h d] → y [b t h d]
//	(yᵢ, yⱼ) = (xᵢ cos a − xⱼ sin a, xⱼ cos a + xᵢ sin a)     a = (first + t) · base^(−2i/d),  i < d/2,  j = i + d/2
//
// The gradient is the turn back. Angles are reduced in float64: far positions are as exact as near ones. It panics with a
// [tensor.Error] if d is odd.
//
// Su and others, RoFormer: Enhanced Transformer with Rotary Position Embedding, 2021 (arXiv:2104.09864), equation 34.
func Rotary(x *tensor.Tensor, c RotaryConfig) *tensor.Tensor {
	checkFloat("Rotary", x)
	if x.Rank() != 4 || x.Dim(3)%2 != 0 || c.Heads < 0 || c.Heads > x.Dim(2) {
		panic(tensor.Errorf("Rotary", "%v is not [b t h d] with an even d and at least %d heads", x, c.Heads))
	}
	if c.Frequencies == nil {
		c.Frequencies = RotaryFrequencies(x.Dim(3), given(c.Base, 10000))
	}
	if len(c.Frequencies) != x.Dim(3)/2 {
		panic(tensor.Errorf("Rotary", "%d frequencies for the pairs of %v", len(c.Frequencies), x))
	}
	if c.Heads == 0 {
		c.Heads = x.Dim(2)
	}
	cos, sin := angles(x, c)
	return rotated(x, cos, sin, c, 1)
}

// angles returns the cosines and sines for every token, [t d/2].
func angles(x *tensor.Tensor, c RotaryConfig) (cos, sin *tensor.Tensor) {
	t, d := x.Dim(1), x.Dim(3)/2
	turned := make([]float64, t*d)
	for i, f := range c.Frequencies {
		turn := f / (2 * math.Pi) // from one token to the next
		for j := range t {
			v := float64(float64(c.First+j) * turn)
			turned[j*d+i] = (v - math.Floor(v)) * (2 * math.Pi)
		}
	}
	a := tensor.Of(turned).Reshape(t, d).To(x.Device())
	if t := wideType(x.DType()); t != device.Float64 {
		a = a.Cast(t)
	}
	if s := x.Scope(); s != nil {
		a = s.Bring(a)
	}
	return a.Cos().Cast(x.DType()), a.Sin().Cast(x.DType())
}

// rotated turns x by the angles, or back with a sign of −1.
func rotated(x, cos, sin *tensor.Tensor, c RotaryConfig, sign float64) *tensor.Tensor {
	y := tensor.Output(x, x.Shape())
	attr := &device.Attr{Scalars: [8]float64{float64(c.Heads), sign}, Flag: c.Interleaved}
	if !tensor.Try(device.Rotary, attr, []*tensor.Tensor{y}, x, cos, sin) {
		y = composedRotary(x.Bare(), cos, sin.Scale(sign), c)
	}
	return tensor.Record(y, "Rotary", func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{rotated(dy, cos, sin, c, -sign)}
	}, x)
}

func composedRotary(x, cos, sin *tensor.Tensor, c RotaryConfig) *tensor.Tensor {
	b, t, h, d := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	pair, pairs := 3, []int{b, t, c.Heads, 2, d / 2}
	if c.Interleaved {
		pair, pairs = 4, []int{b, t, c.Heads, d / 2, 2}
	}
	parts := x.Split(2, c.Heads, h-c.Heads)
	p := parts[0].Reshape(pairs...)
	u, v := p.Select(pair, 0), p.Select(pair, 1) // [b t h d/2]
	cos, sin = cos.Unsqueeze(1), sin.Unsqueeze(1)
	y := tensor.Stack(pair, u.Mul(cos).Sub(v.Mul(sin)), v.Mul(cos).Add(u.Mul(sin)))
	return tensor.Concat(2, y.Reshape(b, t, c.Heads, d), parts[1])
}
