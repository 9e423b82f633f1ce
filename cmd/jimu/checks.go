package main

import (
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// A probe is an operation on inputs of given shapes.
type probe struct {
	name   string
	shapes [][]int
	f      func(x []*tensor.Tensor) *tensor.Tensor
}

type inputs = []*tensor.Tensor

// probes runs through the kernels and the operations. Inputs lie between 0.2 and 1.8, away from kinks.
var probes = []probe{
	{"Add", [][]int{{3, 4}, {4}}, func(x inputs) *tensor.Tensor { return x[0].Add(x[1]) }},
	{"Sub", [][]int{{3, 4}, {4}}, func(x inputs) *tensor.Tensor { return x[0].Sub(x[1]) }},
	{"Mul", [][]int{{3, 4}, {4}}, func(x inputs) *tensor.Tensor { return x[0].Mul(x[1]) }},
	{"Div", [][]int{{3, 4}, {4}}, func(x inputs) *tensor.Tensor { return x[0].Div(x[1]) }},
	{"Exp", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Exp() }},
	{"Log", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Log() }},
	{"Sqrt", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Sqrt() }},
	{"Sin", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Sin() }},
	{"Cos", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Cos() }},
	{"Tanh", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Tanh() }},
	{"Erf", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Erf() }},
	{"Sum", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Sum(0) }},
	{"Max", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return x[0].Max(1) }},
	{"MatMul", [][]int{{9, 17}, {17, 5}}, func(x inputs) *tensor.Tensor { return x[0].MatMul(x[1]) }},
	{"Linear", [][]int{{4, 6}, {5, 6}, {5}}, func(x inputs) *tensor.Tensor { return op.Linear(x[0], x[1], x[2]) }},
	{"Relu", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return op.Relu(x[0]) }},
	{"Sigmoid", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return op.Sigmoid(x[0]) }},
	{"Gelu", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return op.Gelu(x[0]) }},
	{"Silu", [][]int{{5, 7}}, func(x inputs) *tensor.Tensor { return op.Silu(x[0]) }},
	{"Softmax", [][]int{{3, 7}}, func(x inputs) *tensor.Tensor { return op.Softmax(x[0], -1) }},
	{"LogSoftmax", [][]int{{3, 7}}, func(x inputs) *tensor.Tensor { return op.LogSoftmax(x[0], -1) }},
	{"LayerNorm", [][]int{{3, 7}, {7}, {7}}, func(x inputs) *tensor.Tensor { return op.LayerNorm(x[0], x[1], x[2], 1e-5) }},
	{"BatchNorm", [][]int{{4, 2, 3}, {2}, {2}}, func(x inputs) *tensor.Tensor {
		y, _ := op.BatchNorm(x[0], x[1], x[2], 1e-5)
		return y
	}},
	{"Conv", [][]int{{2, 2, 5, 4}, {3, 2, 3, 3}, {3}}, func(x inputs) *tensor.Tensor {
		return op.Conv(x[0], x[1], x[2], op.ConvConfig{Pad: 1})
	}},
	{"MaxPool", [][]int{{1, 2, 4, 4}}, func(x inputs) *tensor.Tensor { return op.MaxPool(x[0], op.PoolConfig{Size: 2}) }},
	{"AvgPool", [][]int{{1, 2, 4, 4}}, func(x inputs) *tensor.Tensor { return op.AvgPool(x[0], op.PoolConfig{Size: 2}) }},
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

func checkGradients() error {
	for _, p := range probes {
		if err := autograd.Check(p.f, p.inputs()...); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// checkKernels compares every instruction set with plain Go.
func checkKernels() error {
	for _, p := range probes {
		restore := kernel.Use("generic")
		want := p.f(p.inputs()).Floats()
		restore()
		for _, set := range kernel.Sets() {
			restore := kernel.Use(set)
			got := p.f(p.inputs()).Floats()
			restore()
			for i, w := range want {
				if d := math.Abs(float64(got[i] - w)); !(d <= 1e-5*math.Max(1, math.Abs(float64(w)))) {
					return fmt.Errorf("%s with %s gives %v, in plain Go %v", p.name, set, got[i], w)
				}
			}
		}
	}
	return nil
}
