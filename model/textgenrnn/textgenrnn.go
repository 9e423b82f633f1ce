// Package textgenrnn holds the character network of textgenrnn: an embedding, recurrent layers, and attention over all of
// them at once; and how it writes text.
//
// Woolf, textgenrnn, 2017 (minimaxir/textgenrnn), after Felbo, Mislove, Søgaard, Rahwan and Lehmann, Using Millions of
// Emoji Occurrences to Learn Any-domain Representations, 2017 (arXiv:1708.00524).
package textgenrnn

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the one that textgenrnn brings along.
type Config struct {
	Width  int `json:"width,omitempty"`  // of the embedding; 100 if 0
	Units  int `json:"units,omitempty"`  // of each recurrent layer; 128 if 0
	Layers int `json:"layers,omitempty"` // recurrent ones; 2 if 0
}

// Length is how many characters the published network sees.
const Length = 40

func init() {
	of := model.Examples{Input: []int{Length}, Tokens: 465, Outputs: 465}
	model.Register(model.Architecture{
		Name: "textgenrnn", About: "recurrent layers and attention over them: the character after a text",
		Config: Config{}, Example: of, Layouts: Layouts,
		Variants: []model.Variant{{Name: "textgenrnn_pretrained", Of: of, Parameters: 462_717}},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if of.Tokens < 2 || of.Outputs != of.Tokens {
				return nil, fmt.Errorf("examples of %d tokens and %d outputs; it wants as many of both", of.Tokens, of.Outputs)
			}
			return New(r, of.Tokens, c)
		},
	})
}

// A Model is a network.
//
//	ids [n t] → logits [n v] of the token that follows
//	x₀ = embedding of ids    xᵢ = LSTM(xᵢ₋₁)    x = x₀, x₁, … side by side [n t d]
//	y = W (Σ softmax(x·u) x) + b     softmax and sum over the t steps, u [d 1]
type Model struct {
	Embedding nn.Embedding
	RNN       []*nn.LSTM   `nn:"rnn"`
	Attention tensor.Param // [d 1]
	Output    nn.Linear
}

// New returns a network for so many tokens, 0 among them, which stands for no character.
func New(r *rng.Rand, tokens int, c Config) (*Model, error) {
	fill := func(v *int, standard int) {
		if *v == 0 {
			*v = standard
		}
	}
	fill(&c.Width, 100)
	fill(&c.Units, 128)
	fill(&c.Layers, 2)
	if min(tokens, c.Width, c.Units, c.Layers) < 1 || c.Layers > 100 {
		return nil, errors.New("tokens, width, units and layers must be 1 or more, and layers no more than 100")
	}
	m := &Model{}
	m.Embedding.Weight.Value = nn.Uniform(-0.05, 0.05)(r.Next(), tokens, c.Width)
	in := c.Width
	for range c.Layers {
		m.RNN = append(m.RNN, nn.NewLSTM(r, in, c.Units, nn.RecurrentConfig{}))
		in = c.Units
	}
	d := c.Width + c.Layers*c.Units
	m.Attention.Value = nn.Uniform(-0.05, 0.05)(r.Next(), d, 1)
	m.Output.Weight.Value = nn.XavierUniform(1)(r.Next(), tokens, d)
	m.Output.Bias.Value = nn.Constant(0)(r.Next(), tokens)
	return m, nil
}

// Forward returns the logits of the token that follows.
func (m *Model) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := m.Embedding.Forward(p, ids)
	all := []*tensor.Tensor{x}
	for _, l := range m.RNN {
		x = l.Forward(p, x)
		all = append(all, x)
	}
	x = tensor.Concat(-1, all...) // [n t d]
	weights := op.Softmax(x.MatMul(p.Use(&m.Attention)), 1)
	return m.Output.Forward(p, x.Mul(weights).Sum(1))
}
