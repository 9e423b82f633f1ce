package llama

import (
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Mixture says how many experts there are in place of each feed-forward layer.
type Mixture struct {
	Experts int   `json:"experts"`
	K       int   `json:"k"`                // experts of a token
	Hidden  int   `json:"hidden,omitempty"` // width inside an expert; that of the feed-forward layers if 0
	Shared  int   `json:"shared,omitempty"` // width inside one that all tokens go through, behind a gate; 0: none
	Raw     bool  `json:"raw,omitempty"`    // a token's weights are their probabilities, and do not add up to 1
	Every   int   `json:"every,omitempty"`  // every so many layers have experts; all if 0
	Dense   []int `json:"dense,omitempty"`  // layers that have none, from 0
}

// check reports what does not fit; nil fits.
func (m *Mixture) check(c Config) error {
	if m != nil && (m.Experts < 1 || m.K < 1 || m.K > m.Experts || m.Hidden < 0 || m.Shared < 0 || m.Every < 0) {
		return fmt.Errorf("%d of %d experts of width %d do not fit", m.K, m.Experts, m.Hidden)
	}
	if m != nil && slices.ContainsFunc(m.Dense, func(i int) bool { return i < 0 || i >= c.Layers }) {
		return fmt.Errorf("layers %v without experts are not among %d", m.Dense, c.Layers)
	}
	return nil
}

// in reports whether a layer has experts.
func (m *Mixture) in(layer int) bool {
	return m != nil && (layer+1)%max(m.Every, 1) == 0 && !slices.Contains(m.Dense, layer)
}

// Experts sends each token to the few of many feed-forward layers that a router finds most likely.
//
//	x [b t d] → y [b t d]
//	y = Σ w[j] · expert[i[j]](x) over the k experts i[j], and σ(s·x) · shared(x)
//
// In [Experts.Forward] each expert computes all tokens and the weights pick, which is exact, differentiable and of one shape for
// all inputs; in [Experts.Decode] only those it is sent. See [op.RouteTopK].
//
// Jiang and others, Mixtral of Experts, 2024 (arXiv:2401.04088).
type Experts struct {
	Router     *nn.Linear     `nn:"gate"` // to a logit for each
	Experts    []*FeedForward `nn:"experts"`
	Shared     *FeedForward   `nn:"shared_expert"` // nil: none
	SharedGate *nn.Linear     `nn:"shared_expert_gate"`

	k   int
	raw bool
}

func newExperts(r *rng.Rand, c Config) *Experts {
	m, hidden := c.Mixture, c.Mixture.Hidden
	if hidden == 0 {
		hidden = c.Hidden
	}
	l := &Experts{Router: linear(r, c.Width, m.Experts, false), k: m.K, raw: m.Raw}
	for range m.Experts {
		l.Experts = append(l.Experts, newFeedForward(r, c.Width, hidden, c.Activation))
	}
	if m.Shared > 0 {
		l.Shared, l.SharedGate = newFeedForward(r, c.Width, m.Shared, c.Activation), linear(r, c.Width, 1, false)
	}
	return l
}

// Forward returns the mixture of x.
func (l *Experts) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	tokens := x.Reshape(-1, x.Dim(-1))
	weights, index := op.RouteTopK(l.Router.Forward(p, tokens), l.k, !l.raw)
	share := op.OneHot(index, len(l.Experts)).Cast(weights.DType()).Mul(weights.Unsqueeze(2)).Sum(1) // [n e]
	y := l.shared(p, tokens)
	for i, expert := range l.Experts {
		part := expert.Forward(p, tokens)
		part = part.Mul(share.Slice(1, i, i+1).Cast(part.DType()))
		if y != nil {
			part = y.Add(part)
		}
		y = part
	}
	return y.Reshape(x.Shape()...)
}

// Decode is [Experts.Forward] with no more work than the router asks for. No gradient flows.
func (l *Experts) Decode(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	tensor.NonDifferentiable("Decode", x)
	tokens := x.Reshape(-1, x.Dim(-1))
	weights, index := op.RouteTopK(l.Router.Forward(p, tokens), l.k, !l.raw)
	chosen, w := index.Ints(), weights.Floats()
	y := l.shared(p, tokens)
	if y == nil {
		y = tokens.FullLike(0, tokens.Shape()...)
	}
	for i, expert := range l.Experts {
		var rows []int64
		var share []float32
		for j, e := range chosen {
			if int(e) == i {
				rows, share = append(rows, int64(j/l.k)), append(share, w[j])
			}
		}
		if len(rows) == 0 {
			continue
		}
		at := tensor.Of(rows, len(rows)).To(x.Device())
		part := expert.Forward(p, tokens.Take(0, at))
		part = part.Mul(tensor.Of(share, len(share), 1).To(x.Device()).Cast(part.DType()))
		y = y.IndexAdd(0, at, part.Cast(y.DType()))
	}
	return y.Reshape(x.Shape()...)
}

// shared returns what all tokens get, nil if that is nothing.
func (l *Experts) shared(p *nn.Pass, tokens *tensor.Tensor) *tensor.Tensor {
	if l.Shared == nil {
		return nil
	}
	return l.Shared.Forward(p, tokens).Mul(op.Sigmoid(l.SharedGate.Forward(p, tokens)))
}
