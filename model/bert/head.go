package bert

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Head makes of what the tokens have become what a model is asked for.
type Head interface {
	Outputs() []string
	Answer(p *nn.Pass, e *Encoder, hidden, mask *tensor.Tensor) []*tensor.Tensor // of hidden [b t d]
}

// newHead returns the head that c names; e gets a pooler if that head wants one.
func newHead(r *rng.Rand, k kind, c Config, of model.Examples, e *Encoder) (Head, error) {
	switch c.Head {
	case "classification":
		return newClassifier(r, k, c, of.Outputs, e), nil
	case "choice":
		return newClassifier(r, k, c, 1, e), nil
	case "tokens":
		return &tokenHead{linear(r, c.Width, of.Outputs), nn.NewDropout(r, c.Dropout)}, nil
	case "questions":
		return &questionHead{linear(r, c.Width, 2)}, nil
	case "masked":
		return newMasked(r, k, c, of.Tokens), nil
	case "next_sentence", "pretraining":
		if k.name != "bert" {
			break
		}
		h := &pretrainingHead{Next: linear(r, c.Width, 2)}
		if c.Head == "pretraining" {
			h.Naming = newMasked(r, k, c, of.Tokens).Naming
		}
		e.Pooler = linear(r, c.Width, c.Width)
		return h, nil
	case "discriminator":
		if k.name == "electra" {
			f, err := model.Activation(c.Activation)
			return &discriminatorHead{linear(r, c.Width, c.Width), linear(r, c.Width, 1), f}, err
		}
	case "embedding":
		if !slices.Contains([]string{"", "mean", "max", "first"}, c.Pool) {
			return nil, fmt.Errorf("there is no pooling %q; there are mean, max and first", c.Pool)
		}
		return sentenceHead{c.Pool, c.Normal}, nil
	case "none":
		if !k.pooler {
			return plainHead{}, nil
		}
		e.Pooler = linear(r, c.Width, c.Width)
		return noHead{}, nil
	}
	return nil, fmt.Errorf("%s has no head %q; there are %s", k.name, c.Head, strings.Join(k.heads(), ", "))
}

// A masked head says of each token which it was before it was hidden.
//
//	h [b t d] → logits [b t v]
//	logits = norm(f(h·Wᵀ + w))·Eᵀ + bias     E the table of the words
type masked struct {
	Dense      *nn.Linear
	Norm       *nn.LayerNorm
	Bias       tensor.Param
	Activation nn.Layer
}

// A Naming is a masked head under the names of a family.
type Naming interface{ head() *masked }

type (
	bertMasked struct {
		Dense      *nn.Linear    `nn:"cls.predictions.transform.dense"`
		Norm       *nn.LayerNorm `nn:"cls.predictions.transform.LayerNorm"`
		Bias       tensor.Param  `nn:"cls.predictions.bias"`
		Activation nn.Layer
	}
	robertaMasked struct {
		Dense      *nn.Linear    `nn:"lm_head.dense"`
		Norm       *nn.LayerNorm `nn:"lm_head.layer_norm"`
		Bias       tensor.Param  `nn:"lm_head.bias"`
		Activation nn.Layer
	}
	electraMasked struct {
		Dense      *nn.Linear    `nn:"generator_predictions.dense"`
		Norm       *nn.LayerNorm `nn:"generator_predictions.LayerNorm"`
		Bias       tensor.Param  `nn:"generator_lm_head.bias"`
		Activation nn.Layer
	}
	distilledMasked struct {
		Dense      *nn.Linear    `nn:"vocab_transform"`
		Norm       *nn.LayerNorm `nn:"vocab_layer_norm"`
		Bias       tensor.Param  `nn:"vocab_projector.bias"`
		Activation nn.Layer
	}
)

func (h *bertMasked) head() *masked      { return (*masked)(h) }
func (h *robertaMasked) head() *masked   { return (*masked)(h) }
func (h *electraMasked) head() *masked   { return (*masked)(h) }
func (h *distilledMasked) head() *masked { return (*masked)(h) }

func newMasked(r *rng.Rand, k kind, c Config, tokens int) maskedHead {
	h := &masked{Dense: linear(r, c.Width, c.Embedding), Norm: norm(c.Embedding, c.Eps), Activation: nn.GELU{}}
	if k.name != "electra" && k.name != "roberta" { // which have GELU here whatever the layers have
		h.Activation, _ = model.Activation(c.Activation)
	}
	h.Bias.Value = nn.Constant(0)(r.Next(), tokens)
	switch k.name {
	case "roberta":
		return maskedHead{(*robertaMasked)(h)}
	case "electra":
		return maskedHead{(*electraMasked)(h)}
	case "distilbert":
		return maskedHead{(*distilledMasked)(h)}
	}
	return maskedHead{(*bertMasked)(h)}
}

type maskedHead struct{ Naming }

func (maskedHead) Outputs() []string { return []string{"logits"} }

func (h maskedHead) Answer(p *nn.Pass, e *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	m := h.head()
	x := m.Norm.Forward(p, m.Activation.Forward(p, m.Dense.Forward(p, hidden)))
	return []*tensor.Tensor{op.Linear(x, p.Use(&e.Words.Weight), p.Use(&m.Bias))}
}

// pretrainingHead says which tokens were hidden, if it has a masked head, and whether the second sentence follows the first:
// logits [b t v] and [b 2], of which 0 is yes.
type pretrainingHead struct {
	Naming
	Next *nn.Linear `nn:"cls.seq_relationship"`
}

func (h *pretrainingHead) Outputs() []string {
	if h.Naming == nil {
		return []string{"logits"}
	}
	return []string{"prediction_logits", "seq_relationship_logits"}
}

func (h *pretrainingHead) Answer(p *nn.Pass, e *Encoder, hidden, mask *tensor.Tensor) []*tensor.Tensor {
	next := h.Next.Forward(p, e.pooled(p, hidden))
	if h.Naming == nil {
		return []*tensor.Tensor{next}
	}
	return append(maskedHead{h.Naming}.Answer(p, e, hidden, mask), next)
}
