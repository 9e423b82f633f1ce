package op

import "github.com/jimu-ml/jimu/tensor"

// LpPool returns the p-norm of each window over the spatial axes, of which there are 1 to 3.
//
//	x [n c h w] → y [n c h′ w′]
//	y = (Σ |x|ᵖ)^(1/p)    over the window
//
// With p = 1 it is the sum of the sizes, with p → ∞ their maximum. PyTorch adds xᵖ and not |x|ᵖ, which gives NaN for odd p
// where the sum is negative. The gradient of a window of zeros is 0. It panics with a [tensor.Error] unless p ≥ 1.
//
// Sermanet, Chintala and LeCun, Convolutional Neural Networks Applied to House Numbers Digit Classification, 2012
// (arXiv:1204.3968), section 2.2.
func LpPool(x *tensor.Tensor, p float64, c PoolConfig) *tensor.Tensor {
	w := c.window("LpPool", x)
	if !(p >= 1) {
		panic(tensor.Errorf("LpPool", "p is %g for shape %v; want 1 or more", p, x))
	}
	n := 1
	for _, size := range w.Size[:w.Axes] {
		n *= size
	}
	c.SkipPad = false
	sum := AvgPool(powerOf(x, p), c).Scale(float64(n))
	return rootOf(sum, p)
}

// powerOf returns |x|ᵖ.
func powerOf(x *tensor.Tensor, p float64) *tensor.Tensor {
	switch p {
	case 1:
		return x.Abs()
	case 2:
		return x.Square()
	}
	return x.Abs().PowScalar(p)
}

// rootOf returns the p-th root of what is not negative, with the gradient 0 at 0.
func rootOf(x *tensor.Tensor, p float64) *tensor.Tensor {
	if p == 1 {
		return x
	}
	zero := x.Bare().LessEqual(x.FullLike(0))
	safe := tensor.Where(zero, x.FullLike(1), x)
	if p == 2 {
		return tensor.Where(zero, x.FullLike(0), safe.Sqrt())
	}
	return tensor.Where(zero, x.FullLike(0), safe.PowScalar(1/p))
}
