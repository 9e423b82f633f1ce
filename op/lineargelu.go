package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LinearGelu is [Gelu] of [Linear], in one go where the device can: the results of the map are activated before they
// leave the cache, and what is kept for the gradient is the slope of the activation in their place.
//
//	x [… in], w [out in], b [out] or nil → y [… out]
//	y = gelu(x wᵀ + b)
func LinearGelu(x, w, b *tensor.Tensor) *tensor.Tensor {
	checkLinear(x, w, b)
	shape := append([]int{}, x.Shape()...)
	shape[len(shape)-1] = w.Dim(0)
	out := []*tensor.Tensor{tensor.OutputRowMajor(x, shape, w, b)}
	if tensor.Tracked(x, w, b) {
		out = append(out, tensor.OutputRowMajor(x, shape, w, b))
	}
	if !tensor.Try(device.LinearGelu, nil, out, x, w, b) {
		return Gelu(Linear(x, w, b))
	}
	return tensor.Record(out[0], "LinearGelu", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		slope := out[1]
		if tensor.Tracked(append(x, dy)...) {
			slope = geluSlope(Linear(x[0], x[1], x[2]))
		}
		return linearVJP(dy.Mul(slope), nil, x)
	}, x, w, b)
}
