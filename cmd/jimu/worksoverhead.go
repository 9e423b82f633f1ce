package main

import (
	"context"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// overheadWorks are a thousand operations on 8 numbers: what is measured is everything but arithmetic. The milliseconds of
// tracked are the microseconds of an operation.
var overheadWorks = []work{trackedWork, tinyWork}

const manyOps, fewNumbers = 1000, 8

// trackedWork is operations whose history is kept.
var trackedWork = work{"tracked", "Mop/s", manyOps / 1e6, func(d device.Device) func() error {
	x, y := normal(1, fewNumbers).To(d), normal(2, fewNumbers).To(d)
	return func() error {
		s := tensor.NewScope()
		defer s.Close()
		leaf := s.Bring(x).Watch()
		for range manyOps {
			leaf.Mul(y)
		}
		return nil
	}
}}

// tinyWork is a training step of as many operations, one on the result of the other.
var tinyWork = work{"tiny", "Mop/s", manyOps / 1e6, func(d device.Device) func() error {
	m := place(&struct{ Weight tensor.Param }{Weight: tensor.Param{Value: normal(1, fewNumbers)}}, d)
	x := tensor.Full(0.999, fewNumbers).To(d)
	opt := optim.New(optim.SGD{LR: 0.01}, nn.Params(m))
	return func() error {
		_, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			y := p.Use(&m.Weight)
			for range manyOps / 2 {
				y = y.Mul(x).Add(x)
			}
			return objective.Loss{Sum: y.Sum(), Count: 1}
		})
		return err
	}
}}
