package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// works are all there is to measure. A new one has a row here, and its name in a group of benchwork.go.
var works = slices.Concat(gemmWorks, []work{
	mlpWork, cnnWork, lstmWork, gptWork, bertWork(1), bertWork(8), decodeWork("decode", 0),
	decodeWork("decodeint8", 8), decodeWork("decodeint4", 4),
}, visionWorks, memoryWorks, overheadWorks)

// gemmWorks are square products, and the shapes that layers make of theirs.
var gemmWorks = []work{
	gemm(32, 32, 32), gemm(64, 64, 64), gemm(100, 100, 100), gemm(128, 128, 128), gemm(256, 256, 256), gemm(512, 512, 512),
	gemm(768, 768, 768), gemm(1024, 1024, 1024), gemm(1536, 1536, 1536), gemm(2048, 2048, 2048),
	gemm(64, 512, 784), gemm(64, 10, 512), gemm(16, 1024, 1024), gemm(128, 3072, 768), gemm(2048, 768, 768),
	gemm(8192, 64, 288), gemm(4096, 27, 27), gemm(1, 4096, 4096),
}

// gemm multiplies [m k] by [k n].
func gemm(m, n, k int) work {
	name := fmt.Sprintf("gemm%dx%dx%d", m, n, k)
	if m == n && n == k {
		name = fmt.Sprintf("gemm%d", n)
	}
	return work{name, "GFLOP/s", 2 * float64(m) * float64(n) * float64(k) / 1e9, func(d device.Device) func() error {
		a, b := normal(1, m, k).To(d), normal(2, k, n).To(d)
		return func() error {
			s := tensor.NewScope()
			defer s.Close()
			s.Bring(a).MatMul(b)
			return nil
		}
	}}
}

const workBatch = 64

var mlpWork = work{"mlp", "samples/s", workBatch, func(d device.Device) func() error {
	r := rng.New(0)
	return stepOf(d, nn.Sequential{
		nn.NewLinear(r, 784, 512), nn.ReLU{}, nn.NewLinear(r, 512, 512), nn.ReLU{}, nn.NewLinear(r, 512, 10),
	}, workBatch, 784)
}}

var cnnWork = work{"cnn", "samples/s", workBatch, func(d device.Device) func() error {
	r := rng.New(0)
	return stepOf(d, nn.Sequential{
		nn.NewConv2d(r, 1, 32, 5, nn.ConvConfig{Pad: 2}),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.NewConv2d(r, 32, 64, 5, nn.ConvConfig{Pad: 2}),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.Flatten{},
		nn.NewLinear(r, 3136, 512),
		nn.ReLU{},
		nn.NewLinear(r, 512, 10),
	}, workBatch, 1, 28, 28)
}}

// stepOf returns a full training step of a classifier of 10 with plain SGD, on one batch.
func stepOf(d device.Device, m nn.Layer, shape ...int) func() error {
	return classifierStep(d, m, 10, optim.SGD{LR: 0.01}, shape...)
}

// classifierStep returns a full training step by a rule, on one batch of random numbers and labels.
func classifierStep(d device.Device, m nn.Layer, classes int, rule optim.Rule, shape ...int) func() error {
	x := normal(3, shape...).To(d)
	labels := make([]int64, shape[0])
	for i := range labels {
		labels[i] = int64(rng.KeyOf(4).IntnAt(uint64(i), classes))
	}
	y := tensor.Of(labels, len(labels)).To(d)
	opt := optim.New(rule, nn.Params(place(m, d)))
	return func() error {
		_, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
		return err
	}
}

func normal(key uint64, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(key).Normal(x)
	return tensor.Of(x, shape...)
}
