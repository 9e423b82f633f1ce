package tensor

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

// Xor returns where exactly one of the booleans x and y is true, broadcast.
func (x *Tensor) Xor(y *Tensor) *Tensor {
	if x.view.DType != device.Bool || y.view.DType != device.Bool {
		panic(Errorf("Xor", "%s %v and %s %v; want bool", x.view.DType, x, y.view.DType, y))
	}
	return x.And(y.Not()).Or(y.And(x.Not()))
}

// IsNaN returns where x is not a number.
func (x *Tensor) IsNaN() *Tensor { return x.NotEqual(x) }

// IsInf returns where x is +∞ or −∞.
func (x *Tensor) IsInf() *Tensor { return x.Detach().Abs().Equal(x.like(math.Inf(1))) }

// IsFinite returns where x is neither infinite nor NaN.
func (x *Tensor) IsFinite() *Tensor { return x.Detach().Abs().Less(x.like(math.Inf(1))) }

// NaNToNum returns x with other numbers in place of NaN, +∞ and −∞. The gradient there is 0.
func (x *Tensor) NaNToNum(nan, posInf, negInf float64) *Tensor {
	x.checkFloat("NaNToNum")
	other := Where(x.IsNaN(), x.like(nan), Where(x.Detach().Less(x.like(0)), x.like(negInf), x.like(posInf)))
	return Where(x.IsFinite(), x, other)
}

// Any returns where one of the elements over the axes, which disappear, is not 0; over all, if none is given. None of none
// is false.
func (x *Tensor) Any(axes ...int) *Tensor {
	n := x.CountNonzero(axes...)
	return n.Greater(n.like(0))
}

// All returns where no element over the axes, which disappear, is 0; over all, if none is given. All of none is true.
func (x *Tensor) All(axes ...int) *Tensor {
	n := x.Detach().Cast(device.Bool).Not().Cast(device.Int64).Sum(axes...)
	return n.Equal(n.like(0))
}

// CountNonzero returns how many elements are not 0 over the axes, which disappear, as int64; over all, if none is given.
func (x *Tensor) CountNonzero(axes ...int) *Tensor {
	return x.Detach().Cast(device.Bool).Cast(device.Int64).Sum(axes...)
}
