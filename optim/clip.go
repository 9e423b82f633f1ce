package optim

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// norm returns the Euclidean norm of all the gradients together, and the place of the first that is not finite, or −1.
// It waits for the device once.
func norm(grads []*tensor.Tensor) (norm float64, bad int) {
	if len(grads) == 0 {
		return 0, -1
	}
	squares := make([]*tensor.Tensor, len(grads))
	for i, g := range grads {
		squares[i] = sumSquare(g)
	}
	sum := 0.0
	for i, s := range numbers(squares) {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return s, i
		}
		sum += s
	}
	return math.Sqrt(sum), -1
}

// numbers reads tensors of one element, waiting for the device once.
func numbers(x []*tensor.Tensor) []float64 {
	all := make([]*tensor.Tensor, len(x))
	for i, v := range x {
		all[i] = v.Cast(device.Float64).To(x[0].Device())
	}
	return tensor.Values[float64](tensor.Stack(0, all...))
}

// sumSquare returns Σx².
func sumSquare(x *tensor.Tensor) *tensor.Tensor {
	y := tensor.OutputAs(wideType(x.DType()), x, nil)
	if tensor.Try(device.SumSquare, nil, []*tensor.Tensor{y}, x) {
		return y
	}
	return wide(x).Square().Sum()
}

// shrink returns the factor that brings a norm down to the limit, if there is one, as PyTorch's clip_grad_norm_ does.
//
// Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013 (arXiv:1211.5063),
// algorithm 1.
func shrink(norm, limit float64) float64 {
	if limit <= 0 {
		return 1
	}
	return min(1, limit/(norm+1e-6))
}

// clipValue replaces the gradients by those with elements between −limit and limit.
func clipValue(grads []*tensor.Tensor, limit float64) {
	for i, g := range grads {
		grads[i] = g.Maximum(g.FullLike(-limit)).Minimum(g.FullLike(limit))
	}
}

// clip applies the limits to the gradients, which it replaces, and returns what to scale them by then.
func (o *Optimizer) clip(cells []*cell, g []*tensor.Tensor, scale float64) (float64, error) {
	if o.ClipValue > 0 {
		clipValue(g, o.ClipValue/math.Abs(scale))
	}
	if o.ClipEach > 0 {
		for i := range g {
			g[i] = wide(g[i]).Mul(shrinkTo(unitNorm(g[i], false).Scale(math.Abs(scale)), o.ClipEach, 1e-6))
		}
	}
	if o.ClipAdaptive != nil {
		o.ClipAdaptive.clip(cells, g, scale)
	}
	o.norm = 0
	if o.ClipNorm > 0 || o.CheckFinite || o.LossScale != nil {
		norm, bad := norm(g)
		if bad >= 0 {
			return scale, &NotFinite{Step: o.steps + 1, Name: cells[bad].name}
		}
		o.norm = norm * math.Abs(scale)
		scale *= shrink(o.norm, o.ClipNorm)
	}
	return scale, nil
}

// shrinkTo returns min(1, limit/(norm + eps)).
func shrinkTo(norm *tensor.Tensor, limit, eps float64) *tensor.Tensor {
	return norm.FullLike(limit).Div(norm.AddScalar(eps)).Minimum(norm.FullLike(1))
}

// unitNorm returns the Euclidean norm of x, or those of its units, the slices of its first axis.
func unitNorm(x *tensor.Tensor, units bool) *tensor.Tensor {
	if !units || x.Rank() < 2 {
		return wide(x).Square().Sum().Sqrt()
	}
	axes := make([]int, x.Rank()-1)
	for i := range axes {
		axes[i] = i + 1
	}
	return wide(x).Square().SumKeep(axes...).Sqrt()
}
