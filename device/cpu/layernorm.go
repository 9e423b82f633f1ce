package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

func layerNorm(c *device.Call) bool {
	y, mean, rstd, x := c.Out[0], c.Out[1], c.Out[2], c.In[0]
	switch computed(y, mean, rstd, x) {
	case device.Float32:
		layerNormRows(c, float32(c.Scalars[0]), kernel.LayerNorm)
	case device.Float64:
		layerNormRows(c, c.Scalars[0], kernel.LayerNorm64)
	default:
		return false
	}
	return true
}

func layerNormRows[T any](c *device.Call, eps T, f func(dst, x, gain, bias []T, eps T) (mean, rstd T)) {
	n, d := lastAxis(c.In[0])
	x, gain, bias := elements[T](c.In[0]), elements[T](optional(c.In, 1)), elements[T](optional(c.In, 2))
	y, mean, rstd := elements[T](c.Out[0]), elements[T](c.Out[1]), elements[T](c.Out[2])
	rows(n, d, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			mean[i], rstd[i] = f(y[i*d:(i+1)*d], x[i*d:(i+1)*d], gain, bias, eps)
			kernel.Checkpoint()
		}
	})
}

func layerNormGrad(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1], c.In[3], c.In[4]) {
	case device.Float32:
		layerNormGradRows(c, kernel.LayerNormGrad, kernel.Add)
	case device.Float64:
		layerNormGradRows(c, kernel.LayerNormGrad64, kernel.Add64)
	default:
		return false
	}
	return true
}

func layerNormGradRows[T any](c *device.Call, f func(dx, dgain, dbias, dy, x, gain []T, mean, rstd T), add func(dst, a, b []T)) {
	n, d := lastAxis(c.In[1])
	dy, x, gain := elements[T](c.In[0]), elements[T](c.In[1]), elements[T](c.In[2])
	mean, rstd, dx := elements[T](c.In[3]), elements[T](c.In[4]), elements[T](c.Out[0])
	eachNorm(c, n, d, add, func(dgain, dbias []T, lo, hi int) {
		for i := lo; i < hi; i++ {
			r := i * d
			f(dx[r:r+d], dgain, dbias, dy[r:r+d], x[r:r+d], gain, mean[i], rstd[i])
			kernel.Checkpoint()
		}
	})
}

// eachNorm calls part for all of n rows of d elements, and sums what it adds to dgain and dbias if they are wanted.
func eachNorm[T any](c *device.Call, n, d int, add func(dst, a, b []T), part func(dgain, dbias []T, lo, hi int)) {
	dgain, dbias := optional(c.Out, 1), optional(c.Out, 2)
	if dgain == nil && dbias == nil {
		rows(n, d, func(lo, hi int) { part(nil, nil, lo, hi) })
		return
	}
	sums := sumRows(dgain.DType, n, 2*d, add, func(sum []T, lo, hi int) { part(sum[:d], sum[d:], lo, hi) })
	copy(elements[T](dgain), elements[T](sums)[:d])
	copy(elements[T](dbias), elements[T](sums)[d:2*d])
	release(sums)
}

// sumRows returns the sum of width columns over n rows, as the first row of a temporary view. Each call of part adds
// the rows from lo to hi to sum. The rows are cut into parts at places that depend on n and width alone.
func sumRows[T any](t device.DType, n, width int, add func(dst, a, b []T), part func(sum []T, lo, hi int)) *device.View {
	size := max((n+rowParts-1)/rowParts, max(16, grain/max(width, 1)))
	parts := max(1, parallel.Blocks(n, size))
	v := temporary(t, parts, width)
	sums := elements[T](v)
	clear(sums)
	parallel.For(n, size, func(lo, hi int) { part(sums[lo/size*width:(lo/size+1)*width], lo, hi) })
	for p := 1; p < parts; p++ {
		add(sums[:width], sums[:width], sums[p*width:(p+1)*width])
		kernel.Checkpoint()
	}
	return v
}
