// Package inception holds GoogLeNet and its third version, Inception v3: modules in which windows of several sizes look at the
// same thing.
package inception

import (
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the published one without its auxiliary heads.
type Config struct {
	Width   int     `json:"width,omitempty"`   // channels of the first convolution, by which all others are scaled; 64 of GoogLeNet, 32 of v3 if 0
	Dropout float64 `json:"dropout,omitempty"` // before the last layer; 0.2 of GoogLeNet, 0.5 of v3 if 0, none if below 0

	// Auxiliary adds the heads half way up, which learn only from a loss on what Answers gives.
	Auxiliary bool `json:"auxiliary,omitempty"`
}

func init() {
	half := model.Preprocess{Mean: model.Half(), Std: model.Half()} // torchvision's transform_input, which is on for these weights
	model.Register(model.Architecture{
		Name: "googlenet", About: "windows of several sizes side by side, the network of 2014; for pictures",
		Config: Config{}, Example: model.Photos(224), Preprocess: half, Layouts: published("aux1.", "aux2."),
		Build: model.BuildPictures(15, NewGoogLeNet),
	})
	half.Resize, half.Crop = 342, 299
	model.Register(model.Architecture{
		Name: "inception_v3", About: "windows of several sizes and shapes side by side, the network of 2015; for pictures",
		Config: Config{}, Example: model.Photos(299), Preprocess: half, Layouts: published("AuxLogits."),
		Build: model.BuildPictures(75, NewV3),
	})
}

// published is torchvision's layout, which is ours, but that its files have heads that a network without them ignores.
func published(heads ...string) []model.Layout {
	return []model.Layout{{
		Name: "torchvision", Marks: []string{"aux1.fc1.weight", "AuxLogits.fc.weight"},
		Ignore: func(theirs string) bool {
			for _, h := range heads {
				if strings.HasPrefix(theirs, h) {
					return true
				}
			}
			return false
		},
	}}
}

// A Unit is a convolution without bias, a norm and a rectifier.
type Unit struct {
	Conv *nn.Conv2d
	Norm *nn.BatchNorm `nn:"bn"`
}

// Forward returns the rectified norm of the convolution of x.
func (u *Unit) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Relu(u.Norm.Forward(p, u.Conv.Forward(p, x)))
}

// A maker draws the weights of a network, whose published channels it scales by width/of.
type maker struct {
	r         *rng.Rand
	width, of int
	std       float64
}

func (m maker) scaled(n int) int { return max(1, n*m.width/m.of) }

// unit makes a unit between published numbers of channels.
func (m maker) unit(in, out int, c geometry) *Unit { return m.first(m.scaled(in), out, c) }

// first is unit for a number of channels that is not scaled.
func (m maker) first(in, out int, c geometry) *Unit {
	out = m.scaled(out)
	h, w := c.h, c.w
	if w == 0 {
		w = h
	}
	axes := []op.WindowAxis{{Size: h, Stride: c.stride}, {Size: w, Stride: c.stride}}
	if !c.bare {
		axes[0].Pad, axes[1].Pad = [2]int{h / 2, h / 2}, [2]int{w / 2, w / 2}
	}
	norm := nn.NewBatchNorm(out)
	norm.Eps = 1e-3
	u := &Unit{Conv: nn.NewConv2d(m.r, in, out, h, nn.ConvConfig{Axes: axes, NoBias: true}), Norm: norm}
	nn.Reset(&u.Conv.Weight, nn.Normal(m.std), m.r.Next())
	return u
}

// A geometry is the window of a unit, square if w is 0. It keeps the picture's size, but for its stride, unless it is bare.
type geometry struct {
	h, w, stride int
	bare         bool // nothing is padded
}

// in turn hands x through units.
func inTurn(p *nn.Pass, x *tensor.Tensor, units ...*Unit) *tensor.Tensor {
	for _, u := range units {
		x = u.Forward(p, x)
	}
	return x
}

func linear(m maker, in, out int, std float64) *nn.Linear {
	l := nn.NewLinear(m.r, in, out)
	nn.Reset(&l.Weight, nn.Normal(std), m.r.Next())
	return l
}
