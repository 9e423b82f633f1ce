// Package whisper holds Whisper, which hears speech and writes it down.
package whisper

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes an encoder and a decoder. The zero value is Whisper tiny; how much sound there is, in how many bands, and how
// many tokens there are, the examples say.
type Config struct {
	Layers        int     `json:"layers,omitempty"`         // of the encoder; 4 if 0
	DecoderLayers int     `json:"decoder_layers,omitempty"` // as many as Layers if 0
	Width         int     `json:"width,omitempty"`          // 384 if 0
	Heads         int     `json:"heads,omitempty"`          // 6 if 0
	Hidden        int     `json:"hidden,omitempty"`         // width inside the feed-forward layers; four times Width if 0
	Context       int     `json:"context,omitempty"`        // tokens that can be written; 448 if 0
	Activation    string  `json:"activation,omitempty"`     // "gelu" if empty
	Dropout       float64 `json:"dropout,omitempty"`        // of embeddings and sums; the paper has none
}

// A Model is an encoder of sound and a decoder of tokens.
//
//	features [b bands 2s], target [b t] → logits [b t v]
//	logits = decoder(target, encoder(gelu(conv₂(gelu(conv₁ features))))) · Tᵀ     T the table of the tokens
//
// [Features] makes the features. The second convolution halves the frames; positions are sinusoids in the encoder and learned in
// the decoder; norms are in front. Names and shapes of the parameters are those of Hugging Face's transformers. Weights are
// drawn from the normal distribution with a standard deviation of 0.02.
//
// Radford, Kim, Xu, Brockman, McLeavey and Sutskever, Robust Speech Recognition via Large-Scale Weak Supervision, 2022
// (arXiv:2212.04356).
type Model struct {
	Encoder *Encoder `nn:"model.encoder"`
	Decoder *Decoder `nn:"model.decoder"`
	Config  Config   `nn:"-"` // with nothing left to its defaults
	of      model.Examples
}

// An Encoder hears.
type Encoder struct {
	Conv1, Conv2 *nn.Conv1d
	Positions    tensor.Param `nn:"embed_positions.weight,buffer"` // [s d]
	Layers       []*Layer
	Norm         *nn.LayerNorm `nn:"layer_norm"`
	Drop         *nn.Dropout   `nn:"-"`
}

// A Decoder writes.
type Decoder struct {
	Tokens    *nn.Embedding `nn:"embed_tokens"`
	Positions *nn.Embedding `nn:"embed_positions"`
	Layers    []*Layer
	Norm      *nn.LayerNorm `nn:"layer_norm"`
	Drop      *nn.Dropout   `nn:"-"`
}

func init() {
	model.Register(model.Architecture{
		Name: "whisper", About: "encoder of speech and decoder of its text: Whisper tiny to large; for features of sound",
		Config: Config{}, Example: model.Examples{Input: []int{80, 3000}, Outputs: 51865},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
		Variants: variants, Layouts: layouts, Types: []string{"whisper"}, Published: published, Publish: publish,
	})
}

// New returns a model that hears features [bands frames] and writes of.Outputs different tokens. The error says what of the
// configuration does not fit.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	c = c.filled()
	if len(of.Input) != 2 || of.Tokens != 0 || of.Input[1]%2 != 0 || of.Outputs < 1 {
		return nil, fmt.Errorf("examples of shape %v are no features [bands frames] of an even number of frames for %d tokens", of.Input, of.Outputs)
	}
	f, err := model.Activation(c.Activation)
	if err != nil {
		return nil, err
	}
	if min(c.Layers, c.DecoderLayers, c.Heads, c.Hidden, c.Context) < 1 || c.Width < 4 || c.Width%2 != 0 || c.Width%c.Heads != 0 || !(c.Dropout >= 0 && c.Dropout < 1) {
		return nil, fmt.Errorf("%d and %d layers of width %d with %d heads, %d inside, a context of %d and dropout %v do not fit",
			c.Layers, c.DecoderLayers, c.Width, c.Heads, c.Hidden, c.Context, c.Dropout)
	}
	e := &Encoder{
		Conv1: conv(r, of.Input[0], c.Width, 1), Conv2: conv(r, c.Width, c.Width, 2),
		Norm: nn.NewLayerNorm(c.Width), Drop: nn.NewDropout(r, c.Dropout),
	}
	e.Positions.Value = sinusoids(of.Input[1]/2, c.Width)
	d := &Decoder{Tokens: table(r, of.Outputs, c.Width), Positions: table(r, c.Context, c.Width), Norm: nn.NewLayerNorm(c.Width), Drop: nn.NewDropout(r, c.Dropout)}
	for range c.Layers {
		e.Layers = append(e.Layers, newLayer(r, f, c, false))
	}
	for range c.DecoderLayers {
		d.Layers = append(d.Layers, newLayer(r, f, c, true))
	}
	return &Model{Encoder: e, Decoder: d, Config: c, of: of}, nil
}

func (c Config) filled() Config {
	c.Layers, c.Width, c.Heads, c.Context = cmp.Or(c.Layers, 4), cmp.Or(c.Width, 384), cmp.Or(c.Heads, 6), cmp.Or(c.Context, 448)
	if c.DecoderLayers == 0 {
		c.DecoderLayers = c.Layers
	}
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Activation == "" {
		c.Activation = "gelu"
	}
	return c
}

// Inputs are the features of sound, and the tokens written so far.
func (m *Model) Inputs() []model.Port {
	return []model.Port{
		{Name: "input_features", DType: device.Float32, Shape: append([]int{1}, m.of.Input...)},
		{Name: "decoder_input_ids", DType: device.Int64, Shape: []int{1, min(4, m.Config.Context)}, Below: m.of.Outputs},
	}
}

// Outputs are the logits.
func (m *Model) Outputs() []string { return []string{"logits"} }

// Run returns the logits of the token behind each that was written.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{m.write(p, in[1], m.Decoder.remember(p, m.Encode(p, in[0])))}
}

// Encode returns what was heard.
//
//	features [b bands 2s] → y [b s d]
func (m *Model) Encode(p *nn.Pass, features *tensor.Tensor) *tensor.Tensor {
	e := m.Encoder
	x := op.Gelu(e.Conv2.Forward(p, op.Gelu(e.Conv1.Forward(p, features)))).Transpose(1, 2)
	at := p.Buffer(&e.Positions)
	if x.Dim(1) != at.Dim(0) {
		panic(tensor.Errorf("whisper", "features %v are %d places, and there are positions for %d", features, x.Dim(1), at.Dim(0)))
	}
	x = e.Drop.Forward(p, x.Add(at.Cast(x.DType())))
	for _, l := range e.Layers {
		h := l.AttentionNorm.Forward(p, x)
		x = l.feed(p, l.add(p, x, l.Attention, l.Attention.heads().Attend(p, h, h, nn.AttendConfig{})))
	}
	return e.Norm.Forward(p, x)
}

// write returns the logits of the tokens behind ids.
func (m *Model) write(p *nn.Pass, ids *tensor.Tensor, memory []nn.Memory) *tensor.Tensor {
	x := m.Decoder.run(p, m.Decoder.embed(p, ids, 0), memory, func(_ int, l *Layer, h *tensor.Tensor) *tensor.Tensor {
		return l.Attention.heads().Attend(p, h, h, nn.AttendConfig{Causal: true})
	})
	return m.logits(p, x)
}

func (m *Model) logits(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Linear(x, p.Use(&m.Decoder.Tokens.Weight), nil)
}
