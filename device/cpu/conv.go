package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// conv runs x [n c …] ∗ w [out c/groups …] + b [out] → y [n out …]: the patches of some output pixels are laid out as the
// rows of a matrix small enough for the second cache, and multiplied by the weight.
func conv(c *device.Call) bool {
	y, x, w, b := c.Out[0], c.In[0], c.In[1], optional(c.In, 2)
	if b != nil && computed(y, x, w, b) != computed(y, x, w) {
		return false
	}
	switch computed(y, x, w) {
	case device.Float32:
		convForward(c, sgemm)
	case device.Float64:
		convForward(c, dgemm)
	default:
		return false
	}
	return true
}

type multiplier[T float32 | float64] func(c, a, b matrixOf[T], ep epilogueOf[T])

func convForward[T float32 | float64](c *device.Call, multiply multiplier[T]) {
	g := patchesOf(&c.Window, c.In[0], c.Out[0])
	x, w, bias := images(c.In[0], true), settle(c.In[1], true), settle(optional(c.In, 2), true)
	y := images(c.Out[0], false)
	defer finish(c.In[0], x, false)
	defer done(c.In[1], w)
	defer done(optional(c.In, 2), bias)
	defer finish(c.Out[0], y, true)
	weights := temporary(w.DType, w.Len())
	defer release(weights)
	packWeights(elements[T](weights), elements[T](w), g.groups, g.outGroup(), g.inGroup(), g.taps())
	xs, ys, ws, bs := elements[T](x), elements[T](y), elements[T](weights), elements[T](bias)
	k, out := g.taps()*g.inGroup(), g.outGroup()
	pixels := g.n * g.outPixels()
	tile := g.tile(k)
	parallel.For(pixels, tile, func(lo, hi int) {
		room := temporary(x.DType, hi-lo, k)
		defer release(room)
		patches := elements[T](room)
		for group := range g.groups {
			gather2(&g, patches, xs, group, lo, hi)
			ep := epilogueOf[T]{relu: c.Flag}
			if bs != nil {
				ep.bias = bs[group*out : (group+1)*out]
			}
			multiply(matrixOf[T]{ys[lo*g.outChannels+group*out:], hi - lo, out, g.outChannels, 1},
				matrixOf[T]{patches, hi - lo, k, k, 1},
				matrixOf[T]{ws[group*k*out:], k, out, out, 1}, ep)
		}
	})
}

// convInputGrad runs dy [n out …], w [out c/groups …] → dx [n c …].
func convInputGrad(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1]) {
	case device.Float32:
		convBackward(c, sgemm)
	case device.Float64:
		convBackward(c, dgemm)
	default:
		return false
	}
	return true
}

// convBackward multiplies dy by the weight and adds the patches to where they were taken from, image by image.
func convBackward[T float32 | float64](c *device.Call, multiply multiplier[T]) {
	g := patchesOf(&c.Window, c.Out[0], c.In[0])
	dy, w, dx := images(c.In[0], true), settle(c.In[1], true), images(c.Out[0], false)
	defer finish(c.In[0], dy, false)
	defer done(c.In[1], w)
	defer finish(c.Out[0], dx, true)
	weights := temporary(w.DType, w.Len())
	defer release(weights)
	packWeights(elements[T](weights), elements[T](w), g.groups, g.outGroup(), g.inGroup(), g.taps())
	dys, dxs, ws := elements[T](dy), elements[T](dx), elements[T](weights)
	k, out, pixels := g.taps()*g.inGroup(), g.outGroup(), g.outPixels()
	tile := min(g.tile(k), pixels)
	size := g.inPixels() * g.inChannels
	parallel.For(g.n, 1, func(lo, hi int) {
		room := temporary(dy.DType, tile, k)
		defer release(room)
		patches := elements[T](room)
		for i := lo; i < hi; i++ {
			clear(dxs[i*size : (i+1)*size])
			for from := i * pixels; from < (i+1)*pixels; from += tile {
				to := min(from+tile, (i+1)*pixels)
				for group := range g.groups {
					multiply(matrixOf[T]{patches, to - from, k, k, 1},
						matrixOf[T]{dys[from*g.outChannels+group*out:], to - from, out, g.outChannels, 1},
						matrixOf[T]{ws[group*k*out:], out, k, 1, out}, epilogueOf[T]{})
					scatter2(&g, dxs, patches, group, from, to)
				}
			}
		}
	})
}

// convWeightGrad runs x [n c …], dy [n out …] → dw [out c/groups …], and db [out] if it is asked for.
func convWeightGrad(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1]) {
	case device.Float32:
		convWeights(c, sgemm, addRows[float32])
	case device.Float64:
		convWeights(c, dgemm, addRows[float64])
	default:
		return false
	}
	return true
}

// weightParts is how many parts of the pixels the gradient of a weight is summed in, at most: each by one goroutine, and
// then the parts in order. It does not depend on how many processors there are, so that the bits do not either.
const weightParts = 8

func convWeights[T float32 | float64](c *device.Call, multiply multiplier[T], add func(sum, x []T)) {
	g := patchesOf(&c.Window, c.In[0], c.In[1])
	x, dy := images(c.In[0], true), images(c.In[1], true)
	defer finish(c.In[0], x, false)
	defer finish(c.In[1], dy, false)
	xs, dys := elements[T](x), elements[T](dy)
	k, out := g.taps()*g.inGroup(), g.outGroup()
	pixels := g.n * g.outPixels()
	tile := g.tile(k)
	share := max(upTo((pixels+weightParts-1)/weightParts, tile), 1)
	width := g.groups*k*out + g.outChannels
	parts := max(1, parallel.Blocks(pixels, share))
	sums := temporary(x.DType, parts, width)
	defer release(sums)
	all := elements[T](sums)
	clear(all)
	parallel.For(pixels, share, func(lo, hi int) {
		room := temporary(x.DType, tile, k)
		defer release(room)
		patches := elements[T](room)
		sum := all[lo/share*width : (lo/share+1)*width]
		bias := sum[g.groups*k*out:]
		for from := lo; from < hi; from += tile {
			to := min(from+tile, hi)
			for group := range g.groups {
				gather2(&g, patches, xs, group, from, to)
				multiply(matrixOf[T]{sum[group*k*out:], k, out, out, 1},
					matrixOf[T]{patches, k, to - from, 1, k},
					matrixOf[T]{dys[from*g.outChannels+group*out:], to - from, out, g.outChannels, 1}, epilogueOf[T]{accumulate: true})
			}
			for p := from; p < to && len(c.Out) > 1; p++ {
				add(bias, dys[p*g.outChannels:(p+1)*g.outChannels])
			}
		}
	})
	for p := 1; p < parts; p++ {
		add(all[:width], all[p*width:(p+1)*width])
	}
	dw := settle(c.Out[0], false)
	unpackWeights(elements[T](dw), all, g.groups, out, g.inGroup(), g.taps())
	finishPlain(c.Out[0], dw)
	if db := optional(c.Out, 1); db != nil {
		t := settle(db, false)
		copy(elements[T](t), all[g.groups*k*out:width])
		finishPlain(db, t)
	}
}
