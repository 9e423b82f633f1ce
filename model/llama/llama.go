// Package llama holds decoders of the kind that LLaMA began: tokens to logits through blocks of rotary attention and gated
// feed-forward layers, each behind a norm without a mean.
//
// Llama 1 to 3, Mistral, Mixtral, Qwen 2 and 3 with their mixtures, Phi-3 and Gemma 1 to 3 are configurations of one [Model].
package llama

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a decoder. The zero value is Llama-2-7B, but for the number of tokens, which the examples say.
type Config struct {
	Layers int     `json:"layers,omitempty"` // 32 if 0
	Width  int     `json:"width,omitempty"`  // 4096 if 0
	Heads  int     `json:"heads,omitempty"`  // of queries; 32 if 0
	Groups int     `json:"groups,omitempty"` // heads of keys and values; as many as heads if 0
	Head   int     `json:"head,omitempty"`   // width of a head; width/heads if 0
	Hidden int     `json:"hidden,omitempty"` // width inside the feed-forward layers; 11008 if 0
	Eps    float64 `json:"eps,omitempty"`    // of the norms; 1e-5 if 0

	Base    float64  `json:"base,omitempty"`    // of the rotary angles; 10000 if 0
	Scaling *Scaling `json:"scaling,omitempty"` // of the rotary angles, for longer texts

	Window    int     `json:"window,omitempty"`     // a token sees those less than that far away; all if 0
	Full      []int   `json:"full,omitempty"`       // the layers that see all tokens in spite of the window, from 0
	LocalBase float64 `json:"local_base,omitempty"` // base of the layers with the window, unscaled; that of the others if 0

	Tied       bool   `json:"tied,omitempty"`        // the table of tokens makes the logits too
	Biases     bool   `json:"biases,omitempty"`      // of queries, keys and values
	OutputBias bool   `json:"output_bias,omitempty"` // of what attention gives
	HeadNorm   bool   `json:"head_norm,omitempty"`   // normalizes each head of queries and keys
	Activation string `json:"activation,omitempty"`  // of the gate: "silu", also if empty, "gelu_tanh" or "gelu"

	Scaled       bool    `json:"scaled,omitempty"`        // embeddings are multiplied by the root of the width
	FromOne      bool    `json:"from_one,omitempty"`      // norms keep the difference of their gain from 1
	PostNorm     bool    `json:"post_norm,omitempty"`     // what a sublayer gives is normalized too, before it is added
	QueryWidth   float64 `json:"query_width,omitempty"`   // logits of attention are divided by its root; head if 0
	AttentionCap float64 `json:"attention_cap,omitempty"` // squeezes the logits of attention into ± that; 0: not
	LogitCap     float64 `json:"logit_cap,omitempty"`     // squeezes the logits into ± that; 0: not

	Mixture *Mixture `json:"mixture,omitempty"` // in place of the feed-forward layers
}

// A Model is a decoder.
//
//	tokens [b t] of int64 → logits [b t v]
//	h = x + attention(norm(x))    y = h + feedforward(norm(h)) for each layer, then v = norm(y)·Wᵀ
//
// Names and shapes of the parameters are those of Hugging Face's transformers, with one [nn.Linear] for each expert, as its
// files have. Weights are drawn from the normal distribution with a standard deviation of 0.02.
//
// Touvron and others, LLaMA, 2023 (arXiv:2302.13971) and Llama 2, 2023 (arXiv:2307.09288); Jiang and others, Mistral 7B, 2023
// (arXiv:2310.06825); Qwen Team, Qwen2, 2024 (arXiv:2407.10671) and Qwen3, 2025 (arXiv:2505.09388); Gemma Team, Gemma, 2024
// (arXiv:2403.08295), Gemma 2, 2024 (arXiv:2408.00118) and Gemma 3, 2025 (arXiv:2503.19786).
type Model struct {
	Decoder *Decoder `nn:"model"`
	Head    nn.Layer `nn:"lm_head"` // nil: the table of tokens makes the logits; a map to logits, an [nn.Linear] or [Packed], as the others are
	Config  Config   `nn:"-"`       // with nothing left to its defaults
}

// A Decoder is all of a [Model] but what makes the logits.
type Decoder struct {
	Tokens *nn.Embedding `nn:"embed_tokens"`
	Layers []*Layer
	Norm   *Norm
}

func init() {
	model.Register(model.Architecture{
		Name: "llama", About: "decoder with rotary, grouped attention and gated layers: Llama, Mistral, Mixtral, Qwen, Phi-3, Gemma; for tokens",
		Config: Config{}, Example: model.Examples{Input: []int{64}, Tokens: 32000, Outputs: 32000},
		Variants: variants(), Types: types, Published: published, Publish: publish, Described: described,
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if err := model.Decodes(of); err != nil {
				return nil, err
			}
			return New(r, of.Tokens, c)
		},
	})
}

// New returns a decoder of so many tokens. The error says what of the configuration does not fit.
func New(r *rng.Rand, tokens int, c Config) (*Model, error) {
	c, err := c.filled()
	if err != nil {
		return nil, err
	}
	m := &Model{Config: c, Decoder: &Decoder{Tokens: new(nn.Embedding), Norm: newNorm(r, c.Width, c)}}
	m.Decoder.Tokens.Weight.Value = drawn(r, tokens, c.Width)
	for i := range c.Layers {
		m.Decoder.Layers = append(m.Decoder.Layers, newLayer(r, i, c))
	}
	if !c.Tied {
		m.Head = linear(r, c.Width, tokens, false)
	}
	return m, nil
}

// filled returns the configuration with its defaults.
func (c Config) filled() (Config, error) {
	c.Groups, c.Heads = cmp.Or(c.Groups, c.Heads, 32), cmp.Or(c.Heads, 32)
	c.Layers, c.Width, c.Hidden = cmp.Or(c.Layers, 32), cmp.Or(c.Width, 4096), cmp.Or(c.Hidden, 11008)
	if c.Head == 0 && c.Heads > 0 {
		c.Head = c.Width / c.Heads
	}
	c.Eps, c.Base, c.QueryWidth = cmp.Or(c.Eps, 1e-5), cmp.Or(c.Base, 10000), cmp.Or(c.QueryWidth, float64(c.Head))
	if min(c.Layers, c.Width, c.Heads, c.Groups, c.Hidden, c.Head) < 1 || c.Heads%c.Groups != 0 || c.Head%2 != 0 || c.Window < 0 {
		return c, fmt.Errorf("%d layers of width %d, %d heads of %d in %d groups and %d inside do not fit", c.Layers, c.Width, c.Heads, c.Head, c.Groups, c.Hidden)
	}
	if _, err := activation(c.Activation); err != nil {
		return c, err
	}
	for _, i := range c.Full {
		if i < 0 || i >= c.Layers {
			return c, fmt.Errorf("there is no layer %d of %d to see all tokens", i, c.Layers)
		}
	}
	if err := c.Mixture.check(c); err != nil {
		return c, err
	}
	_, _, err := c.Scaling.frequencies(c.Head, c.Base)
	return c, err
}

// window returns how far the tokens of a layer see, 0 for all.
func (c Config) window(layer int) int {
	if slices.Contains(c.Full, layer) {
		return 0
	}
	return c.Window
}

// Forward returns the logits of the token behind each.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.logits(p, m.Hidden(p, x))
}

// Hidden returns what the logits of [Model.Forward] are made of, [b t d].
func (m *Model) Hidden(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := m.embed(p, x)
	for _, l := range m.Decoder.Layers {
		h = l.Forward(p, h)
	}
	return m.Decoder.Norm.Forward(p, h)
}

func (m *Model) embed(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := m.Decoder.Tokens.Forward(p, x)
	if m.Config.Scaled {
		h = h.Scale(math.Sqrt(float64(m.Config.Width)))
	}
	return h
}

func (m *Model) logits(p *nn.Pass, h *tensor.Tensor) *tensor.Tensor {
	if m.Head == nil {
		h = op.Linear(h, p.Use(&m.Decoder.Tokens.Weight), nil)
	} else {
		h = m.Head.Forward(p, h)
	}
	return capped(h, m.Config.LogitCap)
}

// capped squeezes x into ±limit, unless that is 0.
func capped(x *tensor.Tensor, limit float64) *tensor.Tensor {
	if limit == 0 {
		return x
	}
	return x.Scale(1 / limit).Tanh().Scale(limit)
}
