package dcgan

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func registerConditional(pictures model.Examples) {
	model.Register(model.Architecture{
		Name: "cgan_generator", About: "transposed convolutions that make a picture of noise and a label",
		Config: Config{}, Example: model.Examples{Input: []int{100}, Outputs: 1},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			c, err := decode(text)
			if err != nil {
				return nil, err
			}
			if len(of.Input) != 1 {
				return nil, fmt.Errorf("examples of shape %v are no rows of noise", of.Input)
			}
			c.Latent = of.Input[0]
			return NewConditionalGenerator(r, c)
		},
	})
	model.Register(model.Architecture{
		Name: "cgan_discriminator", About: "convolutions that tell whether a picture is true and of its label",
		Config: Config{}, Example: pictures,
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			c, err := decode(text)
			if err != nil {
				return nil, err
			}
			if c, err = c.of(of); err != nil {
				return nil, err
			}
			return NewConditionalDiscriminator(r, c)
		},
	})
}

// A ConditionalGenerator is a [Generator] of noise beside a learned row for the label.
//
//	z [n latent], label [n] of int64 → x [n c h h], in (−1, 1)
//
// Mirza and Osindero, Conditional Generative Adversarial Nets, 2014 (arXiv:1411.1784), figure 1.
type ConditionalGenerator struct {
	Label *nn.Embedding // [classes classes]
	*Generator
	latent int
}

// NewConditionalGenerator returns a generator. The error is that the size is no 4·2ᵏ.
func NewConditionalGenerator(r *rng.Rand, c Config) (*ConditionalGenerator, error) {
	c = c.filled()
	g, err := newGenerator(r, c, c.Latent+c.Classes)
	return &ConditionalGenerator{Label: nn.NewEmbedding(r, c.Classes, c.Classes), Generator: g, latent: c.Latent}, err
}

// Generate returns pictures of noise and labels.
func (g *ConditionalGenerator) Generate(p *nn.Pass, z, label *tensor.Tensor) *tensor.Tensor {
	return g.Forward(p, tensor.Concat(1, z, g.Label.Forward(p, label)))
}

// Inputs returns the noise and the label.
func (g *ConditionalGenerator) Inputs() []model.Port {
	return []model.Port{{Name: "z", Shape: []int{1, g.latent}}, labelPort(g.Label)}
}

// Outputs returns the pictures.
func (g *ConditionalGenerator) Outputs() []string { return []string{"x"} }

// Run is [ConditionalGenerator.Generate].
func (g *ConditionalGenerator) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{g.Generate(p, in[0], in[1])}
}

// A ConditionalDiscriminator is a [Discriminator] that sees the label as one more channel.
//
//	x [n c h h], label [n] of int64 → logits [n 1]
//
// Mirza and Osindero, Conditional Generative Adversarial Nets, 2014 (arXiv:1411.1784), figure 1.
type ConditionalDiscriminator struct {
	Label *nn.Embedding // [classes h·h]
	*Discriminator
	channels, size int
}

// NewConditionalDiscriminator returns a discriminator. The error is that the size is no 4·2ᵏ, or that there is no such norm.
func NewConditionalDiscriminator(r *rng.Rand, c Config) (*ConditionalDiscriminator, error) {
	c = c.filled()
	d, err := newDiscriminator(r, c, c.Channels+1)
	return &ConditionalDiscriminator{Label: nn.NewEmbedding(r, c.Classes, c.Size*c.Size), Discriminator: d, channels: c.Channels, size: c.Size}, err
}

// Judge returns a logit for each picture with its label.
func (d *ConditionalDiscriminator) Judge(p *nn.Pass, x, label *tensor.Tensor) *tensor.Tensor {
	channel := d.Label.Forward(p, label).Reshape(x.Dim(0), 1, d.size, d.size)
	return d.Forward(p, tensor.Concat(1, x, channel))
}

// Inputs returns the picture and the label.
func (d *ConditionalDiscriminator) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: []int{1, d.channels, d.size, d.size}}, labelPort(d.Label)}
}

// Outputs returns the logits.
func (d *ConditionalDiscriminator) Outputs() []string { return []string{"logits"} }

// Run is [ConditionalDiscriminator.Judge].
func (d *ConditionalDiscriminator) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{d.Judge(p, in[0], in[1])}
}

func labelPort(labels *nn.Embedding) model.Port {
	return model.Port{Name: "label", DType: device.Int64, Shape: []int{1}, Below: labels.Weight.Value.Dim(0)}
}
