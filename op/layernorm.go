package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LayerNorm normalizes the last axis of x to mean 0 and variance 1, then scales and shifts it.
//
//	x [… d], gain [d] or nil, bias [d] or nil → y [… d]
//	y = (x − μ) / √(σ² + ε) · gain + bias     μ, σ² over d; σ² divides by d
//
// ε keeps a constant row finite; the paper has 1e-5. An x of halves may have gain and bias of float32: all is then computed in
// float32, and y is of halves. It panics with a [tensor.Error] if gain or bias is not [d].
//
// Ba, Kiros and Hinton, Layer Normalization, 2016 (arXiv:1607.06450), equation 4.
func LayerNorm(x, gain, bias *tensor.Tensor, eps float64) *tensor.Tensor {
	checkFloat("LayerNorm", x)
	if x.Rank() == 0 {
		panic(tensor.Errorf("LayerNorm", "shape %v has no last axis", x))
	}
	d := x.Dim(-1)
	t := computedIn(x, gain, bias)
	checkVectorOf("LayerNorm", "gain", gain, t, d, "the last axis", x)
	checkVectorOf("LayerNorm", "bias", bias, t, d, "the last axis", x)
	n := norm{name: "LayerNorm", axes: []int{-1}, shape: []int{d}, eps: eps, grad: device.LayerNormGrad}

	stat := x.Shape()[:x.Rank()-1]
	y := tensor.Output(x, x.Shape(), gain, bias)
	n.mean, n.rstd = tensor.OutputAs(t, x, stat, gain, bias), tensor.OutputAs(t, x, stat, gain, bias)
	fullGain, fullBias := affine(gain, bias, d)
	n.fused = tensor.Try(device.LayerNorm, &device.Attr{Scalars: [8]float64{eps}},
		[]*tensor.Tensor{y, n.mean, n.rstd}, x, fullGain, fullBias)
	return n.record(y, x, gain, bias)
}

// computedIn returns the type that x is normalized in: its own, or that in which it is summed if the gain or the bias has it.
func computedIn(x, gain, bias *tensor.Tensor) device.DType {
	t := wideType(x.DType())
	if gain != nil && gain.DType() == t || bias != nil && bias.DType() == t {
		return t
	}
	return x.DType()
}

// affine returns gain and bias as a device wants them: both or none.
func affine(gain, bias *tensor.Tensor, n int) (*tensor.Tensor, *tensor.Tensor) {
	switch {
	case gain == nil && bias != nil:
		gain = bias.FullLike(1, n)
	case gain != nil && bias == nil:
		bias = gain.FullLike(0, n)
	}
	return gain, bias
}
