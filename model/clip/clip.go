// Package clip holds CLIP, which puts pictures and texts that belong together in the same place.
package clip

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Size is how large one of the two towers is.
type Size struct {
	Layers int `json:"layers,omitempty"` // 12 if 0
	Width  int `json:"width,omitempty"`  // of texts 512, of pictures 768 if 0
	Heads  int `json:"heads,omitempty"`  // one for each 64 of the width if 0
	Hidden int `json:"hidden,omitempty"` // width inside the feed-forward layers; four times Width if 0
}

// A Config describes both towers. The zero value is CLIP ViT-B/32.
type Config struct {
	Text       Size   `json:"text"`
	Picture    Size   `json:"picture"`
	Patch      int    `json:"patch,omitempty"`      // pixels on each side of a patch; 32 if 0
	Tokens     int    `json:"tokens,omitempty"`     // 49408 if 0
	Context    int    `json:"context,omitempty"`    // tokens of a text at most; 77 if 0
	End        int    `json:"end,omitempty"`        // the token at which a text is judged, where it first stands; the largest of each text if 0
	Shared     int    `json:"shared,omitempty"`     // numbers that pictures and texts become; 512 if 0
	Activation string `json:"activation,omitempty"` // "quick_gelu" if empty
}

// A Model is a tower for pictures and one for texts.
//
//	pictures [m c h w], ids [n t] → logits [m n] and [n m], texts [n e], pictures [m e] of length 1
//	logits = s · picture · text     s = exp(LogScale)
//
// [objective.CLIP] trains it, by where both are and LogScale. // Names and shapes of the parameters are those of Hugging Face's transformers, and weights are drawn as there. Padding behind
// a text's end is never seen.
//
// Radford, Kim and others, Learning Transferable Visual Models From Natural Language Supervision, 2021 (arXiv:2103.00020).
type Model struct {
	LogScale          tensor.Param  `nn:"logit_scale"` // a single number
	Text              *TextTower    `nn:"text_model"`
	Picture           *PictureTower `nn:"vision_model"`
	TextProjection    *nn.Linear
	PictureProjection *nn.Linear `nn:"visual_projection"`
	Config            Config     `nn:"-"` // with nothing left to its defaults
	input             []int
}

func init() {
	model.Register(model.Architecture{
		Name: "clip", About: "a tower for pictures and one for texts, which meet: CLIP; for pictures and tokens",
		Config: Config{}, Example: model.Examples{Input: []int{3, 224, 224}, Outputs: 1},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of.Input, c)
		},
		Variants: []model.Variant{
			{Name: "clip-vit-base-patch32", Parameters: 151_277_313},
			{Name: "clip-vit-base-patch16", Config: `{"patch": 16}`, Parameters: 149_620_737},
			{Name: "clip-vit-large-patch14", Config: large, Parameters: 427_616_513},
			{
				Name: "clip-vit-large-patch14-336", Config: large, Of: model.Examples{Input: []int{3, 336, 336}, Outputs: 1}, Parameters: 427_944_193,
				Preprocess: prepared(336),
			},
		},
		Preprocess: prepared(224), Layouts: layouts, Types: []string{"clip"}, Published: published, Publish: publish,
	})
}

const large = `{"patch": 14, "shared": 768, "text": {"width": 768}, "picture": {"layers": 24, "width": 1024}}`

// prepared says how photographs are prepared: with the mean and the standard deviation of CLIP's own.
func prepared(side int) model.Preprocess {
	return model.Preprocess{
		Resize: side, Crop: side, Filter: picture.Bicubic, Scale: 1.0 / 255,
		Mean: &[3]float64{0.48145466, 0.4578275, 0.40821073}, Std: &[3]float64{0.26862954, 0.26130258, 0.27577711},
	}
}

// New returns a model of pictures [c h w]. The error says what of the configuration does not fit.
func New(r *rng.Rand, input []int, c Config) (*Model, error) {
	c = c.filled()
	f, err := model.Activation(c.Activation)
	if err != nil {
		return nil, err
	}
	for _, s := range []Size{c.Text, c.Picture} {
		if min(s.Layers, s.Width, s.Heads, s.Hidden) < 1 || s.Width%s.Heads != 0 {
			return nil, fmt.Errorf("%d layers of width %d with %d heads and %d inside do not fit", s.Layers, s.Width, s.Heads, s.Hidden)
		}
	}
	if min(c.Patch, c.Tokens, c.Context, c.Shared) < 1 || c.End < 0 || c.End >= c.Tokens {
		return nil, fmt.Errorf("patches of %d, %d tokens with an end of %d, a context of %d and %d shared numbers do not fit", c.Patch, c.Tokens, c.End, c.Context, c.Shared)
	}
	if len(input) != 3 || input[1]%c.Patch != 0 || input[2]%c.Patch != 0 {
		return nil, fmt.Errorf("patches of %d×%d do not cover pictures of %v", c.Patch, c.Patch, input)
	}
	m := &Model{
		Text: newTextTower(r, f, c), Picture: newPictureTower(r, f, input, c), Config: c, input: input,
		TextProjection: linear(r, c.Text.Width, c.Shared, deviation(c.Text.Width), false), PictureProjection: linear(r, c.Picture.Width, c.Shared, deviation(c.Picture.Width), false),
	}
	m.LogScale.Value = nn.Constant(math.Log(1 / 0.07))(r.Next())
	return m, nil
}

func (c Config) filled() Config {
	c.Patch, c.Tokens, c.Context, c.Shared = cmp.Or(c.Patch, 32), cmp.Or(c.Tokens, 49408), cmp.Or(c.Context, 77), cmp.Or(c.Shared, 512)
	c.Text.Width, c.Text.Layers = cmp.Or(c.Text.Width, 512), cmp.Or(c.Text.Layers, 12)
	c.Picture.Width, c.Picture.Layers = cmp.Or(c.Picture.Width, 768), cmp.Or(c.Picture.Layers, 12)
	for _, s := range []*Size{&c.Text, &c.Picture} {
		if s.Heads == 0 {
			s.Heads = max(1, s.Width/64)
		}
		if s.Hidden == 0 {
			s.Hidden = 4 * s.Width
		}
	}
	if c.Activation == "" {
		c.Activation = "quick_gelu"
	}
	return c
}

// Inputs are the texts and the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{
		{Name: "input_ids", DType: device.Int64, Shape: []int{1, m.Config.Context}, Below: m.Config.Tokens},
		{Name: "pixel_values", DType: device.Float32, Shape: append([]int{1}, m.input...)},
	}
}

// Outputs are the logits of the texts for each picture, those of the pictures for each text, and where both are.
func (m *Model) Outputs() []string {
	return []string{"logits_per_image", "logits_per_text", "text_embeds", "image_embeds"}
}

// Run returns the outputs of texts and pictures.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	texts, pictures := m.Texts(p, in[0]), m.Pictures(p, in[1])
	logits := texts.MatMul(pictures.Transpose(0, 1)).Mul(p.UseFull(&m.LogScale).Exp().Cast(texts.DType()))
	return []*tensor.Tensor{logits.Transpose(0, 1), logits, texts, pictures}
}

// Texts returns where texts are.
//
//	ids [n t] → y [n e] of length 1
func (m *Model) Texts(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := m.Text.Forward(p, ids)
	end := ids.Cast(device.Float32)
	if m.Config.End > 0 {
		end = ids.Equal(ids.FullLike(float64(m.Config.End))).Cast(device.Float32)
	}
	first := tensor.Arange(x.Dim(0)).To(x.Device()).Scale(float64(x.Dim(1))) // rows of [b·t d], without looking at elements
	last := x.Flatten(0, 1).Take(0, first.Add(end.ArgMax(1)))
	return op.UnitNorm(m.TextProjection.Forward(p, last), -1, 1e-12)
}

// Pictures returns where pictures are.
//
//	x [n c h w] → y [n e] of length 1
func (m *Model) Pictures(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.UnitNorm(m.PictureProjection.Forward(p, m.Picture.Forward(p, x)), -1, 1e-12)
}
