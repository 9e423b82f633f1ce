// Package rnn holds recurrent networks: architectures by name that read a text from its first token to its last, and say of what
// class it is, what each token is, or what comes next.
package rnn

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Padding is the token behind the end of a text that is shorter than others.
const Padding = 0

// A Config describes a network. The zero value has one layer of 128 LSTM units over embeddings of 128 numbers, and reads in one
// direction.
type Config struct {
	Cell          string  `json:"cell,omitempty"`   // lstm, gru or elman; lstm if ""
	Layers        int     `json:"layers,omitempty"` // 1 if 0
	Width         int     `json:"width,omitempty"`  // of an embedding; 128 if 0
	Hidden        int     `json:"hidden,omitempty"` // units of a layer and direction; 128 if 0
	Bidirectional bool    `json:"bidirectional,omitempty"`
	Pool          string  `json:"pool,omitempty"`    // of a classifier: last, mean or max of the states; last if ""
	Dropout       float64 `json:"dropout,omitempty"` // between the layers, and before the head
	Tie           bool    `json:"tie,omitempty"`     // of a language model: the head's weights are the embeddings; Hidden is then Width
}

func init() {
	text := model.Examples{Input: []int{64}, Tokens: 10_000, Outputs: 2}
	register("rnn_classifier", "recurrent network over a text, and its class from the last states; for texts", text,
		func(r *rng.Rand, of model.Examples, c Config) (nn.Layer, error) {
			b, err := newBody(r, of, c)
			if err != nil {
				return nil, err
			}
			if c.Pool != "" && c.Pool != "last" && c.Pool != "mean" && c.Pool != "max" {
				return nil, fmt.Errorf("there is no pool %q; want last, mean or max", c.Pool)
			}
			return &Classifier{Body: *b, pool: c.Pool, Head: nn.NewLinear(r, b.width, of.Outputs)}, nil
		})
	register("rnn_tagger", "recurrent network over a text, and a class for each token; for texts", text,
		func(r *rng.Rand, of model.Examples, c Config) (nn.Layer, error) {
			b, err := newBody(r, of, c)
			if err != nil {
				return nil, err
			}
			return &Tagger{Body: *b, Head: nn.NewLinear(r, b.width, of.Outputs)}, nil
		})
	register("rnn_lm", "recurrent language model: what comes next after each token; for texts", model.Examples{Input: []int{64}, Tokens: 10_000, Outputs: 10_000},
		func(r *rng.Rand, of model.Examples, c Config) (nn.Layer, error) {
			if c.Bidirectional {
				return nil, errors.New("a language model cannot read both ways: it would see what comes next")
			}
			if c.Tie && c.Hidden == 0 {
				c.Hidden = c.Width
			}
			if c.Tie && c.Hidden != c.Width {
				return nil, fmt.Errorf("with tied weights the %d hidden units must be as many as the %d numbers of an embedding", c.Hidden, c.Width)
			}
			b, err := newBody(r, of, c)
			if err != nil {
				return nil, err
			}
			m := &LanguageModel{Body: *b}
			if c.Tie {
				m.Bias = new(tensor.Param)
				m.Bias.Value = tensor.Zeros(of.Tokens)
			} else {
				m.Head = nn.NewLinear(r, b.width, of.Tokens)
			}
			return m, nil
		})
}

func register(name, about string, example model.Examples, build func(r *rng.Rand, of model.Examples, c Config) (nn.Layer, error)) {
	model.Register(model.Architecture{
		Name: name, About: about, Config: Config{}, Example: example,
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if of.Tokens == 0 {
				return nil, errors.New("the examples are no texts; it takes tokens")
			}
			return build(r, of, c)
		},
	})
}

// A Body is what the three have in common: embeddings, and recurrent layers over them. Names and shapes of the parameters are
// those of PyTorch's modules Embedding and LSTM, GRU or RNN under the names embedding and rnn.
type Body struct {
	Embedding *nn.Embedding
	RNN       reader
	drop      *nn.Dropout
	width     int // of a state, both directions together
}

// A reader runs over sequences of their own lengths.
type reader interface {
	Run(p *nn.Pass, x, lengths *tensor.Tensor, from nn.RecurrentState) (*tensor.Tensor, nn.RecurrentState)
}

func newBody(r *rng.Rand, of model.Examples, c Config) (*Body, error) {
	if c.Width == 0 {
		c.Width = 128
	}
	if c.Hidden == 0 {
		c.Hidden = 128
	}
	b := &Body{Embedding: nn.NewEmbedding(r, of.Tokens, c.Width), width: c.Hidden, drop: nn.NewDropout(r, c.Dropout)}
	if c.Bidirectional {
		b.width *= 2
	}
	rc := nn.RecurrentConfig{Layers: c.Layers, Dropout: c.Dropout, Bidirectional: c.Bidirectional}
	switch c.Cell {
	case "", "lstm":
		b.RNN = nn.NewLSTM(r, c.Width, c.Hidden, rc)
	case "gru":
		b.RNN = nn.NewGRU(r, c.Width, c.Hidden, rc)
	case "elman":
		b.RNN = nn.NewRNN(r, c.Width, c.Hidden, rc)
	default:
		return nil, fmt.Errorf("there is no cell %q; want lstm, gru or elman", c.Cell)
	}
	return b, nil
}

// run returns the states of all tokens [n t h], the last states [layers·directions n h], and the lengths of the texts [n].
func (b *Body) run(p *nn.Pass, ids *tensor.Tensor) (states, last, lengths *tensor.Tensor) {
	there := ids.NotEqual(ids.FullLike(Padding)).Cast(device.Int64)
	lengths = there.Sum(1)
	lengths = lengths.Maximum(lengths.FullLike(1))
	states, end := b.RNN.Run(p, b.Embedding.Forward(p, ids), lengths, nn.RecurrentState{})
	return states, end.Hidden, lengths
}
