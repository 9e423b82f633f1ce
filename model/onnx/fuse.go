package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// fuse lets convolutions do what is done to their results alone: be rectified, and before that added to another tensor that
// is there already. It saves passes over memory, and changes no result but for rounding.
func (g *graph) fuse() {
	reads, makes := map[int]int{}, map[int]int{}
	for i, n := range g.nodes {
		n.reads(func(slot int) { reads[slot]++ })
		for _, slot := range n.out {
			makes[slot] = i
		}
	}
	for _, slot := range g.outputs {
		reads[slot]++
	}
	gone := map[*node]bool{}
	// alone returns the node of that operator that makes a slot for one reader only.
	alone := func(slot int, name string) (*node, int) {
		i, ok := makes[slot]
		if !ok || slot < 0 || reads[slot] != 1 || !g.nodes[i].plain(name) || gone[g.nodes[i]] {
			return nil, -1
		}
		return g.nodes[i], i
	}
	for _, relu := range g.nodes {
		if !relu.plain("Relu") || len(relu.in) != 1 {
			continue
		}
		if conv, at := alone(relu.in[0], "Conv"); conv != nil && !conv.rectified {
			conv.rectified, conv.out, gone[relu] = true, relu.out, true
			makes[relu.out[0]] = at
			continue
		}
		add, _ := alone(relu.in[0], "Add")
		if add == nil || add.version < 7 || len(add.in) != 2 {
			continue
		}
		for k, slot := range add.in {
			conv, at := alone(slot, "Conv")
			other := add.in[1-k]
			from, made := makes[other]
			if conv == nil || conv.rectified || other < 0 || made && from >= at {
				continue
			}
			conv.in = slices.Concat(conv.in, []int{-1, -1})[:3:3]
			conv.in = append(conv.in, other)
			conv.rectified, conv.out = true, relu.out
			gone[relu], gone[add] = true, true
			makes[relu.out[0]] = at
			break
		}
	}
	g.nodes = slices.DeleteFunc(g.nodes, func(n *node) bool { return gone[n] })
}

// plain reports whether a node is that operator of the standard, with one output.
func (n *node) plain(name string) bool {
	return n.op == name && n.standard && n.body == nil && len(n.out) == 1 && (name != "Conv" || len(n.in) <= 3)
}

// reads calls do for the slots that a node reads, its graphs included.
func (n *node) reads(do func(slot int)) {
	for _, slot := range n.in {
		if slot >= 0 {
			do(slot)
		}
	}
	for _, inner := range n.graphs {
		for _, c := range inner.captures {
			do(c.outer)
		}
	}
}

// convolved is the convolution with what was fused into it: all at once where the device can, else one after another.
func (c *call) convolved(x, w, b *tensor.Tensor) *tensor.Tensor {
	z := c.maybe(3)
	if !c.node.rectified {
		return c.conv(x, w, b)
	}
	axes, groups := c.window(x, c.kernel(w)), c.integer("group", 1)
	if y := fusedConv(x, w, b, z, axes, groups); y != nil {
		return y
	}
	y := op.Conv(x, w, b, op.ConvConfig{Axes: axes, Groups: groups})
	if z != nil {
		y = y.Add(z)
	}
	return op.Relu(y)
}

// fusedConv returns nil where the device has no such convolution, and where shapes do not fit, for [op.Conv] to say so.
func fusedConv(x, w, b, z *tensor.Tensor, axes []op.WindowAxis, groups int) *tensor.Tensor {
	if tensor.Tracked(x, w, b, z) || len(axes) > 3 || x.Rank() != w.Rank() || groups < 1 || x.Dim(1) != w.Dim(1)*groups || w.Dim(0)%groups != 0 ||
		x.DType() != device.Float32 || w.DType() != x.DType() || b != nil && (b.DType() != x.DType() || b.Rank() != 1 || b.Dim(0) != w.Dim(0)) {
		return nil
	}
	g := device.Window{Axes: len(axes), Groups: groups}
	shape := []int{x.Dim(0), w.Dim(0)}
	for k, a := range axes {
		g.Size[k], g.Stride[k], g.Dilation[k], g.Pad[k] = a.Size, a.Stride, a.Dilation, a.Pad
		if a.Pad[0] < 0 || a.Pad[1] < 0 || span(a) > x.Dim(2+k)+a.Pad[0]+a.Pad[1] {
			return nil
		}
		shape = append(shape, g.Out(k, x.Dim(2+k)))
	}
	if z != nil && (z.DType() != x.DType() || !slices.Equal(z.Shape(), shape)) {
		return nil
	}
	y := tensor.OutputChannelsLast(x, shape, w)
	in := []*tensor.Tensor{x, w, b}
	if z != nil {
		in = append(in, z)
	}
	if !tensor.Try(device.Conv, &device.Attr{Window: g, Flag: true}, []*tensor.Tensor{y}, in...) {
		return nil
	}
	return y
}
