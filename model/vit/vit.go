// Package vit holds the vision transformer, and DeiT, which learns from a teacher too.
package vit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is ViT-B/16.
type Config struct {
	Patch     int     `json:"patch,omitempty"`     // pixels on each side of a patch; 16 if 0
	Layers    int     `json:"layers,omitempty"`    // 12 if 0
	Heads     int     `json:"heads,omitempty"`     // 12 if 0
	Width     int     `json:"width,omitempty"`     // 768 if 0
	Hidden    int     `json:"hidden,omitempty"`    // width inside the feed-forward layers; four times Width if 0
	Dropout   float64 `json:"dropout,omitempty"`   // of embeddings, sums and inside; the paper's 0.1 for ImageNet alone
	Eps       float64 `json:"eps,omitempty"`       // of the norms; 1e-6 if 0
	Distilled bool    `json:"distilled,omitempty"` // with a token and a head that learn from a teacher: DeiT
}

func init() {
	bicubic := model.Preprocess{Filter: picture.Bicubic}
	model.Register(model.Architecture{
		Name: "vit", About: "a transformer over the patches of a picture: ViT and DeiT; for pictures",
		Config: Config{}, Example: model.Photos(224), Build: build, Layouts: layouts,
		Variants: []model.Variant{
			{Name: "vit_b_16", Parameters: 86_567_656},
			{Name: "vit_b_32", Config: `{"patch": 32}`, Parameters: 88_224_232},
			{Name: "vit_l_16", Config: `{"layers": 24, "heads": 16, "width": 1024}`, Parameters: 304_326_632, Preprocess: model.Preprocess{Resize: 242}},
			{Name: "vit_l_32", Config: `{"patch": 32, "layers": 24, "heads": 16, "width": 1024}`, Parameters: 306_535_400},
			{Name: "vit_h_14", Config: `{"patch": 14, "layers": 32, "heads": 16, "width": 1280}`, Of: model.Photos(518), Parameters: 633_470_440, Preprocess: model.Preprocess{Resize: 518, Crop: 518, Filter: picture.Bicubic}},
			{Name: "deit_tiny_patch16_224", Config: `{"heads": 3, "width": 192}`, Parameters: 5_717_416, Preprocess: bicubic},
			{Name: "deit_small_patch16_224", Config: `{"heads": 6, "width": 384}`, Parameters: 22_050_664, Preprocess: bicubic},
			{Name: "deit_base_patch16_224", Parameters: 86_567_656, Preprocess: bicubic},
			{Name: "deit_tiny_distilled_patch16_224", Config: `{"heads": 3, "width": 192, "distilled": true}`, Parameters: 5_910_800, Preprocess: bicubic},
			{Name: "deit_small_distilled_patch16_224", Config: `{"heads": 6, "width": 384, "distilled": true}`, Parameters: 22_436_432, Preprocess: bicubic},
			{Name: "deit_base_distilled_patch16_224", Config: `{"distilled": true}`, Parameters: 87_338_192, Preprocess: bicubic},
		},
		Types: []string{"vit", "deit"}, Published: published, Publish: publish,
	})
}

// A Model is a vision transformer.
//
//	x [n c h w] → logits [n out]
//	z = [class, patches·Eᵀ + e] + positions    then the blocks; logits = norm(z₀)·Wᵀ + w
//
// A distilled model has a second token behind the first, which learns what a teacher says, and a head for it; the answer is
// the mean of both heads. Pictures all have one size, by which there are positions. Names and shapes of the parameters are
// torchvision's, and weights are drawn as there.
//
// Dosovitskiy and others, An Image is Worth 16x16 Words, 2020 (arXiv:2010.11929); Touvron and others, Training data-efficient
// image transformers and distillation through attention, 2020 (arXiv:2012.12877).
type Model struct {
	Class        tensor.Param `nn:"class_token"`        // [1 1 d]
	Distillation tensor.Param `nn:"distillation_token"` // [1 1 d], or without value
	Project      *nn.Conv2d   `nn:"conv_proj"`
	Encoder      *Encoder
	Head         *nn.Linear `nn:"heads.head"`
	TeacherHead  *nn.Linear `nn:"heads.distillation"` // nil: not distilled
	input        []int      // [c h w]
	config       Config     // with nothing left to its defaults
}

// An Encoder is the positions, the blocks and the norm behind them.
type Encoder struct {
	Positions tensor.Param  `nn:"pos_embedding"` // [1 tokens d]
	Blocks    []*Block      `nn:",stacked0"`
	Norm      *nn.LayerNorm `nn:"ln"`
	Drop      *nn.Dropout   `nn:"-"`
}

func build(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
	var c Config
	if err := model.Decode(text, &c); err != nil {
		return nil, err
	}
	if err := of.Picture(1); err != nil {
		return nil, err
	}
	return New(r, of.Input, of.Outputs, c)
}

// New returns a network for pictures [c h w]. The error says what of the configuration does not fit.
func New(r *rng.Rand, input []int, out int, c Config) (*Model, error) {
	c = c.filled()
	if min(c.Patch, c.Layers, c.Heads, c.Width, c.Hidden, out) < 1 || c.Width%c.Heads != 0 || !(c.Dropout >= 0 && c.Dropout < 1) {
		return nil, fmt.Errorf("patches of %d, %d layers of width %d with %d heads, %d inside, %d outputs and dropout %v do not fit",
			c.Patch, c.Layers, c.Width, c.Heads, c.Hidden, out, c.Dropout)
	}
	if len(input) != 3 || input[1]%c.Patch != 0 || input[2]%c.Patch != 0 {
		return nil, fmt.Errorf("patches of %d×%d do not cover pictures of %v", c.Patch, c.Patch, input)
	}
	tokens := 1 + input[1]/c.Patch*input[2]/c.Patch
	m := &Model{input: input, config: c, Encoder: &Encoder{Norm: norm(c), Drop: nn.NewDropout(r, c.Dropout)}}
	m.Class.Value = nn.Constant(0)(r.Next(), 1, 1, c.Width)
	m.Project = nn.NewConv2d(r, input[0], c.Width, c.Patch, nn.ConvConfig{Stride: c.Patch})
	nn.Reset(&m.Project.Weight, nn.TruncatedNormal(1/math.Sqrt(float64(input[0]*c.Patch*c.Patch))), r.Next())
	nn.Reset(&m.Project.Bias, nn.Constant(0), r.Next())
	if c.Distilled {
		tokens++
		m.Distillation.Value = nn.Normal(0.02)(r.Next(), 1, 1, c.Width)
		m.TeacherHead = head(r, c.Width, out)
	}
	m.Encoder.Positions.Value = nn.Normal(0.02)(r.Next(), 1, tokens, c.Width)
	for range c.Layers {
		m.Encoder.Blocks = append(m.Encoder.Blocks, newBlock(r, c))
	}
	m.Head = head(r, c.Width, out)
	return m, nil
}

func (c Config) filled() Config {
	c.Patch, c.Layers, c.Heads, c.Width = cmp.Or(c.Patch, 16), cmp.Or(c.Layers, 12), cmp.Or(c.Heads, 12), cmp.Or(c.Width, 768)
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Eps == 0 {
		c.Eps = 1e-6
	}
	return c
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return m.heads(p, x)[0] }

// heads returns the logits, and of a distilled model those of both heads behind them.
func (m *Model) heads(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor {
	x = m.Project.Forward(p, x).Flatten(2, 3).Transpose(1, 2) // [n patches d]
	parts := []*tensor.Tensor{p.Use(&m.Class).Cast(x.DType()).Expand(x.Dim(0), 1, x.Dim(2))}
	if m.TeacherHead != nil {
		parts = append(parts, p.Use(&m.Distillation).Cast(x.DType()).Expand(x.Dim(0), 1, x.Dim(2)))
	}
	x = tensor.Concat(1, append(parts, x)...)
	x = m.Encoder.Drop.Forward(p, x.Add(p.Use(&m.Encoder.Positions).Cast(x.DType())))
	for _, b := range m.Encoder.Blocks {
		x = b.Forward(p, x)
	}
	x = m.Encoder.Norm.Forward(p, x)
	own := m.Head.Forward(p, x.Select(1, 0))
	if m.TeacherHead == nil {
		return []*tensor.Tensor{own}
	}
	taught := m.TeacherHead.Forward(p, x.Select(1, 1))
	return []*tensor.Tensor{own.Add(taught).Scale(0.5), own, taught}
}

// Inputs are the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "pixel_values", DType: device.Float32, Shape: append([]int{1}, m.input...)}}
}

// Outputs are the logits, and of a distilled model those of the two heads whose mean they are.
func (m *Model) Outputs() []string {
	if m.TeacherHead != nil {
		return []string{"logits", "cls_logits", "distillation_logits"}
	}
	return []string{"logits"}
}

// Run returns the outputs for pictures.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor { return m.heads(p, in[0]) }

func head(r *rng.Rand, in, out int) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value, l.Bias.Value = nn.Constant(0)(r.Next(), out, in), nn.Constant(0)(r.Next(), out)
	return l
}
