package export

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format/onnx"
)

// lowerings make nodes of calls. One that returns false has no nodes for the call: the operation is then composed of others.
var lowerings [device.Ops]func(n *noted) bool

func init() {
	lowerings[device.Fill] = func(n *noted) bool {
		n.out[0] = n.graph.filled(n.Out[0].DType, n.Scalars[0], n.shape(0))
		return true
	}
	lowerings[device.Copy] = copied
	for o, name := range map[device.Op]string{
		device.Neg: "Neg", device.Abs: "Abs", device.Sign: "Sign", device.Exp: "Exp", device.Log: "Log", device.Sqrt: "Sqrt",
		device.Sin: "Sin", device.Cos: "Cos", device.Tanh: "Tanh", device.Erf: "Erf", device.Floor: "Floor", device.Ceil: "Ceil",
		device.Round: "Round", device.Not: "Not", device.Relu: "Relu", device.Sigmoid: "Sigmoid", device.Softplus: "Softplus",
	} {
		lowerings[o] = func(n *noted) bool { return n.set(0, n.graph.unary(name, n.in(0))) }
	}
	for o, name := range map[device.Op]string{
		device.Add: "Add", device.Sub: "Sub", device.Mul: "Mul", device.Div: "Div", device.Pow: "Pow", device.Maximum: "Max",
		device.Minimum: "Min", device.And: "And", device.Or: "Or", device.Equal: "Equal", device.Less: "Less",
		device.LessEqual: "LessOrEqual", device.Where: "Where",
	} {
		lowerings[o] = func(n *noted) bool {
			x := n.broadcast()
			if y := n.graph.ending(name, x); y != nil {
				return n.set(0, y)
			}
			return n.set(0, n.graph.one(name, n.Out[0].DType, joint(shapesOf(x)...), x))
		}
	}
	for o, name := range map[device.Op]string{device.Sum: "ReduceSum", device.Prod: "ReduceProd", device.Max: "ReduceMax", device.Min: "ReduceMin"} {
		lowerings[o] = func(n *noted) bool { return n.reduce(name) }
	}
	for o, name := range map[device.Op]string{device.ArgMax: "ArgMax", device.ArgMin: "ArgMin"} {
		lowerings[o] = func(n *noted) bool { return n.argument(name) }
	}
	lowerings[device.AddScalar] = func(n *noted) bool { return n.scalar("Add", 0) }
	lowerings[device.MulScalar] = func(n *noted) bool { return n.scalar("Mul", 1) }
	lowerings[device.Gather] = gather
	lowerings[device.ScatterAdd] = scatterAdd
	lowerings[device.MatMul] = matMul
	lowerings[device.Linear] = linearMap
	lowerings[device.LinearGelu] = linearGelu
	lowerings[device.Gelu] = func(n *noted) bool { return n.set(0, n.graph.gelu(n.in(0), n.Flag)) }
	lowerings[device.Silu] = func(n *noted) bool {
		x := n.in(0)
		return n.set(0, n.graph.binary("Mul", x, n.graph.unary("Sigmoid", x)))
	}
	for o, name := range map[device.Op]string{device.Softmax: "Softmax", device.LogSoftmax: "LogSoftmax"} {
		lowerings[o] = func(n *noted) bool {
			x := n.in(0)
			return n.set(0, n.graph.unary(name, x, attr{"axis", int64(len(x.shape) - 1)}))
		}
	}
	lowerings[device.Conv] = conv
	lowerings[device.ConvInputGrad] = convTranspose
	lowerings[device.MaxPool] = maxPool
	lowerings[device.AvgPool] = avgPool
	lowerings[device.LayerNorm] = layerNorm
	lowerings[device.RMSNorm] = rmsNorm
	lowerings[device.GroupNorm] = groupNorm
	lowerings[device.Attention] = attention
	lowerings[device.Rotary] = rotary
	lowerings[device.LSTM] = func(n *noted) bool { return n.recurrent(lstm) }
	lowerings[device.GRU] = func(n *noted) bool { return n.recurrent(gru) }
}

// ending returns an operation of two values as the last part of an operator that does more, or nil.
func (g *graph) ending(op string, x []*value) *value {
	switch op {
	case "Add":
		return g.batchNorm(x[0], x[1])
	case "Min": // of the larger of two
		if hi := x[1]; isOp(x[0], "Max") && hi.fill != nil && len(hi.shape) == 0 {
			if lo := x[0].from.in[1]; lo.fill != nil && len(lo.shape) == 0 {
				return g.one("Clip", x[0].dtype, x[0].shape, []*value{x[0].from.in[0], lo, hi})
			}
		}
	}
	return nil
}

func shapesOf(x []*value) [][]int {
	var s [][]int
	for _, v := range x {
		s = append(s, v.shape)
	}
	return s
}

// copied is no operation, but for another type.
func copied(n *noted) bool {
	x := n.graph.see(n.In[0])
	if t := n.Out[0].DType; x.dtype != t {
		x = n.graph.cast(x, t)
	}
	return n.set(0, x)
}

func (g *graph) cast(x *value, t device.DType) *value {
	if x.dtype == t {
		return x
	}
	if x.fill != nil && t.IsFloat() && x.dtype.IsFloat() {
		return g.filled(t, *x.fill, x.shape)
	}
	return g.one("Cast", t, x.shape, []*value{x}, attr{"to", int64(onnx.TypeOf(t))})
}

// scalar is an operation with a number, which is x itself if the number is nothing.
func (n *noted) scalar(op string, nothing float64) bool {
	x, v := n.in(0), n.Scalars[0]
	if v == nothing {
		return n.set(0, x)
	}
	if y := n.graph.mean(x, v); op == "Mul" && y != nil {
		return n.set(0, y)
	}
	return n.set(0, n.graph.binary(op, x, n.graph.number(x.dtype, v)))
}

// mean returns a sum times v as a mean, if v is one over how many elements are summed.
func (g *graph) mean(x *value, v float64) *value {
	r, ok := reductionOf(x)
	if !ok || x.from.op != "ReduceSum" || !x.dtype.IsFloat() {
		return nil
	}
	of := x.from.in[0]
	count := 1
	for _, a := range r.axes {
		count *= of.shape[a]
	}
	if v != 1/float64(count) {
		return nil
	}
	if spatial := len(of.shape) - 2; r.keep && spatial > 0 && len(r.axes) == spatial && r.axes[0] == 2 {
		return g.one("GlobalAveragePool", x.dtype, x.shape, []*value{of})
	}
	return g.reduce("ReduceMean", of, r.axes, r.keep)
}

// reduce folds the axes in which the output has length 1.
func (n *noted) reduce(op string) bool {
	x := n.in(0)
	var axes []int
	for k, d := range n.shape(0) {
		if d == 1 && x.shape[k] != 1 {
			axes = append(axes, k)
		}
	}
	if len(axes) == 0 {
		return n.set(0, x)
	}
	return n.set(0, n.graph.reduce(op, x, axes, true))
}

// argument finds the place of the largest or smallest element.
func (n *noted) argument(op string) bool {
	x := n.in(0)
	axis := slices.IndexFunc(seq(len(x.shape)), func(k int) bool { return n.shape(0)[k] == 1 && x.shape[k] != 1 })
	if axis < 0 {
		return n.set(0, n.graph.filled(device.Int64, 0, n.shape(0)))
	}
	return n.set(0, n.graph.one(op, device.Int64, n.shape(0), []*value{x}, attr{"axis", int64(axis)}, attr{"keepdims", int64(1)}))
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// gather takes places of an axis.
func gather(n *noted) bool {
	return n.set(0, n.graph.one("Gather", n.Out[0].DType, n.shape(0), []*value{n.in(0), n.in(1)}, attr{"axis", int64(n.Axis)}))
}

// scatterAdd adds to places of an axis.
func scatterAdd(n *noted) bool {
	g := n.graph
	if g.opset < 16 {
		panic(&Unsupported{Layer: g.layer, Why: "sums at places need opset 16"})
	}
	y, x, index := n.inPlace(0), n.in(0), n.in(1)
	index = g.cast(index, device.Int64)
	if n.Axis == 0 {
		index = g.reshape(index, []int{index.shape[0], 1})
		return n.set(0, g.one("ScatterND", y.dtype, y.shape, []*value{y, index, x}, attr{"reduction", "add"}))
	}
	along := slices.Repeat([]int{1}, len(x.shape))
	along[n.Axis] = index.shape[0]
	index = g.expand(g.reshape(index, along), x.shape)
	return n.set(0, g.one("ScatterElements", y.dtype, y.shape, []*value{y, index, x}, attr{"axis", int64(n.Axis)}, attr{"reduction", "add"}))
}
