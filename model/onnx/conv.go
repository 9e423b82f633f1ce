package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Conv", 1, func(c *call) []*Value {
		return c.as(0, c.convolved(c.x(0), c.x(1), c.maybe(2)))
	})
	register("ConvTranspose", 1, func(c *call) []*Value {
		return c.as(0, c.convTranspose(c.x(0), c.x(1), c.maybe(2)))
	})
	register("ConvInteger", 10, func(c *call) []*Value {
		x, w := c.shifted(0, 2, false), c.shiftedWeight(1, 3)
		return c.give(c.conv(x, w, nil).Cast(device.Int32))
	})
	register("QLinearConv", 10, qLinearConv)
	register("Col2Im", 18, col2Im)
}

func (c *call) conv(x, w, b *tensor.Tensor) *tensor.Tensor {
	return op.Conv(x, w, b, op.ConvConfig{Axes: c.window(x, c.kernel(w)), Groups: c.integer("group", 1)})
}

// shiftedWeight returns the weight in input i without its zero point, input z, of which there may be one an output channel.
func (c *call) shiftedWeight(i, z int) *tensor.Tensor {
	w := c.x(i).Cast(device.Float64)
	if !c.has(z) {
		return w
	}
	return w.Sub(c.channels(c.x(z).Cast(device.Float64), w.Rank(), 0))
}

// channels reshapes a vector so that it runs along one axis of a tensor of that rank; one number stays one.
func (c *call) channels(v *tensor.Tensor, rank, axis int) *tensor.Tensor {
	if v.Len() == 1 {
		return v.Reshape()
	}
	shape := slices.Repeat([]int{1}, rank)
	shape[axis] = v.Len()
	return v.Reshape(shape...)
}

// qLinearConv is a convolution of quantized numbers: exact in integers, then scaled and rounded once.
func qLinearConv(c *call) []*Value {
	x, w := c.shifted(0, 2, false), c.shiftedWeight(3, 5)
	var b *tensor.Tensor
	if c.has(8) {
		b = c.x(8).Cast(device.Float64)
	}
	y := c.conv(x, w, b).Cast(device.Float32)
	scale := c.channels(c.x(4).Cast(device.Float32), y.Rank(), 1)
	y = y.Mul(c.x(1).Cast(device.Float32).Reshape()).Mul(scale)
	t := c.value(7).Type
	return c.one(t, c.quantized(y, c.x(6).Cast(device.Float32).Reshape(), c.x(7).Cast(device.Float32).Reshape(), t))
}

// convTranspose lets the pads follow from the shape of the output, where that is given.
func (c *call) convTranspose(x, w, b *tensor.Tensor) *tensor.Tensor {
	size := c.kernel(w)
	axes := c.window(x, size)
	extra := c.integers("output_padding", make([]int, len(axes)))
	want := c.integers("output_shape", nil)
	auto := c.text("auto_pad", "NOTSET")
	if len(extra) != len(axes) || want != nil && len(want) < len(axes) {
		c.fail("output_padding %v and output_shape %v for %d axes", extra, want, len(axes))
	}
	plain := true
	shape := append(slices.Clone(x.Shape()[:1]), w.Dim(1)*c.integer("group", 1))
	for k := range axes {
		n := x.Dim(2 + k)
		full := (n-1)*axes[k].Stride + span(axes[k]) + extra[k]
		out := full - axes[k].Pad[0] - axes[k].Pad[1]
		switch {
		case want != nil:
			out = want[len(want)-len(axes)+k]
		case auto == "SAME_UPPER" || auto == "SAME_LOWER":
			out = n * axes[k].Stride
		}
		if want != nil || auto == "SAME_UPPER" || auto == "SAME_LOWER" {
			total := full - out
			half := total >> 1 // rounded down, if it is negative too
			axes[k].Pad = [2]int{total - half, half}
			if auto == "SAME_UPPER" {
				axes[k].Pad = [2]int{half, total - half}
			}
		}
		plain = plain && axes[k].Pad[0] >= 0 && axes[k].Pad[1] >= 0 && extra[k] >= 0 && extra[k] < axes[k].Stride && out > 0
		shape = append(shape, full)
	}
	c.product(shape)
	config := op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Axes: axes, Groups: c.integer("group", 1)}, OutputPads: extra}
	if plain {
		return op.ConvTranspose(x, w, b, config)
	}
	return c.cutTranspose(x, w, b, config)
}

// cutTranspose makes the whole result and then cuts and pads it: for pads that a convolution cannot have.
func (c *call) cutTranspose(x, w, b *tensor.Tensor, config op.ConvTransposeConfig) *tensor.Tensor {
	pads := make([][2]int, len(config.Axes))
	for k := range pads {
		pads[k] = config.Axes[k].Pad
		pads[k][1] -= config.OutputPads[k]
		config.Axes[k].Pad = [2]int{}
	}
	config.OutputPads = nil
	y := op.ConvTranspose(x, w, nil, config)
	for k, p := range pads {
		y = c.surrounded(y, 2+k, -p[0], -p[1], c.full(y.DType(), 0))
	}
	if b == nil {
		return y
	}
	return y.Add(c.channels(b, y.Rank(), 1))
}

// col2Im adds columns up to an image.
func col2Im(c *call) []*Value {
	image, block := c.numbers(1, nil), c.numbers(2, nil)
	x := c.wants(0, 3)
	ones := slices.Repeat([]int{1}, len(block))
	strides, dilations := c.integers("strides", ones), c.integers("dilations", ones)
	pads := c.integers("pads", make([]int, 2*len(block)))
	if len(image) != len(block) || len(strides) != len(block) || len(dilations) != len(block) || len(pads) != 2*len(block) {
		c.fail("an image of %v from blocks of %v", image, block)
	}
	c.product(append(slices.Clone(x.Shape()[:2]), image...))
	axes := make([]op.WindowAxis, len(block))
	for k := range axes {
		if block[k] < 1 || strides[k] < 1 || dilations[k] < 1 || max(block[k], strides[k], dilations[k]) > maxWindow {
			c.fail("blocks of %v, strides %v, dilations %v", block, strides, dilations)
		}
		axes[k] = op.WindowAxis{Size: block[k], Stride: strides[k], Dilation: dilations[k], Pad: [2]int{pads[k], pads[k+len(block)]}}
	}
	return c.as(0, op.Fold(x, image, op.UnfoldConfig{Axes: axes}))
}
