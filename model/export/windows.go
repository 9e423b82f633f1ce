package export

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// windowAttrs returns the geometry of a window, as all operators with one have it.
func windowAttrs(w *device.Window) []attr {
	var size, stride, dilation, before, behind []int64
	dilated, padded := false, false
	for k := range w.Axes {
		size, stride, dilation = append(size, int64(w.Size[k])), append(stride, int64(w.Stride[k])), append(dilation, int64(w.Dilation[k]))
		before, behind = append(before, int64(w.Pad[k][0])), append(behind, int64(w.Pad[k][1]))
		dilated = dilated || w.Dilation[k] != 1
		padded = padded || w.Pad[k] != [2]int{}
	}
	attrs := []attr{{"kernel_shape", size}, {"strides", stride}}
	if padded {
		attrs = append(attrs, attr{"pads", slices.Concat(before, behind)})
	}
	if dilated {
		attrs = append(attrs, attr{"dilations", dilation})
	}
	return attrs
}

func convAttrs(w *device.Window) []attr {
	attrs := windowAttrs(w)
	if w.Groups > 1 {
		attrs = append(attrs, attr{"group", int64(w.Groups)})
	}
	return attrs
}

func conv(n *noted) bool {
	in := []*value{n.in(0), n.in(1)}
	if b := n.in(2); b != nil {
		in = append(in, b)
	}
	y := n.graph.one("Conv", in[0].dtype, n.shape(0), in, convAttrs(&n.Window)...)
	if z := n.in(3); z != nil {
		y = n.graph.binary("Add", y, z)
	}
	if n.Flag {
		y = n.graph.unary("Relu", y)
	}
	return n.set(0, y)
}

// convTranspose is a convolution backwards.
func convTranspose(n *noted) bool {
	w, x, y := &n.Window, n.In[0].Dims(), n.shape(0)
	var extra []int64
	for k := range w.Axes {
		least := (x[2+k]-1)*w.Stride[k] - w.Pad[k][0] - w.Pad[k][1] + (w.Size[k]-1)*w.Dilation[k] + 1
		extra = append(extra, int64(y[2+k]-least))
	}
	attrs := convAttrs(w)
	if slices.Max(extra) > 0 {
		attrs = append(attrs, attr{"output_padding", extra})
	}
	return n.set(0, n.graph.one("ConvTranspose", n.Out[0].DType, y, []*value{n.in(0), n.in(1)}, attrs...))
}

func maxPool(n *noted) bool {
	return n.set(0, n.graph.one("MaxPool", n.Out[0].DType, n.shape(0), []*value{n.in(0)}, windowAttrs(&n.Window)...))
}

func avgPool(n *noted) bool {
	attrs := windowAttrs(&n.Window)
	if slices.ContainsFunc(attrs, func(a attr) bool { return a.name == "dilations" }) && n.graph.opset < 19 {
		return false
	}
	if n.Flag && slices.ContainsFunc(attrs, func(a attr) bool { return a.name == "pads" }) {
		attrs = append(attrs, attr{"count_include_pad", int64(1)})
	}
	return n.set(0, n.graph.one("AveragePool", n.Out[0].DType, n.shape(0), []*value{n.in(0)}, attrs...))
}
