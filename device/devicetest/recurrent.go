package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

func testRecurrent(s *suite) {
	for _, t := range floats {
		for _, size := range [][3]int{{2, 3, 5}, {1, 4, 1}, {5, 1, 37}, {0, 2, 3}, {9, 2, 16}} {
			for in := range layouts {
				for _, given := range []bool{true, false} {
					r := newRecurrence(t, in, size, given)
					r.lstm(s)
					r.gru(s)
				}
			}
		}
	}
}

// A recurrence is a sequence of n examples, t steps and h units; without what may be absent, and from the last step to
// the first, unless it is given.
type recurrence struct {
	dtype             device.DType
	in                layout
	n, t, h           int
	given             bool
	state, cell, dy   *array
	initialH, initial []float64
}

func newRecurrence(t device.DType, in layout, size [3]int, given bool) *recurrence {
	r := &recurrence{dtype: t, in: in, n: size[0], t: size[1], h: size[2], given: given}
	r.dy = r.array(wave, r.n, r.t, r.h)
	r.initialH, r.initial = make([]float64, r.n*r.h), make([]float64, r.n*r.h)
	if given {
		r.state, r.cell = r.array(wave, r.n, r.h), r.array(whole, r.n, r.h)
		copy(r.initialH, r.state.value)
		copy(r.initial, r.cell.value)
	}
	return r
}

// array returns one in the layout.
func (r *recurrence) array(f func(i int) float64, shape ...int) *array {
	return newArray(r.dtype, r.in, shape, f)
}

// weights returns those of a number of gates, so small that errors do not grow, and biases or nil.
func (r *recurrence) weights(gates int) (w, b *array) {
	w = r.array(func(i int) float64 { return wave(i*i) / float64(2*r.h) }, gates*r.h, r.h)
	if r.given {
		b = newArray(r.dtype, rowMajor, []int{gates * r.h}, wave)
	}
	return w, b
}

// steps calls f with each example and place in the sequence, in the order of the steps, with what lies before it: a place,
// or −1 for the initial state.
func (r *recurrence) steps(f func(i, t, before int)) {
	for i := range r.n {
		before := -1
		for k := range r.t {
			t := k
			if !r.given {
				t = r.t - 1 - k
			}
			f(i, t, before)
			before = t
		}
	}
}

// at returns the row of a sequence of such width at a place, or of first before the first.
func (r *recurrence) at(x, first []float64, width, i, t int) []float64 {
	if t < 0 {
		return first[i*width : (i+1)*width]
	}
	return x[(i*r.t+t)*width : (i*r.t+t+1)*width]
}

// product returns row j of w·x + b.
func product(w, b *array, j int, x []float64) float64 {
	sum := b.or(j, 0)
	for k, v := range x {
		sum += w.value[j*len(x)+k] * v
	}
	return sum
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (r *recurrence) lstm(s *suite) {
	h := r.h
	w, b := r.weights(4)
	y, cells, gates := r.array(nil, r.n, r.t, h), r.array(nil, r.n, r.t, h), r.array(wave, r.n, r.t, 4*h)
	a := device.Attr{Flag: !r.given}
	gates.on(s.d)
	r.steps(func(i, t, before int) {
		state, old := r.at(y.value, r.initialH, h, i, before), r.at(cells.value, r.initial, h, i, before)
		g := r.at(gates.value, nil, 4*h, i, t)
		for j := range 4 * h {
			g[j] += product(w, b, j, state)
			if j/h == 2 {
				g[j] = math.Tanh(g[j])
			} else {
				g[j] = sigma(g[j])
			}
		}
		for j := range h {
			c := g[h+j]*old[j] + g[j]*g[2*h+j]
			r.at(cells.value, nil, h, i, t)[j] = c
			r.at(y.value, nil, h, i, t)[j] = g[3*h+j] * math.Tanh(c)
		}
	})
	if s.run(device.LSTM, a, []*array{y, cells, gates}, w, b, r.state, r.cell) {
		for _, x := range []*array{y, cells, gates} {
			s.expect(device.LSTM, 100, x, w)
		}
	}
	r.lstmGrad(s, a, w, r.stored(cells), r.stored(gates))
}

// stored returns x as an array that is given, with its values rounded.
func (r *recurrence) stored(x *array) *array {
	return r.array(func(i int) float64 { return x.value[i] }, x.shape...)
}

// back is [recurrence.steps] from the end, for gradients: dh is the gradient of the states before, to which f adds.
func (r *recurrence) back(f func(i, t, before int, dh []float64)) (dh []float64) {
	var calls []func()
	dh = make([]float64, r.n*r.h)
	r.steps(func(i, t, before int) {
		calls = append(calls, func() { f(i, t, before, dh[i*r.h:(i+1)*r.h]) })
	})
	for k := len(calls) - 1; k >= 0; k-- {
		calls[k]()
	}
	return dh
}

func (r *recurrence) lstmGrad(s *suite, a device.Attr, w, cells, gates *array) {
	h := r.h
	d, dh0, dc0 := r.array(nil, r.n, r.t, 4*h), r.array(nil, r.n, h), r.array(nil, r.n, h)
	dcell := r.cell // any will do
	dc := append([]float64{}, r.initial...)
	dh0.value = r.back(func(i, t, before int, dh []float64) {
		g, c, old := r.at(gates.value, nil, 4*h, i, t), r.at(cells.value, nil, h, i, t), r.at(cells.value, r.initial, h, i, before)
		e := r.at(d.value, nil, 4*h, i, t)
		for j := range h {
			u, dy, x := math.Tanh(c[j]), r.dy.value[(i*r.t+t)*h+j]+dh[j], &dc[i*h+j]
			*x += dy * g[3*h+j] * (1 - u*u)
			e[j] = *x * g[2*h+j] * g[j] * (1 - g[j])
			e[h+j] = *x * old[j] * g[h+j] * (1 - g[h+j])
			e[2*h+j] = *x * g[j] * (1 - g[2*h+j]*g[2*h+j])
			e[3*h+j] = dy * u * g[3*h+j] * (1 - g[3*h+j])
			*x *= g[h+j]
		}
		r.through(dh, e, w)
	})
	dc0.value = dc
	if s.run(device.LSTMGrad, a, []*array{d, dh0, dc0}, r.dy, dcell, w, r.cell, cells, gates) {
		for _, x := range []*array{d, dh0, dc0} {
			s.expect(device.LSTMGrad, 200, x, w, cells, gates)
		}
	}
}

// through sets dh to d·w, the gradient of what w multiplied.
func (r *recurrence) through(dh, d []float64, w *array) {
	clear(dh)
	for j, v := range d {
		for k := range dh {
			dh[k] += v * w.value[j*r.h+k]
		}
	}
}

func (r *recurrence) gru(s *suite) {
	h := r.h
	w, b := r.weights(3)
	y, q, gates := r.array(nil, r.n, r.t, h), r.array(nil, r.n, r.t, h), r.array(wave, r.n, r.t, 3*h)
	a := device.Attr{Flag: !r.given}
	gates.on(s.d)
	r.steps(func(i, t, before int) {
		state, g := r.at(y.value, r.initialH, h, i, before), r.at(gates.value, nil, 3*h, i, t)
		for j := range h {
			u := product(w, b, 2*h+j, state)
			r.at(q.value, nil, h, i, t)[j] = u
			g[j] = sigma(g[j] + product(w, b, j, state))
			g[h+j] = sigma(g[h+j] + product(w, b, h+j, state))
			g[2*h+j] = math.Tanh(g[2*h+j] + g[j]*u)
			r.at(y.value, nil, h, i, t)[j] = (1-g[h+j])*g[2*h+j] + g[h+j]*state[j]
		}
	})
	if s.run(device.GRU, a, []*array{y, q, gates}, w, b, r.state) {
		for _, x := range []*array{y, q, gates} {
			s.expect(device.GRU, 100, x, w)
		}
	}
	r.gruGrad(s, a, w, r.stored(y), r.stored(gates), r.stored(q))
}

func (r *recurrence) gruGrad(s *suite, a device.Attr, w, y, gates, q *array) {
	h := r.h
	d, dq, dh0 := r.array(nil, r.n, r.t, 3*h), r.array(nil, r.n, r.t, h), r.array(nil, r.n, h)
	dh0.value = r.back(func(i, t, before int, dh []float64) {
		g, u, state := r.at(gates.value, nil, 3*h, i, t), r.at(q.value, nil, h, i, t), r.at(y.value, r.initialH, h, i, before)
		e, hidden, carry := r.at(d.value, nil, 3*h, i, t), make([]float64, 3*h), make([]float64, h)
		for j := range h {
			dy, z, n := r.dy.value[(i*r.t+t)*h+j]+dh[j], g[h+j], g[2*h+j]
			carry[j] = dy * z
			e[h+j] = dy * (state[j] - n) * z * (1 - z)
			e[2*h+j] = dy * (1 - z) * (1 - n*n)
			e[j] = e[2*h+j] * u[j] * g[j] * (1 - g[j])
			hidden[j], hidden[h+j], hidden[2*h+j] = e[j], e[h+j], e[2*h+j]*g[j]
			r.at(dq.value, nil, h, i, t)[j] = hidden[2*h+j]
		}
		r.through(dh, hidden, w)
		for j := range h {
			dh[j] += carry[j]
		}
	})
	if s.run(device.GRUGrad, a, []*array{d, dq, dh0}, r.dy, w, r.state, y, gates, q) {
		for _, x := range []*array{d, dq, dh0} {
			s.expect(device.GRUGrad, 200, x, w, y, gates)
		}
	}
}
