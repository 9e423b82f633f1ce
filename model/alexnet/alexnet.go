// Package alexnet holds the network with which convolutions came back: five of them, and three linear layers.
package alexnet

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the one of 2014 that torchvision has.
type Config struct {
	Width   int     `json:"width,omitempty"`   // channels of the first convolution; 64 if 0
	Hidden  int     `json:"hidden,omitempty"`  // units of the two hidden linear layers; 4096 if 0
	Dropout float64 `json:"dropout,omitempty"` // before each of them; the paper's 0.5 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "alexnet", About: "five convolutions and three linear layers, the network of 2012; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Build: model.BuildPictures(63, New),
	})
}

// A Model is AlexNet in its later form: one column of channels, in other numbers than those of the paper's two columns, and
// without the local response norm.
//
//	x [n c h w] → logits [n out]
//
// Whatever the picture's size, the features are averaged to 6×6 before the linear layers, as in torchvision; of 224×224
// they are that already. Names and shapes of the parameters are torchvision's too.
//
// Krizhevsky, Sutskever and Hinton, ImageNet Classification with Deep Convolutional Neural Networks, 2012; Krizhevsky, One
// Weird Trick for Parallelizing Convolutional Neural Networks, 2014 (arXiv:1404.5997).
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// side is the height and width of what the linear layers see.
const side = 6

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is always nil.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Width == 0 {
		c.Width = 64
	}
	if c.Hidden == 0 {
		c.Hidden = 4096
	}
	if c.Dropout == 0 {
		c.Dropout = 0.5
	}
	w, pool := c.Width, nn.MaxPool2d{Size: 3, Stride: 2}
	dropout := func() *nn.Dropout { return nn.NewDropout(r, max(c.Dropout, 0)) }
	return &Model{
		Features: nn.Sequential{
			nn.NewConv2d(r, channels, w, 11, nn.ConvConfig{Stride: 4, Pad: 2}),
			nn.ReLU{},
			pool, // [n w h/8 w/8]
			nn.NewConv2d(r, w, 3*w, 5, nn.ConvConfig{Pad: 2}),
			nn.ReLU{},
			pool, // [n 3w h/16 w/16]
			nn.NewConv2d(r, 3*w, 6*w, 3, nn.ConvConfig{Pad: 1}),
			nn.ReLU{},
			nn.NewConv2d(r, 6*w, 4*w, 3, nn.ConvConfig{Pad: 1}),
			nn.ReLU{},
			nn.NewConv2d(r, 4*w, 4*w, 3, nn.ConvConfig{Pad: 1}),
			nn.ReLU{},
			pool, // [n 4w h/32 w/32]
		},
		Classifier: nn.Sequential{
			dropout(), nn.NewLinear(r, 4*w*side*side, c.Hidden),
			nn.ReLU{},
			dropout(), nn.NewLinear(r, c.Hidden, c.Hidden),
			nn.ReLU{},
			nn.NewLinear(r, c.Hidden, out),
		},
	}, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.AdaptiveAvgPool(m.Features.Forward(p, x), side, side) // [n 4w 6 6]
	return m.Classifier.Forward(p, x.Flatten(1, -1))
}
