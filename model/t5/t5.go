// Package t5 holds T5, which reads a text and writes another, whatever the task.
package t5

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes an encoder and a decoder. The zero value is T5-base, but for the number of tokens, which the examples say.
type Config struct {
	Layers        int     `json:"layers,omitempty"`         // of the encoder; 12 if 0
	DecoderLayers int     `json:"decoder_layers,omitempty"` // as many as Layers if 0
	Width         int     `json:"width,omitempty"`          // 768 if 0
	Heads         int     `json:"heads,omitempty"`          // 12 if 0
	Head          int     `json:"head,omitempty"`           // width of a head; 64 if 0
	Hidden        int     `json:"hidden,omitempty"`         // width inside the feed-forward layers; 3072 if 0
	Buckets       int     `json:"buckets,omitempty"`        // of distances; 32 if 0
	Most          int     `json:"most,omitempty"`           // the distance from which all share a bucket; 128 if 0
	Activation    string  `json:"activation,omitempty"`     // "relu" if empty
	Gated         bool    `json:"gated,omitempty"`          // a second map, times the activation: version 1.1, with "gelu_tanh"
	Untied        bool    `json:"untied,omitempty"`         // the logits have a table of their own, and no scale: version 1.1
	EncoderOnly   bool    `json:"encoder_only,omitempty"`   // only what it reads, [b t d]
	Eps           float64 `json:"eps,omitempty"`            // of the norms; 1e-6 if 0
	Dropout       float64 `json:"dropout,omitempty"`        // everywhere; the paper's is 0.1
}

// A Model is an encoder and a decoder.
//
//	source [b s], seen [b s], target [b t] → logits [b t v]
//	logits = decoder(target, encoder(source)) · Sᵀ / √d    S the table of the tokens; version 1.1 has another and no scale
//
// Attention is not scaled and knows of positions by a learned bias for each distance, which the first block of a stack has for all
// of them; norms are in front and without a mean. Names and shapes of the parameters are those of Hugging Face's transformers,
// and weights are drawn as there. The target begins with the padding, 0.
//
// Raffel and others, Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, 2019
// (arXiv:1910.10683); Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), for version 1.1.
type Model struct {
	Shared  *nn.Embedding
	Encoder *Encoder
	Decoder *Decoder   // nil: it only reads
	Head    *nn.Linear `nn:"lm_head"` // nil: the table of the tokens makes the logits
	Config  Config     `nn:"-"`       // with nothing left to its defaults
	of      model.Examples
}

func init() {
	model.Register(model.Architecture{
		Name: "t5", About: "encoder and decoder of texts with relative positions: T5, version 1.1, Flan and mT5; for tokens",
		Config: Config{}, Example: model.Examples{Input: []int{64}, Tokens: 32128, Outputs: 32128},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
		Variants: variants, Layouts: layouts, Types: []string{"t5", "mt5"}, Published: published, Publish: publish,
	})
}

// New returns a model of of.Tokens tokens. The error says what of the configuration does not fit.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	if of.Tokens < 1 || len(of.Input) != 1 {
		return nil, errors.New("the examples are no texts; it takes tokens")
	}
	c, err := c.filled()
	if err != nil {
		return nil, err
	}
	m := &Model{Shared: new(nn.Embedding), Encoder: newEncoder(r, c), Config: c, of: of}
	m.Shared.Weight.Value = nn.Normal(1)(r.Next(), of.Tokens, c.Width)
	if !c.EncoderOnly {
		m.Decoder = newDecoder(r, c)
		if c.Untied {
			m.Head = linear(r, c.Width, of.Tokens, c.Width)
		}
	}
	return m, nil
}

func (c Config) filled() (Config, error) {
	c.Layers, c.Width, c.Heads = cmp.Or(c.Layers, 12), cmp.Or(c.Width, 768), cmp.Or(c.Heads, 12)
	c.Head, c.Hidden, c.Buckets = cmp.Or(c.Head, 64), cmp.Or(c.Hidden, 3072), cmp.Or(c.Buckets, 32)
	c.Most = cmp.Or(c.Most, 128)
	if c.DecoderLayers == 0 {
		c.DecoderLayers = c.Layers
	}
	if c.Activation == "" {
		c.Activation = "relu"
	}
	if c.Eps == 0 {
		c.Eps = 1e-6
	}
	if min(c.Layers, c.DecoderLayers, c.Width, c.Heads, c.Head, c.Hidden) < 1 || c.Buckets < 4 || c.Buckets%4 != 0 || c.Most <= c.Buckets/2 || !(c.Dropout >= 0 && c.Dropout < 1) {
		return c, fmt.Errorf("%d and %d layers of width %d, %d heads of %d, %d inside, %d buckets up to %d and dropout %v do not fit",
			c.Layers, c.DecoderLayers, c.Width, c.Heads, c.Head, c.Hidden, c.Buckets, c.Most, c.Dropout)
	}
	_, err := model.Activation(c.Activation)
	return c, err
}

// Inputs are the tokens to read, which of them to see, and the tokens written so far.
func (m *Model) Inputs() []model.Port {
	shape := append([]int{1}, m.of.Input...)
	ports := []model.Port{
		{Name: "input_ids", DType: device.Int64, Shape: shape, Below: m.of.Tokens},
		{Name: "attention_mask", DType: device.Int64, Shape: shape, Below: 2},
	}
	if m.Decoder != nil {
		ports = append(ports, model.Port{Name: "decoder_input_ids", DType: device.Int64, Shape: shape, Below: m.of.Tokens})
	}
	return ports
}

// Outputs are the logits, or what the tokens have become if the model only reads.
func (m *Model) Outputs() []string {
	if m.Decoder == nil {
		return []string{"last_hidden_state"}
	}
	return []string{"logits"}
}

// Run returns the logits of the token behind each that was written.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	mask := in[1].NotEqual(in[1].FullLike(0))
	hidden := m.Encode(p, in[0], mask)
	if m.Decoder == nil {
		return []*tensor.Tensor{hidden}
	}
	y := m.Decoder.forward(p, m.Shared.Forward(p, in[2]), m.Decoder.remember(p, hidden), mask)
	return []*tensor.Tensor{m.logits(p, y)}
}

// Encode returns what the tokens of a text have become. The mask is Bool [b s], true for those that are seen; nil shows all.
//
//	ids [b s] → y [b s d]
func (m *Model) Encode(p *nn.Pass, ids, mask *tensor.Tensor) *tensor.Tensor {
	return m.Encoder.forward(p, m.Shared.Forward(p, ids), mask)
}

func (m *Model) logits(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if m.Head != nil {
		return m.Head.Forward(p, x)
	}
	return op.Linear(x.Scale(1/math.Sqrt(float64(m.Config.Width))), p.Use(&m.Shared.Weight), nil)
}
