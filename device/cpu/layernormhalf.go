package cpu

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// ofHalfRows reports whether a call of LayerNorm or of its gradient is of row-major halves, and all that is not as large as x of
// row-major float32.
func ofHalfRows(c *device.Call) bool {
	x := c.In[0]
	if !half(x.DType) {
		return false
	}
	for _, v := range slices.Concat(c.Out, c.In) {
		want := device.Float32
		if v != nil && v.Rank == x.Rank && v.Len() == x.Len() {
			want = x.DType
		}
		if v != nil && (v.DType != want || !v.RowMajor()) {
			return false
		}
	}
	return true
}

// layerNormOfHalves is [layerNorm] or [layerNormGrad] of halves: each row is converted where it is in a cache.
func layerNormOfHalves(c *device.Call) bool {
	if c.Op == device.LayerNormGrad {
		layerNormGradOfHalves(c)
		return true
	}
	n, d := lastAxis(c.In[0])
	x, gain, bias := elements[uint16](c.In[0]), elements[float32](optional(c.In, 1)), elements[float32](optional(c.In, 2))
	y, mean, rstd := elements[uint16](c.Out[0]), elements[float32](c.Out[1]), elements[float32](c.Out[2])
	t, eps := c.In[0].DType, float32(c.Scalars[0])
	rows(n, d, func(lo, hi int) {
		room := temporary(device.Float32, 2, d)
		in, out := elements[float32](room)[:d], elements[float32](room)[d:]
		for i := lo; i < hi; i++ {
			fromHalves(in, x[i*d:(i+1)*d], t)
			mean[i], rstd[i] = kernel.LayerNorm(out, in, gain, bias, eps)
			toHalves(y[i*d:(i+1)*d], out, t)
			kernel.Checkpoint()
		}
		release(room)
	})
	return true
}

func layerNormGradOfHalves(c *device.Call) {
	n, d := lastAxis(c.In[1])
	dy, x, dx := elements[uint16](c.In[0]), elements[uint16](c.In[1]), elements[uint16](c.Out[0])
	gain, mean, rstd := elements[float32](c.In[2]), elements[float32](c.In[3]), elements[float32](c.In[4])
	t := c.In[1].DType
	eachNorm(c, n, d, kernel.Add, func(dgain, dbias []float32, lo, hi int) {
		room := temporary(device.Float32, 3, d)
		in := elements[float32](room)
		a, b, out := in[:d], in[d:2*d], in[2*d:]
		for i := lo; i < hi; i++ {
			fromHalves(a, dy[i*d:(i+1)*d], t)
			fromHalves(b, x[i*d:(i+1)*d], t)
			kernel.LayerNormGrad(out, dgain, dbias, a, b, gain, mean[i], rstd[i])
			toHalves(dx[i*d:(i+1)*d], out, t)
			kernel.Checkpoint()
		}
		release(room)
	})
}
