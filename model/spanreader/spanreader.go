// Package spanreader holds a network that finds the answer to a question in a passage: where it begins and where it ends.
//
// It is made for few examples: gated convolutions in place of self-attention, one attention from the passage to the question, and
// tokens that say several things at once, such as a word, its shape, and whether the question has it too.
package spanreader

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Padding is the first id of a token that is not there.
const Padding = 0

// A Config describes a reader. The zero value has 64 numbers a token, two convolutions before the passage meets the question and
// four behind, over five tokens each, and questions of 32 tokens.
type Config struct {
	Width    int     `json:"width,omitempty"`    // numbers of a token; 64 if 0
	Below    int     `json:"below,omitempty"`    // convolutions over question and passage alone; 2 if 0
	Above    int     `json:"above,omitempty"`    // convolutions over the passage that has met the question; 4 if 0
	Size     int     `json:"size,omitempty"`     // tokens of a convolution, an odd number; 5 if 0
	Question int     `json:"question,omitempty"` // tokens at the beginning of an input that are the question's; 32 if 0
	Dropout  float64 `json:"dropout,omitempty"`  // of embeddings and of what convolutions add
}

func (c Config) filled() Config {
	for _, d := range []struct {
		at    *int
		value int
	}{{&c.Width, 64}, {&c.Below, 2}, {&c.Above, 4}, {&c.Size, 5}, {&c.Question, 32}} {
		if *d.at == 0 {
			*d.at = d.value
		}
	}
	return c
}

func init() {
	model.Register(model.Architecture{
		Name: "span_reader", About: "gated convolutions over a question and a passage, and where in it the answer begins and ends; for texts",
		Config: Config{}, Example: model.Examples{Input: []int{288, 6}, Tokens: 5000, Outputs: 2},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			c = c.filled()
			switch {
			case of.Tokens == 0 || len(of.Input) != 2:
				return nil, errors.New("the examples are no questions with passages; it takes tokens [t c]")
			case c.Width < 1 || c.Below < 1 || c.Above < 1 || c.Size < 1 || c.Size%2 == 0:
				return nil, errors.New("want sizes of 1 or more, and an odd size of convolutions")
			case c.Question < 1 || c.Question >= of.Input[0]:
				return nil, errors.New("the question takes all of an input, or nothing of it")
			}
			return New(r, of.Tokens, of.Outputs, c), nil
		},
	})
}

// A Model reads a question and a passage, and says of each token of the passage how likely the answer begins and ends there.
//
//	ids [n q+t c] → logits [n t out]
//
// The first q tokens are the question, the others the passage; a token is c ids, whose embeddings are added. [Padding] is the
// first id of tokens that are not there; their logits are −1e9, and they change nothing. With Q and P the encoded tokens,
//
//	u = Σⱼ softmaxⱼ(v·Qⱼ) Qⱼ                                 the question
//	aᵢ = Σⱼ softmaxⱼ(relu(A Pᵢ)·relu(A Qⱼ)/√d) Qⱼ            what token i finds in it
//	H = convolutions of gelu(F [P, a, P∘a, u] + b)
//	logit of output o at token i = Hᵢ·(Wₒ u + bₒ)/√d
//
// u, a and the product with u are those of Chen, Fisch, Weston and Bordes, Reading Wikipedia to Answer Open-Domain Questions, 2017
// (arXiv:1704.00051), section 3.2, with convolutions where they have recurrences, as in Yu and others, QANet, 2018 (arXiv:1804.09541).
type Model struct {
	Encoder *Encoder
	Align   *nn.Linear
	Weigh   *nn.Linear
	Fuse    *nn.Linear
	Blocks  []*Block
	Norm    *nn.LayerNorm
	Head    *nn.Linear
	drop    *nn.Dropout

	question, outputs int
}

// New returns a reader of so many different ids.
func New(r *rng.Rand, tokens, out int, c Config) *Model {
	c = c.filled()
	d := c.Width
	return &Model{
		Encoder: newEncoder(r, tokens, c), question: c.Question, outputs: out,
		Align: nn.NewLinear(r, d, d), Weigh: nn.NewLinear(r, d, 1), Fuse: nn.NewLinear(r, 4*d, d),
		Blocks: newBlocks(r, c.Above, c), Norm: nn.NewLayerNorm(d), Head: nn.NewLinear(r, d, out*d), drop: nn.NewDropout(r, c.Dropout),
	}
}

// absent is the logit of a token that is not there.
const absent = -1e9

// Forward returns the logits of the tokens of passages.
func (m *Model) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	asked, passage := ids.Slice(1, 0, m.question), ids.Slice(1, m.question, ids.Dim(1))
	q, x := m.Encoder.Forward(p, asked), m.Encoder.Forward(p, passage)
	inQuestion, inPassage := there(asked), there(passage)
	n, t, d := x.Dim(0), x.Dim(1), x.Dim(2)

	score := m.Weigh.Forward(p, q).Squeeze(2)
	weight := op.Softmax(tensor.Where(inQuestion, score, score.FullLike(absent)), 1)
	u := weight.Reshape(n, 1, m.question).MatMul(q) // [n 1 d]
	a := m.find(p, x, q, inQuestion)                // [n t d]
	h := op.Gelu(m.Fuse.Forward(p, tensor.Concat(2, x, a, x.Mul(a), u.Expand(n, t, d))))
	mask := inPassage.Cast(h.DType()).Unsqueeze(2)
	h = m.drop.Forward(p, h)
	for _, b := range m.Blocks {
		h = b.masked(p, h, mask)
	}
	h = m.Norm.Forward(p, h)
	w := m.Head.Forward(p, u).Reshape(n, m.outputs, d).Scale(1 / math.Sqrt(float64(d)))
	z := h.MatMul(w.Transpose(1, 2)) // [n t out]
	return tensor.Where(inPassage.Unsqueeze(2), z, z.FullLike(absent))
}

// find returns what each token of the passage finds in the question.
func (m *Model) find(p *nn.Pass, x, q, inQuestion *tensor.Tensor) *tensor.Tensor {
	from, to := op.Relu(m.Align.Forward(p, x)).Unsqueeze(1), op.Relu(m.Align.Forward(p, q)).Unsqueeze(1)
	mask := inQuestion.Reshape(inQuestion.Dim(0), 1, 1, inQuestion.Dim(1))
	return op.Attention(from, to, q.Unsqueeze(1), op.AttentionConfig{Mask: mask}).Squeeze(1)
}

// there returns [n t], true where a token is.
func there(ids *tensor.Tensor) *tensor.Tensor {
	first := ids.Select(2, 0)
	return first.NotEqual(first.FullLike(Padding))
}
