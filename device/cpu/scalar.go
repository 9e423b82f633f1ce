package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// scalar runs an elementwise operation of x and the number Scalars[0].
func scalar(c *device.Call) bool {
	add := c.Op == device.AddScalar
	switch computed(c.Out[0], c.In[0]) {
	case device.Float32:
		f := kernel.MulScalar
		if add {
			f = kernel.AddScalar
		}
		withScalar(c, float32(c.Scalars[0]), f)
	case device.Float64:
		f := kernel.MulScalar64
		if add {
			f = kernel.AddScalar64
		}
		withScalar(c, c.Scalars[0], f)
	default:
		return false
	}
	return true
}

func withScalar[T any](c *device.Call, a T, f func(dst, x []T, a T)) {
	var l loop
	l.plan(c.Out[0], c.In[0])
	if l.single(1) {
		l.limit = block
	}
	if l.n <= grain {
		partScalar(&l, a, f, 0, l.n)
		return
	}
	big := l
	parallel.For(l.n, grain, func(lo, hi int) { partScalar(&big, a, f, lo, hi) })
}

func partScalar[T any](l *loop, a T, f func(dst, x []T, a T), lo, hi int) {
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		f(target[T](l, &p, s), load[T](l, 1, &p, s), a)
		store[T](l, &p, s)
		kernel.Checkpoint()
	}
	s.done()
}
