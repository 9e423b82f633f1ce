package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

func rmsNorm(c *device.Call) bool {
	switch computed(c.Out[0], c.Out[1], c.In[0]) {
	case device.Float32:
		rmsNormRows(c, float32(c.Scalars[0]), kernel.RMSNorm)
	case device.Float64:
		rmsNormRows(c, c.Scalars[0], kernel.RMSNorm64)
	default:
		return false
	}
	return true
}

func rmsNormRows[T any](c *device.Call, eps T, f func(dst, x, gain []T, eps T) (rstd T)) {
	n, d := lastAxis(c.In[0])
	x, gain := elements[T](c.In[0]), elements[T](optional(c.In, 1))
	y, rstd := elements[T](c.Out[0]), elements[T](c.Out[1])
	rows(n, d, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			rstd[i] = f(y[i*d:(i+1)*d], x[i*d:(i+1)*d], gain, eps)
			kernel.Checkpoint()
		}
	})
}

func rmsNormGrad(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1], c.In[3]) {
	case device.Float32:
		rmsNormGradRows(c, kernel.RMSNormGrad, kernel.Add)
	case device.Float64:
		rmsNormGradRows(c, kernel.RMSNormGrad64, kernel.Add64)
	default:
		return false
	}
	return true
}

func rmsNormGradRows[T any](c *device.Call, f func(dx, dgain, dy, x, gain []T, rstd T), add func(dst, a, b []T)) {
	n, d := lastAxis(c.In[1])
	dy, x, gain := elements[T](c.In[0]), elements[T](c.In[1]), elements[T](c.In[2])
	rstd, dx, dgain := elements[T](c.In[3]), elements[T](c.Out[0]), elements[T](optional(c.Out, 1))
	part := func(dgain []T, lo, hi int) {
		for i := lo; i < hi; i++ {
			r := i * d
			f(dx[r:r+d], dgain, dy[r:r+d], x[r:r+d], gain, rstd[i])
			kernel.Checkpoint()
		}
	}
	if dgain == nil {
		rows(n, d, func(lo, hi int) { part(nil, lo, hi) })
		return
	}
	sums := sumRows(c.Out[0].DType, n, d, add, part)
	copy(dgain, elements[T](sums)[:d])
	release(sums)
}
