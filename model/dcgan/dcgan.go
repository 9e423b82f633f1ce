// Package dcgan holds convolutional generators and discriminators: architectures by name that play against each other, with
// classes to ask for or without; for pictures.
//
// What makes them a GAN, a WGAN-GP or a conditional GAN is the objective, the critic's norm, and the labels.
package dcgan

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A Config describes both sides. The zero value is the paper's, for colour pictures of 64×64.
type Config struct {
	Latent   int    `json:"latent,omitempty"`   // numbers that a picture is made of; 100 if 0
	Width    int    `json:"width,omitempty"`    // channels next to the picture, doubled at each halving; 64 if 0
	Size     int    `json:"size,omitempty"`     // height and width of a picture, 4·2ᵏ; 64 if 0
	Channels int    `json:"channels,omitempty"` // 3 if 0
	Norm     string `json:"norm,omitempty"`     // of the discriminator: batch, layer, instance or none; batch if ""
	Classes  int    `json:"classes,omitempty"`  // of the labels of a conditional pair; 10 if 0
}

func init() {
	pictures := model.Examples{Input: []int{3, 64, 64}, Outputs: 1}
	model.Register(model.Architecture{
		Name: "dcgan_generator", About: "transposed convolutions that make a picture of noise",
		Config: Config{}, Example: model.Examples{Input: []int{100}, Outputs: 1},
		Variants: []model.Variant{{Name: "dcgan_generator_64", Parameters: 3_576_704}},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			c, err := decode(text)
			if err != nil {
				return nil, err
			}
			if len(of.Input) != 1 || of.Tokens > 0 {
				return nil, fmt.Errorf("examples of shape %v are no rows of noise", of.Input)
			}
			c.Latent = of.Input[0]
			return NewGenerator(r, c)
		},
	})
	model.Register(model.Architecture{
		Name: "dcgan_discriminator", About: "convolutions that tell made pictures from true ones; without norm the critic of WGAN-GP",
		Config: Config{}, Example: pictures,
		Variants: []model.Variant{
			{Name: "dcgan_discriminator_64", Parameters: 2_765_568},
			{Name: "wgan_gp_critic_64", Config: `{"norm":"layer"}`, Parameters: 2_765_568},
		},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			c, err := decode(text)
			if err != nil {
				return nil, err
			}
			if c, err = c.of(of); err != nil {
				return nil, err
			}
			return NewDiscriminator(r, c)
		},
	})
	registerConditional(pictures)
}

func decode(text json.RawMessage) (Config, error) {
	var c Config
	if err := model.Decode(text, &c); err != nil {
		return c, err
	}
	return c.filled(), nil
}

// of returns the configuration for pictures of that shape.
func (c Config) of(e model.Examples) (Config, error) {
	if len(e.Input) != 3 || e.Input[1] != e.Input[2] {
		return c, fmt.Errorf("examples of shape %v are no square pictures [c h h]", e.Input)
	}
	c.Channels, c.Size = e.Input[0], e.Input[1]
	return c, nil
}

func (c Config) filled() Config {
	c.Latent, c.Width, c.Size = cmp.Or(c.Latent, 100), cmp.Or(c.Width, 64), cmp.Or(c.Size, 64)
	c.Channels, c.Classes = cmp.Or(c.Channels, 3), cmp.Or(c.Classes, 10)
	return c
}

// halvings returns how often a picture is halved until it is 4×4.
func (c Config) halvings() (int, error) {
	n := 0
	for side := 4; side < c.Size; side *= 2 {
		n++
	}
	if n == 0 || c.Size != 4<<n {
		return 0, fmt.Errorf("pictures of %d×%d cannot be made from 4×4 by doubling", c.Size, c.Size)
	}
	return n, nil
}
