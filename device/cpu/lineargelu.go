package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// linearGelu runs gelu(x·wᵀ + b): strip by strip, so that the activation finds in the second cache what the product has
// left there. The slope, if it is wanted, holds the product until then. The weight is packed once for all strips.
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
	ready, buffer := panelsFor(w, z.rows > geluRows)
	if buffer != nil {
		defer pool.put(buffer)
	}
	g := geluStrips{z: z, x: xs, w: wt, bias: bias, ready: ready, y: elements[float32](y), slope: slope != nil}
	if parallel.Blocks(z.rows, geluRows) >= 2*parallel.Threads() {
		parallel.For(z.rows, geluRows, g.strip)
		return true
	}
	for i := 0; i < z.rows; i += geluRows {
		g.strip(i, min(i+geluRows, z.rows))
		kernel.Checkpoint()
	}
	return true
}

// geluRows is how many rows are activated at a time: for usual widths they lie in the second cache until then.
const geluRows = 128

// geluStrips is gelu(x·w + bias) by strips of rows, where z, which may be y, is the place of the products.
type geluStrips struct {
	z, x, w        matrix
	bias, ready, y []float32
	slope          bool // leave the slopes in z
}

// strip computes the rows from i to end.
func (g *geluStrips) strip(i, end int) {
	sgemmReady(g.z.part(i, 0, end-i, g.z.cols), g.x.part(i, 0, end-i, g.x.cols), g.w, epilogue{bias: g.bias}, g.ready)
	lo, hi := i*g.z.cols, end*g.z.cols
	parallel.For(hi-lo, grain, func(from, to int) {
		y, z := g.y[lo+from:lo+to], g.z.data[lo+from:lo+to]
		if g.slope {
			kernel.GeluSlope(y, z, z)
		} else {
			kernel.Gelu(y, y)
		}
	})
}
