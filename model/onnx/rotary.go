package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("RotaryEmbedding", 23, rotaryEmbedding)
	register("SwiGLU", 28, func(c *call) []*Value {
		x, y := c.pair()
		gate := op.Sigmoid(x.Scale(c.float("alpha", 1)))
		return c.as(0, x.Mul(gate).Mul(y))
	})
	register("TensorScatter", 24, tensorScatter)
	register("CausalConvWithState", 27, causalConv)
}

// rotaryEmbedding turns the pairs of the first elements of each head by angles whose cosines and sines are given for positions.
func rotaryEmbedding(c *call) []*Value {
	x := c.x(0)
	if x.Rank() == 4 {
		x = x.Transpose(1, 2)
	} else {
		heads := c.integer("num_heads", 0)
		if x.Rank() != 3 || heads < 1 || x.Dim(2)%heads != 0 {
			c.fail("%v has no %d heads", x, heads)
		}
		x = x.Reshape(x.Dim(0), x.Dim(1), heads, x.Dim(2)/heads)
	}
	width := c.integer("rotary_embedding_dim", 0)
	if width == 0 {
		width = x.Dim(3)
	}
	if width < 0 || width%2 == 1 || width > x.Dim(3) {
		c.fail("%d of %d elements are no pairs", width, x.Dim(3))
	}
	cos, sin := c.angles(1, x), c.angles(2, x)
	if cos.Dim(-1) != width/2 || sin.Dim(-1) != width/2 {
		c.fail("%d angles for %d pairs", cos.Dim(-1), width/2)
	}
	first, rest := x.Slice(3, 0, width), x.Slice(3, width, x.Dim(3))
	var a, b *tensor.Tensor
	interleaved := c.flag("interleaved", false)
	if interleaved {
		a, b = first.SliceStep(3, 0, width, 2), first.SliceStep(3, 1, width, 2)
	} else {
		a, b = first.Slice(3, 0, width/2), first.Slice(3, width/2, width)
	}
	re, im := cos.Mul(a).Sub(sin.Mul(b)), sin.Mul(a).Add(cos.Mul(b))
	var turned *tensor.Tensor
	if interleaved {
		turned = tensor.Stack(4, re, im).Reshape(first.Shape()...)
	} else {
		turned = tensor.Concat(3, re, im)
	}
	y := tensor.Concat(3, turned, rest)
	if c.x(0).Rank() == 4 {
		return c.as(0, y.Transpose(1, 2))
	}
	return c.as(0, y.Reshape(c.x(0).Shape()...))
}

// angles returns input i for the positions of x: [batch steps 1 pairs].
func (c *call) angles(i int, x *tensor.Tensor) *tensor.Tensor {
	cache := c.x(i)
	if c.has(3) {
		index := c.index(3, cache.Dim(0))
		cache = cache.Take(0, index.Reshape(-1)).Reshape(slices.Concat(index.Shape(), cache.Shape()[1:])...)
	}
	if cache.Rank() != 3 {
		c.fail("angles of %v for %v", cache, x)
	}
	return cache.Unsqueeze(2)
}

// tensorScatter writes new steps into a cache, each example from a position of its own.
func tensorScatter(c *call) []*Value {
	cache, update := c.x(0), c.x(1)
	axis := c.axis(c.integer("axis", -2), cache.Rank())
	n, steps, batch := cache.Dim(axis), update.Dim(axis), cache.Dim(0)
	starts := make([]int64, batch)
	if c.has(2) {
		starts = c.longs(2)
	}
	if axis == 0 || len(starts) != batch || steps > n {
		c.fail("%d steps from %v along axis %d of %v", steps, starts, axis, cache)
	}
	circular := c.choice("mode", "linear", "linear", "circular") == "circular"
	index := make([]int64, batch*steps)
	for i := range index {
		at := starts[i/max(steps, 1)] + int64(i%max(steps, 1))
		if circular {
			at = (at%int64(n) + int64(n)) % int64(n)
		}
		if at < 0 || at >= int64(n) {
			c.fail("there is no position %d of %d", at, n)
		}
		index[i] = at
	}
	shape := slices.Repeat([]int{1}, cache.Rank())
	shape[0], shape[axis] = batch, steps
	places := c.ofInts(index, shape...).Expand(update.Shape()...)
	return c.as(0, cache.PutAlong(axis, places, update))
}

// causalConv slides a window over the steps of each channel, which sees those before them, and gives the last ones as the state
// for what follows.
func causalConv(c *call) []*Value {
	x, w := c.wants(0, 3), c.wants(1, 3)
	before := w.Dim(2) - 1
	past := c.maybe(3)
	if past == nil {
		past = c.full(x.DType(), 0, x.Dim(0), x.Dim(1), before)
	}
	all := tensor.Concat(2, past, x)
	y := op.Conv(all, w, c.maybe(2), op.ConvConfig{Groups: x.Dim(1)})
	if c.choice("activation", "none", "none", "silu", "swish") != "none" {
		y = op.Silu(y)
	}
	return append(c.as(0, y), c.as(0, all.Slice(2, all.Dim(2)-before, all.Dim(2)))...)
}
