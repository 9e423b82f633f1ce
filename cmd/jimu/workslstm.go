package main

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

const lstmBatch = 32

// lstmWork classifies sequences of 64 steps by the last state of an LSTM.
var lstmWork = work{"lstm", "samples/s", lstmBatch, func(d device.Device) func() error {
	r := rng.New(0)
	return stepOf(d, nn.Sequential{
		nn.NewLSTM(r, 256, 256, nn.RecurrentConfig{}), lastStep{}, nn.NewLinear(r, 256, 10),
	}, lstmBatch, 64, 256)
}}

// lastStep is the layer that keeps the last of the steps [n t d].
type lastStep struct{}

func (lastStep) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Select(1, -1) }
