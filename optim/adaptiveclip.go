package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// An AdaptiveClip limits the norm of a gradient beside that of its parameter, for each unit.
//
//	g ← g · min(1, Limit · max(‖p‖, ε) / ‖g‖)
//
// A unit is a slice along the first axis, what leads to one output; of a vector or a number it is all of it. The paper leaves the last layer
// out: Except.
//
// Brock, De, Smith and Simonyan, High-Performance Large-Scale Image Recognition Without Normalization, 2021
// (arXiv:2102.06171), equation 3.
type AdaptiveClip struct {
	Limit  float64 // 0 means 0.01
	Eps    float64 // ε; 0 means 1e-3
	Except func(p tensor.Named) bool
}

func (a *AdaptiveClip) clip(cells []*cell, g []*tensor.Tensor, scale float64) {
	for i, c := range cells {
		if a.Except != nil && a.Except(tensor.Named{Name: c.name, Param: c.param}) {
			continue
		}
		p := unitNorm(c.param.Value, true)
		most := p.Maximum(p.FullLike(or(a.Eps, 1e-3))).Scale(or(a.Limit, 0.01))
		n := unitNorm(g[i], true).Scale(math.Abs(scale))
		n = n.Maximum(n.FullLike(1e-6))
		g[i] = wide(g[i]).Mul(most.Div(n).Minimum(n.FullLike(1)))
	}
}
