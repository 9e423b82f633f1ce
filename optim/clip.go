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
		squares[i] = sumSquare(g).Cast(device.Float64).To(grads[0].Device())
	}
	sum := 0.0
	for i, s := range tensor.Values[float64](tensor.Stack(0, squares...)) {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return s, i
		}
		sum += s
	}
	return math.Sqrt(sum), -1
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
