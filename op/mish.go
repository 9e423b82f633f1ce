package op

import "github.com/jimu-ml/jimu/tensor"

// Mish returns x times the hyperbolic tangent of its softplus.
//
//	y = x · t, t = tanh(ln(1 + eˣ))    dx = dy · (t + x · σ(x) · (1 − t²))
//
// Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019 (arXiv:1908.08681), equation 1.
func Mish(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Mish", x)
	f := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(Softplus(x).Tanh()) }
	return sloped("Mish", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		t := Softplus(x).Tanh()
		return t.Add(x.Mul(Sigmoid(x)).Mul(t.Square().Neg().AddScalar(1)))
	})
}

// QuickGelu approximates [Gelu] by a logistic function.
//
//	y = x · σ(1.702 · x)
//
// CLIP's first models were trained with it. It differs from the exact one by up to 0.02.
//
// Hendrycks and Gimpel, Gaussian Error Linear Units (GELUs), 2016 (arXiv:1606.08415), section 2.
func QuickGelu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("QuickGelu", x)
	return sigmoidWeighted("QuickGelu", x, 1.702)
}

// sigmoidWeighted returns x · σ(β·x).
func sigmoidWeighted(name string, x *tensor.Tensor, beta float64) *tensor.Tensor {
	f := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(Sigmoid(x.Scale(beta))) }
	return sloped(name, x, f, func(x *tensor.Tensor) *tensor.Tensor {
		s := Sigmoid(x.Scale(beta))
		return s.Add(x.Scale(beta).Mul(s.Sub(s.Square())))
	})
}

// Swish returns x times the logistic function of β·x, for a β that is learned.
//
//	x […], beta of a shape that broadcasts to it → y […]
//	y = x · σ(β · x)
//
// With β = 1 it is [Silu], which is faster. It panics with a [tensor.Error] if β does not broadcast to x.
//
// Ramachandran, Zoph and Le, Searching for Activation Functions, 2017 (arXiv:1710.05941), section 5.
func Swish(x, beta *tensor.Tensor) *tensor.Tensor {
	checkFloat("Swish", x)
	checkType("Swish", "beta", beta, x)
	checkBroadcast("Swish", "beta", beta, x)
	return x.Mul(Sigmoid(x.Mul(beta)))
}

// checkBroadcast panics unless b broadcasts to the shape of x.
func checkBroadcast(op, role string, b, x *tensor.Tensor) {
	fits := b.Rank() <= x.Rank()
	for k := 1; fits && k <= b.Rank(); k++ {
		fits = b.Dim(-k) == 1 || b.Dim(-k) == x.Dim(-k)
	}
	if !fits {
		panic(tensor.Errorf(op, "%s %v does not broadcast to %v", role, b, x))
	}
}

// SquaredRelu returns the square of the positive part of x.
//
//	y = max(x, 0)²    dx = dy · 2 · max(x, 0)
//
// So and others, Primer: Searching for Efficient Transformers for Language Modeling, 2021 (arXiv:2109.08668), section 4.
func SquaredRelu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("SquaredRelu", x)
	return sloped("SquaredRelu", x, func(x *tensor.Tensor) *tensor.Tensor { return Relu(x).Square() },
		func(x *tensor.Tensor) *tensor.Tensor { return Relu(x).Scale(2) })
}
