package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

func gru(c *device.Call) {
	y, w := c.Out[0], c.In[0]
	r := newRecurrence(y, w, false, c.Flag)
	defer r.free()
	r.bias = elements[float32](c.In[1])
	out, q, gates, h0 := r.series(y), r.series(c.Out[1]), r.series(c.Out[2]), r.series(c.In[2])
	for i := range r.n {
		copy(r.row(0, i), h0.row(i, 0))
	}
	r.cell = func(i, k, lo, hi int, state, next, s []float32) {
		t := r.time(k)
		kernel.GRU(next[lo:hi], state[lo:hi], gates.row(i, t)[lo:], s[lo:], r.units)
		copy(out.row(i, t)[lo:hi], next[lo:hi])
		copy(q.row(i, t)[lo:hi], s[2*r.units+lo:])
	}
	r.run()
}

func gruGrad(c *device.Call) {
	dgates, w := c.Out[0], c.In[1]
	r := newRecurrence(dgates, w, true, c.Flag)
	defer r.free()
	dy, h0, y := r.series(c.In[0]), r.series(c.In[2]), r.series(c.In[3])
	gates, q, out, dq := r.series(c.In[4]), r.series(c.In[5]), r.series(dgates), r.series(c.Out[1])
	r.cell = func(i, k, lo, hi int, _, next, s []float32) {
		t, h := r.time(k), r.units
		row := out.row(i, t)
		kernel.GRUGrad(r.carry[i*h+lo:i*h+hi], next[lo:], row[2*h+lo:], dy.row(i, t)[lo:], s[lo:], gates.row(i, t)[lo:],
			q.row(i, t)[lo:], r.before(&y, &h0, i, k, true)[lo:], h)
		copy(row[lo:hi], next[lo:hi])
		copy(row[h+lo:h+hi], next[h+lo:h+hi])
		copy(dq.row(i, t)[lo:hi], next[2*h+lo:])
	}
	r.run()
	if len(c.Out) > 2 {
		r.last(c.Out[2], true)
	}
}
