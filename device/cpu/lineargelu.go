package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// linearGelu runs gelu(x·wᵀ + b): strip by strip, so that the activation finds in the second cache what the product has
// left there. The slope, if it is wanted, holds the product until then.
func linearGelu(c *device.Call) bool {
	y, slope, x, w, b := c.Out[0], optional(c.Out, 1), c.In[0], c.In[1], optional(c.In, 2)
	if computed(y, x, w) != device.Float32 || b != nil && computed(b) != device.Float32 || slope != nil && computed(slope) != device.Float32 {
		return false
	}
	into := y
	if slope != nil {
		into = slope
	}
	z, even := rowsOf[float32](into)
	xs, evenX := rowsOf[float32](x)
	flat := even && evenX && y.RowMajor() && into.RowMajor() && w.Stride[0] >= 0 && w.Stride[1] >= 0 && (b == nil || b.RowMajor())
	if !flat || inHalf(c) {
		return settled(c, false)
	}
	if y.Len() == 0 {
		return true
	}
	wt, bias := lastAxes[float32](w).transposed(), elements[float32](b)
	ys, zs := elements[float32](y), elements[float32](into)
	strip := max(64, geluStrip/max(z.cols, 1))
	for i := 0; i < z.rows; i += strip {
		n := min(strip, z.rows-i)
		sgemm(z.part(i, 0, n, z.cols), xs.part(i, 0, n, xs.cols), wt, epilogue{bias: bias})
		lo, hi := i*z.cols, (i+n)*z.cols
		parallel.For(hi-lo, grain, func(from, to int) {
			if from, to = lo+from, lo+to; slope == nil {
				kernel.Gelu(ys[from:to], ys[from:to])
			} else {
				kernel.GeluSlope(ys[from:to], zs[from:to], zs[from:to])
			}
		})
		kernel.Checkpoint()
	}
	return true
}

// geluStrip is how many results are activated at a time.
const geluStrip = 512 << 10
