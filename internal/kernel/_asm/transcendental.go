package main

import "math"

func init() { families["transcendental"] = transcendental }

// The coefficients below, the highest first, are our own minimax fits (Remez exchange in 200 bits), rounded to
// float32. The bounds are those of the polynomial; the test of package kernel measures the whole.
var (
	// e^r = 1 + r + r²·Q(r), |r| ≤ ½ ln 2, within 2^−28.
	expCoefficients = []float64{0.001381314592435956, 0.00836941972374916, 0.04166845604777336, 0.16666515171527863, 0.4999999403953552}
	// ln(1+f) = f − f²/2 + f³·P(f), f from √½−1 to √2−1, within 2^−30.
	logCoefficients = []float64{0.0674663782119751, -0.11675650626420975, 0.11888162791728973, -0.1240558996796608, 0.14219552278518677, -0.1666799634695053, 0.2000211924314499, -0.25000008940696716, 0.3333331346511841}
	// ln(1+u) = 2s + 2s³·P(s²), s = u/(2+u), u from 0 to 1, within 2^−33.
	log1pCoefficients = []float64{0.12150484323501587, 0.1071382462978363, 0.14308442175388336, 0.19999438524246216, 0.3333333730697632}
	// Φ(−a)·e^(a²/2) = t·P(t), t = 1/(1 + 0.3a), a from 0 to 14.5, within 2^−28.
	tailCoefficients = []float64{-0.0206233449280262, 0.11243493854999542, -0.22821202874183655, 0.19178245961666107, -0.07942179590463638, 0.09615594148635864, 0.07838995009660721, 0.11023536324501038, 0.11957181990146637, 0.11968669295310974}
	// erf x = x + x·P(x²), |x| ≤ 0.9, within 2^−31.
	erfCoefficients = []float64{8.51310178404674e-05, -0.0008175638504326344, 0.005203858949244022, -0.02686050906777382, 0.11283715069293976, -0.37612634897232056, 0.12837916612625122}
	// ln(1 − erf x) = x·P(x), x from 0.9 to 4, within 2^−30 of erf x.
	erfcCoefficients = []float64{-1.0433100214868318e-05, 0.00031485804356634617, -0.0036103418096899986, 0.023694565519690514, -0.10615904629230499, -0.6351980566978455, -1.1286370754241943}
)

const (
	ln2High = 0.693147182464599609375 // ln 2 as a float32
	ln2Low  = -1.904654290582768e-09  // and the rest
	log2e   = 1.44269504088896340735992
	signBit = 1 << 31
)

// expReduce prepares n and r with x = n·ln 2 + r.
func expReduce(v *vector) func(x vec) (n, r vec) {
	scale, high, low := v.k(log2e), v.k(ln2High), v.k(ln2Low)
	return func(x vec) (n, r vec) {
		n = v.round(v.mul(x, scale))
		r = v.minusProduct(v.copy(x), n, high)
		return n, v.minusProduct(r, n, low)
	}
}

// expBelow prepares e^x for x that is not above 88.
func expBelow(v *vector) func(x vec) vec {
	lowest, one := v.kr(-104), v.k(1)
	q, reduce := v.ks(expCoefficients...), expReduce(v)
	return func(x vec) vec {
		n, r := reduce(v.max(lowest, x))
		p := v.poly(r, q)
		v.fma(p, r, one)
		v.fma(p, r, one)
		return v.scale(p, n)
	}
}

// exp prepares e^x.
func exp(v *vector) func(x vec) vec {
	highest, below := v.kr(89), expBelow(v)
	return func(x vec) vec { return below(v.min(highest, x)) }
}

// log prepares ln x.
func log(v *vector) func(x vec) vec {
	tiny, up, down := v.k(0x1p-126), v.k(0x1p23), v.k(-23)
	center, one, half := v.bits(0x3f3504f3), v.k(1), v.k(0.5)
	high, low := v.k(ln2High), v.k(ln2Low)
	c := v.ks(logCoefficients...)
	inf, minusInf, nan := v.k(math.Inf(1)), v.k(math.Inf(-1)), v.bits(0x7fc00000)
	return func(x vec) vec {
		zero := v.zero()
		subnormal := v.compare(less, x, tiny)
		e0 := v.pick(subnormal, v.copy(down), zero)
		b := v.pick(subnormal, v.mul(x, up), x)
		e := v.rightSigned(v.subInt(b, center), 23)
		f := v.sub(v.subInt(b, v.left(e, 23)), one)
		n := v.add(v.fromInt(e), e0)
		z := v.mul(f, f)
		y := v.mul(v.mul(v.poly(f, c), f), z)
		y = v.plusProduct(y, n, low)
		y = v.minusProduct(y, z, half)
		y = v.plusProduct(v.add(f, y), n, high)
		y = v.pick(v.compare(notLess, x, inf), x, y)
		y = v.pick(v.compare(less, x, zero), nan, y)
		return v.pick(v.compare(equal, x, zero), minusInf, y)
	}
}

// tanh prepares tanh x = m/(m + 2) with m = e^2|x| − 1, and the sign of x.
func tanh(v *vector) func(x vec) vec {
	sign, rest := v.bits(signBit), v.bits(signBit-1)
	highest, one, two := v.kr(30), v.k(1), v.k(2)
	q, reduce := v.ks(expCoefficients...), expReduce(v)
	return func(x vec) vec {
		a := v.and(x, rest)
		n, r := reduce(v.min(highest, v.add(a, a)))
		m := v.fma(v.poly(r, q), v.mul(r, r), r) // e^r − 1
		s := v.addInt(v.left(v.toInt(n), 23), one)
		m = v.fma(m, s, v.sub(s, one))
		return v.or(v.div(m, v.add(m, two)), v.and(x, sign))
	}
}

// sigmaParts prepares e = e^−|x| and d = 1/(1 + e): σ(|x|) is d, σ(−|x|) is e·d.
func sigmaParts(v *vector) func(x vec) (e, d vec) {
	sign, one, exp := v.bits(signBit), v.kr(1), expBelow(v)
	return func(x vec) (e, d vec) {
		e = exp(v.or(x, sign))
		return e, v.div(one, v.add(e, one))
	}
}

// sigmoid prepares 1/(1 + e^−x).
func sigmoid(v *vector) func(x vec) vec {
	sign, one, exp := v.bits(signBit), v.k(1), expBelow(v)
	return func(x vec) vec {
		e := exp(v.or(x, sign))
		return v.div(v.pick(v.compare(atLeast, x, v.zero()), one, e), v.add(e, one))
	}
}

// clamp prepares min(max(x, −a), a), NaN where x is.
func clamp(v *vector, a float64) func(x vec) vec {
	low, high := v.kr(-a), v.kr(a)
	return func(x vec) vec { return v.min(high, v.max(low, x)) }
}

// tail prepares e^(−x²/2) and Φ(−|x|) for |x| ≤ 15. The square is taken to twice the precision: its absolute error
// is the relative one of the result.
func tail(v *vector) func(x vec) (e, q vec) {
	rest, one, half, minusHalf := v.bits(signBit-1), v.kr(1), v.k(0.5), v.k(-0.5)
	c, slope := v.ks(tailCoefficients...), v.k(0.3)
	exp := expBelow(v)
	return func(x vec) (e, q vec) {
		square := v.mul(x, x)
		low := v.productError(x, square)
		e = exp(v.mul(square, minusHalf))
		e = v.minusProduct(v.copy(e), v.mul(e, low), half)
		t := v.div(one, v.plusProduct(v.copy(one), v.and(x, rest), slope))
		return e, v.mul(v.mul(v.poly(t, c), t), e)
	}
}

func transcendental() {
	unary := func(name, doc string, f func(v *vector) func(x vec) vec) {
		all(loop{name: name, doc: doc, out: "dst", in: "x", unroll: 1, ahead: true, body: func(v *vector, _ []vec) func([]vec) []vec {
			g := f(v)
			return func(x []vec) []vec { return []vec{g(x[0])} }
		}}.emit)
	}
	unary("exp", "sets dst[i] = e^x[i].", exp)
	unary("log", "sets dst[i] = ln x[i].", log)
	unary("tanh", "sets dst[i] = tanh x[i].", tanh)
	unary("sigmoid", "sets dst[i] = 1/(1 + e^-x[i]).", sigmoid)
	unary("silu", "sets dst[i] = x[i]/(1 + e^-x[i]).", func(v *vector) func(vec) vec {
		lowest, sigma := v.kr(-200), sigmoid(v)
		return func(x vec) vec { return v.mul(v.max(lowest, x), sigma(x)) }
	})
	unary("softplus", "sets dst[i] = ln(1 + e^x[i]).", func(v *vector) func(vec) vec {
		sign, two, exp, c := v.bits(signBit), v.k(2), expBelow(v), v.ks(log1pCoefficients...)
		return func(x vec) vec {
			e := exp(v.or(x, sign))
			s := v.div(e, v.add(e, two))
			z := v.mul(s, s)
			s = v.add(s, s)
			y := v.fma(v.poly(z, c), v.mul(s, z), s)
			return v.add(v.max(v.zero(), x), y)
		}
	})
	unary("erf", "sets dst[i] = erf x[i].", func(v *vector) func(vec) vec {
		sign, rest, border, highest, one := v.bits(signBit), v.bits(signBit-1), v.k(0.9), v.kr(4), v.kr(1)
		near, far, exp := v.ks(erfCoefficients...), v.ks(erfcCoefficients...), expBelow(v)
		return func(x vec) vec {
			a := v.and(x, rest)
			z := v.mul(a, a)
			small := v.fma(v.poly(z, near), a, a)
			b := v.min(highest, a)
			large := v.sub(one, exp(v.mul(v.poly(b, far), b)))
			y := v.pick(v.compare(less, a, border), small, large)
			return v.or(y, v.and(x, sign))
		}
	})
	unary("gelu", "sets dst[i] = x[i]·Φ(x[i]).", func(v *vector) func(vec) vec {
		lowest, clamp, tail, one := v.kr(-15), clamp(v, 15), tail(v), v.kr(1)
		return func(x vec) vec {
			_, q := tail(clamp(x))
			p := v.pick(v.compare(atLeast, x, v.zero()), v.sub(one, q), q)
			return v.mul(v.max(lowest, x), p)
		}
	})
	unary("geluTanh", "sets dst[i] = x·σ(2√(2/π)·(x + 0.044715·x³)), x = x[i].", func(v *vector) func(vec) vec {
		lowest, c, sigma := v.kr(-30), v.ks(geluTanhScale*geluTanhCube, geluTanhScale), sigmoid(v)
		return func(x vec) vec {
			return v.mul(v.max(lowest, x), sigma(v.mul(v.poly(v.mul(x, x), c), x)))
		}
	})

	grad := func(name, doc string, f func(v *vector) func(x vec) vec) {
		all(loop{name: name, doc: doc, out: "dst", in: "dy x", unroll: 1, ahead: true, body: func(v *vector, _ []vec) func([]vec) []vec {
			g := f(v)
			return func(x []vec) []vec { return []vec{v.mul(x[0], g(x[1]))} }
		}}.emit)
	}
	// sigmaSlope prepares σ + a·σ·(1 − σ) at x, with a computed from x.
	sigmaSlope := func(v *vector) func(x, a vec) vec {
		one, parts := v.k(1), sigmaParts(v)
		return func(x, a vec) vec {
			e, d := parts(x)
			ed := v.mul(e, d)
			up := v.compare(atLeast, x, v.zero())
			s, rest := v.pick(up, d, ed), v.pick(up, ed, d)
			return v.mul(v.fma(v.copy(a), rest, one), s)
		}
	}
	grad("siluGrad", "sets dst[i] = dy[i]·σ·(1 + x[i]·(1 - σ)).", func(v *vector) func(vec) vec {
		clamp, slope := clamp(v, 200), sigmaSlope(v)
		return func(x vec) vec { return slope(x, clamp(x)) }
	})
	grad("geluTanhGrad", "sets dst[i] = dy[i]·σ·(1 + x·w'·(1 - σ)).", func(v *vector) func(vec) vec {
		clamp, c := clamp(v, 30), v.ks(geluTanhScale*geluTanhCube, geluTanhScale)
		d, slope := v.ks(3*geluTanhScale*geluTanhCube, geluTanhScale), sigmaSlope(v)
		return func(x vec) vec {
			x = clamp(x)
			z := v.mul(x, x)
			return slope(v.mul(v.poly(z, c), x), v.mul(v.poly(z, d), x))
		}
	})
	grad("geluGrad", "sets dst[i] = dy[i]·(Φ(x[i]) + x[i]·φ(x[i])).", func(v *vector) func(vec) vec {
		clamp, tail, one, density := clamp(v, 15), tail(v), v.kr(1), v.k(0.39894228040143267794)
		return func(x vec) vec {
			x = clamp(x)
			e, q := tail(x)
			p := v.pick(v.compare(atLeast, x, v.zero()), v.sub(one, q), q)
			return v.plusProduct(p, x, v.mul(e, density))
		}
	})

	all(loop{
		name: "geluSlope", doc: "sets dst[i] = x[i]·Φ(x[i]) and slope[i] = Φ(x[i]) + x[i]·φ(x[i]).", out: "dst slope", in: "x", unroll: 1, ahead: true,
		body: func(v *vector, _ []vec) func([]vec) []vec {
			lowest, clamp, tail, one, density := v.kr(-15), clamp(v, 15), tail(v), v.kr(1), v.k(0.39894228040143267794)
			return func(x []vec) []vec {
				near := clamp(x[0])
				e, q := tail(near)
				p := v.pick(v.compare(atLeast, x[0], v.zero()), v.sub(one, q), q)
				y := v.mul(v.max(lowest, x[0]), p)
				return []vec{y, v.plusProduct(p, near, v.mul(e, density))}
			}
		},
	}.emit)
	all(loop{
		name: "logSoftmaxBack", doc: "sets dst[i] = dy[i] - e^y[i]·s.", out: "dst", in: "dy y", scalars: "s", unroll: 1, ahead: true,
		body: func(v *vector, s []vec) func([]vec) []vec {
			exp := exp(v)
			return func(x []vec) []vec { return []vec{v.sub(x[0], v.mul(exp(x[1]), s[0]))} }
		},
	}.emit)
	add := func(v *vector, a, b vec) vec { return v.add(a, b) }
	expShift := func(v *vector, s []vec) func([]vec) vec {
		exp := exp(v)
		return func(x []vec) vec { return exp(v.sub(x[0], s[0])) }
	}
	all(reduction{name: "expSum", doc: "returns Σ e^(x[i]-m).", in: "x", scalars: "m", combine: add, body: expShift}.emit)
	all(reduction{name: "expShift", doc: "sets dst[i] = e^(x[i]-m) and returns the sum.", out: "dst", in: "x", scalars: "m", combine: add, body: expShift}.emit)
}

// The numbers of gelutanh.go: 2√(2/π) and the paper's coefficient of x³.
const (
	geluTanhScale = 1.595769121605730711759784239737527474
	geluTanhCube  = 0.044715
)
