// Package stylegan holds StyleGAN2: architectures by name whose generator has a style for every layer; for pictures.
package stylegan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/rng"
)

// A Config describes both sides. The zero value is the paper's configuration F for the size of the examples.
type Config struct {
	Latent   int `json:"latent,omitempty"`   // of noise and of styles; 512 if 0
	Mapping  int `json:"mapping,omitempty"`  // layers from noise to style; 8 if 0
	Channels int `json:"channels,omitempty"` // at size s there are Channels/s; 32768 if 0
	Most     int `json:"most,omitempty"`     // channels at any size; 512 if 0
	Size     int `json:"size,omitempty"`     // height and width of the generator's pictures, 4·2ᵏ; 32 if 0
	Colours  int `json:"colours,omitempty"`  // channels of the generator's pictures; 3 if 0
	Classes  int `json:"classes,omitempty"`  // of pictures that are asked for by their class; 0: none
	Group    int `json:"group,omitempty"`    // pictures of a batch whose deviation the discriminator sees; 4 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "stylegan2_generator", About: "mapping network and synthesis by styles: StyleGAN2; makes pictures of noise",
		Config: Config{}, Example: model.Examples{Input: []int{512}, Outputs: 1},
		Layouts:  []model.Layout{published},
		Variants: []model.Variant{{Name: "stylegan2-ffhq-1024", Config: `{"size":1024}`, Parameters: 30_370_060}},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
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
		Name: "stylegan2_discriminator", About: "residual blocks that tell made pictures from true ones: StyleGAN2",
		Config: Config{}, Example: model.Examples{Input: []int{3, 32, 32}, Outputs: 1},
		Layouts:  []model.Layout{published},
		Variants: []model.Variant{{Name: "stylegan2-ffhq-1024-discriminator", Of: model.Examples{Input: []int{3, 1024, 1024}, Outputs: 1}, Parameters: 29_012_513}},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			c, err := decode(text)
			if err != nil {
				return nil, err
			}
			if len(of.Input) != 3 || of.Input[1] != of.Input[2] {
				return nil, fmt.Errorf("examples of shape %v are no square pictures [c h h]", of.Input)
			}
			c.Colours, c.Size = of.Input[0], of.Input[1]
			return NewDiscriminator(r, c)
		},
	})
}

func decode(text json.RawMessage) (Config, error) {
	var c Config
	if err := model.Decode(text, &c); err != nil {
		return c, err
	}
	return c.filled(), nil
}

func (c Config) filled() Config {
	c.Latent, c.Mapping, c.Channels = cmp.Or(c.Latent, 512), cmp.Or(c.Mapping, 8), cmp.Or(c.Channels, 32768)
	c.Most, c.Size, c.Colours = cmp.Or(c.Most, 512), cmp.Or(c.Size, 32), cmp.Or(c.Colours, 3)
	c.Group = cmp.Or(c.Group, 4)
	return c
}

// at returns how many channels there are where pictures have that size.
func (c Config) at(size int) int { return max(1, min(c.Channels/size, c.Most)) }

// sizes returns 4, 8, … up to the size of the pictures.
func (c Config) sizes() ([]int, error) {
	var all []int
	for s := 4; s <= c.Size; s *= 2 {
		all = append(all, s)
	}
	if len(all) < 2 || all[len(all)-1] != c.Size {
		return nil, fmt.Errorf("pictures of %d×%d cannot be made from 4×4 by doubling", c.Size, c.Size)
	}
	return all, nil
}

// published are the names in the authors' files: mapping.fc0 for mapping.layers.0, b8 for the block of pictures of 8×8. Their
// filters follow from the paper.
var published = model.Layout{
	Name: "stylegan2-ada-pytorch", Marks: []string{"mapping.fc0.weight", "b4.conv.weight"},
	Source: func(ours string) model.Source {
		theirs := layerName.ReplaceAllString(ours, "mapping.fc$1.")
		theirs = blockName.ReplaceAllStringFunc(theirs, func(s string) string {
			parts := blockName.FindStringSubmatch(s)
			n, _ := strconv.Atoi(parts[2])
			return parts[1] + "b" + strconv.Itoa(4<<n) + "."
		})
		return model.Source{Names: []string{theirs}}
	},
	Ignore: func(theirs string) bool { return filterName.MatchString(theirs) },
}

var (
	layerName  = regexp.MustCompile(`^mapping\.layers\.(\d+)\.`)
	blockName  = regexp.MustCompile(`^(synthesis\.|)blocks\.(\d+)\.`)
	filterName = regexp.MustCompile(`(^|\.)resample_filter$`)
)
