package tensor

import "math"

// Sinc returns sin(πx)/(πx), and 1 at 0, computed on the host. Its derivatives of any order are right at 0 too.
//
//	dx = dy · (cos πx − y) / x
func (x *Tensor) Sinc() *Tensor { return x.sincOf(0) }

// sincOf is the k-th derivative of [Tensor.Sinc].
func (x *Tensor) sincOf(k int) *Tensor {
	f := func(a float64) float64 { return sinc(a, k) }
	return x.onHost("Sinc", f, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.sincOf(k + 1)) })
}

// sinc is the k-th derivative: near 0 the series ∑ (−1)ᵐ (πx)²ᵐ/(2m+1)! by its terms, elsewhere from x·s⁽ᵏ⁾ + k·s⁽ᵏ⁻¹⁾ = πᵏ⁻¹ sin(πx + kπ/2).
func sinc(x float64, k int) float64 {
	if math.Abs(x) > 1+float64(k)/math.Pi {
		s := 0.0
		for j := range k + 1 {
			s = (math.Pow(math.Pi, float64(j-1))*math.Sin(math.Pi*x+float64(j)*math.Pi/2) - float64(j)*s) / x
		}
		return s
	}
	sum := 0.0
	for m := (k + 1) / 2; m < 40+k; m++ {
		t := math.Pow(math.Pi, float64(2*m)) / float64(2*m+1) // π²ᵐ x²ᵐ⁻ᵏ / ((2m+1) (2m−k)!)
		for i := range 2*m - k {
			t *= x / float64(i+1)
		}
		if m%2 == 1 {
			t = -t
		}
		sum += t
	}
	return sum
}

// Logit returns the logarithm of the odds of a probability: the inverse of the logistic function.
//
//	y = ln(x / (1 − x))    dx = dy / (x (1 − x))
//
// Probabilities are first held between eps and 1 − eps, where the gradient is 0; an eps of 0 leaves ±∞ at 0 and 1.
func (x *Tensor) Logit(eps float64) *Tensor {
	if eps > 0 {
		x = x.Clamp(eps, 1-eps)
	}
	return x.onHost("Logit", func(a float64) float64 { return math.Log(a) - math.Log1p(-a) }, func(dy, _, x *Tensor) *Tensor {
		return dy.Div(x.Sub(x.Square()))
	})
}

// XLogY returns x · ln y, broadcast, and 0 where x is 0 whatever y is.
//
//	dx = dz · ln y, and 0 where x = 0    dy = dz · x/y
func (x *Tensor) XLogY(y *Tensor) *Tensor {
	x.checkFloat("XLogY")
	none := x.Detach().Equal(x.like(0))
	safe := Where(none, y.like(1), y)
	return x.Mul(safe.Log())
}

// Heaviside returns 0 where x is negative, 1 where it is positive, at at 0, and NaN where x is NaN. Its gradient is 0.
func (x *Tensor) Heaviside(at float64) *Tensor {
	x.checkFloat("Heaviside")
	bare := x.Bare()
	y := Where(bare.Equal(bare.like(0)), bare.like(at), bare.Sign().AddScalar(1).Scale(0.5))
	return Record(Where(bare.IsNaN(), bare, y), "Heaviside", zeroVJP, x)
}

// CopySign returns the magnitude of x with the sign of y, broadcast; that of −0 is negative. It is computed on the host.
//
//	dx = dz where the signs agree, else −dz; 0 where x is 0. That of y is 0.
func (x *Tensor) CopySign(y *Tensor) *Tensor {
	return Record(pairOnHost("CopySign", x, y, math.Copysign), "CopySign", func(dz, z *Tensor, in []*Tensor) []*Tensor {
		flip := z.Detach().Sign().Mul(in[0].Detach().Sign())
		return []*Tensor{sumLike(dz.Mul(flip), in[0]), zeroVJP(dz, z, in[1:])[0]}
	}, x, y)
}

// I0 returns the modified Bessel function of the first kind and order 0, computed on the host.
//
//	y = 1/π ∫ e^(x cos t) dt, t from 0 to π    dx = dy · I₁(x)
func (x *Tensor) I0() *Tensor {
	return x.onHost("I0", func(a float64) float64 { return bessel(0, a) }, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.I1()) })
}

// I1 returns the modified Bessel function of the first kind and order 1, computed on the host.
//
//	dx = dy · (I₀(x) − y/x), and dy/2 at 0
func (x *Tensor) I1() *Tensor {
	return x.onHost("I1", func(a float64) float64 { return bessel(1, a) }, func(dy, y, x *Tensor) *Tensor {
		ratio := Where(x.Detach().Equal(x.like(0)), x.like(0.5), y.Div(x.positive()))
		return dy.Mul(x.I0().Sub(ratio))
	})
}

// bessel is Iₙ, n 0 or 1, by its series (Abramowitz and Stegun, 9.6.10), of which all terms have one sign.
func bessel(n int, x float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return math.Abs(x) * math.Pow(math.Copysign(1, x), float64(n))
	}
	half := x / 2
	t := 1.0
	if n == 1 {
		t = half
	}
	sum := t
	for k := 1.0; math.Abs(t) > math.Abs(sum)*0x1p-54; k++ {
		t *= half / k * (half / (k + float64(n)))
		sum += t
	}
	return sum
}
