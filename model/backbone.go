package model

import (
	"encoding/json"
	"fmt"

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
