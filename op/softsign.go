package op

import "github.com/jimu-ml/jimu/tensor"

// Softsign goes from −1 to 1 as the hyperbolic tangent does, but slowly.
//
//	y = x / (1 + |x|)    dx = dy / (1 + |x|)²
//
// Bergstra, Desjardins, Lamblin and Bengio, Quadratic Polynomials Learn Better Image Features, 2009.
func Softsign(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Softsign", x)
	f := func(x *tensor.Tensor) *tensor.Tensor { return x.Div(x.Abs().AddScalar(1)) }
	return sloped("Softsign", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		return x.Abs().AddScalar(1).PowScalar(-2)
	})
}

// LogSigmoid returns the logarithm, in nats, of the logistic function.
//
//	y = ln σ(x) = −ln(1 + e⁻ˣ)    dx = dy · σ(−x)
//
// It neither overflows nor gives −∞ for finite x.
func LogSigmoid(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("LogSigmoid", x)
	f := func(x *tensor.Tensor) *tensor.Tensor { return Softplus(x.Neg()).Neg() }
	return sloped("LogSigmoid", x, f, func(x *tensor.Tensor) *tensor.Tensor { return Sigmoid(x.Neg()) })
}

// Squareplus returns a smooth form of the positive part of x that needs no exponential.
//
//	y = (x + √(x² + b)) / 2    dx = dy · (1 + x/√(x² + b)) / 2
//
// Keras has b = 4. Far below 0, where y is b/(4|x|), float32 loses digits. It panics with a [tensor.Error] unless b > 0.
//
// Barron, Squareplus: A Softplus-Like Algebraic Rectifier, 2021 (arXiv:2112.11687), equation 1.
func Squareplus(x *tensor.Tensor, b float64) *tensor.Tensor {
	checkFloat("Squareplus", x)
	if !(b > 0) {
		panic(tensor.Errorf("Squareplus", "b is %g for shape %v; want more than 0", b, x))
	}
	return x.Add(x.Square().AddScalar(b).Sqrt()).Scale(0.5)
}

// SparsePlus is a rectifier with a parabola at its bend.
//
//	y = 0 where x ≤ −1, (x + 1)²/4 between, x where x ≥ 1    dx = dy · min(max(x + 1, 0), 2)/2
//
// Its derivative is [SparseSigmoid].
//
// Blondel, Martins and Niculae, Learning with Fenchel-Young Losses, 2019 (arXiv:1901.02324).
func SparsePlus(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("SparsePlus", x)
	f := func(x *tensor.Tensor) *tensor.Tensor {
		return tensor.Where(x.FullLike(1).LessEqual(x), x, clamp(x.AddScalar(1), 0, 2).Square().Scale(0.25))
	}
	return sloped("SparsePlus", x, f, SparseSigmoid)
}

// SparseSigmoid is a logistic function of three straight pieces that ends at ±1.
//
//	y = min(max(x + 1, 0), 2)/2    dx = dy/2 where −1 < x < 1, else 0
//
// Martins and Astudillo, From Softmax to Sparsemax, 2016 (arXiv:1602.02068), section 2.3.
func SparseSigmoid(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("SparseSigmoid", x)
	f := func(x *tensor.Tensor) *tensor.Tensor { return clamp(x.AddScalar(1), 0, 2).Scale(0.5) }
	return sloped("SparseSigmoid", x, f, func(x *tensor.Tensor) *tensor.Tensor { return between(x, -1, 1).Scale(0.5) })
}
