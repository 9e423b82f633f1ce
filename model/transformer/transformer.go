// Package transformer holds the Transformer as it was first: an encoder that reads a text, and a decoder that writes another.
//
// The translators of Marian and BART are configurations of it.
package transformer

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

// A Config describes an encoder and a decoder. The zero value is the paper's base model, but for its dropout; how many tokens
// there are the examples say.
type Config struct {
	Layers        int     `json:"layers,omitempty"`         // of the encoder; 6 if 0
	DecoderLayers int     `json:"decoder_layers,omitempty"` // as many as Layers if 0
	Width         int     `json:"width,omitempty"`          // 512 if 0
	Heads         int     `json:"heads,omitempty"`          // 8 if 0
	Hidden        int     `json:"hidden,omitempty"`         // width inside the feed-forward layers; four times Width if 0
	Activation    string  `json:"activation,omitempty"`     // "relu" if empty
	Dropout       float64 `json:"dropout,omitempty"`        // of embeddings and sums; the paper's is 0.1

	AttentionDropout  float64 `json:"attention_dropout,omitempty"`  // of attention's weights: Dropout if 0, none if below 0
	ActivationDropout float64 `json:"activation_dropout,omitempty"` // inside the feed-forward layers: Dropout if 0, none if below 0

	PreNorm   bool `json:"pre_norm,omitempty"`   // norms in front of the sublayers, and one behind each stack
	FinalNorm bool `json:"final_norm,omitempty"` // one behind each stack in any case, as PyTorch has it
	FirstNorm bool `json:"first_norm,omitempty"` // of the embeddings, as in BART
	Apart     bool `json:"apart,omitempty"`      // tables of source, target and logits are three, and not one
	Unscaled  bool `json:"unscaled,omitempty"`   // embeddings are not multiplied by the root of the width
	Biased    bool `json:"biased,omitempty"`     // logits have a bias, which is not learned, as in Marian
	Learned   int  `json:"learned,omitempty"`    // so many learned positions in each stack, and no waves, as in BART; two rows stand before them
	Halves    bool `json:"halves,omitempty"`     // positions have all sines and then all cosines, as in Marian
}

// A Model is an encoder and a decoder.
//
//	source [b s], seen [b s], target [b t] → logits [b t v]
//	logits = decoder(√d·T[target] + positions, encoder(√d·T[source] + positions)) · Tᵀ     T the table of the tokens
//
// Norms are behind the sums, as in the paper. Names and shapes of the parameters are those of PyTorch's Transformer, and the
// weights of its layers are drawn as there. Label smoothing, 0.1 in the paper, is the objective's.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762).
type Model struct {
	Shared  *nn.Embedding // of all tokens, or nil
	Source  *nn.Embedding // nil if shared, as the next two
	Target  *nn.Embedding
	Head    *nn.Linear
	Bias    tensor.Param `nn:"logit_bias,buffer"` // [v], or without value
	Reading *Entry       `nn:"encoder_embedding"`
	Writing *Entry       `nn:"decoder_embedding"`
	Encoder *nn.TransformerEncoder
	Decoder *nn.TransformerDecoder
	Config  Config `nn:"-"` // with nothing left to its defaults
	of      model.Examples
}

func init() {
	model.Register(model.Architecture{
		Name: "transformer", About: "the first Transformer, encoder and decoder: translators of Marian, BART; for tokens",
		Config: Config{}, Example: model.Examples{Input: []int{64}, Tokens: 37000, Outputs: 37000},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
		Variants: variants, Layouts: layouts, Types: []string{"marian", "bart"}, Published: published, Publish: publish,
	})
}

// New returns a model that reads of.Tokens and writes of.Outputs different tokens. The error says what of the configuration does
// not fit.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	c = c.filled()
	f, err := c.check(of)
	if err != nil {
		return nil, err
	}
	layers := nn.TransformerLayerConfig{
		Hidden: c.Hidden, Activation: f, PreNorm: c.PreNorm,
		Dropout: c.Dropout, AttentionDropout: c.AttentionDropout, ActivationDropout: c.ActivationDropout,
	}
	m := &Model{
		Reading: newEntry(r, c), Writing: newEntry(r, c), Config: c, of: of,
		Encoder: nn.NewTransformerEncoder(r, c.Layers, c.Width, c.Heads, layers),
		Decoder: nn.NewTransformerDecoder(r, c.DecoderLayers, c.Width, c.Heads, layers),
	}
	if c.FinalNorm {
		m.Encoder.Norm, m.Decoder.Norm = nn.NewLayerNorm(c.Width), nn.NewLayerNorm(c.Width)
	}
	if c.Apart {
		m.Source, m.Target, m.Head = table(r, of.Tokens, c.Width), table(r, of.Outputs, c.Width), nn.NewLinear(r, c.Width, of.Outputs)
	} else {
		m.Shared = table(r, of.Tokens, c.Width)
	}
	if c.Biased {
		m.Bias.Value = nn.Constant(0)(r.Next(), of.Outputs)
	}
	return m, nil
}

func (c Config) filled() Config {
	c.Layers, c.Width, c.Heads = cmp.Or(c.Layers, 6), cmp.Or(c.Width, 512), cmp.Or(c.Heads, 8)
	if c.DecoderLayers == 0 {
		c.DecoderLayers = c.Layers
	}
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Activation == "" {
		c.Activation = "relu"
	}
	return c
}

func (c Config) check(of model.Examples) (nn.Layer, error) {
	if of.Tokens < 1 || len(of.Input) != 1 {
		return nil, errors.New("the examples are no texts; it takes tokens")
	}
	if of.Outputs < 1 || of.Outputs != of.Tokens && !c.Apart {
		return nil, fmt.Errorf("it is to write one of %d tokens and read one of %d, with one table; they must be as many, or the tables apart", of.Outputs, of.Tokens)
	}
	if c.Learned > 0 && of.Input[0] > c.Learned {
		return nil, fmt.Errorf("texts of %d tokens, and %d learned positions", of.Input[0], c.Learned)
	}
	if min(c.Layers, c.DecoderLayers, c.Width, c.Heads, c.Hidden) < 1 || c.Width%c.Heads != 0 || c.Width%2 != 0 || c.Learned < 0 {
		return nil, fmt.Errorf("%d and %d layers of width %d with %d heads, %d inside do not fit%s", c.Layers, c.DecoderLayers, c.Width, c.Heads, c.Hidden, model.Undivided(c.Width, c.Heads))
	}
	if !(c.Dropout >= 0 && c.Dropout < 1 && c.AttentionDropout < 1 && c.ActivationDropout < 1) {
		return nil, fmt.Errorf("dropout %v, of attention %v, inside %v: each must be below 1, and the first not below 0", c.Dropout, c.AttentionDropout, c.ActivationDropout)
	}
	return model.Activation(c.Activation)
}

// Inputs are the tokens to read, which of them to see, and the tokens written so far.
func (m *Model) Inputs() []model.Port {
	shape := append([]int{1}, m.of.Input...)
	return []model.Port{
		{Name: "input_ids", DType: device.Int64, Shape: shape, Below: m.of.Tokens},
		{Name: "attention_mask", DType: device.Int64, Shape: shape, Below: 2},
		{Name: "decoder_input_ids", DType: device.Int64, Shape: shape, Below: m.of.Outputs},
	}
}

// Outputs are the logits.
func (m *Model) Outputs() []string { return []string{"logits"} }

// Run returns the logits of the token behind each that was written.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{m.logits(p, m.Features(p, in))}
}

// Features returns what the logits are made of, [b t d], of the inputs of [Model.Run]: logits = features · weightᵀ + bias, with
// those of [Model.Scorer] and, in Marian's, Bias. So a loss can leave out padding, or make the logits a part at a time.
func (m *Model) Features(p *nn.Pass, in []*tensor.Tensor) *tensor.Tensor {
	mask := in[1].NotEqual(in[1].FullLike(0))
	return m.features(p, in[2], m.Decoder.Remember(p, m.Encode(p, in[0], mask)), mask)
}

// Encode returns what the tokens of a text have become. The mask is Bool [b s], true for those that are seen; nil shows all.
//
//	ids [b s] → y [b s d]
func (m *Model) Encode(p *nn.Pass, ids, mask *tensor.Tensor) *tensor.Tensor {
	source := m.Source
	if source == nil {
		source = m.Shared
	}
	return m.Encoder.Attend(p, m.Reading.embed(p, source, ids, 0, m.Config), nn.AttendConfig{Keys: mask})
}

// features returns what the logits of the tokens behind ids are made of.
func (m *Model) features(p *nn.Pass, ids *tensor.Tensor, memory []nn.Memory, mask *tensor.Tensor) *tensor.Tensor {
	x := m.Writing.embed(p, m.target(), ids, 0, m.Config)
	return m.Decoder.Recall(p, x, memory, nn.AttendConfig{Causal: true}, nn.AttendConfig{Keys: mask})
}

func (m *Model) target() *nn.Embedding {
	if m.Target == nil {
		return m.Shared
	}
	return m.Target
}

// Scorer returns the weight [v d] of the map from features to logits, and its bias [v] or nil.
func (m *Model) Scorer(p *nn.Pass) (weight, bias *tensor.Tensor) {
	if m.Head != nil {
		return p.Use(&m.Head.Weight), p.Use(&m.Head.Bias)
	}
	return p.Use(&m.Shared.Weight), nil
}

func (m *Model) logits(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	weight, bias := m.Scorer(p)
	x = op.Linear(x.Cast(weight.DType()), weight, bias)
	if m.Bias.Value != nil {
		x = x.Add(p.Buffer(&m.Bias).Cast(x.DType()))
	}
	return x
}

func table(r *rng.Rand, rows, d int) *nn.Embedding {
	l := new(nn.Embedding)
	l.Weight.Value = nn.Normal(1/math.Sqrt(float64(d)))(r.Next(), rows, d)
	return l
}
