// Package lenet holds LeNet-5, the convolutional network that read the digits on cheques.
package lenet

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is LeNet-5 with full connections between its maps.
type Config struct {
	Pool string `json:"pool,omitempty"` // how maps are halved: "average" as in the paper, which "" means, or "max"
	ReLU bool   `json:"relu,omitempty"` // rectifiers in place of the paper's tanh
}

func init() {
	model.Register(model.Architecture{
		Name: "lenet", About: "LeNet-5: two convolutions and three linear layers; for pictures of 28×28 or 32×32",
		Config: Config{}, Example: model.Examples{Input: []int{1, 28, 28}, Outputs: 10},
		Build: build,
	})
}

// A Model is LeNet-5.
//
//	x [n c 32 32] or [n c 28 28] → logits [n out]
//
// Pictures of 28×28 get a margin of 2, as in the paper. What differs from the paper, as in every later version: each map of the
// second convolution sees all maps of the first, a halving learns nothing, tanh is not scaled, and the last layer is linear.
//
// LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition, Proc. IEEE, 1998, figure 2.
type Model struct {
	Conv1, Conv2  *nn.Conv2d
	FC1, FC2, FC3 *nn.Linear
	bend, halve   nn.Layer
}

func build(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
	var c Config
	if err := model.Decode(text, &c); err != nil {
		return nil, err
	}
	if err := of.Picture(28); err != nil {
		return nil, err
	}
	if h, w := of.Input[1], of.Input[2]; h != w || h != 28 && h != 32 {
		return nil, fmt.Errorf("LeNet-5 is for pictures of 32×32, or of 28×28 with a margin; got %d×%d (convnet takes any)", h, w)
	}
	return New(r, of.Input[0], of.Outputs, c)
}

// New returns a network for pictures of so many channels. The error is that there is no such pool.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	m := &Model{
		Conv1: nn.NewConv2d(r, channels, 6, 5, nn.ConvConfig{}),
		Conv2: nn.NewConv2d(r, 6, 16, 5, nn.ConvConfig{}),
		FC1:   nn.NewLinear(r, 16*5*5, 120),
		FC2:   nn.NewLinear(r, 120, 84),
		FC3:   nn.NewLinear(r, 84, out),
		bend:  nn.Tanh{}, halve: nn.AvgPool2d{Size: 2},
	}
	switch c.Pool {
	case "", "average":
	case "max":
		m.halve = nn.MaxPool2d{Size: 2}
	default:
		return nil, fmt.Errorf("there is no pool %q; there are average and max", c.Pool)
	}
	if c.ReLU {
		m.bend = nn.ReLU{}
	}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Dim(2) == 28 {
		x = nn.Pad{Sides: nn.Sides{All: 2}}.Forward(p, x) // [n c 32 32]
	}
	x = m.halve.Forward(p, m.bend.Forward(p, m.Conv1.Forward(p, x))) // [n 6 14 14]
	x = m.halve.Forward(p, m.bend.Forward(p, m.Conv2.Forward(p, x))) // [n 16 5 5]
	x = m.bend.Forward(p, m.FC1.Forward(p, x.Flatten(1, -1)))
	return m.FC3.Forward(p, m.bend.Forward(p, m.FC2.Forward(p, x)))
}
