package bert

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A classifier judges a text by its first token.
//
//	h [b t d] → logits [b out]
//	logits = f(h₀·Wᵀ + w)·Oᵀ + o      W and f may be the pooler's
type classifier struct {
	Dense      *nn.Linear // nil: the pooler stands in for it
	Out        *nn.Linear
	Activation nn.Layer
	Drop       *nn.Dropout `nn:"-"`
}

// A Judge is a classifier under the names of a family.
type Judge interface{ judge() *classifier }

type (
	pooledClassifier struct {
		Dense      *nn.Linear
		Out        *nn.Linear `nn:"classifier"`
		Activation nn.Layer
		Drop       *nn.Dropout `nn:"-"`
	}
	denseClassifier struct {
		Dense      *nn.Linear `nn:"classifier.dense"`
		Out        *nn.Linear `nn:"classifier.out_proj"`
		Activation nn.Layer
		Drop       *nn.Dropout `nn:"-"`
	}
	distilledClassifier struct {
		Dense      *nn.Linear `nn:"pre_classifier"`
		Out        *nn.Linear `nn:"classifier"`
		Activation nn.Layer
		Drop       *nn.Dropout `nn:"-"`
	}
	summaryClassifier struct {
		Dense      *nn.Linear `nn:"sequence_summary.summary"`
		Out        *nn.Linear `nn:"classifier"`
		Activation nn.Layer
		Drop       *nn.Dropout `nn:"-"`
	}
)

func (h *pooledClassifier) judge() *classifier    { return (*classifier)(h) }
func (h *denseClassifier) judge() *classifier     { return (*classifier)(h) }
func (h *distilledClassifier) judge() *classifier { return (*classifier)(h) }
func (h *summaryClassifier) judge() *classifier   { return (*classifier)(h) }

// newClassifier returns the head for so many classes, or for one number that says how well a choice fits.
func newClassifier(r *rng.Rand, k kind, c Config, out int, e *Encoder) Head {
	choice := c.Head == "choice"
	h := &classifier{Activation: nn.GELU{}, Drop: nn.NewDropout(r, c.Dropout)}
	if k.name == "bert" || k.name == "roberta" && choice {
		e.Pooler = linear(r, c.Width, c.Width)
	} else {
		h.Dense = linear(r, c.Width, c.Width)
	}
	h.Out = linear(r, c.Width, out)
	var named Judge
	switch {
	case h.Dense == nil:
		named = (*pooledClassifier)(h)
	case k.name == "distilbert":
		h.Activation = nn.ReLU{}
		named = (*distilledClassifier)(h)
	case choice:
		named = (*summaryClassifier)(h)
	default:
		if k.name == "roberta" {
			h.Activation = nn.Tanh{}
		}
		named = (*denseClassifier)(h)
	}
	return classifierHead{named}
}

type classifierHead struct{ Judge }

func (classifierHead) Outputs() []string { return []string{"logits"} }

func (h classifierHead) Answer(p *nn.Pass, e *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	c := h.judge()
	var x *tensor.Tensor
	if c.Dense == nil {
		x = e.pooled(p, hidden)
	} else {
		x = c.Activation.Forward(p, c.Dense.Forward(p, hidden.Select(1, 0)))
	}
	return []*tensor.Tensor{c.Out.Forward(p, c.Drop.Forward(p, x))}
}

// tokenHead judges each token: logits [b t out].
type tokenHead struct {
	Out  *nn.Linear  `nn:"classifier"`
	Drop *nn.Dropout `nn:"-"`
}

func (*tokenHead) Outputs() []string { return []string{"logits"} }

func (h *tokenHead) Answer(p *nn.Pass, _ *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{h.Out.Forward(p, h.Drop.Forward(p, hidden))}
}

// questionHead says of each token whether an answer begins with it, and whether one ends: logits [b t] each.
type questionHead struct {
	Out *nn.Linear `nn:"qa_outputs"`
}

func (*questionHead) Outputs() []string { return []string{"start_logits", "end_logits"} }

func (h *questionHead) Answer(p *nn.Pass, _ *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	x := h.Out.Forward(p, hidden)
	return []*tensor.Tensor{x.Select(2, 0), x.Select(2, 1)}
}

// discriminatorHead says of each token whether a generator put it there: logits [b t], above 0 for yes.
type discriminatorHead struct {
	Dense *nn.Linear `nn:"discriminator_predictions.dense"`
	Out   *nn.Linear `nn:"discriminator_predictions.dense_prediction"`
	f     nn.Layer
}

func (*discriminatorHead) Outputs() []string { return []string{"logits"} }

func (h *discriminatorHead) Answer(p *nn.Pass, _ *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{h.Out.Forward(p, h.f.Forward(p, h.Dense.Forward(p, hidden))).Squeeze(2)}
}

// noHead gives what the tokens have become, and what the pooler makes of the first if there is one.
type noHead struct{}

func (noHead) Outputs() []string { return []string{"last_hidden_state", "pooler_output"} }

func (noHead) Answer(p *nn.Pass, e *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{hidden, e.pooled(p, hidden)}
}

// plainHead gives what the tokens have become.
type plainHead struct{}

func (plainHead) Outputs() []string { return []string{"last_hidden_state"} }

func (plainHead) Answer(_ *nn.Pass, _ *Encoder, hidden, _ *tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{hidden}
}

// sentenceHead makes one vector of a text, [b d], of length 1 if normal.
//
// Reimers and Gurevych, Sentence-BERT, 2019 (arXiv:1908.10084), section 3.
type sentenceHead struct {
	pool   string
	normal bool
}

func (sentenceHead) Outputs() []string { return []string{"sentence_embedding"} }

func (h sentenceHead) Answer(_ *nn.Pass, _ *Encoder, hidden, mask *tensor.Tensor) []*tensor.Tensor {
	var y *tensor.Tensor
	switch h.pool {
	case "first":
		y = hidden.Select(1, 0)
	case "max":
		y = op.MaskedMax(hidden, mask)
	default:
		y = op.MaskedMean(hidden, mask)
	}
	if h.normal {
		y = op.UnitNorm(y, -1, 1e-12)
	}
	return []*tensor.Tensor{y}
}
