package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("MaxPool", 1, maxPool)
	register("AveragePool", 1, averagePool)
	simple("LpPool", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		axes, _ := c.pool(x)
		p := c.float1("p", 2)
		return op.LpPool(x, p, op.PoolConfig{Axes: axes})
	})
	global("GlobalAveragePool", func(_ *call, x *tensor.Tensor, axes []int) *tensor.Tensor { return x.MeanKeep(axes...) })
	global("GlobalMaxPool", func(_ *call, x *tensor.Tensor, axes []int) *tensor.Tensor { return x.MaxKeep(axes...) })
	global("GlobalLpPool", func(c *call, x *tensor.Tensor, axes []int) *tensor.Tensor {
		return x.NormP(c.float1("p", 2), axes...).Reshape(append(slices.Clone(x.Shape()[:2]), slices.Repeat([]int{1}, len(axes))...)...)
	})
	register("MaxUnpool", 9, maxUnpool)
}

// float1 returns an attribute that was a float at first and is an integer now.
func (c *call) float1(name string, def float64) float64 {
	a := c.attribute(name, proto.AttributeInt, proto.AttributeFloat)
	switch {
	case a == nil:
		return def
	case a.Kind() == proto.AttributeInt:
		return float64(a.Int)
	}
	return float64(a.Float)
}

// global registers a pool over all the spatial axes.
func global(name string, f func(c *call, x *tensor.Tensor, axes []int) *tensor.Tensor) {
	simple(name, 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		if x.Rank() < 3 {
			c.fail("the input has shape %v; want spatial axes", x)
		}
		var axes []int
		for i := 2; i < x.Rank(); i++ {
			axes = append(axes, i)
		}
		return f(c, x, axes)
	})
}

// pool returns the geometry of a pool. If its windows need not fit, the pads behind are more than the node's: extra says by how
// much.
func (c *call) pool(x *tensor.Tensor) (axes []op.WindowAxis, extra []int) {
	axes = c.window(x, c.kernel(nil))
	extra = make([]int, len(axes))
	if !c.flag("ceil_mode", false) || c.text("auto_pad", "NOTSET") != "NOTSET" {
		return axes, extra
	}
	for k := range axes {
		a := &axes[k]
		n := x.Dim(2 + k)
		out := (n+a.Pad[0]+a.Pad[1]-span(*a)+a.Stride-1)/a.Stride + 1
		if (out-1)*a.Stride >= n+a.Pad[0] {
			out-- // a window that begins behind the elements sees none
		}
		extra[k] = max(0, (out-1)*a.Stride+span(*a)-n-a.Pad[0]-a.Pad[1])
		a.Pad[1] += extra[k]
	}
	return axes, extra
}

func maxPool(c *call) []*Value {
	x := c.x(0)
	axes, _ := c.pool(x)
	config := op.PoolConfig{Axes: axes}
	if !x.DType().IsFloat() {
		x = x.Cast(device.Float32) // holds all values of a byte
	}
	y := op.MaxPool(x, config)
	out := c.as(0, y.Cast(c.x(0).DType()))
	if c.outputs() < 2 {
		return out
	}
	index := op.MaxPoolIndices(x.Detach(), config)
	spatial := x.Shape()[2:]
	if c.integer("storage_order", 0) == 1 {
		index = c.columnMajor(index, spatial)
	}
	planes := c.planes(index.Shape(), length(spatial))
	return append(out, Of(index.Add(planes)))
}

// planes returns where each plane of the first two axes begins, if it has n elements.
func (c *call) planes(shape []int, n int) *tensor.Tensor {
	v := make([]int64, shape[0]*shape[1])
	for i := range v {
		v[i] = int64(i * n)
	}
	return c.ofInts(v, append([]int{shape[0], shape[1]}, slices.Repeat([]int{1}, len(shape)-2)...)...)
}

// columnMajor turns positions in row-major order into those in column-major order.
func (c *call) columnMajor(index *tensor.Tensor, shape []int) *tensor.Tensor {
	v := index.Ints()
	for i, p := range v {
		place, step := 0, length(shape)
		at := int(p)
		for k := len(shape) - 1; k >= 0; k-- {
			step /= shape[k]
			place += at % shape[k] * step
			at /= shape[k]
		}
		v[i] = int64(place)
	}
	return c.ofInts(v, index.Shape()...)
}

// averagePool counts what was padded in the mean if the node says so, but not what is only there to fill a last window.
func averagePool(c *call) []*Value {
	x := c.x(0)
	axes, extra := c.pool(x)
	counted := c.flag("count_include_pad", false)
	if counted && slices.Max(extra) > 0 {
		for k := range axes {
			x = c.surrounded(x, 2+k, axes[k].Pad[0], axes[k].Pad[1]-extra[k], c.full(x.DType(), 0))
			axes[k].Pad = [2]int{0, extra[k]}
		}
		counted = false
	}
	return c.as(0, op.AvgPool(x, op.PoolConfig{Axes: axes, SkipPad: !counted}))
}

// maxUnpool puts elements where a pool found them. A larger output than that of the pool's input has zeros behind.
func maxUnpool(c *call) []*Value {
	x := c.x(0)
	axes := c.window(x, c.kernel(nil))
	var size []int
	for k, a := range axes {
		size = append(size, (x.Dim(2+k)-1)*a.Stride-a.Pad[0]-a.Pad[1]+span(a))
	}
	c.product(append(slices.Clone(x.Shape()[:2]), size...))
	index := c.x(1).Sub(c.planes(x.Shape(), length(size)))
	y := op.MaxUnpool(x, index, size...)
	for k, n := range c.numbers(2, nil) {
		if k < y.Rank() && n > y.Dim(k) {
			c.room(n)
			y = c.surrounded(y, k, 0, n-y.Dim(k), c.full(y.DType(), 0))
		}
	}
	return c.as(0, y)
}
