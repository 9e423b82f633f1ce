package tensor

import "math"

// Erfc returns the complement of the error function, exact where it is small, computed on the host.
//
//	y = 1 − erf x    dx = −dy · 2/√π · e^(−x²)
func (x *Tensor) Erfc() *Tensor {
	return x.onHost("Erfc", math.Erfc, func(dy, _, x *Tensor) *Tensor {
		return dy.Mul(x.Square().Neg().Exp()).Scale(-2 / math.Sqrt(math.Pi))
	})
}

// Erfinv returns the number whose error function is x; NaN outside [−1, 1]. It is computed on the host.
//
//	dx = dy · √π/2 · e^(y²)
func (x *Tensor) Erfinv() *Tensor {
	return x.onHost("Erfinv", math.Erfinv, func(dy, y, _ *Tensor) *Tensor {
		return dy.Mul(y.Square().Exp()).Scale(math.Sqrt(math.Pi) / 2)
	})
}

// Lgamma returns the logarithm of |Γ(x)|, computed on the host; +∞ at 0 and the negative integers.
//
//	dx = dy · ψ(x)
func (x *Tensor) Lgamma() *Tensor {
	f := func(a float64) float64 { y, _ := math.Lgamma(a); return y }
	return x.onHost("Lgamma", f, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.Digamma()) })
}

// Digamma returns the derivative ψ of ln Γ, computed on the host; NaN at the negative integers, −∞ at 0.
//
//	ψ(x) = d/dx ln Γ(x)    dx = dy · ψ′(x)
func (x *Tensor) Digamma() *Tensor {
	return x.onHost("Digamma", digamma, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.Polygamma(1)) })
}

// Polygamma returns the n-th derivative of [Tensor.Digamma], computed on the host. n is 1 or more.
//
//	ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! Σₖ₌₀ 1/(x + k)ⁿ⁺¹    dx = dy · ψ⁽ⁿ⁺¹⁾(x)
func (x *Tensor) Polygamma(n int) *Tensor {
	if n < 1 {
		panic(Errorf("Polygamma", "order %d; want 1 or more", n))
	}
	f := func(a float64) float64 { return polygamma(n, a) }
	return x.onHost("Polygamma", f, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.Polygamma(n + 1)) })
}

// bernoulli holds B₂, B₄, … for the asymptotic series below.
var bernoulli = [...]float64{1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6, -3617. / 510}

// digamma shifts x up to where the asymptotic series converges: Abramowitz and Stegun, 6.3.5, 6.3.7 and 6.3.18.
func digamma(x float64) float64 {
	switch {
	case x == 0:
		return math.Copysign(math.Inf(1), -x)
	case x < 0 && x == math.Floor(x):
		return math.NaN()
	case x < 0:
		_, frac := math.Modf(x)
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*frac)
	}
	y := 0.0
	for ; x < 12; x++ {
		y -= 1 / x
	}
	y += math.Log(x) - 0.5/x
	for k, b := range bernoulli {
		y -= b / (float64(2*k+2) * math.Pow(x, float64(2*k+2)))
	}
	return y
}

// polygamma is (−1)ⁿ⁺¹ n! ζ(n+1, x), the sum begun by hand and ended by Euler and Maclaurin: Abramowitz and Stegun, 6.4.11.
func polygamma(n int, x float64) float64 {
	if x <= 0 && x == math.Floor(x) {
		return math.Inf(1)
	}
	s := float64(n + 1)
	sum := 0.0
	for ; x < 12; x++ {
		sum += math.Pow(x, -s)
	}
	sum += math.Pow(x, 1-s)/(s-1) + 0.5*math.Pow(x, -s)
	c := s // s(s+1)…(s+2k)/(2k+2)! in turn
	for k, b := range bernoulli {
		j := float64(2*k + 2)
		if k == 0 {
			c = s / 2
		} else {
			c *= (s + j - 3) * (s + j - 2) / ((j - 1) * j)
		}
		sum += b * c * math.Pow(x, -s-j+1)
	}
	sum *= math.Gamma(s)
	if n%2 == 0 {
		return -sum
	}
	return sum
}
