package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LogCosh returns the logarithm of the hyperbolic cosine of the distance of predictions from targets. Its count is the
// number of elements.
//
//	prediction [n …], target [n …], d = x − y
//	sum = Σ ln cosh d
//
// It is near d²/2 where d is small and |d| − ln 2 where it is large, and smooth to every order; its gradient is tanh d. It is
// computed as d + ln(1 + e⁻²ᵈ) − ln 2, which does not overflow.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func LogCosh(prediction, target *tensor.Tensor) Loss {
	x, y := pair("LogCosh", prediction, target)
	d := x.Sub(y)
	return Loss{d.Add(op.Softplus(d.Scale(-2))).AddScalar(-math.Ln2).Sum(), float64(x.Len())}
}
