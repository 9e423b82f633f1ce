// Package bagofwords holds a classifier of short texts that looks at which words there are, not at their order.
package bagofwords

import (
	"encoding/json"
	"errors"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Padding is the token that fills up short texts. It counts nothing.
const Padding = 0

// A Config describes a classifier. The zero value has 64 numbers for each word.
type Config struct {
	Width   int     `json:"width,omitempty"`   // numbers for each word; 64 if 0
	Dropout float64 `json:"dropout,omitempty"` // of the mean, before the head
}

func init() {
	model.Register(model.Architecture{
		Name: "bagofwords", About: "mean of the embeddings of the words, then a linear head; for texts",
		Config: Config{},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if of.Tokens == 0 {
				return nil, errors.New("the examples are no texts; it takes tokens")
			}
			return New(r, of.Tokens, of.Outputs, c), nil
		},
	})
}

// A Model is the mean of a text's embeddings, and a linear head.
//
//	ids [n t] → logits [n out]
//	m = Σᵢ [idᵢ ≠ 0] E[idᵢ] / max(1, Σᵢ [idᵢ ≠ 0])
//
// Joulin, Grave, Bojanowski and Mikolov, Bag of Tricks for Efficient Text Classification, 2016 (arXiv:1607.01759).
type Model struct {
	Embedding *nn.Embedding
	Dropout   *nn.Dropout // nil: none
	Head      *nn.Linear
}

// New returns a classifier of texts of so many different tokens.
func New(r *rng.Rand, tokens, out int, c Config) *Model {
	if c.Width == 0 {
		c.Width = 64
	}
	m := &Model{Embedding: nn.NewEmbedding(r, tokens, c.Width)}
	nn.Reset(&m.Embedding.Weight, nn.Normal(0.1), r.Next())
	if c.Dropout > 0 {
		m.Dropout = nn.NewDropout(r, c.Dropout)
	}
	m.Head = nn.NewLinear(r, c.Width, out)
	return m
}

// Forward returns the logits of texts.
func (m *Model) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	e := m.Embedding.Forward(p, ids)                                     // [n t d]
	there := ids.NotEqual(ids.FullLike(Padding)).Cast(e.DType())         // [n t]
	count := there.SumKeep(-1).Maximum(there.FullLike(1, ids.Dim(0), 1)) // [n 1]
	mean := e.Mul(there.Unsqueeze(-1)).Sum(1).Div(count)                 // [n d]
	if m.Dropout != nil {
		mean = m.Dropout.Forward(p, mean)
	}
	return m.Head.Forward(p, mean)
}
