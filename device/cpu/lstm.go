package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

func lstm(c *device.Call) {
	y, w := c.Out[0], c.In[0]
	r := newRecurrence(y, w, false, c.Flag)
	defer r.free()
	r.bias = elements[float32](c.In[1])
	out, cells, gates := r.series(y), r.series(c.Out[1]), r.series(c.Out[2])
	h0, c0 := r.series(c.In[2]), r.series(c.In[3])
	for i := range r.n {
		copy(r.row(0, i), h0.row(i, 0))
	}
	r.cell = func(i, k, lo, hi int, _, next, s []float32) {
		t := r.time(k)
		kernel.LSTM(next[lo:hi], cells.row(i, t)[lo:hi], r.before(&cells, &c0, i, k, false)[lo:hi], gates.row(i, t)[lo:], s[lo:], r.units)
		copy(out.row(i, t)[lo:hi], next[lo:hi])
	}
	r.run()
}

func lstmGrad(c *device.Call) {
	dgates, w := c.Out[0], c.In[2]
	r := newRecurrence(dgates, w, true, c.Flag)
	defer r.free()
	dy, dcell, c0 := r.series(c.In[0]), r.series(c.In[1]), r.series(c.In[3])
	cells, gates, out := r.series(c.In[4]), r.series(c.In[5]), r.series(dgates)
	for i := range r.n {
		copy(r.carry[i*r.units:(i+1)*r.units], dcell.row(i, 0))
	}
	r.cell = func(i, k, lo, hi int, _, next, s []float32) {
		t, h := r.time(k), r.units
		kernel.LSTMGrad(r.carry[i*h+lo:i*h+hi], next[lo:], dy.row(i, t)[lo:], s[lo:], gates.row(i, t)[lo:], cells.row(i, t)[lo:],
			r.before(&cells, &c0, i, k, true)[lo:], h)
		row := out.row(i, t)
		for g := 0; g < 4*h; g += h {
			copy(row[g+lo:g+hi], next[g+lo:g+hi])
		}
	}
	r.run()
	if len(c.Out) > 1 {
		r.last(c.Out[1], false)
		r.spread(c.Out[2], r.carry)
	}
}

// last writes the gradient of the state before the first step: the product of the last, and what is carried.
func (r *recurrence) last(dh *device.View, carried bool) {
	r.multiply(r.steps, 0, r.n, 0, r.units)
	if carried {
		kernel.Add(r.sums, r.sums, r.carry)
	}
	r.spread(dh, r.sums)
}

// spread copies x [n units] to a view.
func (r *recurrence) spread(v *device.View, x []float32) {
	to := r.series(v)
	for i := range r.n {
		copy(to.row(i, 0)[:r.units], x[i*r.units:])
	}
}
