package main

import (
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

type inputs = []*tensor.Tensor

// A probe is an operation on inputs of given shapes.
type probe struct {
	name   string
	shapes [][]int
	f      func(x inputs) *tensor.Tensor
}

// of returns the probe of an operation on one tensor [3 5].
func of(name string, f func(x *tensor.Tensor) *tensor.Tensor) probe {
	return probe{name, [][]int{{3, 5}}, func(x inputs) *tensor.Tensor { return f(x[0]) }}
}

// both returns the probe of an operation on two tensors that broadcast.
func both(name string, f func(x, y *tensor.Tensor) *tensor.Tensor) probe {
	return probe{name, [][]int{{3, 4}, {4}}, func(x inputs) *tensor.Tensor { return f(x[0], x[1]) }}
}

// picture returns the probe of an operation on pictures [1 2 4 4].
func picture(name string, f func(x *tensor.Tensor) *tensor.Tensor) probe {
	return probe{name, [][]int{{1, 2, 4, 4}}, func(x inputs) *tensor.Tensor { return f(x[0]) }}
}

type array = *tensor.Tensor

// probes are all operations that have a gradient. Their inputs lie between 0.2 and 1.8, away from kinks.
var probes = []probe{
	both("Add", array.Add), both("Sub", array.Sub), both("Mul", array.Mul), both("Div", array.Div), both("Pow", array.Pow),
	both("Maximum", array.Maximum), both("Minimum", array.Minimum),
	of("Neg", array.Neg), of("Abs", array.Abs), of("Exp", array.Exp), of("Log", array.Log), of("Sqrt", array.Sqrt),
	of("Sin", array.Sin), of("Cos", array.Cos), of("Tanh", array.Tanh), of("Erf", array.Erf), of("Square", array.Square),
	of("PowScalar", func(x array) array { return x.PowScalar(1.5) }),
	of("Scale", func(x array) array { return x.Scale(1.5).AddScalar(2) }),
	of("Sum", func(x array) array { return x.Sum(0) }), of("Mean", func(x array) array { return x.Mean(1) }),
	of("Variance", func(x array) array { return x.Variance(1) }), of("Prod", func(x array) array { return x.Prod(1) }),
	of("Max", func(x array) array { return x.Max(1) }), of("Min", func(x array) array { return x.Min(1) }),
	of("Norm", array.Norm),
	of("Slice", func(x array) array { return x.SliceStep(1, 0, 5, 2) }), of("Flip", func(x array) array { return x.Flip(1) }),
	of("Permute", func(x array) array { return x.T().Reshape(15) }),
	of("Take", func(x array) array { return x.Take(0, tensor.Of([]int64{2, 0, 2}, 3)) }),
	of("Gather", func(x array) array { return x.Gather(tensor.Of([]int64{4, 0, 1}, 3)) }),
	of("ScatterSum", func(x array) array { return x.ScatterSum(0, tensor.Of([]int64{1, 0, 1}, 3), 2) }),
	both("Concat", func(x, y array) array { return tensor.Concat(0, x, y.Unsqueeze(0)) }),
	both("Where", func(x, y array) array { return tensor.Where(x.Less(y), x, y) }),
	{"MatMul", [][]int{{4, 7}, {7, 3}}, func(x inputs) array { return x[0].MatMul(x[1]) }},
	{"Linear", [][]int{{4, 6}, {5, 6}, {5}}, func(x inputs) array { return op.Linear(x[0], x[1], x[2]) }},
	{"LinearQuantized", [][]int{{3, 40}, {5}}, func(x inputs) array {
		w := (&probe{shapes: [][]int{{5, 40}}}).inputs()[0]
		return op.LinearQuantized(x[0], op.Quantize(w, 4, 32), x[1])
	}},
	of("Relu", op.Relu), of("Sigmoid", op.Sigmoid), of("Gelu", op.Gelu), of("GeluTanh", op.GeluTanh), of("Silu", op.Silu),
	of("Softplus", op.Softplus),
	of("Elu", func(x array) array { return op.Elu(x.AddScalar(-1.05), 1) }),
	of("LeakyRelu", func(x array) array { return op.LeakyRelu(x.AddScalar(-1.05), 0.1) }),
	of("Softmax", func(x array) array { return op.Softmax(x, -1) }), of("LogSoftmax", func(x array) array { return op.LogSoftmax(x, -1) }),
	of("LogSumExp", func(x array) array { return op.LogSumExp(x, -1) }),
	of("Dropout", func(x array) array { return op.Dropout(x, 0.4, rng.KeyOf(3)) }),
	of("Embedding", func(x array) array { return op.Embedding(x, tensor.Of([]int64{2, 0, 2, 1}, 2, 2)) }),
	of("Pad", func(x array) array { return op.Pad(x, 0.5, [2]int{1, 0}, [2]int{0, 2}) }),
	{"LayerNorm", [][]int{{3, 7}, {7}, {7}}, func(x inputs) array { return op.LayerNorm(x[0], x[1], x[2], 1e-5) }},
	{"RMSNorm", [][]int{{3, 7}, {7}}, func(x inputs) array { return op.RMSNorm(x[0], x[1], 1e-6) }},
	{"GroupNorm", [][]int{{2, 4, 3}, {4}, {4}}, func(x inputs) array { return op.GroupNorm(x[0], 2, x[1], x[2], 1e-5) }},
	{"LinearGelu", [][]int{{4, 6}, {5, 6}, {5}}, func(x inputs) array { return op.LinearGelu(x[0], x[1], x[2]) }},
	{"Attention", [][]int{{1, 4, 3, 2}, {1, 2, 3, 2}, {1, 2, 3, 2}}, func(x inputs) array {
		return op.Attention(x[0], x[1], x[2], op.AttentionConfig{Causal: true})
	}},
	{"SelfAttention", [][]int{{1, 3, 6, 2}}, func(x inputs) array { return op.SelfAttention(x[0], 2, op.AttentionConfig{}) }},
	{"Rotary", [][]int{{1, 3, 2, 4}}, func(x inputs) array { return op.Rotary(x[0], op.RotaryConfig{}) }},
	{"BatchNorm", [][]int{{4, 2, 3}, {2}, {2}}, func(x inputs) array {
		y, _ := op.BatchNorm(x[0], x[1], x[2], 1e-5)
		return y
	}},
	{"BatchNormGiven", [][]int{{4, 2, 3}, {2}, {2}}, func(x inputs) array {
		fixed := tensor.Of([]float32{1, 2, 4, 7}, 2, 2, 1)
		_, given := op.BatchNorm(fixed.Cast(x[0].DType()), x[1].Detach(), x[2].Detach(), 1e-5)
		return op.BatchNormGiven(x[0], x[1], x[2], given, 1e-5)
	}},
	{"LSTM", [][]int{{2, 2, 1}, {8, 1}, {8, 2}, {8}, {8}, {2, 2}, {2, 2}}, func(x inputs) array {
		y, _ := op.LSTM(x[0], op.Recurrence{WeightIn: x[1], WeightHidden: x[2], BiasIn: x[3], BiasHidden: x[4]}, x[5], x[6])
		return y
	}},
	{"GRU", [][]int{{2, 2, 1}, {6, 1}, {6, 2}, {6}, {6}, {2, 2}}, func(x inputs) array {
		return op.GRU(x[0], op.Recurrence{WeightIn: x[1], WeightHidden: x[2], BiasIn: x[3], BiasHidden: x[4]}, x[5])
	}},
	{"Conv", [][]int{{1, 2, 4, 3}, {2, 2, 3, 3}, {2}}, func(x inputs) array { return op.Conv(x[0], x[1], x[2], op.ConvConfig{Pad: 1}) }},
	{"ConvTranspose", [][]int{{1, 2, 3, 2}, {2, 3, 2, 2}, {3}}, func(x inputs) array {
		return op.ConvTranspose(x[0], x[1], x[2], op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Stride: 2}})
	}},
	picture("MaxPool", func(x array) array { return op.MaxPool(x, op.PoolConfig{Size: 2}) }),
	picture("AvgPool", func(x array) array { return op.AvgPool(x, op.PoolConfig{Size: 2}) }),
	picture("GlobalAvgPool", op.GlobalAvgPool),
	picture("AdaptiveAvgPool", func(x array) array { return op.AdaptiveAvgPool(x, 2, 3) }),
}

// inputs returns distinct numbers between 0.2 and 1.8.
func (p *probe) inputs() inputs {
	var in inputs
	for k, shape := range p.shapes {
		n := 1
		for _, d := range shape {
			n *= d
		}
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(1 + 0.8*math.Sin(float64(7*i+3*k+1)))
		}
		in = append(in, tensor.Of(x, shape...))
	}
	return in
}

// checkGradients compares the gradients of all operations, to second order, with differences.
func checkGradients() (string, error) {
	for _, p := range probes {
		if err := autograd.Check(p.f, p.inputs()...); err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return fmt.Sprintf("those of %d operations are what differences say, to second order", len(probes)), nil
}
