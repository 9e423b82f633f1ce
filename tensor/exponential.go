package tensor

import "math"

// Log1p returns the logarithm of 1 + x, exact where x is small, computed on the host.
//
//	dx = dy / (1 + x)
func (x *Tensor) Log1p() *Tensor {
	return x.onHost("Log1p", math.Log1p, func(dy, _, x *Tensor) *Tensor { return dy.Div(x.AddScalar(1)) })
}

// Expm1 returns eˣ − 1, exact where x is small, computed on the host.
//
//	dx = dy · (y + 1)
func (x *Tensor) Expm1() *Tensor {
	return x.onHost("Expm1", math.Expm1, func(dy, y, _ *Tensor) *Tensor { return dy.Mul(y.AddScalar(1)) })
}

// Log2 returns the logarithm to base 2, exact for powers of 2, computed on the host.
//
//	dx = dy / (x ln 2)
func (x *Tensor) Log2() *Tensor {
	return x.onHost("Log2", math.Log2, func(dy, _, x *Tensor) *Tensor { return dy.Div(x).Scale(1 / math.Ln2) })
}

// Log10 returns the logarithm to base 10, computed on the host.
//
//	dx = dy / (x ln 10)
func (x *Tensor) Log10() *Tensor {
	return x.onHost("Log10", math.Log10, func(dy, _, x *Tensor) *Tensor { return dy.Div(x).Scale(1 / math.Ln10) })
}

// Exp2 returns 2 to the power of x, exact for integers, computed on the host.
//
//	dx = dy · y · ln 2
func (x *Tensor) Exp2() *Tensor {
	return x.onHost("Exp2", math.Exp2, func(dy, y, _ *Tensor) *Tensor { return dy.Mul(y).Scale(math.Ln2) })
}

// LogAddExp returns the logarithm of eˣ + eʸ elementwise, broadcast, without overflow.
//
//	z = ln(eˣ + eʸ)    dx = dz · e^(x − z)    dy = dz · e^(y − z)
//
// Where both are −∞ it is −∞, with gradient 0.
func (x *Tensor) LogAddExp(y *Tensor) *Tensor {
	x.checkFloat("LogAddExp")
	a, b := x.Bare(), y.Bare()
	m := a.Maximum(b)
	m = Where(m.IsInf(), m.like(0), m)
	z := a.Sub(m).Exp().Add(b.Sub(m).Exp()).Log().Add(m)
	return Record(z, "LogAddExp", func(dz, z *Tensor, in []*Tensor) []*Tensor {
		z = Where(z.Detach().IsInf(), z.like(0), z)
		g := []*Tensor{nil, nil}
		for i, x := range in {
			if x.Wanted() {
				g[i] = sumLike(x.Sub(z).Exp().Mul(dz), x)
			}
		}
		return g
	}, x, y)
}

// Reciprocal returns 1/x.
//
//	dx = −dy · y²
func (x *Tensor) Reciprocal() *Tensor {
	x.checkFloat("Reciprocal")
	bare := x.Bare()
	return Record(bare.like(1).Div(bare), "Reciprocal", func(dy, y *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Mul(y.Square()).Neg()}
	}, x)
}

// Rsqrt returns 1/√x.
//
//	dx = −dy · y³ / 2
func (x *Tensor) Rsqrt() *Tensor {
	x.checkFloat("Rsqrt")
	bare := x.Bare()
	return Record(bare.like(1).Div(bare.Sqrt()), "Rsqrt", func(dy, y *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Mul(y.Square().Mul(y)).Scale(-0.5)}
	}, x)
}
