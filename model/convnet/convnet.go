// Package convnet holds a plain convolutional network in the manner of LeNet.
package convnet

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A Config describes a network. The zero value has stages of 32 and 64 channels with windows of 5, and 512 hidden units:
// the network of TensorFlow's MNIST tutorial.
type Config struct {
	Channels  []int   `json:"channels,omitempty"`   // of each stage; [32, 64] if empty
	Size      int     `json:"size,omitempty"`       // of the windows, odd; 5 if 0
	Hidden    int     `json:"hidden,omitempty"`     // units before the head; 512 if 0
	BatchNorm bool    `json:"batch_norm,omitempty"` // normalize after each convolution
	Dropout   float64 `json:"dropout,omitempty"`    // before the head
}

func init() {
	model.Register(model.Architecture{
		Name: "convnet", About: "convolution, rectifier and max pool by stages, then a hidden layer and a linear head",
		Config: Config{},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 {
				return nil, fmt.Errorf("examples of shape %v are no pictures [c h w]", of.Input)
			}
			return New(r, of.Input, of.Outputs, c)
		},
	})
}

// New returns a network for pictures of shape [c h w]. Each stage halves height and width.
//
//	x [n c h w] → logits [n out]
//
// LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, Proc. IEEE, 1998.
func New(r *rng.Rand, picture []int, out int, c Config) (nn.Sequential, error) {
	if len(c.Channels) == 0 {
		c.Channels = []int{32, 64}
	}
	if c.Size == 0 {
		c.Size = 5
	}
	if c.Hidden == 0 {
		c.Hidden = 512
	}
	if c.Size%2 == 0 {
		return nil, fmt.Errorf("windows of size %d do not keep the picture's size; want an odd one", c.Size)
	}
	in, h, w := picture[0], picture[1], picture[2]
	var m nn.Sequential
	for _, channels := range c.Channels {
		m = append(m, nn.NewConv2d(r, in, channels, c.Size, nn.ConvConfig{Pad: c.Size / 2, NoBias: c.BatchNorm}))
		if c.BatchNorm {
			m = append(m, nn.NewBatchNorm(channels))
		}
		m = append(m, nn.ReLU{}, nn.MaxPool2d{Size: 2})
		in, h, w = channels, h/2, w/2
	}
	if h == 0 || w == 0 {
		return nil, fmt.Errorf("%d stages are too many for pictures of %d×%d, which each of them halves; give fewer channels", len(c.Channels), picture[1], picture[2])
	}
	m = append(m, nn.Flatten{}, nn.NewLinear(r, in*h*w, c.Hidden), nn.ReLU{})
	if c.Dropout > 0 {
		m = append(m, nn.NewDropout(r, c.Dropout))
	}
	return append(m, nn.NewLinear(r, c.Hidden, out)), nil
}
