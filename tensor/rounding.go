package tensor

import "math"

// Trunc returns x without its fraction: rounded towards zero. Its gradient is 0.
func (x *Tensor) Trunc() *Tensor {
	x.checkFloat("Trunc")
	bare := x.Bare()
	return Record(Where(bare.Less(bare.like(0)), bare.Ceil(), bare.Floor()), "Trunc", zeroVJP, x)
}

// Frac returns the fraction of x, with its sign.
//
//	y = x − trunc x    dx = dy
func (x *Tensor) Frac() *Tensor { return x.Sub(x.Detach().Trunc()) }

// Mod returns what is left of x divided by y towards zero, broadcast: C's fmod. It has the sign of x, and no error of rounding.
//
//	z = x − y · trunc(x/y)    dx = dz    dy = −dz · trunc(x/y)
//
// Floats are computed on the host; integers may not be divided by 0.
func (x *Tensor) Mod(y *Tensor) *Tensor {
	if !x.view.DType.IsFloat() {
		return x.Sub(x.Div(y).Mul(y))
	}
	z := pairOnHost("Mod", x, y, math.Mod)
	return recordRemainder("Mod", z, x, y)
}

// Remainder returns what is left of x divided by y downwards, broadcast: Python's %. It has the sign of y, and no error of
// rounding but where the signs differ.
//
//	z = x − y · ⌊x/y⌋    dx = dz    dy = −dz · ⌊x/y⌋
//
// Floats are computed on the host; integers may not be divided by 0.
func (x *Tensor) Remainder(y *Tensor) *Tensor {
	if !x.view.DType.IsFloat() {
		r := x.Mod(y)
		zero := r.like(0)
		apart := r.Less(zero).NotEqual(y.Less(zero)).And(r.NotEqual(zero))
		return Where(apart, r.Add(y), r)
	}
	z := pairOnHost("Remainder", x, y, remainder)
	return recordRemainder("Remainder", z, x, y)
}

func remainder(a, b float64) float64 {
	r := math.Mod(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

func recordRemainder(op string, z, x, y *Tensor) *Tensor {
	return Record(z, op, func(dz, z *Tensor, in []*Tensor) []*Tensor {
		g := []*Tensor{sumLike(dz, in[0]), nil}
		if in[1].Wanted() {
			x, y := in[0].Detach(), in[1].Detach()
			quotient := x.Sub(z.Detach()).Div(y).Round() // x/y itself may round over the border of an integer
			g[1] = sumLike(dz.Mul(quotient).Neg(), in[1])
		}
		return g
	}, x, y)
}

// FloorDiv returns x divided by y rounded down, broadcast: Python's //. Its gradient is 0.
//
//	z = ⌊x/y⌋
//
// Floats are computed on the host, exact where x/y would round up to an integer; integers may not be divided by 0.
func (x *Tensor) FloorDiv(y *Tensor) *Tensor {
	if !x.view.DType.IsFloat() {
		return x.Sub(x.Remainder(y)).Div(y)
	}
	return Record(pairOnHost("FloorDiv", x, y, floorDiv), "FloorDiv", func(_, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{x[0].FullLike(0, x[0].Shape()...), x[1].FullLike(0, x[1].Shape()...)}
	}, x, y)
}

func floorDiv(a, b float64) float64 {
	if b == 0 || math.IsInf(a, 0) {
		return a / b
	}
	if math.IsInf(b, 0) {
		return math.Floor(a / b)
	}
	return math.Round((a - remainder(a, b)) / b)
}

// Clamp returns x held between lo and hi: ±∞ for no bound. NaN stays.
//
//	y = min(max(x, lo), hi)    dx = dy where lo ≤ x ≤ hi, else 0
//
// It panics with an [Error] if lo is above hi.
func (x *Tensor) Clamp(lo, hi float64) *Tensor {
	if !(lo <= hi) {
		panic(Errorf("Clamp", "the bounds %v and %v of shape %v are the wrong way round", lo, hi, x))
	}
	y := x.Bare()
	if !math.IsInf(lo, -1) {
		y = y.Maximum(y.like(lo))
	}
	if !math.IsInf(hi, 1) {
		y = y.Minimum(y.like(hi))
	}
	if y == x.Bare() {
		return x
	}
	return Record(y, "Clamp", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		bare := x[0].Detach()
		in := bare.GreaterEqual(bare.like(lo)).And(bare.LessEqual(bare.like(hi)))
		return []*Tensor{Where(in, dy, dy.like(0))}
	}, x)
}

// Lerp returns the point a part w of the way from x to y, broadcast.
//
//	z = x + w · (y − x)
func (x *Tensor) Lerp(y *Tensor, w float64) *Tensor {
	if w < 0.5 {
		return x.Add(y.Sub(x).Scale(w))
	}
	return y.Sub(y.Sub(x).Scale(1 - w)) // exact at 1
}
