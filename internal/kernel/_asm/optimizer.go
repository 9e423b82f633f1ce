package main

func init() { families["optimizer"] = optimizer }

// optimizer emits the updates of parameters. Every product is rounded, as in plain Go.
func optimizer() {
	// The terms are in the order of sgd.go.
	const scale, decay, rate, momentum, keep = 0, 1, 2, 3, 4
	gradient := func(v *vector, s []vec, p, g vec) vec { return v.add(v.mul(s[scale], g), v.mul(s[decay], p)) }
	all(loop{
		name: "sgdPlain", doc: "is SGD without a velocity.", out: "p", in: "p g", terms: 5, unroll: 2,
		body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec {
				p, g := x[0], x[1]
				return []vec{v.sub(p, v.mul(s[rate], gradient(v, s, p, g)))}
			}
		},
	}.emit)
	velocity := func(v *vector, s []vec, u, d vec) vec { return v.add(v.mul(s[momentum], u), v.mul(s[keep], d)) }
	all(loop{
		name: "sgdMomentum", doc: "is SGD with a velocity.", out: "p v", in: "p v g", terms: 5, unroll: 2,
		body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec {
				p := x[0]
				u := velocity(v, s, x[1], gradient(v, s, p, x[2]))
				return []vec{v.sub(p, v.mul(s[rate], u)), u}
			}
		},
	}.emit)
	all(loop{
		name: "sgdNesterov", doc: "is SGD with a velocity, after Nesterov.", out: "p v", in: "p v g", terms: 5, unroll: 2,
		body: func(v *vector, s []vec) func([]vec) []vec {
			return func(x []vec) []vec {
				p := x[0]
				d := gradient(v, s, p, x[2])
				u := velocity(v, s, x[1], d)
				return []vec{v.sub(p, v.mul(s[rate], v.add(d, v.mul(s[momentum], u)))), u}
			}
		},
	}.emit)
	all(loop{
		name: "adam", doc: "is Adam.", out: "p m v", in: "p m v g", terms: 10, unroll: 1,
		body: func(v *vector, s []vec) func([]vec) []vec {
			// The terms are in the order of adam.go.
			const beta1, keep1, beta2, keep2, shrink, correct2, eps, rate = 2, 3, 4, 5, 6, 7, 8, 9
			return func(x []vec) []vec {
				p := x[0]
				d := gradient(v, s, p, x[3])
				a := v.add(v.mul(s[beta1], x[1]), v.mul(s[keep1], d))
				b := v.add(v.mul(s[beta2], x[2]), v.mul(s[keep2], v.mul(d, d)))
				q := v.add(v.mul(v.sqrt(b), s[correct2]), s[eps])
				return []vec{v.sub(v.mul(p, s[shrink]), v.div(v.mul(s[rate], a), q)), a, b}
			}
		},
	}.emit)
}
