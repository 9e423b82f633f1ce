package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// with runs f while a parameter has another value in this pass.
func (p *Pass) with(q *tensor.Param, value *tensor.Tensor, f func() *tensor.Tensor) *tensor.Tensor {
	before := p.UseFull(q)
	p.used[q] = value
	delete(p.lowered, q)
	defer func() {
		p.used[q] = before
		delete(p.lowered, q)
	}()
	return f()
}

// WeightNorm is a layer whose weight has, for each output, a direction and a length that are learned apart. See [op.WeightNorm].
//
//	w = g · v / ‖v‖
//
// The layer's own weight is the direction v.
type WeightNorm struct {
	Layer  Layer
	Length tensor.Param // g: [out]
	weight *tensor.Param
}

// NewWeightNorm returns the layer with that weight of its split. Its results are what they were.
func NewWeightNorm(l Layer, weight *tensor.Param) *WeightNorm {
	n := &WeightNorm{Layer: l, weight: weight}
	n.Length.Value = weight.Value.Flatten(1, -1).Square().Sum(1).Sqrt()
	return n
}

// Forward returns the layer of x.
func (l *WeightNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := op.WeightNorm(p.UseFull(l.weight), p.UseFull(&l.Length))
	return p.with(l.weight, w, func() *tensor.Tensor { return l.Layer.Forward(p, x) })
}

// WeightStandard is a layer whose weight has mean 0 and variance 1 for each output. See [op.WeightStandard].
type WeightStandard struct {
	Layer  Layer
	Eps    float64 // 0 means 1e-5
	weight *tensor.Param
}

// NewWeightStandard returns the layer with that weight of its standardized.
func NewWeightStandard(l Layer, weight *tensor.Param) *WeightStandard {
	return &WeightStandard{Layer: l, weight: weight}
}

// Forward returns the layer of x.
func (l *WeightStandard) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := op.WeightStandard(p.UseFull(l.weight), orDefault(l.Eps, 1e-5))
	return p.with(l.weight, w, func() *tensor.Tensor { return l.Layer.Forward(p, x) })
}

// SpectralNorm is a layer whose weight is divided by its largest singular value, so that a linear map lengthens nothing. See
// [op.SpectralNorm].
//
// Each pass of training brings the singular vectors nearer by so many steps of the power iteration; they are staged in the pass and
// written when its step succeeds. Evaluation takes them as they are.
type SpectralNorm struct {
	Layer  Layer
	U      tensor.Param `nn:",buffer"` // [out]
	V      tensor.Param `nn:",buffer"` // [rest]
	Steps  int          // of the power iteration in a pass of training; 0 means the paper's 1
	Eps    float64      // 0 means 1e-12
	weight *tensor.Param
}

// NewSpectralNorm returns the layer with that weight of its divided. The first vectors come from 15 steps, as in PyTorch.
func NewSpectralNorm(r *rng.Rand, l Layer, weight *tensor.Param) *SpectralNorm {
	n := &SpectralNorm{Layer: l, weight: weight}
	u := op.UnitNorm(Normal(1)(r.Next(), weight.Value.Dim(0)), 0, 1e-12)
	n.U.Value, n.V.Value = op.PowerIteration(weight.Value, u, 15, 1e-12)
	return n
}

// Forward returns the layer of x.
func (l *SpectralNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w, u, v := p.UseFull(l.weight), p.Buffer(&l.U), p.Buffer(&l.V)
	if p.Training() {
		u, v = op.PowerIteration(w.Detach(), u, max(1, l.Steps), orDefault(l.Eps, 1e-12))
		p.Stage(&l.U, u)
		p.Stage(&l.V, v)
	}
	return p.with(l.weight, op.SpectralNorm(w, u, v), func() *tensor.Tensor { return l.Layer.Forward(p, x) })
}
