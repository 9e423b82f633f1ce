package main

import "math"

func init() { families["reduce"] = reduce }

// reduce emits the sums, products and extremes of slices.
func reduce() {
	sum := func(name, doc, in, scalars string, f func(v *vector, x, s []vec) vec) {
		all(reduction{
			name: name, doc: doc, in: in, scalars: scalars,
			combine: func(v *vector, a, b vec) vec { return v.add(a, b) },
			body: func(v *vector, s []vec) func([]vec) vec {
				return func(x []vec) vec { return f(v, x, s) }
			},
		}.emit)
	}
	standard := func(v *vector, x vec, s []vec) vec { return v.mul(v.sub(x, s[0]), s[1]) }
	sum("sum", "returns Σ x[i].", "x", "", func(v *vector, x, _ []vec) vec { return x[0] })
	sum("sumSquare", "returns Σ x[i]².", "x", "", func(v *vector, x, _ []vec) vec { return v.mul(x[0], x[0]) })
	sum("dot", "returns Σ x[i]·y[i].", "x y", "", func(v *vector, x, _ []vec) vec { return v.mul(x[0], x[1]) })
	sum("sumSquareFrom", "returns Σ (x[i] - mean)².", "x", "mean", func(v *vector, x, s []vec) vec {
		d := v.sub(x[0], s[0])
		return v.mul(d, d)
	})
	sum("standardDot", "returns Σ dy[i]·((x[i] - mean)·rstd).", "dy x", "mean rstd", func(v *vector, x, s []vec) vec {
		return v.mul(x[0], standard(v, x[1], s))
	})
	sum("standardDot3", "returns Σ dy[i]·gain[i]·((x[i] - mean)·rstd).", "dy gain x", "mean rstd", func(v *vector, x, s []vec) vec {
		return v.mul(v.mul(x[0], x[1]), standard(v, x[2], s))
	})
	extreme := func(name, doc string, start float64, f func(v *vector, a, b vec) vec) {
		all(reduction{
			name: name, doc: doc, in: "x", start: start, combine: f,
			body: func(v *vector, _ []vec) func([]vec) vec {
				return func(x []vec) vec { return x[0] }
			},
		}.emit)
	}
	extreme("max", "returns the largest of x.", math.Inf(-1), func(v *vector, a, b vec) vec { return v.larger(a, b) })
	extreme("min", "returns the smallest of x.", math.Inf(1), func(v *vector, a, b vec) vec { return v.smaller(a, b) })
}
