package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// LearnedPositions adds a learned vector to each token, by its position.
//
//	x [b t d] → y [b t d]
//	y[i, j] = x[i, j] + weight[first + j]
//
// Gehring and others, Convolutional Sequence to Sequence Learning, 2017 (arXiv:1705.03122), section 3.1; so in BERT and GPT.
type LearnedPositions struct {
	Weight tensor.Param // [positions d]
}

// NewLearnedPositions returns a layer for so many positions of width d, normal with a standard deviation of 0.02, as BERT's.
func NewLearnedPositions(r *rng.Rand, positions, d int) *LearnedPositions {
	l := new(LearnedPositions)
	l.Weight.Value = Normal(0.02)(r.Next(), positions, d)
	return l
}

// Forward adds the vectors of the first positions.
func (l *LearnedPositions) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return l.From(p, x, 0) }

// From is [LearnedPositions.Forward] for tokens of which the first stands at that position. It panics with a [tensor.Error] if
// there are not so many.
func (l *LearnedPositions) From(p *Pass, x *tensor.Tensor, first int) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	if x.Rank() != 3 || x.Dim(2) != w.Dim(1) || first < 0 || first+x.Dim(1) > w.Dim(0) {
		panic(tensor.Errorf("LearnedPositions", "%v from position %d does not fit positions %v", x, first, w))
	}
	return x.Add(p.like(x, w.Slice(0, first, first+x.Dim(1))))
}

// SinusoidalPositions adds waves of many lengths to each token, by its position.
//
//	x [b t d] → y [b t d]
//	y[i, j] = x[i, j] + sinusoidal(first + j)
//
// See [op.Sinusoidal].
type SinusoidalPositions struct {
	Base float64 // 0 means the paper's 10000
}

// Forward adds the waves of the first positions.
func (l SinusoidalPositions) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.From(p, x, 0)
}

// From is [SinusoidalPositions.Forward] for tokens of which the first stands at that position.
func (l SinusoidalPositions) From(_ *Pass, x *tensor.Tensor, first int) *tensor.Tensor {
	if x.Rank() != 3 {
		panic(tensor.Errorf("SinusoidalPositions", "%v is not [b t d]", x))
	}
	at := tensor.Arange(x.Dim(1)).AddScalar(float64(first)).To(x.Device())
	return x.Add(op.Sinusoidal(at, x.Dim(2), l.Base).Cast(x.DType()))
}

// Rotary turns pairs of numbers of each head by angles that grow with the position.
//
//	x [b t h d] → y [b t h d]
//
// See [op.Rotary]; attentions turn queries and keys themselves, if their Config says so.
type Rotary struct{ Config op.RotaryConfig }

// Forward returns the heads of x turned.
func (l Rotary) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Rotary(x, l.Config) }
