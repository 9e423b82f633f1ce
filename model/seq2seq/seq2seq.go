// Package seq2seq holds recurrent encoder–decoders with attention: architectures by name that read one text and write another.
package seq2seq

import (
	"cmp"
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

// A Config describes a network.
type Config struct {
	Attention string  `json:"attention,omitempty"` // bahdanau or luong; bahdanau if ""
	Score     string  `json:"score,omitempty"`     // of luong: general or dot; general if ""
	Target    int     `json:"target,omitempty"`    // tokens of the language that is written; as many as of the other if 0
	Width     int     `json:"width,omitempty"`     // of an embedding; 256 if 0
	Hidden    int     `json:"hidden,omitempty"`    // units of the decoder, and of each direction of the encoder; 256 if 0
	Dropout   float64 `json:"dropout,omitempty"`   // of the embeddings
}

func init() {
	model.Register(model.Architecture{
		Name: "seq2seq", About: "recurrent encoder and decoder with attention by Bahdanau or Luong; from text to text",
		Config: Config{}, Example: model.Examples{Input: []int{32}, Tokens: 8000, Outputs: 8000},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if of.Tokens == 0 || len(of.Input) != 1 {
				return nil, errors.New("the examples are no texts; it takes tokens")
			}
			return New(r, of.Tokens, of.Input[0], c)
		},
	})
}

// A Model reads a text and writes another.
//
//	source [n s], target [n t] of int64 → logits [n t v]: what comes after each token of the target
//
// The encoder is a GRU in both directions; the decoder begins with tanh of a map of its last backward state. With Bahdanau's
// attention the decoder is a GRU that, before each step, looks at the states of the encoder with its own state, and reads
// what it sees beside the token. With Luong's it reads all tokens first, then looks, and what it sees goes with its states
// through one more layer. Padding of the source is not seen.
//
// Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, 2014 (arXiv:1409.0473);
// Luong, Pham and Manning, Effective Approaches to Attention-based Neural Machine Translation, 2015 (arXiv:1508.04025),
// section 3.1, without the feeding of the attention into the next step.
type Model struct {
	Source  *nn.Embedding
	Target  *nn.Embedding
	Encoder *nn.GRU
	First   *nn.Linear // the decoder's first state
	Decoder decoder
	Head    *nn.Linear
	drop    *nn.Dropout
	length  int
}

// A decoder makes features of what was written and what was read.
type decoder interface {
	// run returns features [n t f] of embeddings [n t d], from a state [n h], and the state behind them.
	run(p *nn.Pass, x, memory, mask, state *tensor.Tensor) (features, last *tensor.Tensor)
}

// New returns a network for texts of so many different tokens; length is that of an example. The error is that there is no such
// attention.
func New(r *rng.Rand, tokens, length int, c Config) (*Model, error) {
	c.Target, c.Width, c.Hidden = cmp.Or(c.Target, tokens), cmp.Or(c.Width, 256), cmp.Or(c.Hidden, 256)
	h := c.Hidden
	m := &Model{
		Source: nn.NewEmbedding(r, tokens, c.Width), Target: nn.NewEmbedding(r, c.Target, c.Width),
		Encoder: nn.NewGRU(r, c.Width, h, nn.RecurrentConfig{Bidirectional: true}), First: nn.NewLinear(r, h, h),
		drop: nn.NewDropout(r, c.Dropout), length: length,
	}
	features := h
	switch {
	case c.Attention == "" || c.Attention == "bahdanau":
		m.Decoder = &Bahdanau{Attention: nn.NewAdditiveAttention(r, h, 2*h, h), Cell: nn.NewGRUCell(r, c.Width+2*h, h)}
		features = h + 2*h + c.Width
	case c.Attention == "luong" && (c.Score == "" || c.Score == "general"):
		m.Decoder = newLuong(r, c.Width, h, nn.NewMultiplicativeAttention(r, h, 2*h))
	case c.Attention == "luong" && c.Score == "dot":
		return nil, fmt.Errorf("the score dot wants states of one width, and the encoder's, of two directions, are twice as wide; want general")
	default:
		return nil, fmt.Errorf("there is no attention %q with score %q; want bahdanau, or luong with general", c.Attention, c.Score)
	}
	m.Head = nn.NewLinear(r, features, c.Target)
	return m, nil
}

// Encode reads texts.
//
//	source [n s] → memory [n s 2h], mask [n 1 s] of Bool, state [n h]: the decoder's first
func (m *Model) Encode(p *nn.Pass, source *tensor.Tensor) (memory, mask, state *tensor.Tensor) {
	there := source.NotEqual(source.FullLike(Padding))
	lengths := there.Cast(device.Int64).Sum(1)
	lengths = lengths.Maximum(lengths.FullLike(1))
	memory, last := m.Encoder.Run(p, m.drop.Forward(p, m.Source.Forward(p, source)), lengths, nn.RecurrentState{})
	backward := last.Hidden.Slice(0, 1, 2).Squeeze(0)
	return memory, there.Unsqueeze(1), m.First.Forward(p, backward).Tanh()
}

// Decode returns the logits [n t v] of what comes after each token of the target [n t], and the state behind the last.
func (m *Model) Decode(p *nn.Pass, target, memory, mask, state *tensor.Tensor) (logits, last *tensor.Tensor) {
	x := m.drop.Forward(p, m.Target.Forward(p, target))
	features, last := m.Decoder.run(p, x, memory, mask, state)
	return m.Head.Forward(p, features), last
}

// Inputs returns the two texts.
func (m *Model) Inputs() []model.Port {
	port := func(name string, e *nn.Embedding) model.Port {
		return model.Port{Name: name, DType: device.Int64, Shape: []int{1, m.length}, Below: e.Weight.Value.Dim(0)}
	}
	return []model.Port{port("source", m.Source), port("target", m.Target)}
}

// Outputs returns the logits.
func (m *Model) Outputs() []string { return []string{"logits"} }

// Run returns the logits of the token after each of the target.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	memory, mask, state := m.Encode(p, in[0])
	logits, _ := m.Decode(p, in[1], memory, mask, state)
	return []*tensor.Tensor{logits}
}
