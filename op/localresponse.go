package op

import (
	"github.com/jimu-ml/jimu/tensor"
)

// InstanceNorm normalizes each channel of each example to mean 0 and variance 1, then scales and shifts it: [GroupNorm] with a
// group for each channel.
//
//	x [n c …], gain [c] or nil, bias [c] or nil → y [n c …]
//	y = (x − μ) / √(σ² + ε) · gain + bias     μ, σ² over all axes behind c
//
// It panics with a [tensor.Error] if gain or bias is not [c], or if a channel has fewer than two elements.
//
// Ulyanov, Vedaldi and Lempitsky, Instance Normalization: The Missing Ingredient for Fast Stylization, 2016 (arXiv:1607.08022),
// equation 2.
func InstanceNorm(x, gain, bias *tensor.Tensor, eps float64) *tensor.Tensor {
	checkFloat("InstanceNorm", x)
	each := 1
	for k := 2; k < x.Rank(); k++ {
		each *= x.Dim(k)
	}
	if x.Rank() < 3 || each == 1 {
		panic(tensor.Errorf("InstanceNorm", "shape %v is not [n c …] with two or more elements a channel", x))
	}
	return GroupNorm(x, max(1, x.Dim(1)), gain, bias, eps)
}

// LocalResponseConfig holds the constants of [LocalResponseNorm]. The zero value has PyTorch's, with a window of 5.
type LocalResponseConfig struct {
	Size  int     // of the window over channels; 0 means 5
	Alpha float64 // 0 means 1e-4
	Beta  float64 // 0 means 0.75
	K     float64 // 0 means 1; the paper has 2
}

// LocalResponseNorm divides each element by a power of the energy of its neighbours in other channels.
//
//	x [n c …] → y [n c …]
//	y = x / (k + α/size · Σ x²)^β     the sum over size channels around, ⌊size/2⌋ of them before
//
// The paper does not divide α by the size of the window. It panics with a [tensor.Error] if there are no channels.
//
// Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 3.3.
func LocalResponseNorm(x *tensor.Tensor, c LocalResponseConfig) *tensor.Tensor {
	checkFloat("LocalResponseNorm", x)
	if x.Rank() < 2 || c.Size < 0 {
		panic(tensor.Errorf("LocalResponseNorm", "a window of %d over the channels of %v", c.Size, x))
	}
	if c.Size == 0 {
		c.Size = 5
	}
	pads := make([][2]int, x.Rank())
	pads[1] = [2]int{c.Size / 2, (c.Size - 1) / 2}
	squares := Pad(x.Square(), 0, pads...)
	sum := squares.Slice(1, 0, x.Dim(1))
	for i := 1; i < c.Size; i++ {
		sum = sum.Add(squares.Slice(1, i, i+x.Dim(1)))
	}
	k, alpha, beta := or(c.K, 1), or(c.Alpha, 1e-4), or(c.Beta, 0.75)
	return x.Mul(sum.Scale(alpha / float64(c.Size)).AddScalar(k).PowScalar(-beta))
}

func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}
