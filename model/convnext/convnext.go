// Package convnext holds ConvNeXt: a residual network made step by step as good as a vision transformer.
package convnext

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A size is how many blocks each stage has, and their channels.
type size struct {
	depths []int
	width  int // of the first stage; each further one has twice as many
	drop   float64
}

var sizes = map[string]size{
	"tiny":  {[]int{3, 3, 9, 3}, 96, 0.1},
	"small": {[]int{3, 3, 27, 3}, 96, 0.4},
	"base":  {[]int{3, 3, 27, 3}, 128, 0.5},
	"large": {[]int{3, 3, 27, 3}, 192, 0.5},
}

// A Config describes a network. The zero value is ConvNeXt-T.
type Config struct {
	Size   string  `json:"size,omitempty"`   // "tiny", which "" means, "small", "base" or "large"
	Width  int     `json:"width,omitempty"`  // channels of the first stage, in place of those of that size
	Depths []int   `json:"depths,omitempty"` // blocks of each stage, in place of those of that size
	Drop   float64 `json:"drop,omitempty"`   // of whole blocks, from 0 at the first to this; that of the size if 0, none if below 0
	Scale  float64 `json:"scale,omitempty"`  // of what blocks add, at first; 1e-6 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "convnext", About: "wide windows, layer norm and inverted bottlenecks: ConvNeXt tiny to large; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "convnext_tiny", Parameters: 28_589_128, Preprocess: model.Preprocess{Resize: 236}},
			{Name: "convnext_small", Config: `{"size": "small"}`, Parameters: 50_223_688, Preprocess: model.Preprocess{Resize: 230}},
			{Name: "convnext_base", Config: `{"size": "base"}`, Parameters: 88_591_464, Preprocess: model.Preprocess{Resize: 232}},
			{Name: "convnext_large", Config: `{"size": "large"}`, Parameters: 197_767_336, Preprocess: model.Preprocess{Resize: 232}},
		},
		Build: model.BuildPictures(32, New),
	})
}

// A Model is a ConvNeXt.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's.
//
// Liu, Mao, Wu, Feichtenhofer, Darrell and Xie, A ConvNet for the 2020s, 2022 (arXiv:2201.03545), section 3.
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is
// no such size.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Size == "" {
		c.Size = "tiny"
	}
	s, ok := sizes[c.Size]
	if !ok {
		return nil, fmt.Errorf("there is no ConvNeXt of size %q; there are tiny, small, base and large", c.Size)
	}
	if c.Width != 0 {
		s.width = c.Width
	}
	if c.Depths != nil {
		s.depths = c.Depths
	}
	if c.Drop != 0 {
		s.drop = max(c.Drop, 0)
	}
	if c.Scale == 0 {
		c.Scale = 1e-6
	}
	blocks, built := 0, 0
	for _, depth := range s.depths {
		blocks += depth
	}
	if len(s.depths) != 4 || min(s.depths[0], s.depths[1], s.depths[2], s.depths[3]) < 1 {
		return nil, fmt.Errorf("depths %v are not those of 4 stages", s.depths)
	}
	in := s.width
	m := &Model{Features: nn.Sequential{nn.Sequential{conv(r, channels, in, 4, nn.ConvConfig{Stride: 4}), newNorm(in)}}}
	for i, depth := range s.depths {
		if i > 0 {
			m.Features = append(m.Features, nn.Sequential{newNorm(in), conv(r, in, 2*in, 2, nn.ConvConfig{Stride: 2})})
			in *= 2
		}
		var stage nn.Sequential
		for range depth {
			stage = append(stage, newBlock(r, in, s.drop*float64(built)/float64(max(blocks-1, 1)), c.Scale))
			built++
		}
		m.Features = append(m.Features, stage)
	}
	m.Classifier = nn.Sequential{newNorm(in), nn.Flatten{}, linear(r, in, out)}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Classifier.Forward(p, op.GlobalAvgPool(m.Features.Forward(p, x)))
}

// A Block adds to x what a wide window and two linear layers make of it.
//
//	x [n c h w] → y [n c h w]
//	y = x + γ · W₂ gelu(W₁ norm(depthwise7×7(x)))     γ [c], at first very small
type Block struct {
	Block nn.Sequential
	Scale tensor.Param `nn:"layer_scale"` // γ [c 1 1]
	drop  *nn.DropPath
}

func newBlock(r *rng.Rand, channels int, drop, scale float64) *Block {
	norm := nn.NewLayerNorm(channels)
	norm.Eps = 1e-6
	b := &Block{drop: nn.NewDropPath(r, drop), Block: nn.Sequential{
		conv(r, channels, channels, 7, nn.ConvConfig{Pad: 3, Groups: channels}),
		nn.Permute{Axes: []int{2, 3, 1}},
		norm,
		linear(r, channels, 4*channels),
		nn.GELU{},
		linear(r, 4*channels, channels),
		nn.Permute{Axes: []int{3, 1, 2}},
	}}
	b.Scale.Value = nn.Constant(scale)(r.Next(), channels, 1, 1)
	return b
}

// Forward returns x with what the block adds.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.Block.Forward(p, x)
	y = b.drop.Forward(p, y.Mul(p.Use(&b.Scale).Cast(y.DType())))
	return x.Add(y.Cast(x.DType()))
}

// A Norm normalizes the channels at each place of a picture.
//
//	x [n c h w] → y [n c h w]
type Norm struct{ *nn.LayerNorm }

func newNorm(channels int) Norm {
	l := nn.NewLayerNorm(channels)
	l.Eps = 1e-6
	return Norm{l}
}

// Forward returns x normalized.
func (l Norm) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.LayerNorm.Forward(p, x.Permute(0, 2, 3, 1)).Permute(0, 3, 1, 2)
}

func conv(r *rng.Rand, in, out, window int, c nn.ConvConfig) *nn.Conv2d {
	l := nn.NewConv2d(r, in, out, window, c)
	nn.Reset(&l.Weight, nn.TruncatedNormal(0.02), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}

func linear(r *rng.Rand, in, out int) *nn.Linear {
	l := nn.NewLinear(r, in, out)
	nn.Reset(&l.Weight, nn.TruncatedNormal(0.02), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}
