package tensor

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

// unary runs an elementwise primitive of one input.
func unary(op device.Op, x *Tensor) *Tensor {
	y := Output(x, x.Shape())
	Run(op, nil, []*Tensor{y}, x)
	return y
}

// Neg returns −x.
func (x *Tensor) Neg() *Tensor {
	return Record(unary(device.Neg, x), "Neg",
		func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy.Neg()} }, x)
}

// Abs returns |x|. Its gradient at 0 is 0.
func (x *Tensor) Abs() *Tensor {
	return Record(unary(device.Abs, x), "Abs",
		func(dy, _ *Tensor, x []*Tensor) []*Tensor { return []*Tensor{dy.Mul(x[0].Detach().Sign())} }, x)
}

// Sign returns −1, 0 or 1. Its gradient is 0.
func (x *Tensor) Sign() *Tensor { return Record(unary(device.Sign, x), "Sign", zeroVJP, x) }

// Exp returns eˣ.
func (x *Tensor) Exp() *Tensor {
	return Record(unary(device.Exp, x), "Exp",
		func(dy, y *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy.Mul(y)} }, x)
}

// Log returns the natural logarithm.
//
//	dx = dy / x
func (x *Tensor) Log() *Tensor {
	return Record(unary(device.Log, x), "Log",
		func(dy, _ *Tensor, x []*Tensor) []*Tensor { return []*Tensor{dy.Div(x[0])} }, x)
}

// Sqrt returns the square root.
//
//	dx = dy / (2 √x)
func (x *Tensor) Sqrt() *Tensor {
	return Record(unary(device.Sqrt, x), "Sqrt",
		func(dy, y *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy.Div(y).Scale(0.5)} }, x)
}

// Sin returns the sine of x in radians.
func (x *Tensor) Sin() *Tensor {
	return Record(unary(device.Sin, x), "Sin",
		func(dy, _ *Tensor, x []*Tensor) []*Tensor { return []*Tensor{dy.Mul(x[0].Cos())} }, x)
}

// Cos returns the cosine of x in radians.
func (x *Tensor) Cos() *Tensor {
	return Record(unary(device.Cos, x), "Cos",
		func(dy, _ *Tensor, x []*Tensor) []*Tensor { return []*Tensor{dy.Mul(x[0].Sin()).Neg()} }, x)
}

// Tanh returns the hyperbolic tangent.
//
//	dx = dy · (1 − y²)
func (x *Tensor) Tanh() *Tensor {
	return Record(unary(device.Tanh, x), "Tanh", func(dy, y *Tensor, _ []*Tensor) []*Tensor {
		if !Tracked(dy, y) {
			if dx := Output(y, y.Shape(), dy); Try(device.TanhGrad, nil, []*Tensor{dx}, dy, y) {
				return []*Tensor{dx}
			}
		}
		return []*Tensor{dy.Sub(dy.Mul(y.Square()))}
	}, x)
}

// Erf returns the error function.
//
//	y = 2/√π ∫₀ˣ e^(−t²) dt    dx = dy · 2/√π · e^(−x²)
func (x *Tensor) Erf() *Tensor {
	return Record(unary(device.Erf, x), "Erf", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Mul(x[0].Square().Neg().Exp()).Scale(2 / math.Sqrt(math.Pi))}
	}, x)
}

// Floor returns the largest integers not above x. Its gradient is 0.
func (x *Tensor) Floor() *Tensor { return Record(unary(device.Floor, x), "Floor", zeroVJP, x) }

// Ceil returns the smallest integers not below x. Its gradient is 0.
func (x *Tensor) Ceil() *Tensor { return Record(unary(device.Ceil, x), "Ceil", zeroVJP, x) }

// Round returns the nearest integers, halves to even. Its gradient is 0.
func (x *Tensor) Round() *Tensor { return Record(unary(device.Round, x), "Round", zeroVJP, x) }

// zeroVJP is that of functions constant almost everywhere. The gradient is a tensor of zeros, not absent: it is known.
func zeroVJP(dy, _ *Tensor, x []*Tensor) []*Tensor {
	return []*Tensor{Output(x[0], x[0].Shape(), dy).Fill(0)}
}
