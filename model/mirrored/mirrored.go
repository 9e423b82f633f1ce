// Package mirrored holds a network that is asked twice: about a picture and about its mirror image.
package mirrored

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config says which network it is.
type Config struct {
	Of   string          `json:"of,omitempty"`   // the name of an architecture for pictures; convnet if ""
	Body json.RawMessage `json:"body,omitempty"` // its configuration
}

func init() {
	model.Register(model.Architecture{
		Name: "mirrored", About: "another network (of, body), asked about a picture and its mirror image: the mean of both answers",
		Config: Config{},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if err := of.Picture(1); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
	})
}

// A Model is a network that looks at a picture and at its mirror image where it predicts, and at the picture alone where it
// learns: test-time augmentation, for pictures that mean the same from the left and from the right. To predict takes twice
// as long. The parameters are those of the network, with their names.
//
//	x [n c h w] → logits [n out]
//	y = (f(x) + f(x mirrored)) / 2     f(x) in training
//
// Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep Convolutional Neural Networks, 2012, section 4.1, average
// over crops and their mirror images.
type Model struct{ nn.Layer }

// New returns the network that a configuration names, asked twice.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	name := cmp.Or(c.Of, "convnet")
	if name == "mirrored" {
		return nil, fmt.Errorf("a mirrored network of a mirrored one is the same as that one")
	}
	f, err := model.New(name, r, of, c.Body)
	if err != nil {
		return nil, err
	}
	return &Model{f}, nil
}

// Forward returns the mean of the two answers.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := m.Layer.Forward(p, x)
	if p.Training() {
		return y
	}
	return y.Add(m.Layer.Forward(p, x.Flip(-1))).Scale(0.5)
}
