// Package mixer holds MLP-Mixers: architectures by name of perceptrons alone, over patches and over channels; for pictures.
package mixer

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the paper's B/16.
type Config struct {
	Patch    int     `json:"patch,omitempty"`     // side of a patch; 16 if 0
	Width    int     `json:"width,omitempty"`     // channels; 768 if 0
	Blocks   int     `json:"blocks,omitempty"`    // 12 if 0
	Tokens   int     `json:"tokens,omitempty"`    // width inside the perceptrons over patches; half of Width if 0
	Channels int     `json:"channels,omitempty"`  // width inside those over channels; four times Width if 0
	DropPath float64 `json:"drop_path,omitempty"` // of the last block; those before drop less
}

func init() {
	model.Register(model.Architecture{
		Name: "mixer", About: "MLP-Mixer: perceptrons over patches and over channels; for pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 224, 224}, Outputs: 1000},
		Variants: []model.Variant{
			{Name: "mixer_s32_224", Config: `{"patch":32,"width":512,"blocks":8}`, Parameters: 19_104_624},
			{Name: "mixer_s16_224", Config: `{"width":512,"blocks":8}`, Parameters: 18_528_264},
			{Name: "mixer_b32_224", Config: `{"patch":32}`, Parameters: 60_293_428},
			{Name: "mixer_b16_224", Parameters: 59_880_472},
			{Name: "mixer_l32_224", Config: `{"patch":32,"width":1024,"blocks":24}`, Parameters: 206_939_264},
			{Name: "mixer_l16_224", Config: `{"width":1024,"blocks":24}`, Parameters: 208_196_168},
		},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 {
				return nil, fmt.Errorf("examples of shape %v are no pictures [c h w]", of.Input)
			}
			return New(r, of, c)
		},
	})
}

// A Model is an MLP-Mixer.
//
//	x [n c h w] → logits [n out]
//	t [n s d]: the patches, each mapped to d numbers
//	t = t + (W₂·gelu(W₁·norm(t)ᵀ))ᵀ      t = t + W₄·gelu(W₃·norm(t)) in each block
//
// The maps over patches fix their number s, so that a model is for pictures of one size. Names and shapes of the parameters
// are timm's.
//
// Tolstikhin and others, MLP-Mixer: An all-MLP Architecture for Vision, 2021 (arXiv:2105.01601), figure 1.
type Model struct {
	Stem struct {
		Patches *nn.Conv2d `nn:"proj"`
	}
	Blocks []*Block
	Norm   *nn.LayerNorm
	Head   *nn.Linear
}

// A Block mixes the patches of each channel, and then the channels of each patch.
type Block struct {
	Norm1    *nn.LayerNorm
	Tokens   Perceptron `nn:"mlp_tokens"`
	Norm2    *nn.LayerNorm
	Channels Perceptron `nn:"mlp_channels"`
	drop     *nn.DropPath
}

// A Perceptron has one hidden layer of [op.Gelu].
type Perceptron struct{ FC1, FC2 *nn.Linear }

// New returns a network for pictures of one size. The error is that the patches do not divide it.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	if c.Patch == 0 {
		c.Patch = 16
	}
	if c.Width == 0 {
		c.Width = 768
	}
	if c.Blocks == 0 {
		c.Blocks = 12
	}
	if c.Tokens == 0 {
		c.Tokens = c.Width / 2
	}
	if c.Channels == 0 {
		c.Channels = 4 * c.Width
	}
	channels, h, w := of.Input[0], of.Input[1], of.Input[2]
	if c.Patch < 1 || h%c.Patch != 0 || w%c.Patch != 0 {
		return nil, fmt.Errorf("patches of %d do not divide pictures of %d×%d", c.Patch, h, w)
	}
	m := &Model{Norm: norm(c.Width), Head: nn.NewLinear(r, c.Width, of.Outputs)}
	m.Stem.Patches = nn.NewConv2d(r, channels, c.Width, c.Patch, nn.ConvConfig{Stride: c.Patch})
	patches := (h / c.Patch) * (w / c.Patch)
	for i := range c.Blocks {
		m.Blocks = append(m.Blocks, &Block{
			Norm1: norm(c.Width), Tokens: perceptron(r, patches, c.Tokens), Norm2: norm(c.Width), Channels: perceptron(r, c.Width, c.Channels),
			drop: nn.NewDropPath(r, c.DropPath*float64(i)/float64(max(1, c.Blocks-1))),
		})
	}
	return m, nil
}

// norm returns a norm with the ε of the authors, which is not PyTorch's.
func norm(d int) *nn.LayerNorm {
	l := nn.NewLayerNorm(d)
	l.Eps = 1e-6
	return l
}

func perceptron(r *rng.Rand, width, hidden int) Perceptron {
	return Perceptron{nn.NewLinear(r, width, hidden), nn.NewLinear(r, hidden, width)}
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	t := m.Stem.Patches.Forward(p, x).Flatten(2, 3).Transpose(1, 2) // [n s d]
	for _, b := range m.Blocks {
		y := b.Tokens.forward(p, b.Norm1.Forward(p, t).Transpose(1, 2)).Transpose(1, 2)
		t = t.Add(b.drop.Forward(p, y))
		t = t.Add(b.drop.Forward(p, b.Channels.forward(p, b.Norm2.Forward(p, t))))
	}
	return m.Head.Forward(p, m.Norm.Forward(p, t).Mean(1))
}

func (l *Perceptron) forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.FC2.Forward(p, op.Gelu(l.FC1.Forward(p, x)))
}
