package export

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// layerNorm is an operator from opset 17 on.
func layerNorm(n *noted) bool {
	g, x := n.graph, n.in(0)
	if g.opset < 17 {
		return false
	}
	gain, bias := n.in(1), n.in(2)
	if gain == nil {
		gain = g.filled(x.dtype, 1, x.shape[len(x.shape)-1:])
	}
	in := []*value{x, gain}
	if bias != nil {
		in = append(in, bias)
	}
	return n.set(0, g.one("LayerNormalization", x.dtype, x.shape, in, attr{"axis", int64(-1)}, attr{"epsilon", n.Scalars[0]}))
}

// rmsNorm is an operator from opset 23 on.
func rmsNorm(n *noted) bool {
	g, x, gain := n.graph, n.in(0), n.in(1)
	if g.opset >= 23 {
		if gain == nil {
			gain = g.filled(x.dtype, 1, x.shape[len(x.shape)-1:])
		}
		return n.set(0, g.one("RMSNormalization", x.dtype, x.shape, []*value{x, gain}, attr{"axis", int64(-1)}, attr{"epsilon", n.Scalars[0]}))
	}
	wide := x
	if t := x.dtype; t == device.Float16 || t == device.BFloat16 {
		wide = g.cast(x, device.Float32)
	}
	mean := g.reduce("ReduceMean", g.binary("Mul", wide, wide), []int{len(x.shape) - 1}, true)
	root := g.unary("Sqrt", g.binary("Add", mean, g.number(wide.dtype, n.Scalars[0])))
	y := g.cast(g.binary("Div", wide, root), x.dtype)
	if gain != nil {
		y = g.binary("Mul", y, gain)
	}
	return n.set(0, y)
}

// groupNorm is an operator from opset 21 on. Before, it is the norm of single channels, of which one is made of each group.
func groupNorm(n *noted) bool {
	g, x, gain, bias := n.graph, n.in(0), n.in(1), n.in(2)
	groups, channels := int(n.Scalars[1]), x.shape[1]
	eps := attr{"epsilon", n.Scalars[0]}
	constant := func(v float64, length int) *value { return g.filled(x.dtype, v, []int{length}) }
	if gain == nil {
		gain, bias = constant(1, channels), constant(0, channels)
	}
	switch {
	case len(x.shape) < 3:
		return false
	case groups == channels:
		return n.set(0, g.one("InstanceNormalization", x.dtype, x.shape, []*value{x, gain, bias}, eps))
	case g.opset >= 21:
		return n.set(0, g.one("GroupNormalization", x.dtype, x.shape, []*value{x, gain, bias}, eps, attr{"num_groups", int64(groups)}))
	}
	rows := g.reshape(x, []int{x.shape[0], groups, size(x.shape[1:]) / groups})
	y := g.one("InstanceNormalization", x.dtype, rows.shape, []*value{rows, constant(1, groups), constant(0, groups)}, eps)
	along := slices.Repeat([]int{1}, len(x.shape)-1)
	along[0] = channels
	y = g.reshape(y, x.shape)
	if n.in(1) != nil {
		y = g.binary("Add", g.binary("Mul", y, g.reshape(gain, along)), g.reshape(bias, along))
	}
	return n.set(0, y)
}
