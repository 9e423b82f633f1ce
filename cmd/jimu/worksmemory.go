package main

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// memoryWorks are operations on more numbers than caches hold, counted in bytes that are read and written at least.
var memoryWorks = []work{
	elementwise("add", 3, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Add(x[1]) }),
	elementwise("exp", 2, func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Exp() }),
	elementwise("gelu", 2, func(x []*tensor.Tensor) *tensor.Tensor { return op.Gelu(x[0]) }),
	elementwise("softmax", 2, func(x []*tensor.Tensor) *tensor.Tensor { return op.Softmax(x[0], -1) }),
	elementwise("layernorm", 2, func(x []*tensor.Tensor) *tensor.Tensor { return op.LayerNorm(x[0], x[2], x[3], 1e-5) }),
	adamWork,
}

const largeRows, largeWidth = 32 << 10, 1 << 10 // 128 MB of float32

// elementwise is an operation on [rows width], of which it is given two, and a gain and a bias [width]. It moves each
// element so many times.
func elementwise(name string, moves float64, f func(x []*tensor.Tensor) *tensor.Tensor) work {
	return work{name, "GB/s", moves * 4 * largeRows * largeWidth / 1e9, func(d device.Device) func() error {
		x := []*tensor.Tensor{normal(1, largeRows, largeWidth).To(d), nil, normal(3, largeWidth).To(d), normal(4, largeWidth).To(d)}
		if moves == 3 { // a second input is read
			x[1] = normal(2, largeRows, largeWidth).To(d)
		}
		return func() error {
			s := tensor.NewScope()
			defer s.Close()
			f(append([]*tensor.Tensor{s.Bring(x[0])}, x[1:]...))
			return nil
		}
	}}
}

// adamWork is an update by Adam: it reads the gradient, and reads and writes the parameter and two moments.
var adamWork = work{"adam", "GB/s", 7 * 4 * largeRows * largeWidth / 1e9, func(d device.Device) func() error {
	var rule optim.Adam
	p, g := normal(1, largeRows, largeWidth).To(d), normal(2, largeRows, largeWidth).To(d)
	var slots []*tensor.Tensor
	for range rule.Slots() {
		slots = append(slots, p.FullLike(0, p.Shape()...))
	}
	step := 0
	return func() error {
		step++
		rule.Update(p, g, slots, optim.At{Step: step, Rate: 1, Scale: 1})
		return nil
	}
}}
