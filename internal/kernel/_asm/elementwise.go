package main

import . "github.com/mmcloughlin/avo/operand"

func init() { families["elementwise"] = elementwise }

// elementwise emits the kernels of arithmetic: what memory bounds.
func elementwise() {
	binary := func(name, doc string, f func(v *vector, a, b Op) vec) {
		all(loop{name: name, doc: doc, out: "dst", in: "a b", unroll: 4, body: func(v *vector, _ []vec) func([]vec) []vec {
			return func(x []vec) []vec { return []vec{f(v, x[0], x[1])} }
		}}.emit)
	}
	binary("add", "sets dst[i] = a[i] + b[i].", (*vector).add)
	binary("sub", "sets dst[i] = a[i] - b[i].", (*vector).sub)
	binary("mul", "sets dst[i] = a[i] * b[i].", (*vector).mul)
	binary("div", "sets dst[i] = a[i] / b[i].", (*vector).div)
	binary("maximum", "sets dst[i] = larger(a[i], b[i]).", (*vector).larger)
	binary("minimum", "sets dst[i] = smaller(a[i], b[i]).", (*vector).smaller)

	scalar := func(name, doc string, f func(v *vector, x, s vec) vec) {
		all(loop{name: name, doc: doc, out: "dst", in: "x", scalars: "s", unroll: 4, body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec { return []vec{f(v, x[0], s[0])} }
		}}.emit)
	}
	scalar("addScalar", "sets dst[i] = x[i] + s.", func(v *vector, x, s vec) vec { return v.add(x, s) })
	scalar("mulScalar", "sets dst[i] = x[i] * s.", func(v *vector, x, s vec) vec { return v.mul(x, s) })
	scalar("subFrom", "sets dst[i] = s - x[i].", func(v *vector, x, s vec) vec { return v.sub(s, x) })
	scalar("divInto", "sets dst[i] = s / x[i].", func(v *vector, x, s vec) vec { return v.div(s, x) })
	scalar("maximumScalar", "sets dst[i] = larger(x[i], s).", func(v *vector, x, s vec) vec { return v.larger(x, s) })
	scalar("minimumScalar", "sets dst[i] = smaller(x[i], s).", func(v *vector, x, s vec) vec { return v.smaller(x, s) })

	unary := func(name, doc string, f func(v *vector) func(x vec) vec) {
		all(loop{name: name, doc: doc, out: "dst", in: "x", unroll: 4, body: func(v *vector, _ []vec) func([]vec) []vec {
			g := f(v)
			return func(x []vec) []vec { return []vec{g(x[0])} }
		}}.emit)
	}
	unary("neg", "sets dst[i] = -x[i].", func(v *vector) func(vec) vec {
		sign := v.bits(1 << 31)
		return func(x vec) vec { return v.xor(x, sign) }
	})
	unary("abs", "sets dst[i] = |x[i]|.", func(v *vector) func(vec) vec {
		rest := v.bits(1<<31 - 1)
		return func(x vec) vec { return v.and(x, rest) }
	})
	unary("sqrt", "sets dst[i] = √x[i].", func(v *vector) func(vec) vec {
		return func(x vec) vec { return v.sqrt(x) }
	})
	unary("relu", "sets dst[i] = max(0, x[i]).", func(v *vector) func(vec) vec {
		zero := v.zero()
		return func(x vec) vec { return v.max(zero, x) }
	})

	simple := func(name, doc, out, in, scalars string, f func(v *vector, x, s []vec) []vec) {
		all(loop{name: name, doc: doc, out: out, in: in, scalars: scalars, unroll: 2, body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec { return f(v, x, s) }
		}}.emit)
	}
	all(loop{
		name: "reluGrad", doc: "sets dst[i] = dy[i] where y[i] > 0, else 0.", out: "dst", in: "dy y", unroll: 4,
		body: func(v *vector, _ []vec) func([]vec) []vec {
			zero := v.zero()
			return func(x []vec) []vec { return []vec{v.only(v.compare(greater, x[1], zero), x[0])} }
		},
	}.emit)
	all(loop{
		name: "addFour", doc: "sets y[i] = (((y[i] + a[i]) + b[i]) + c[i]) + d[i].", out: "y", in: "y a b c d", unroll: 2,
		body: func(v *vector, _ []vec) func([]vec) []vec {
			return func(x []vec) []vec {
				y := x[0]
				for _, a := range x[1:] {
					y = v.add(y, a)
				}
				return []vec{y}
			}
		},
	}.emit)
	all(loop{
		name: "dropWhere", doc: "sets dst[i] = x[i]·scale where u[i] ≥ p, else 0.", out: "dst", in: "x u", scalars: "p scale", unroll: 2,
		body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec { return []vec{v.only(v.compare(atLeast, x[1], s[0]), v.mul(x[0], s[1]))} }
		},
	}.emit)
	all(loop{
		name: "sigmoidGrad", doc: "sets dst[i] = dy[i]·(y[i]·(1 - y[i])).", out: "dst", in: "dy y", unroll: 2,
		body: func(v *vector, _ []vec) func([]vec) []vec {
			one := v.kr(1)
			return func(x []vec) []vec { return []vec{v.mul(x[0], v.mul(x[1], v.sub(one, x[1])))} }
		},
	}.emit)
	all(loop{
		name: "tanhGrad", doc: "sets dst[i] = dy[i]·(1 - y[i]²).", out: "dst", in: "dy y", unroll: 2,
		body: func(v *vector, _ []vec) func([]vec) []vec {
			one := v.kr(1)
			return func(x []vec) []vec { return []vec{v.mul(x[0], v.sub(one, v.mul(x[1], x[1])))} }
		},
	}.emit)

	all(loop{
		name: "accumulate", doc: "sets y[i] += a·x[i].", out: "y", in: "y x", scalars: "a", unroll: 4,
		body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec { return []vec{v.add(x[0], v.mul(s[0], x[1]))} }
		},
	}.emit)
	simple("centeredSquare", "sets sum[i] += (x[i] - mean[i])².", "sum", "sum x mean", "", func(v *vector, x, _ []vec) []vec {
		d := v.sub(x[1], x[2])
		return []vec{v.add(x[0], v.mul(d, d))}
	})
	simple("centeredProduct", "sets sum[i] += dy[i]·(x[i] - mean[i]).", "sum", "sum dy x mean", "", func(v *vector, x, _ []vec) []vec {
		return []vec{v.add(x[0], v.mul(x[1], v.sub(x[2], x[3])))}
	})
	simple("normalize", "sets dst[i] = x[i]·scale[i] + shift[i].", "dst", "x scale shift", "", func(v *vector, x, _ []vec) []vec {
		return []vec{v.add(v.mul(x[0], x[1]), x[2])}
	})
	simple("normalizeGrad", "sets dst[i] = dy[i]·a[i] + (x[i] - mean[i])·b[i] + c[i].", "dst", "dy x mean a b c", "", func(v *vector, x, _ []vec) []vec {
		return []vec{v.add(v.add(v.mul(x[0], x[3]), v.mul(v.sub(x[1], x[2]), x[4])), x[5])}
	})
	simple("shift2", "sets dst[i] = (x[i] - m) - s.", "dst", "x", "m s", func(v *vector, x, s []vec) []vec {
		return []vec{v.sub(v.sub(x[0], s[0]), s[1])}
	})
	simple("softmaxApply", "sets dst[i] = y[i]·(dy[i] - s).", "dst", "dy y", "s", func(v *vector, x, s []vec) []vec {
		return []vec{v.mul(x[1], v.sub(x[0], s[0]))}
	})
	standard := func(v *vector, x vec, s []vec) vec { return v.mul(v.sub(x, s[0]), s[1]) }
	simple("standardize", "sets dst[i] = (x[i] - mean)·rstd.", "dst", "x", "mean rstd", func(v *vector, x, s []vec) []vec {
		return []vec{standard(v, x[0], s)}
	})
	simple("scaleAndShift", "sets dst[i] = (x[i] - mean)·rstd·gain[i] + bias[i].", "dst", "x gain bias", "mean rstd", func(v *vector, x, s []vec) []vec {
		return []vec{v.add(v.mul(standard(v, x[0], s), x[1]), x[2])}
	})
	simple("standardGain", "sets dgain[i] += dy[i]·((x[i] - mean)·rstd).", "dgain", "dgain dy x", "mean rstd", func(v *vector, x, s []vec) []vec {
		return []vec{v.add(x[0], v.mul(x[1], standard(v, x[2], s)))}
	})
	simple("layerNormBack", "sets dx[i] = rstd·((dy[i] - s) - (x[i] - mean)·rstd·t).", "dx", "dy x", "mean rstd s t", func(v *vector, x, s []vec) []vec {
		return []vec{v.mul(s[1], v.sub(v.sub(x[0], s[2]), v.mul(standard(v, x[1], s), s[3])))}
	})
	simple("layerNormBackG", "sets dx[i] = rstd·((dy[i]·gain[i] - s) - (x[i] - mean)·rstd·t).", "dx", "dy gain x", "mean rstd s t", func(v *vector, x, s []vec) []vec {
		return []vec{v.mul(s[1], v.sub(v.sub(v.mul(x[0], x[1]), s[2]), v.mul(standard(v, x[2], s), s[3])))}
	})
	simple("rotate", "sets a[i] = x[i]·c[i] - y[i]·s[i] and b[i] = y[i]·c[i] + x[i]·s[i].", "a b", "x y c s", "", func(v *vector, x, _ []vec) []vec {
		return []vec{v.sub(v.mul(x[0], x[2]), v.mul(x[1], x[3])), v.add(v.mul(x[1], x[2]), v.mul(x[0], x[3]))}
	})
}
