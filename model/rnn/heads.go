package rnn

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Classifier says of what class a text is.
//
//	ids [n t] → logits [n out]
//
// It judges by the last states of the last layer, that behind the text's end for the forward direction and that before its
// beginning for the backward one; or by the mean or the largest of the states. [Padding] behind a text changes nothing.
//
// Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; Graves and Schmidhuber, Framewise Phoneme Classification with
// Bidirectional LSTM, 2005; Cho and others, 2014 (arXiv:1406.1078) for the GRU; Elman, Finding Structure in Time, 1990.
type Classifier struct {
	Body
	Head *nn.Linear
	pool string
}

// Forward returns the logits of texts.
func (m *Classifier) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	states, last, lengths := m.run(p, ids)
	return m.Head.Forward(p, m.drop.Forward(p, m.pooled(states, last, lengths)))
}

func (m *Classifier) pooled(states, last, lengths *tensor.Tensor) *tensor.Tensor {
	n, t, h := states.Dim(0), states.Dim(1), states.Dim(2)
	if m.pool == "" || m.pool == "last" {
		directions := h / last.Dim(2)
		return last.Slice(0, last.Dim(0)-directions, last.Dim(0)).Transpose(0, 1).Reshape(n, h)
	}
	inside := position(lengths, t).Reshape(n, t, 1)
	if m.pool == "mean" {
		return states.Mul(inside.Cast(states.DType())).Sum(1).Div(lengths.Cast(states.DType()).Reshape(n, 1))
	}
	return tensor.Where(inside, states, states.FullLike(math.Inf(-1))).Max(1)
}

// position returns [n t], true where a token is inside the text.
func position(lengths *tensor.Tensor, t int) *tensor.Tensor {
	return tensor.Arange(t).To(lengths.Device()).Reshape(1, t).Less(lengths.Reshape(-1, 1))
}

// A Tagger says of what class each token of a text is.
//
//	ids [n t] → logits [n t out]
//
// What it says of [Padding] means nothing.
type Tagger struct {
	Body
	Head *nn.Linear
}

// Forward returns the logits of the tokens of texts.
func (m *Tagger) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	states, _, _ := m.run(p, ids)
	return m.Head.Forward(p, m.drop.Forward(p, states))
}

// A LanguageModel says after each token what comes next.
//
//	ids [n t] → logits [n t tokens]
//
// All tokens count, those that are [Padding] too: a text in the middle of others has none. Tied weights are those of the
// embeddings, with a bias.
//
// Mikolov and others, Recurrent neural network based language model, 2010; Press and Wolf, Using the Output Embedding to
// Improve Language Models, 2016 (arXiv:1608.05859).
type LanguageModel struct {
	Body
	Head *nn.Linear    // nil with tied weights
	Bias *tensor.Param `nn:"head.bias"` // nil without
}

// Forward returns the logits of the token after each.
func (m *LanguageModel) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	logits, _ := m.Continue(p, ids, nn.RecurrentState{})
	return logits
}

// Continue is [LanguageModel.Forward] from a state, the zero value for the beginning, and returns also that in which the next
// tokens are read.
func (m *LanguageModel) Continue(p *nn.Pass, ids *tensor.Tensor, from nn.RecurrentState) (*tensor.Tensor, nn.RecurrentState) {
	states, last := m.RNN.Run(p, m.Embedding.Forward(p, ids), nil, from)
	states = m.drop.Forward(p, states)
	if m.Head != nil {
		return m.Head.Forward(p, states), last
	}
	return states.MatMul(p.Use(&m.Embedding.Weight).T()).Add(p.Use(m.Bias)), last
}
