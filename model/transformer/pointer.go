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

// A PointerConfig describes a [Pointer]: its encoder and decoder, which have one table.
type PointerConfig struct {
	Config
	Sentences int `json:"sentences,omitempty"` // of a source that are told apart; 32 if 0
}

// A Pointer is an encoder and a decoder that writes a token of its vocabulary or copies one of the source: a pointer-generator.
//
//	source [b s], sentences [b s], target [b t] → log-probabilities [b t v]
//	P(w) = g·softmax(f·Tᵀ)[w] + (1 − g)·Σ a[i] over the i with source[i] = w
//	a = softmax(q·kᵢ/√d + ln σ[sentence of i])     g = sigmoid(gate f)
//	q = query f     kᵢ = key [hᵢ, hᵢ₋₁]     σ = softmax(salience of the mean of each sentence's h)
//
// f is what the decoder makes of what was written, h what the encoder makes of the source, T the table. sentences says of each
// token of the source which sentence it is in, from 1; 0 is padding, which is not seen. Tokens from v on can be read, and are
// neither written nor copied: marks.
//
// The pointer and the gate are those of See and others, whose decoder is an LSTM. That a sentence is chosen beside the word is of
// Hsu and others, whose sentences are multiplied in as they are here. Two things are ours, so that copying is learned of few
// examples: a token comes with the one before it, x + before·x₋₁; and half of the key, that of the token before, is first the
// query's weight, so that at first what stands behind the word last written is pointed at. The weights of attention are not
// dropped: a source is long, and where to look is what matters.
//
// See, Liu and Manning, Get To The Point: Summarization with Pointer-Generator Networks, 2017 (arXiv:1704.04368), equations 8
// and 9; Hsu and others, A Unified Model for Extractive and Abstractive Summarization using Inconsistency Loss, 2018
// (arXiv:1805.06266), equation 4.
type Pointer struct {
	Base     *Model     `nn:"transformer"`
	Before   *nn.Linear // without bias
	Salience *nn.Linear // to one number
	Query    *nn.Linear
	Key      *nn.Linear    // of two tokens' d
	Gate     *nn.Linear    // to one number
	Config   PointerConfig `nn:"-"` // with nothing left to its defaults
}

func init() {
	model.Register(model.Architecture{
		Name: "pointer_generator", About: "the first Transformer, that writes tokens or copies those it reads; for tokens",
		Config: PointerConfig{}, Example: model.Examples{Input: []int{64}, Tokens: 8000, Outputs: 8000},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c PointerConfig
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return NewPointer(r, of, c)
		},
	})
}

// NewPointer returns a model that reads of.Tokens different tokens and writes the first of.Outputs of them. The error says what
// of the configuration does not fit.
func NewPointer(r *rng.Rand, of model.Examples, c PointerConfig) (*Pointer, error) {
	if of.Outputs < 1 || of.Outputs > of.Tokens {
		return nil, fmt.Errorf("it is to write one of %d tokens and read one of %d; what is written can be read", of.Outputs, of.Tokens)
	}
	if c.Apart || c.Biased {
		return nil, errors.New("the table of a pointer-generator is one, and its logits have no bias: neither apart nor biased")
	}
	if c.Sentences = cmp.Or(c.Sentences, 32); c.Sentences < 1 {
		return nil, fmt.Errorf("%d sentences are none; want 1 or more", c.Sentences)
	}
	base, err := New(r, model.Examples{Input: of.Input, Tokens: of.Tokens, Outputs: of.Tokens}, c.Config)
	if err != nil {
		return nil, err
	}
	base.of, c.Config = of, base.Config
	for _, l := range base.Encoder.Layers {
		l.SelfAttention.Drop = nil
	}
	for _, l := range base.Decoder.Layers {
		l.SelfAttention.Drop, l.CrossAttention.Drop = nil, nil
	}
	d := c.Width
	m := &Pointer{
		Base: base, Config: c, Before: nn.NewLinearNoBias(r, d, d), Salience: nn.NewLinear(r, d, 1), Query: nn.NewLinear(r, d, d),
		Key: nn.NewLinear(r, d, d), Gate: nn.NewLinear(r, d, 1),
	}
	m.Key.Weight.Value = tensor.Concat(1, m.Key.Weight.Value, m.Query.Weight.Value)
	m.Gate.Bias.Value = nn.Constant(-1)(r.Next(), 1) // copying is the likelier first
	return m, nil
}

// Inputs are the tokens to read, the sentence of each, and the tokens written so far.
func (m *Pointer) Inputs() []model.Port {
	all := m.Base.Inputs()
	all[1].Name, all[1].Below = "sentence_ids", m.Config.Sentences+1
	return all
}

// Outputs are the log-probabilities.
func (m *Pointer) Outputs() []string { return []string{"log_probabilities"} }

// Run returns the log-probabilities of the token behind each that was written.
func (m *Pointer) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	read := m.read(p, in[0], in[1])
	return []*tensor.Tensor{m.mixed(p, m.features(p, in[2], read), read)}
}

// read reads a source.
func (m *Pointer) read(p *nn.Pass, ids, sentences *tensor.Tensor) *original {
	there := sentences.NotEqual(sentences.FullLike(0))
	h := m.Base.Encoder.Attend(p, m.embed(p, m.Base.Reading, ids, nil), nn.AttendConfig{Keys: there})
	o := &original{ids: ids, sentences: sentences, there: there, memory: m.Base.Decoder.Remember(p, h)}
	o.keys = m.Key.Forward(p, tensor.Concat(2, h, behind(h, nil)))
	var of *tensor.Tensor // [b s k], 1 where a token is in a sentence
	o.salience, of = m.salient(p, h, sentences)
	bias := of.MatMul(o.salience.Unsqueeze(2)).Squeeze(2) // [b s]
	copied := there.And(ids.Less(ids.FullLike(float64(m.Base.of.Outputs))))
	o.bias = tensor.Where(copied, bias, bias.FullLike(impossible))
	return o
}

// impossible is the logit of what cannot be.
const impossible = -1e9

// salient returns the log-probabilities of the sentences [b k], and which sentence each token is in [b s k].
func (m *Pointer) salient(p *nn.Pass, h, sentences *tensor.Tensor) (salience, of *tensor.Tensor) {
	wider := wide(h)
	of = op.OneHot(sentences.AddScalar(-1), m.Config.Sentences).Cast(wider.DType())
	count := of.Sum(1) // [b k]
	mean := of.Transpose(1, 2).MatMul(wider).Div(count.Maximum(count.FullLike(1)).Unsqueeze(2))
	z := wide(m.Salience.Forward(p, mean.Cast(h.DType())).Squeeze(2))
	z = tensor.Where(count.Equal(count.FullLike(0)), z.FullLike(impossible), z)
	return op.LogSoftmax(z, -1), of
}

// embed returns tokens, each with the one before it; with a cache they follow those in it, to which it adds them.
func (m *Pointer) embed(p *nn.Pass, e *Entry, ids *tensor.Tensor, c *nn.KeyValueCache) *tensor.Tensor {
	x, first := scaled(p, m.Base.Shared, ids, m.Base.Config), 0
	var last *tensor.Tensor // before the first
	if c != nil {
		first = c.Len()
		seen, _ := c.Append(x.Unsqueeze(2), x.Unsqueeze(2), 0)
		if first > 0 {
			last = seen.Squeeze(1).Slice(1, first-1, first)
		}
	}
	return e.place(p, x.Add(m.Before.Forward(p, behind(x, last))), first, m.Base.Config)
}

// behind returns what stands before each of x [b t d]; before the first that is last [b 1 d], or nothing.
func behind(x, last *tensor.Tensor) *tensor.Tensor {
	if last == nil {
		last = x.FullLike(0, x.Dim(0), 1, x.Dim(2))
	}
	return tensor.Concat(1, last, x.Slice(1, 0, x.Dim(1)-1))
}

// features returns what the decoder makes of what was written, [b t d].
func (m *Pointer) features(p *nn.Pass, ids *tensor.Tensor, o *original) *tensor.Tensor {
	x := m.embed(p, m.Base.Writing, ids, nil)
	return m.Base.Decoder.Recall(p, x, o.memory, nn.AttendConfig{Causal: true}, nn.AttendConfig{Keys: o.there})
}

// choices returns the logits of the vocabulary [b t v], those of what is pointed at [b t s], and the gate's [b t 1].
func (m *Pointer) choices(p *nn.Pass, f *tensor.Tensor, o *original) (written, pointed, gate *tensor.Tensor) {
	table := p.Use(&m.Base.Shared.Weight)
	written = op.Linear(f.Cast(table.DType()), table.Slice(0, 0, m.Base.of.Outputs), nil)
	q := m.Query.Forward(p, f).Scale(1 / math.Sqrt(float64(m.Config.Width)))
	pointed = wide(q.MatMul(o.keys.Transpose(1, 2))).Add(o.bias.Unsqueeze(1))
	return wide(written), pointed, wide(m.Gate.Forward(p, f))
}

// wide returns x with elements of at least 32 bits, for sums and logarithms.
func wide(x *tensor.Tensor) *tensor.Tensor {
	if t := x.DType(); t == device.Float16 || t == device.BFloat16 {
		return x.Cast(device.Float32)
	}
	return x
}
