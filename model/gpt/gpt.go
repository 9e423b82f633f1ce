// Package gpt holds the decoder of GPT-2: tokens to logits of the next ones, small enough to be trained from nothing.
package gpt

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a decoder. The zero value is the smallest GPT-2, but for the number of tokens, which the examples say.
type Config struct {
	Layers     int     `json:"layers,omitempty"`     // 12 if 0
	Heads      int     `json:"heads,omitempty"`      // 12 if 0
	Width      int     `json:"width,omitempty"`      // 768 if 0
	Context    int     `json:"context,omitempty"`    // tokens that it can see at once; 1024 if 0
	Hidden     int     `json:"hidden,omitempty"`     // width inside the feed-forward layers; four times Width if 0
	Activation string  `json:"activation,omitempty"` // "gelu_tanh" if empty
	Eps        float64 `json:"eps,omitempty"`        // of the norms; 1e-5 if 0
	Dropout    float64 `json:"dropout,omitempty"`    // of embeddings, attention and sums; GPT-2 was trained with 0.1

	// AttentionDropout is that of attention's weights: Dropout if 0, none if below 0, which takes less time and memory.
	AttentionDropout float64 `json:"attention_dropout,omitempty"`

	NoBias bool `json:"no_bias,omitempty"` // anywhere
	Untied bool `json:"untied,omitempty"`  // the logits have a table of their own
}

// A Model is a decoder.
//
//	ids [b t] → logits [b t v]
//	x = tokens[id] + positions[i]    then the blocks, then norm(x)·Tᵀ     T the table of the tokens
//
// Names and shapes of the parameters are those of Hugging Face's transformers, which keep the weights of the blocks as
// [in out]. They are drawn from the normal distribution with a standard deviation of 0.02, divided by √(2·layers) where
// a block adds to its input.
//
// Radford and others, Language Models are Unsupervised Multitask Learners, 2019.
type Model struct {
	Decoder *Decoder   `nn:"transformer"`
	Head    *nn.Linear `nn:"lm_head"` // nil: the table of the tokens makes the logits
	Config  Config     `nn:"-"`       // with nothing left to its defaults
	length  int        // tokens of an example
}

// A Decoder is all of a [Model] but what makes the logits.
type Decoder struct {
	Tokens    *nn.Embedding `nn:"wte"`
	Positions *nn.Embedding `nn:"wpe"`
	Blocks    []*Block      `nn:"h"`
	Norm      *nn.LayerNorm `nn:"ln_f"`
	Drop      *nn.Dropout   `nn:"-"`
}

func init() {
	model.Register(model.Architecture{
		Name: "gpt", About: "decoder of GPT-2 and nanoGPT: attention to the tokens before, norms in front; for tokens",
		Config: Config{}, Example: model.Examples{Input: []int{128}, Tokens: 50257, Outputs: 50257},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if err := model.Decodes(of); err != nil {
				return nil, err
			}
			if len(of.Input) != 1 {
				return nil, fmt.Errorf("a decoder reads texts [tokens], not inputs of shape %v", of.Input)
			}
			m, err := New(r, of.Tokens, c)
			if err == nil && of.Input[0] > m.Config.Context {
				return nil, fmt.Errorf("texts of %d tokens, and a context of %d; give it a context of %[1]d or more, or shorter texts", of.Input[0], m.Config.Context)
			}
			if err == nil {
				m.length = of.Input[0]
			}
			return m, err
		},
		Variants: []model.Variant{
			variant("gpt2", `{}`, 124439808),
			variant("gpt2-medium", `{"layers": 24, "heads": 16, "width": 1024}`, 354823168),
			variant("gpt2-large", `{"layers": 36, "heads": 20, "width": 1280}`, 774030080),
			variant("gpt2-xl", `{"layers": 48, "heads": 25, "width": 1600}`, 1557611200),
			variant("distilgpt2", `{"layers": 6}`, 81912576),
		},
		Layouts: layouts, Types: []string{"gpt2"}, Published: published, Publish: publish,
	})
}

func variant(name, config string, parameters int) model.Variant {
	return model.Variant{Name: name, Config: config, Of: model.Examples{Input: []int{1024}, Tokens: 50257, Outputs: 50257}, Parameters: parameters}
}

// New returns a decoder of so many tokens. The error says what of the configuration does not fit.
func New(r *rng.Rand, tokens int, c Config) (*Model, error) {
	c = c.filled()
	if min(c.Layers, c.Heads, c.Width, c.Context, c.Hidden, tokens) < 1 || c.Width%c.Heads != 0 || c.Dropout < 0 || max(c.Dropout, c.AttentionDropout) >= 1 {
		return nil, fmt.Errorf("%d layers of width %d with %d heads, %d inside, a context of %d and dropout %v and %v do not fit%s",
			c.Layers, c.Width, c.Heads, c.Hidden, c.Context, c.Dropout, c.AttentionDropout, model.Undivided(c.Width, c.Heads))
	}
	f, err := model.Activation(c.Activation)
	if err != nil {
		return nil, err
	}
	d := &Decoder{Tokens: new(nn.Embedding), Positions: new(nn.Embedding), Norm: newNorm(c), Drop: nn.NewDropout(r, c.Dropout)}
	d.Tokens.Weight.Value = nn.Normal(0.02)(r.Next(), tokens, c.Width)
	d.Positions.Weight.Value = nn.Normal(0.02)(r.Next(), c.Context, c.Width)
	for range c.Layers {
		d.Blocks = append(d.Blocks, newBlock(r, f, c))
	}
	m := &Model{Decoder: d, Config: c, length: c.Context}
	if c.Untied {
		m.Head = new(nn.Linear)
		m.Head.Weight.Value = nn.Normal(0.02)(r.Next(), tokens, c.Width)
	}
	return m, nil
}

func (c Config) filled() Config {
	c.Layers, c.Heads, c.Width, c.Context = cmp.Or(c.Layers, 12), cmp.Or(c.Heads, 12), cmp.Or(c.Width, 768), cmp.Or(c.Context, 1024)
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Activation == "" {
		c.Activation = "gelu_tanh"
	}
	if c.Eps == 0 {
		c.Eps = 1e-5
	}
	return c
}

// Forward returns the logits of the token behind each.
func (m *Model) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := m.embed(p, ids, 0)
	for _, b := range m.Decoder.Blocks {
		x = b.Forward(p, x)
	}
	return m.logits(p, x)
}

// Inputs are the tokens.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "input_ids", DType: device.Int64, Shape: []int{1, m.length}, Below: m.Decoder.Tokens.Weight.Value.Dim(0)}}
}

// Outputs are the logits.
func (m *Model) Outputs() []string { return []string{"logits"} }

// Run is [Model.Forward].
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{m.Forward(p, in[0])}
}

// Positions returns how many tokens a text may have.
func (m *Model) Positions() int { return m.Config.Context }

// Caches returns an empty cache for each block, with room for so many tokens, of which there are no more than the context.
func (m *Model) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(m.Decoder.Blocks), min(room, m.Config.Context))
}

// Decode is [Model.Forward] for tokens that follow those in the caches, to which it adds them, and gives the logits of the
// last alone. No gradient flows.
//
//	ids [b t] → logits [b v]
func (m *Model) Decode(p *nn.Pass, ids *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	if len(c) != len(m.Decoder.Blocks) {
		panic(tensor.Errorf("Decode", "%d caches for %d blocks", len(c), len(m.Decoder.Blocks)))
	}
	x := m.embed(p, ids, c[0].Seen())
	for i, b := range m.Decoder.Blocks {
		x = b.Decode(p, x, c[i])
	}
	return m.logits(p, x.Slice(1, x.Dim(1)-1, x.Dim(1))).Squeeze(1)
}

// embed returns tokens of which the first stands at that position.
func (m *Model) embed(p *nn.Pass, ids *tensor.Tensor, first int) *tensor.Tensor {
	if ids.Rank() != 2 || first+ids.Dim(1) > m.Config.Context {
		panic(tensor.Errorf("gpt", "%v from position %d is not [b t] within a context of %d", ids, first, m.Config.Context))
	}
	at := tensor.Arange(ids.Dim(1)).AddScalar(float64(first)).Cast(device.Int64).To(ids.Device())
	x := m.Decoder.Tokens.Forward(p, ids).Add(m.Decoder.Positions.Forward(p, at))
	return m.Decoder.Drop.Forward(p, x)
}

func (m *Model) logits(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = m.Decoder.Norm.Forward(p, x)
	if m.Head != nil {
		return m.Head.Forward(p, x)
	}
	return op.Linear(x, p.Use(&m.Decoder.Tokens.Weight), nil)
}

// small is the standard deviation of the weights whose results are added to the input of a block.
func small(layers int) float64 { return 0.02 / math.Sqrt(float64(2*layers)) }
