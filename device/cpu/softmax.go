package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// rows calls f for ranges of the n rows of length d, in parallel where that is worth it.
func rows(n, d int, f func(lo, hi int)) { parallel.For(n, max(1, grain/2/max(d, 1)), f) }

// lastAxis returns the length of the last axis, and how many vectors there are along it.
func lastAxis(v *device.View) (n, d int) {
	if v.Rank == 0 {
		return 1, 1
	}
	d = v.Shape[v.Rank-1]
	if d == 0 {
		return 0, 0
	}
	return v.Len() / d, d
}

func softmax(c *device.Call) bool {
	logs := c.Op == device.LogSoftmax
	switch computed(c.Out[0], c.In[0]) {
	case device.Float32:
		f := kernel.Softmax
		if logs {
			f = kernel.LogSoftmax
		}
		mapRows(c, f)
	case device.Float64:
		f := kernel.Softmax64
		if logs {
			f = kernel.LogSoftmax64
		}
		mapRows(c, f)
	default:
		return false
	}
	return true
}

func mapRows[T any](c *device.Call, f func(dst, x []T)) {
	n, d := lastAxis(c.In[0])
	y, x := elements[T](c.Out[0]), elements[T](c.In[0])
	rows(n, d, func(lo, hi int) {
		for i := lo * d; i < hi*d; i += d {
			f(y[i:i+d], x[i:i+d])
			kernel.Checkpoint()
		}
	})
}

func softmaxGrad(c *device.Call) bool {
	logs := c.Op == device.LogSoftmaxGrad
	switch computed(c.Out[0], c.In[0], c.In[1]) {
	case device.Float32:
		f := kernel.SoftmaxGrad
		if logs {
			f = kernel.LogSoftmaxGrad
		}
		mapRowPairs(c, f)
	case device.Float64:
		f := kernel.SoftmaxGrad64
		if logs {
			f = kernel.LogSoftmaxGrad64
		}
		mapRowPairs(c, f)
	default:
		return false
	}
	return true
}

func mapRowPairs[T any](c *device.Call, f func(dst, a, b []T)) {
	n, d := lastAxis(c.In[0])
	y, a, b := elements[T](c.Out[0]), elements[T](c.In[0]), elements[T](c.In[1])
	rows(n, d, func(lo, hi int) {
		for i := lo * d; i < hi*d; i += d {
			f(y[i:i+d], a[i:i+d], b[i:i+d])
			kernel.Checkpoint()
		}
	})
}
