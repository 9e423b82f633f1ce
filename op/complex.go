package op

import "github.com/jimu-ml/jimu/tensor"

// Complex returns complex numbers, as pairs in a new last axis.
//
//	re […], im […] → y [… 2]
func Complex(re, im *tensor.Tensor) *tensor.Tensor {
	checkFloat("Complex", re)
	return tensor.Stack(-1, re, im)
}

// ComplexMul returns the products of complex numbers, broadcast.
//
//	x [… 2], w [… 2] → y [… 2]
//	(a + bi)(c + di) = (ac − bd) + (ad + bc)i
func ComplexMul(x, w *tensor.Tensor) *tensor.Tensor {
	checkComplex("ComplexMul", x)
	checkComplex("ComplexMul", w)
	a, b := x.Select(-1, 0), x.Select(-1, 1)
	c, d := w.Select(-1, 0), w.Select(-1, 1)
	return Complex(a.Mul(c).Sub(b.Mul(d)), a.Mul(d).Add(b.Mul(c)))
}

// ComplexConj returns the conjugates of complex numbers: the imaginary parts with the other sign.
//
//	x [… 2] → y [… 2]
func ComplexConj(x *tensor.Tensor) *tensor.Tensor {
	checkComplex("ComplexConj", x)
	return Complex(x.Select(-1, 0), x.Select(-1, 1).Neg())
}

// ComplexAbs returns the magnitudes of complex numbers.
//
//	x [… 2] → y […],  y = √(a² + b²)
//
// The gradient at 0 is 0.
func ComplexAbs(x *tensor.Tensor) *tensor.Tensor {
	checkComplex("ComplexAbs", x)
	return x.NormP(2, -1)
}

// ComplexAngle returns the angles of complex numbers, in radians between −π and π.
//
//	x [… 2] → y […],  y = atan2(b, a)
func ComplexAngle(x *tensor.Tensor) *tensor.Tensor {
	checkComplex("ComplexAngle", x)
	return x.Select(-1, 1).Atan2(x.Select(-1, 0))
}
