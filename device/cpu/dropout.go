package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// dropout runs y = x/(1−p) where the stream of Key is p or more, else 0.
func dropout(c *device.Call) bool {
	p := c.Scalars[0]
	switch computed(c.Out[0], c.In[0]) {
	case device.Float32:
		drop(c, float32(p), float32(1/(1-p)), kernel.Dropout)
	case device.Float64:
		drop(c, p, 1/(1-p), kernel.Dropout64)
	default:
		return false
	}
	return true
}

func drop[T any](c *device.Call, p, scale T, f func(dst, x, room []T, key, counter uint64, p, scale T)) {
	y, x := elements[T](c.Out[0]), elements[T](c.In[0])
	key := c.Key
	parallel.For(len(y), stretch, func(lo, hi int) {
		s := scratches.Get().(*scratch)
		for ; lo < hi; lo += block {
			n := min(block, hi-lo)
			f(y[lo:lo+n], x[lo:lo+n], slot[T](s, 0), key[0], key[1]+uint64(lo), p, scale)
			kernel.Checkpoint()
		}
		scratches.Put(s)
	})
}
