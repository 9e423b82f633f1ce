package op

import "github.com/jimu-ml/jimu/tensor"

func checkLambda(op string, x *tensor.Tensor, lambda float64) {
	checkFloat(op, x)
	if !(lambda >= 0) {
		panic(tensor.Errorf(op, "λ is %g for shape %v; want 0 or more", lambda, x))
	}
}

// outside returns whether |x| > λ.
func outside(x *tensor.Tensor, lambda float64) *tensor.Tensor {
	bare := x.Bare()
	return bare.FullLike(lambda).Less(bare.Abs())
}

// HardShrink sets what is small to 0.
//
//	y = x where |x| > λ, else 0    dx = dy where |x| > λ, else 0
//
// PyTorch and Keras have λ = 0.5. It panics with a [tensor.Error] if λ is negative.
//
// Donoho and Johnstone, Ideal Spatial Adaptation by Wavelet Shrinkage, 1994.
func HardShrink(x *tensor.Tensor, lambda float64) *tensor.Tensor {
	checkLambda("HardShrink", x, lambda)
	f := func(x *tensor.Tensor) *tensor.Tensor { return tensor.Where(outside(x, lambda), x, x.FullLike(0)) }
	return sloped("HardShrink", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		return outside(x, lambda).Cast(x.DType())
	})
}

// SoftShrink moves x towards 0 by λ, and sets what is smaller to 0: the proximal step of an L1 penalty.
//
//	y = sign(x) · max(|x| − λ, 0)    dx = dy where |x| > λ, else 0
//
// PyTorch and Keras have λ = 0.5. It panics with a [tensor.Error] if λ is negative.
//
// Donoho, De-Noising by Soft-Thresholding, 1995.
func SoftShrink(x *tensor.Tensor, lambda float64) *tensor.Tensor {
	checkLambda("SoftShrink", x, lambda)
	f := func(x *tensor.Tensor) *tensor.Tensor {
		return tensor.Where(outside(x, lambda), x.Sub(x.Sign().Scale(lambda)), x.FullLike(0))
	}
	return sloped("SoftShrink", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		return outside(x, lambda).Cast(x.DType())
	})
}

// TanhShrink returns what the hyperbolic tangent takes away.
//
//	y = x − tanh x    dx = dy · tanh² x
//
// Near 0, where y ≈ x³/3, float32 has few digits left.
func TanhShrink(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("TanhShrink", x)
	return x.Sub(x.Tanh())
}
