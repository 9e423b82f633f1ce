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
	n := norm{name: "LayerNorm", axes: []int{-1}, shape: []int{d}, eps: eps, grad: device.LayerNormGrad, in: computedIn(x, gain, bias)}
	checkLength("LayerNorm", "gain", gain, d, "the last axis", x)
	checkLength("LayerNorm", "bias", bias, d, "the last axis", x)
	checkTypeIs("LayerNorm", "gain", gain, n.in, x)
	checkTypeIs("LayerNorm", "bias", bias, n.in, x)

	stat := x.Shape()[:x.Rank()-1]
	y := tensor.Output(x, x.Shape(), gain, bias)
	n.mean, n.rstd = tensor.OutputAs(n.in, x, stat, gain, bias), tensor.OutputAs(n.in, x, stat, gain, bias)
	fullGain, fullBias := affine(gain, bias, d)
	n.fused = tensor.Try(device.LayerNorm, &device.Attr{Scalars: [8]float64{eps}},
		[]*tensor.Tensor{y, n.mean, n.rstd}, x, fullGain, fullBias)
	return n.record(y, x, gain, bias)
}

// computedIn returns the type that x is normalized in: its own, or float32 for an x of halves if that is the gain's or the bias's.
func computedIn(x, gain, bias *tensor.Tensor) device.DType {
	t := x.DType()
	wide := func(v *tensor.Tensor) bool { return v != nil && v.DType() == device.Float32 }
	if (t == device.BFloat16 || t == device.Float16) && (wide(gain) || wide(bias)) {
		return device.Float32
	}
	return t
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
