package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Moments are the mean and the variance of each channel of a batch: [c] each.
type Moments struct{ Mean, Variance *tensor.Tensor }

// BatchNorm normalizes each channel of a batch to mean 0 and variance 1, then scales and shifts it. It also returns the
// channels' moments, for running averages of them.
//
//	x [n c …], gain [c] or nil, bias [c] or nil → y [n c …]
//	y = (x − μ) / √(σ² + ε) · gain + bias     μ, σ² over all axes but c
//
// Inside, σ² divides by the number m of elements of a channel; the variance returned divides by m − 1, as in PyTorch and
// the paper. No gradient flows through the moments. It panics with a [tensor.Error] if gain or bias is not [c], and if a
// channel has fewer than two elements.
//
// Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift, 2015
// (arXiv:1502.03167), algorithm 1. The paper leaves ε open; 1e-5 is usual.
func BatchNorm(x, gain, bias *tensor.Tensor, eps float64) (*tensor.Tensor, Moments) {
	n, m := batchNormal(x, gain, bias, eps)
	if m < 2 {
		panic(tensor.Errorf("BatchNorm", "shape %v has %d elements a channel; training needs two or more", x, m))
	}
	c := x.Dim(1)
	y := tensor.Output(x, x.Shape(), gain, bias)
	n.mean, n.rstd = tensor.OutputRowMajor(x, []int{c}, gain, bias), tensor.OutputRowMajor(x, []int{c}, gain, bias)
	fullGain, fullBias := affine(gain, bias, c)
	n.fused = tensor.Try(device.BatchNorm, &device.Attr{Scalars: [8]float64{eps}},
		[]*tensor.Tensor{y, n.mean, n.rstd}, x, fullGain, fullBias)

	unbiased := float64(m) / float64(m-1)
	if n.fused {
		variance := n.rstd.PowScalar(-2).AddScalar(-eps)
		moments := Moments{n.mean, variance.Maximum(variance.FullLike(0)).Scale(unbiased)}
		return n.record(y, x, gain, bias), moments
	}
	bare := x.Bare()
	mean := bare.MeanKeep(n.axes...)
	variance := bare.Sub(mean).Square().Mean(n.axes...).Scale(unbiased)
	return n.record(y, x, gain, bias), Moments{mean.Reshape(c), variance}
}

// BatchNormGiven is [BatchNorm] with given moments in place of the batch's: its form in evaluation.
//
//	y = (x − mean) / √(variance + ε) · gain + bias
func BatchNormGiven(x, gain, bias *tensor.Tensor, given Moments, eps float64) *tensor.Tensor {
	n, _ := batchNormal(x, gain, bias, eps)
	c := x.Dim(1)
	checkVector("BatchNorm", "mean", given.Mean, c, "axis 1", x)
	checkVector("BatchNorm", "variance", given.Variance, c, "axis 1", x)
	scale := given.Variance.AddScalar(eps).PowScalar(-0.5)
	if gain != nil {
		scale = scale.Mul(gain)
	}
	shift := given.Mean.Mul(scale).Neg()
	if bias != nil {
		shift = shift.Add(bias)
	}
	return x.Mul(scale.Reshape(n.shape...)).Add(shift.Reshape(n.shape...))
}

// batchNormal checks the shapes, and returns how many elements a channel has.
func batchNormal(x, gain, bias *tensor.Tensor, eps float64) (*norm, int) {
	checkFloat("BatchNorm", x)
	if x.Rank() < 2 {
		panic(tensor.Errorf("BatchNorm", "shape %v is not [n c …]", x))
	}
	c := x.Dim(1)
	checkVector("BatchNorm", "gain", gain, c, "axis 1", x)
	checkVector("BatchNorm", "bias", bias, c, "axis 1", x)
	n := &norm{name: "BatchNorm", eps: eps, grad: device.BatchNormGrad, shape: []int{c}}
	m := 1
	for k, d := range x.Shape() {
		if k != 1 {
			n.axes = append(n.axes, k)
			m *= d
		}
		if k > 1 {
			n.shape = append(n.shape, 1)
		}
	}
	return n, m
}
