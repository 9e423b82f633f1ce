// Package mobilenet holds the MobileNets, versions 2 and 3: narrow convolutional networks for telephones, whose blocks are
// wide only within.
package mobilenet

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	model.Register(model.Architecture{
		Name: "mobilenet_v2", About: "inverted residual blocks with linear bottlenecks, for telephones; for pictures",
		Config: V2Config{}, Example: model.Photos(224),
		Build: model.BuildPictures(1, NewV2),
	})
	model.Register(model.Architecture{
		Name: "mobilenet_v3", About: "MobileNet 3, large and small: blocks found by search, with squeeze and excitation; for pictures",
		Config: V3Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "mobilenet_v3_large", Parameters: 5_483_032},
			{Name: "mobilenet_v3_small", Config: `{"size": "small"}`, Parameters: 2_542_856},
		},
		Build: model.BuildPictures(1, NewV3),
	})
}

// A Model is a MobileNet: a convolution, blocks, another convolution, the mean over the picture, and linear layers.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's.
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.GlobalAvgPool(m.Features.Forward(p, x)).Flatten(1, -1)
	return m.Classifier.Forward(p, x)
}

// divisible rounds a number of channels to a multiple of 8, but not down by more than a tenth.
func divisible(channels float64) int {
	n := max(8, int(channels+4)/8*8)
	if float64(n) < 0.9*channels {
		n += 8
	}
	return n
}

// redrawn draws the weight of a convolution again, as torchvision does.
func redrawn(r *rng.Rand, l *nn.Conv2d) *nn.Conv2d {
	nn.Reset(&l.Weight, nn.HeNormalOut(nn.Gain(nn.ReLU{})), r.Next())
	if l.Bias.Value != nil {
		nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	}
	return l
}

func linear(r *rng.Rand, in, out int) *nn.Linear {
	l := nn.NewLinear(r, in, out)
	nn.Reset(&l.Weight, nn.Normal(0.01), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}
