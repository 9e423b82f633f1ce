package bert

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Encoder is all of a [Model] but its head.
//
//	ids [b t] → y [b t d]
//	x = norm(words[id] + positions[i] + types[type])    then the layers, one after another
type Encoder struct {
	Words     *nn.Embedding                           `nn:"embeddings.word_embeddings"`
	Positions *nn.Embedding                           `nn:"embeddings.position_embeddings"`
	Types     *nn.Embedding                           `nn:"embeddings.token_type_embeddings"` // nil: none
	Norm      *nn.LayerNorm                           `nn:"embeddings.LayerNorm"`
	Project   *nn.Linear                              `nn:"embeddings_project"` // from the width of the embeddings to that of the layers; nil: they are one
	Layers    []*Layer                                `nn:"encoder.layer"`
	Distilled []*distilledLayer                       `nn:"transformer.layer"` // in place of Layers, under DistilBERT's names
	Pooler    *nn.Linear                              `nn:"pooler.dense"`      // of the first token, with tanh behind it; nil: none
	Drop      *nn.Dropout                             `nn:"-"`
	first     func(ids *tensor.Tensor) *tensor.Tensor // positions of tokens, if they are not counted from 0
}

// A Layer lets the tokens see each other, and then maps each: the norms are behind the sums.
//
//	x [b t d] → y [b t d]
//	h = norm(x + attention(x))    y = norm(h + down(f(up(h))))
type Layer struct {
	Query         nn.Layer      `nn:"attention.self.query"`
	Key           nn.Layer      `nn:"attention.self.key"`
	Value         nn.Layer      `nn:"attention.self.value"`
	Output        nn.Layer      `nn:"attention.output.dense"`
	AttentionNorm *nn.LayerNorm `nn:"attention.output.LayerNorm"`
	Up            nn.Layer      `nn:"intermediate.dense"`
	Down          nn.Layer      `nn:"output.dense"`
	Norm          *nn.LayerNorm `nn:"output.LayerNorm"`
	Heads         int
	Activation    nn.Layer
	WeightDrop    *nn.Dropout `nn:"-"` // of the weights of attention
	Drop          *nn.Dropout `nn:"-"` // of what is added
}

// distilledLayer is a Layer under the names that DistilBERT's parameters have.
type distilledLayer struct {
	Query         nn.Layer      `nn:"attention.q_lin"`
	Key           nn.Layer      `nn:"attention.k_lin"`
	Value         nn.Layer      `nn:"attention.v_lin"`
	Output        nn.Layer      `nn:"attention.out_lin"`
	AttentionNorm *nn.LayerNorm `nn:"sa_layer_norm"`
	Up            nn.Layer      `nn:"ffn.lin1"`
	Down          nn.Layer      `nn:"ffn.lin2"`
	Norm          *nn.LayerNorm `nn:"output_layer_norm"`
	Heads         int
	Activation    nn.Layer
	WeightDrop    *nn.Dropout `nn:"-"`
	Drop          *nn.Dropout `nn:"-"`
}

func newEncoder(r *rng.Rand, tokens int, k kind, c Config) *Encoder {
	e := &Encoder{Words: table(r, tokens, c.Embedding), Positions: table(r, c.Positions, c.Embedding), Norm: norm(c.Embedding, c.Eps), Drop: nn.NewDropout(r, c.Dropout)}
	if c.Types > 0 {
		e.Types = table(r, c.Types, c.Embedding)
	}
	if c.Embedding != c.Width {
		e.Project = linear(r, c.Embedding, c.Width)
	}
	for range c.Layers {
		l := newLayer(r, c)
		if k.distilled {
			e.Distilled = append(e.Distilled, (*distilledLayer)(l))
		} else {
			e.Layers = append(e.Layers, l)
		}
	}
	if k.fromPadding {
		e.first = func(ids *tensor.Tensor) *tensor.Tensor { return countedPositions(ids, c.Padding) }
	}
	return e
}

func newLayer(r *rng.Rand, c Config) *Layer {
	f, _ := model.Activation(c.Activation)
	return &Layer{
		Query: linear(r, c.Width, c.Width), Key: linear(r, c.Width, c.Width), Value: linear(r, c.Width, c.Width),
		Output: linear(r, c.Width, c.Width), AttentionNorm: norm(c.Width, c.Eps),
		Up: linear(r, c.Width, c.Hidden), Down: linear(r, c.Hidden, c.Width), Norm: norm(c.Width, c.Eps),
		Heads: c.Heads, Activation: f, WeightDrop: nn.NewDropout(r, c.Dropout), Drop: nn.NewDropout(r, c.Dropout),
	}
}

// Forward returns what the tokens have become. Mask is Bool [b t], true where a token is seen; types are the kinds of the
// tokens, [b t], or nil, for 0.
func (e *Encoder) Forward(p *nn.Pass, ids, mask, types *tensor.Tensor) *tensor.Tensor {
	x := e.Words.Forward(p, ids)
	if e.first != nil {
		x = x.Add(e.Positions.Forward(p, e.first(ids)))
	} else {
		x = x.Add(op.Embedding(p.Use(&e.Positions.Weight), tensor.Arange(ids.Dim(1)).To(ids.Device())))
	}
	switch {
	case e.Types == nil:
	case types == nil:
		x = x.Add(p.Use(&e.Types.Weight).Slice(0, 0, 1))
	default:
		x = x.Add(e.Types.Forward(p, types))
	}
	x = e.Drop.Forward(p, e.Norm.Forward(p, x))
	if e.Project != nil {
		x = e.Project.Forward(p, x)
	}
	for _, l := range e.Layers {
		x = l.Forward(p, x, mask)
	}
	for _, l := range e.Distilled {
		x = (*Layer)(l).Forward(p, x, mask)
	}
	return x
}

// Forward returns the layer of x, whose tokens see those that the mask [b t] shows.
func (l *Layer) Forward(p *nn.Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	heads := nn.Heads{Query: l.Query, Key: l.Key, Value: l.Value, Count: l.Heads, Drop: l.WeightDrop}
	y := l.Output.Forward(p, heads.Attend(p, x, x, nn.AttendConfig{Keys: mask}))
	x = l.AttentionNorm.Forward(p, x.Add(l.Drop.Forward(p, y)))
	y = l.Down.Forward(p, l.Activation.Forward(p, l.Up.Forward(p, x)))
	return l.Norm.Forward(p, x.Add(l.Drop.Forward(p, y)))
}

// pooled returns the first token of hidden through the pooler.
func (e *Encoder) pooled(p *nn.Pass, hidden *tensor.Tensor) *tensor.Tensor {
	return e.Pooler.Forward(p, hidden.Select(1, 0)).Tanh()
}

// countedPositions counts the tokens that are no padding, from the padding's id on: RoBERTa's way.
func countedPositions(ids *tensor.Tensor, padding int) *tensor.Tensor {
	seen := ids.NotEqual(ids.FullLike(float64(padding))).Cast(ids.DType())
	return seen.CumSum(1).Mul(seen).AddScalar(float64(padding))
}

func linear(r *rng.Rand, in, out int) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value, l.Bias.Value = nn.Normal(0.02)(r.Next(), out, in), nn.Constant(0)(r.Next(), out)
	return l
}

func table(r *rng.Rand, rows, d int) *nn.Embedding {
	l := new(nn.Embedding)
	l.Weight.Value = nn.Normal(0.02)(r.Next(), rows, d)
	return l
}

func norm(d int, eps float64) *nn.LayerNorm {
	l := nn.NewLayerNorm(d)
	l.Eps = eps
	return l
}
