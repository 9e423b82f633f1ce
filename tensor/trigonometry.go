package tensor

import "math"

// Tan returns the tangent of x in radians.
//
//	y = sin x / cos x    dx = dy · (1 + y²)
func (x *Tensor) Tan() *Tensor {
	bare := x.Bare()
	return Record(bare.Sin().Div(bare.Cos()), "Tan", func(dy, y *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Mul(y.Square().AddScalar(1))}
	}, x)
}

// Asin returns the angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1]. It is computed on the host.
//
//	dx = dy / √(1 − x²)
func (x *Tensor) Asin() *Tensor {
	return x.onHost("Asin", math.Asin, func(dy, _, x *Tensor) *Tensor {
		return dy.Mul(x.Square().Neg().AddScalar(1).Rsqrt())
	})
}

// Acos returns the angle in [0, π] whose cosine is x; NaN outside [−1, 1]. It is computed on the host.
//
//	dx = −dy / √(1 − x²)
func (x *Tensor) Acos() *Tensor {
	return x.onHost("Acos", math.Acos, func(dy, _, x *Tensor) *Tensor {
		return dy.Mul(x.Square().Neg().AddScalar(1).Rsqrt()).Neg()
	})
}

// Atan returns the angle in (−π/2, π/2) whose tangent is x. It is computed on the host.
//
//	dx = dy / (1 + x²)
func (x *Tensor) Atan() *Tensor {
	return x.onHost("Atan", math.Atan, func(dy, _, x *Tensor) *Tensor {
		return dy.Div(x.Square().AddScalar(1))
	})
}

// Atan2 returns the angle in [−π, π] of the point (w, x): x, the receiver, is the ordinate, as everywhere. Both are broadcast. It
// is computed on the host.
//
//	y = arg(w + ix)    dx = dy · w / (w² + x²)    dw = −dy · x / (w² + x²)
//
// At the origin, where there is no derivative, the gradient is 0.
func (x *Tensor) Atan2(w *Tensor) *Tensor {
	return Record(pairOnHost("Atan2", x, w, math.Atan2), "Atan2", func(dy, _ *Tensor, in []*Tensor) []*Tensor {
		x, w := in[0], in[1]
		r := w.Square().Add(x.Square())
		share := dy.Div(Where(r.Detach().Equal(r.like(0)), r.like(1), r))
		g := []*Tensor{nil, nil}
		if x.Wanted() {
			g[0] = sumLike(share.Mul(w), x)
		}
		if w.Wanted() {
			g[1] = sumLike(share.Mul(x).Neg(), w)
		}
		return g
	}, x, w)
}

// Hypot returns the distance of the point (x, y) from the origin, broadcast, without overflow on the way. It is computed on
// the host.
//
//	z = √(x² + y²)    dx = dz · x/z    dy = dz · y/z
//
// At the origin, where there is no derivative, the gradient is 0.
func (x *Tensor) Hypot(y *Tensor) *Tensor {
	return Record(pairOnHost("Hypot", x, y, math.Hypot), "Hypot", func(dz, z *Tensor, in []*Tensor) []*Tensor {
		share := dz.Div(Where(z.Detach().Equal(z.like(0)), z.like(1), z))
		g := []*Tensor{nil, nil}
		for i, x := range in {
			if x.Wanted() {
				g[i] = sumLike(share.Mul(x), x)
			}
		}
		return g
	}, x, y)
}

// Sinh returns the hyperbolic sine, computed on the host.
//
//	y = (eˣ − e⁻ˣ) / 2    dx = dy · cosh x
func (x *Tensor) Sinh() *Tensor {
	return x.onHost("Sinh", math.Sinh, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.Cosh()) })
}

// Cosh returns the hyperbolic cosine, computed on the host.
//
//	y = (eˣ + e⁻ˣ) / 2    dx = dy · sinh x
func (x *Tensor) Cosh() *Tensor {
	return x.onHost("Cosh", math.Cosh, func(dy, _, x *Tensor) *Tensor { return dy.Mul(x.Sinh()) })
}

// Asinh returns the number whose hyperbolic sine is x, computed on the host.
//
//	dx = dy / √(1 + x²)
func (x *Tensor) Asinh() *Tensor {
	return x.onHost("Asinh", math.Asinh, func(dy, _, x *Tensor) *Tensor {
		return dy.Mul(x.Square().AddScalar(1).Rsqrt())
	})
}

// Acosh returns the number, 0 or above, whose hyperbolic cosine is x; NaN below 1. It is computed on the host.
//
//	dx = dy / √(x² − 1)
func (x *Tensor) Acosh() *Tensor {
	return x.onHost("Acosh", math.Acosh, func(dy, _, x *Tensor) *Tensor {
		return dy.Mul(x.Square().AddScalar(-1).Rsqrt())
	})
}

// Atanh returns the number whose hyperbolic tangent is x; NaN outside [−1, 1]. It is computed on the host.
//
//	dx = dy / (1 − x²)
func (x *Tensor) Atanh() *Tensor {
	return x.onHost("Atanh", math.Atanh, func(dy, _, x *Tensor) *Tensor {
		return dy.Div(x.Square().Neg().AddScalar(1))
	})
}
