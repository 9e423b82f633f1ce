// Package vgg holds the VGG networks: stacks of 3×3 convolutions, and three large linear layers behind them.
package vgg

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// stages says how many convolutions each of the five stages has, by the number of layers of the network.
var stages = map[int][5]int{
	11: {1, 1, 2, 2, 2},
	13: {2, 2, 2, 2, 2},
	16: {2, 2, 3, 3, 3},
	19: {2, 2, 4, 4, 4},
}

// A Config describes a network. The zero value is the paper's network D, known as VGG16.
type Config struct {
	Layers    int     `json:"layers,omitempty"`     // with parameters: 11, 13, 16 or 19; 16 if 0
	BatchNorm bool    `json:"batch_norm,omitempty"` // normalize after each convolution, which the paper does not
	Width     int     `json:"width,omitempty"`      // channels of the first stage; 64 if 0
	Hidden    int     `json:"hidden,omitempty"`     // units of the two hidden linear layers; 4096 if 0
	Dropout   float64 `json:"dropout,omitempty"`    // behind each of them; the paper's 0.5 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "vgg", About: "stacks of 3×3 convolutions and three linear layers: VGG11 to VGG19; for pictures",
		Config:  Config{},
		Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "vgg11", Config: `{"layers": 11}`, Parameters: 132_863_336},
			{Name: "vgg11_bn", Config: `{"layers": 11, "batch_norm": true}`, Parameters: 132_868_840},
			{Name: "vgg13", Config: `{"layers": 13}`, Parameters: 133_047_848},
			{Name: "vgg13_bn", Config: `{"layers": 13, "batch_norm": true}`, Parameters: 133_053_736},
			{Name: "vgg16", Parameters: 138_357_544},
			{Name: "vgg16_bn", Config: `{"batch_norm": true}`, Parameters: 138_365_992},
			{Name: "vgg19", Config: `{"layers": 19}`, Parameters: 143_667_240},
			{Name: "vgg19_bn", Config: `{"layers": 19, "batch_norm": true}`, Parameters: 143_678_248},
		},
		Build: model.BuildPictures(32, New),
	})
}

// A Model is a VGG network.
//
//	x [n c h w] → logits [n out]
//
// Whatever the picture's size, the features are averaged to 7×7 before the linear layers, as in torchvision; of 224×224
// they are that already. Names and shapes of the parameters are torchvision's too.
//
// Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, 2014 (arXiv:1409.1556).
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// side is the height and width of what the linear layers see.
const side = 7

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is
// no such number of layers.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Layers == 0 {
		c.Layers = 16
	}
	depths, ok := stages[c.Layers]
	if !ok {
		return nil, fmt.Errorf("there is no VGG of %d layers; there are 11, 13, 16 and 19", c.Layers)
	}
	if c.Width == 0 {
		c.Width = 64
	}
	if c.Hidden == 0 {
		c.Hidden = 4096
	}
	if c.Dropout == 0 {
		c.Dropout = 0.5
	}
	m := &Model{}
	in := channels
	for i, depth := range depths {
		width := c.Width << min(i, 3)
		for range depth {
			m.Features = append(m.Features, conv(r, in, width))
			if c.BatchNorm {
				m.Features = append(m.Features, nn.NewBatchNorm(width))
			}
			m.Features = append(m.Features, nn.ReLU{})
			in = width
		}
		m.Features = append(m.Features, nn.MaxPool2d{Size: 2})
	}
	m.Classifier = nn.Sequential{
		linear(r, in*side*side, c.Hidden),
		nn.ReLU{},
		dropout(r, c.Dropout),
		linear(r, c.Hidden, c.Hidden),
		nn.ReLU{},
		dropout(r, c.Dropout),
		linear(r, c.Hidden, out),
	}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = m.Features.Forward(p, x) // [n c h/32 w/32]
	if x.Dim(2) != side || x.Dim(3) != side {
		x = op.AdaptiveAvgPool(x, side, side) // [n c 7 7]
	}
	return m.Classifier.Forward(p, x.Flatten(1, -1))
}

func conv(r *rng.Rand, in, out int) *nn.Conv2d {
	l := nn.NewConv2d(r, in, out, 3, nn.ConvConfig{Pad: 1})
	nn.Reset(&l.Weight, nn.HeNormalOut(nn.Gain(nn.ReLU{})), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}

func linear(r *rng.Rand, in, out int) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value = nn.Normal(0.01)(r.Next(), out, in)
	l.Bias.Value = tensor.Zeros(out)
	return l
}

// dropout returns a layer that drops, or keeps the place of one, so that the layers behind have the names they are known by.
func dropout(r *rng.Rand, rate float64) *nn.Dropout { return nn.NewDropout(r, max(rate, 0)) }
