package op

import "github.com/jimu-ml/jimu/tensor"

// The constants of [Selu], for which mean 0 and variance 1 are a fixed point.
const (
	seluAlpha = 1.6732632423543772848170429916717
	seluScale = 1.0507009873554804934193349852946
)

// Selu is [Elu] scaled so that layers of it keep mean 0 and variance 1 by themselves.
//
//	y = s · x where x > 0, else s · α · (eˣ − 1)     s = 1.0507…, α = 1.6733…
//
// It wants weights from LeCun's initialization and [AlphaDropout].
//
// Klambauer, Unterthiner, Mayr and Hochreiter, Self-Normalizing Neural Networks, 2017 (arXiv:1706.02515), equation 2.
func Selu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Selu", x)
	return exponential("Selu", x, seluScale, seluScale*seluAlpha, 1)
}

// Celu is [Elu] with a derivative that is continuous for every α.
//
//	y = x where x > 0, else α · (e^(x/α) − 1)    dx = dy where x > 0, else dy · e^(x/α)
//
// The paper leaves α open; 1 is usual. It panics with a [tensor.Error] if α is 0.
//
// Barron, Continuously Differentiable Exponential Linear Units, 2017 (arXiv:1704.07483).
func Celu(x *tensor.Tensor, alpha float64) *tensor.Tensor {
	checkFloat("Celu", x)
	if alpha == 0 || alpha != alpha {
		panic(tensor.Errorf("Celu", "α is %g for shape %v", alpha, x))
	}
	return exponential("Celu", x, 1, alpha, 1/alpha)
}

// exponential returns up·x where x is positive, else below·(e^(inner·x) − 1).
func exponential(name string, x *tensor.Tensor, up, below, inner float64) *tensor.Tensor {
	y := onePass(x, func(x *tensor.Tensor) *tensor.Tensor {
		zero := x.FullLike(0)
		low := expm1(x.Minimum(zero).Scale(inner)).Scale(below)
		return tensor.Where(zero.Less(x), x.Scale(up), low)
	})
	grad := func(in []*tensor.Tensor) *tensor.Tensor {
		dy, x := in[0], in[1]
		positive := x.FullLike(0).Less(x.Bare())
		e := tensor.Where(positive, x.FullLike(0), x).Scale(inner).Exp().Scale(below * inner)
		return dy.Mul(tensor.Where(positive, x.FullLike(up), e))
	}
	return tensor.Record(y, name, func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{onePassGrad(grad, dy, in[0])}
	}, x)
}

// expm1 returns eˣ − 1 for x ≤ 0 with all its digits near 0, where it is 2·tanh(x/2)/(1 − tanh(x/2)).
func expm1(x *tensor.Tensor) *tensor.Tensor {
	t := x.Scale(0.5).Tanh()
	return t.Scale(2).Div(t.Neg().AddScalar(1))
}
