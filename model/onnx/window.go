package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// maxWindow bounds what a window's attributes may be, so that sums of them do not overflow.
const maxWindow = 1 << 30

// window returns the geometry of a window of that size over the spatial axes of x, from the node's strides, dilations, pads
// and auto_pad.
func (c *call) window(x *tensor.Tensor, size []int) []op.WindowAxis {
	axes := x.Rank() - 2
	if axes < 1 || len(size) != axes {
		c.fail("a window of %d axes over %v", len(size), x)
	}
	ones := slices.Repeat([]int{1}, axes)
	strides, dilations := c.integers("strides", ones), c.integers("dilations", ones)
	pads := c.integers("pads", make([]int, 2*axes))
	if len(strides) != axes || len(dilations) != axes || len(pads) != 2*axes {
		c.fail("%d strides, %d dilations and %d pads for %d axes", len(strides), len(dilations), len(pads), axes)
	}
	auto := c.choice("auto_pad", "NOTSET", "NOTSET", "", "SAME_UPPER", "SAME_LOWER", "VALID")
	w := make([]op.WindowAxis, axes)
	for k := range w {
		for _, n := range []int{size[k], strides[k], dilations[k]} {
			if n < 1 || n > maxWindow {
				c.fail("size %d, stride %d and dilation %d are no window", size[k], strides[k], dilations[k])
			}
		}
		a := op.WindowAxis{Size: size[k], Stride: strides[k], Dilation: dilations[k], Pad: [2]int{pads[k], pads[k+axes]}}
		if n := x.Dim(2 + k); auto != "NOTSET" && auto != "" {
			a.Pad = [2]int{}
			if auto != "VALID" {
				a.Pad = same((n+a.Stride-1)/a.Stride, n, a, auto == "SAME_UPPER")
			}
		}
		if max(a.Pad[0], -a.Pad[0], a.Pad[1], -a.Pad[1]) > maxWindow {
			c.fail("pads are %v", pads)
		}
		w[k] = a
	}
	return w
}

// span returns how many elements a window reaches over.
func span(a op.WindowAxis) int { return (a.Size-1)*a.Dilation + 1 }

// same returns the pads with which a window takes out positions over n elements; the odd one behind, or before.
func same(out, n int, a op.WindowAxis, upper bool) [2]int {
	total := max(0, (out-1)*a.Stride+span(a)-n)
	if upper {
		return [2]int{total / 2, total - total/2}
	}
	return [2]int{total - total/2, total / 2}
}

// kernel returns the attribute kernel_shape, or the spatial axes of a weight.
func (c *call) kernel(w *tensor.Tensor) []int {
	size := c.integers("kernel_shape", nil)
	if w == nil {
		return size
	}
	if w.Rank() < 3 {
		c.fail("the weight has shape %v", w)
	}
	if own := w.Shape()[2:]; size != nil && !slices.Equal(size, own) {
		c.fail("kernel_shape is %v, and the weight has shape %v", size, w)
	}
	return slices.Clone(w.Shape()[2:])
}
