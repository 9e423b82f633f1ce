package main

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

var works = []work{gemm(256), gemm(512), gemm(1024), gemm(2048), mlpWork, cnnWork}

// gemm multiplies two square matrices.
func gemm(n int) work {
	return work{fmt.Sprintf("gemm%d", n), "GFLOP/s", 2 * float64(n) * float64(n) * float64(n) / 1e9, func() func() error {
		a, b := normal(1, n, n), normal(2, n, n)
		return func() error {
			s := tensor.NewScope()
			defer s.Close()
			s.Bring(a).MatMul(b)
			return nil
		}
	}}
}

const workBatch = 64

var mlpWork = work{"mlp", "samples/s", workBatch, func() func() error {
	r := rng.New(0)
	return stepOf(nn.Sequential{
		nn.NewLinear(r, 784, 512), nn.ReLU{}, nn.NewLinear(r, 512, 512), nn.ReLU{}, nn.NewLinear(r, 512, 10),
	}, workBatch, 784)
}}

var cnnWork = work{"cnn", "samples/s", workBatch, func() func() error {
	r := rng.New(0)
	return stepOf(nn.Sequential{
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

// stepOf returns a full training step with plain SGD on one batch.
func stepOf(m nn.Sequential, shape ...int) func() error {
	x := normal(3, shape...)
	labels := make([]int64, shape[0])
	for i := range labels {
		labels[i] = int64(rng.KeyOf(4).IntnAt(uint64(i), 10))
	}
	y := tensor.Of(labels, len(labels))
	opt := optim.New(optim.SGD{LR: 0.01}, nn.Params(m))
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
