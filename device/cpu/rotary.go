package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

func rotary(c *device.Call) bool {
	if !plain(c) {
		return settled(c, false)
	}
	switch computed(c.Out[0], c.In[0], c.In[1], c.In[2]) {
	case device.Float32:
		rotateHeads(c, kernel.Rotate)
	case device.Float64:
		rotateHeads(c, kernel.Rotate64)
	default:
		return false
	}
	return true
}

// rotateHeads turns, of each token, the heads that are to be turned.
func rotateHeads[T float32 | float64](c *device.Call, turn func(a, b, x, y, c, s []T)) {
	v := c.In[0]
	t, heads, d := v.Shape[1], v.Shape[2], v.Shape[3]
	width, half, turned := heads*d, d/2, int(c.Scalars[0])
	y, x, cos, sin := elements[T](c.Out[0]), elements[T](v), elements[T](c.In[1]), elements[T](c.In[2])
	if c.Scalars[1] < 0 {
		back := temporary(v.DType, t, half)
		defer release(back)
		for i, s := range sin {
			elements[T](back)[i] = -s
		}
		sin = elements[T](back)
	}
	parallel.For(v.Shape[0]*t, max(1, grain/max(width, 1)), func(lo, hi int) {
		for ; lo < hi; lo++ {
			to, from := y[lo*width:(lo+1)*width], x[lo*width:(lo+1)*width]
			a, b := cos[lo%t*half:][:half], sin[lo%t*half:][:half]
			for h := range turned {
				to, from := to[h*d:(h+1)*d], from[h*d:(h+1)*d]
				if c.Flag {
					turnPairs(to, from, a, b)
				} else {
					turn(to[:half], to[half:], from[:half], from[half:], a, b)
				}
				kernel.Checkpoint()
			}
			copy(to[turned*d:], from[turned*d:])
		}
	})
}

// turnPairs turns each pair of neighbours.
func turnPairs[T float32 | float64](y, x, cos, sin []T) {
	for i, c := range cos {
		u, v, s := x[2*i], x[2*i+1], sin[i]
		y[2*i] = T(u*c) - T(v*s)
		y[2*i+1] = T(v*c) + T(u*s)
	}
}
