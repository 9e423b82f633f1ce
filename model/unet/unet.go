// Package unet holds U-Net: down to a small picture of many channels and up again, with what was seen on the way down beside
// what comes up. It says something of every pixel.
package unet

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the paper's, with padded convolutions and norms.
type Config struct {
	Width    int  `json:"width,omitempty"`    // channels at the picture's own size; each step down doubles them; 64 if 0
	Depth    int  `json:"depth,omitempty"`    // steps down; 4 if 0
	Bilinear bool `json:"bilinear,omitempty"` // go up by interpolation, with fewer channels, in place of transposed convolutions
}

func init() {
	model.Register(model.Architecture{
		Name: "unet", About: "U-Net: down, up again, and across, for a class of every pixel; for pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 256, 256}, Outputs: 2},
		Variants: []model.Variant{
			{Name: "unet_carvana", Parameters: 31_037_698},
			{Name: "unet_carvana_bilinear", Config: `{"bilinear": true}`, Parameters: 17_263_042},
		},
		Build: build,
	})
}

func build(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
	var c Config
	if err := model.Decode(text, &c); err != nil {
		return nil, err
	}
	if c.Depth == 0 {
		c.Depth = 4
	}
	if err := of.Picture(1 << min(c.Depth, 16)); err != nil {
		return nil, err
	}
	return New(r, of.Input[0], of.Outputs, c)
}

// A Model is a U-Net.
//
//	x [n c h w] → logits [n out h w]
//
// Names and shapes of the parameters are those of the implementation that most start from, milesial's Pytorch-UNet. Unlike the
// paper's, its convolutions are padded, so that the logits have the picture's size, and normalized.
//
// Ronneberger, Fischer and Brox, U-Net: Convolutional Networks for Biomedical Image Segmentation, 2015 (arXiv:1505.04597),
// figure 1.
type Model struct {
	In    *Double    `nn:"inc"`
	Downs []*Down    `nn:",stacked"`
	Ups   []*Up      `nn:",stacked"`
	Head  *Pointwise `nn:"outc"`
}

// A Double is two convolutions of 3×3, each with norm and rectifier.
type Double struct {
	Layers nn.Sequential `nn:"double_conv"`
}

// A Down is one step down.
type Down struct {
	Step nn.Sequential `nn:"down#.maxpool_conv"`
}

// An Up is one step up.
type Up struct {
	Rise *nn.ConvTranspose2d `nn:"up#.up"` // nil: by interpolation
	Conv *Double             `nn:"up#.conv"`
}

// A Pointwise is the convolution that makes logits.
type Pointwise struct {
	Conv *nn.Conv2d
}

// New returns a network for pictures of so many channels and so many classes of pixels. The error is that it has too many steps
// or too few.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Width == 0 {
		c.Width = 64
	}
	if c.Depth == 0 {
		c.Depth = 4
	}
	if c.Depth < 1 || c.Depth > 8 {
		return nil, fmt.Errorf("%d steps down; want 1 to 8", c.Depth)
	}
	factor := 1
	if c.Bilinear {
		factor = 2
	}
	m := &Model{In: double(r, channels, c.Width, c.Width)}
	for i := range c.Depth {
		in, to := c.Width<<i, c.Width<<(i+1)
		if i == c.Depth-1 {
			to /= factor
		}
		m.Downs = append(m.Downs, &Down{nn.Sequential{nn.MaxPool2d{Size: 2}, double(r, in, to, to)}})
	}
	for i := c.Depth; i > 0; i-- {
		in, to := c.Width<<i, c.Width<<(i-1)
		u := &Up{}
		switch {
		case !c.Bilinear:
			u.Rise = nn.NewConvTranspose2d(r, in, to, 2, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Stride: 2}})
			u.Conv = double(r, in, to, to)
		case i > 1:
			u.Conv = double(r, in, in/2, to/2)
		default:
			u.Conv = double(r, in, in/2, to)
		}
		m.Ups = append(m.Ups, u)
	}
	m.Head = &Pointwise{nn.NewConv2d(r, c.Width, out, 1, nn.ConvConfig{})}
	return m, nil
}

func double(r *rng.Rand, in, middle, out int) *Double {
	return &Double{nn.Sequential{
		nn.NewConv2d(r, in, middle, 3, nn.ConvConfig{Pad: 1, NoBias: true}), nn.NewBatchNorm(middle),
		nn.ReLU{},
		nn.NewConv2d(r, middle, out, 3, nn.ConvConfig{Pad: 1, NoBias: true}), nn.NewBatchNorm(out),
		nn.ReLU{},
	}}
}

// Forward returns both convolutions of x.
func (d *Double) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return d.Layers.Forward(p, x) }

// Forward returns the logits of every pixel.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = m.In.Forward(p, x)
	var seen []*tensor.Tensor
	for _, d := range m.Downs {
		seen = append(seen, x)
		x = d.Step.Forward(p, x) // [n 2c h/2 w/2]
	}
	for i, u := range m.Ups {
		x = u.Forward(p, x, seen[len(seen)-1-i])
	}
	return m.Head.Conv.Forward(p, x)
}

// Forward returns x at twice its size, together with what was seen at that size on the way down.
func (u *Up) Forward(p *nn.Pass, x, seen *tensor.Tensor) *tensor.Tensor {
	if u.Rise != nil {
		x = u.Rise.Forward(p, x)
	} else {
		x = op.Resize(x, op.ResizeConfig{Size: []int{2 * x.Dim(2), 2 * x.Dim(3)}, Mode: op.ResizeLinear, AlignCorners: true})
	}
	dh, dw := seen.Dim(2)-x.Dim(2), seen.Dim(3)-x.Dim(3) // of odd sizes, a pixel fell away
	if dh > 0 || dw > 0 {
		x = op.Pad(x, 0, [2]int{}, [2]int{}, [2]int{dh / 2, dh - dh/2}, [2]int{dw / 2, dw - dw/2})
	}
	return u.Conv.Forward(p, tensor.Concat(1, seen, x.Cast(seen.DType())))
}
