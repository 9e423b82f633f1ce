package model

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Backbone is a network whose features on the way are of use to others: to detectors, to segmenters, to other tasks.
type Backbone interface {
	nn.Layer

	// Features returns what each stage makes of pictures [n c h w], from the finest to the coarsest: each has half the height
	// and width of the one before.
	Features(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor

	// Headless returns the same network without its last layers, which made logits of the features; the parameters are the same.
	Headless() Backbone
}

// NewBackbone builds the architecture or variant of that name without its head, for pictures of so many channels.
func NewBackbone(name string, r *rng.Rand, channels int, config json.RawMessage) (Backbone, error) {
	m, err := New(name, r, Examples{Input: []int{channels, 64, 64}, Outputs: 1}, config)
	if err != nil {
		return nil, err
	}
	b, ok := m.(Backbone)
	if !ok {
		return nil, fmt.Errorf("%s gives no features of several sizes, and cannot be a backbone", name)
	}
	return b.Headless(), nil
}

// Stages returns how many channels the stages of a backbone have, by a run without elements.
func Stages(body Backbone, channels int) (in []int, err error) {
	d := meta.New()
	params := nn.Params(body)
	override := make(map[*tensor.Param]*tensor.Tensor, len(params))
	for _, q := range params {
		override[q.Param] = tensor.New(d, q.Param.Value.DType(), q.Param.Value.Shape()...)
	}
	p := nn.NewPass(nn.PassConfig{Override: override})
	defer p.Close()
	err = tensor.Catch(func() {
		for _, f := range body.Features(p, p.Input(tensor.New(d, device.Float32, 1, channels, 64, 64))) {
			in = append(in, f.Dim(1))
		}
	})
	return in, err
}
