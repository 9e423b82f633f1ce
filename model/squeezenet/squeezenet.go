// Package squeezenet holds SqueezeNet: as good as AlexNet with a fiftieth of its parameters.
package squeezenet

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is version 1.0, the paper's.
type Config struct {
	Version string  `json:"version,omitempty"` // "1.0", which "" means, or "1.1": less than half the work
	Dropout float64 `json:"dropout,omitempty"` // before the last convolution; the paper's 0.5 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "squeezenet", About: "1×1 and 3×3 convolutions behind a squeeze of channels, versions 1.0 and 1.1; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "squeezenet1_0", Parameters: 1_248_424},
			{Name: "squeezenet1_1", Config: `{"version": "1.1"}`, Parameters: 1_235_496},
		},
		Build: model.BuildPictures(21, New),
	})
}

// A Model is a SqueezeNet.
//
//	x [n c h w] → logits [n out]
//
// There is no linear layer: the last convolution has a channel for each class, whose mean is the class's logit. Names and
// shapes of the parameters are torchvision's.
//
// Iandola, Han, Moskewicz, Ashraf, Dally and Keutzer, SqueezeNet: AlexNet-Level Accuracy with 50x Fewer Parameters and <0.5MB
// Model Size, 2016 (arXiv:1602.07360), table 1.
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is
// no such version.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	var pooled [3]int // before which fire module the picture is halved
	width, size := 96, 7
	switch c.Version {
	case "", "1.0":
		pooled = [3]int{0, 3, 7}
	case "1.1":
		pooled, width, size = [3]int{0, 2, 4}, 64, 3
	default:
		return nil, fmt.Errorf("there is no SqueezeNet of version %q; there are 1.0 and 1.1", c.Version)
	}
	if c.Dropout == 0 {
		c.Dropout = 0.5
	}
	m := &Model{Features: nn.Sequential{conv(r, channels, width, size, nn.ConvConfig{Stride: 2}), nn.ReLU{}}}
	in := width
	for i, squeeze := range []int{16, 16, 32, 32, 48, 48, 64, 64} {
		if i == pooled[0] || i == pooled[1] || i == pooled[2] {
			m.Features = append(m.Features, halve{})
		}
		m.Features = append(m.Features, newFire(r, in, squeeze, 4*squeeze))
		in = 8 * squeeze
	}
	last := nn.NewConv2d(r, in, out, 1, nn.ConvConfig{})
	nn.Reset(&last.Weight, nn.Normal(0.01), r.Next())
	nn.Reset(&last.Bias, nn.Constant(0), r.Next())
	m.Classifier = nn.Sequential{nn.NewDropout(r, max(c.Dropout, 0)), last, nn.ReLU{}, nn.GlobalAvgPool2d{}, nn.Flatten{}}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Classifier.Forward(p, m.Features.Forward(p, x))
}

// A Fire module squeezes the channels, and expands them by windows of two sizes.
//
//	x [n in h w] → y [n 2·expand h w]
//	y = [relu(conv1×1(s)), relu(conv3×3(s))]    s = relu(conv1×1(x)), of few channels
type Fire struct {
	Squeeze   *nn.Conv2d
	Expand1x1 *nn.Conv2d `nn:"expand1x1"`
	Expand3x3 *nn.Conv2d `nn:"expand3x3"`
}

func newFire(r *rng.Rand, in, squeeze, expand int) *Fire {
	return &Fire{
		Squeeze:   conv(r, in, squeeze, 1, nn.ConvConfig{}),
		Expand1x1: conv(r, squeeze, expand, 1, nn.ConvConfig{}),
		Expand3x3: conv(r, squeeze, expand, 3, nn.ConvConfig{Pad: 1}),
	}
}

// Forward returns what both windows make of the squeezed x.
func (f *Fire) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	s := op.Relu(f.Squeeze.Forward(p, x))
	return tensor.Concat(1, op.Relu(f.Expand1x1.Forward(p, s)), op.Relu(f.Expand3x3.Forward(p, s)))
}

// halve takes the largest of windows of 3 that overlap. The last window may hang over the edge by one, as in Caffe.
type halve struct{}

func (halve) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	axis := func(n int) op.WindowAxis { return op.WindowAxis{Size: 3, Stride: 2, Pad: [2]int{0, 1 - n%2}} }
	return op.MaxPool(x, op.PoolConfig{Axes: []op.WindowAxis{axis(x.Dim(2)), axis(x.Dim(3))}})
}

func conv(r *rng.Rand, in, out, size int, c nn.ConvConfig) *nn.Conv2d {
	l := nn.NewConv2d(r, in, out, size, c)
	nn.Reset(&l.Weight, nn.HeUniform(nn.Gain(nn.ReLU{})), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}
