package tensor

import "math"

// Std returns the standard deviation over the axes, which disappear; over all, if none is given. It divides by the number of
// elements, as NumPy does; PyTorch's divides by one less.
//
//	y = √(Σ (x − μ)² / n)    dx = dy · (x − μ) / (n y), and 0 where y = 0
func (x *Tensor) Std(axes ...int) *Tensor {
	x.checkFloat("Std")
	n := float64(x.count(axes))
	bare := x.Bare()
	y := bare.Sub(bare.MeanKeep(axes...)).Square().MeanKeep(axes...).Sqrt()
	y = Record(y, "Std", func(dy, y *Tensor, x []*Tensor) []*Tensor {
		share := dy.Div(y.positive()).Scale(1 / n)
		return []*Tensor{x[0].Sub(x[0].MeanKeep(axes...)).Mul(share)}
	}, x)
	return drop(y, x, axes)
}

// positive returns x with ∞ in place of 0: what to divide by, to have 0.
func (x *Tensor) positive() *Tensor {
	return Where(x.Detach().Equal(x.like(0)), x.like(math.Inf(1)), x)
}

// NormP returns the p-norm of the elements over the axes, which disappear; over all, if none is given.
//
//	y = (Σ |x|ᵖ)^(1/p)    dx = dy · sign x · (|x|/y)ᵖ⁻¹, and 0 where y = 0
//
// p = ∞ is the largest magnitude, −∞ the smallest, 0 the count of elements that are not 0. For p < 1 the gradient of an
// element that is 0 is infinite.
func (x *Tensor) NormP(p float64, axes ...int) *Tensor {
	x.checkFloat("NormP")
	switch {
	case math.IsInf(p, 1):
		return x.Abs().Max(axes...)
	case math.IsInf(p, -1):
		return x.Abs().Min(axes...)
	case p == 1:
		return x.Abs().Sum(axes...)
	case p == 0:
		return Record(x.CountNonzero(axes...).Cast(x.view.DType), "NormP", zeroVJP, x)
	case math.IsNaN(p):
		panic(Errorf("NormP", "p of shape %v is NaN", x))
	}
	bare := x.Bare()
	var y *Tensor
	if p == 2 {
		y = bare.Square().SumKeep(axes...).Sqrt()
	} else {
		y = bare.Abs().PowScalar(p).SumKeep(axes...).PowScalar(1 / p)
	}
	y = Record(y, "NormP", func(dy, y *Tensor, x []*Tensor) []*Tensor {
		share := x[0].Div(y.positive())
		if p == 2 {
			return []*Tensor{dy.Mul(share)}
		}
		return []*Tensor{dy.Mul(share.Abs().PowScalar(p - 1)).Mul(x[0].Detach().Sign())}
	}, x)
	return drop(y, x, axes)
}
