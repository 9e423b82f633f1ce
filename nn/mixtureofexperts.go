package nn

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// MixtureConfig says how a [MixtureOfExperts] shares its tokens out. The zero value sends each to two experts, and drops none.
type MixtureConfig struct {
	K        int                            // experts of a token; 0 means 2
	Raw      bool                           // a token's weights are their probabilities, and do not add up to 1; so it is if K is 1
	Capacity float64                        // an expert has room for this many times its even share of the tokens; 0: for all
	Hidden   int                            // width inside an expert; 0 means four times the width
	Expert   func(r *rng.Rand, i int) Layer // makes expert number i; nil means a [FeedForward] with GELU
}

// MixtureOfExperts sends each token to the few of many layers that a router chooses for it.
//
//	x [… d] → y [… d]
//	y = Σ w[j] · expert[i[j]](x)     over the k experts i[j] that the router, logits = R x, finds most likely
//
// With a Capacity the experts see as many tokens as they have room for, and what finds no room gets 0: such a layer belongs
// between a residual's ends. Without, each expert computes all tokens, and the weights pick: that is exact, but as much
// work as if all were chosen. The gradient reaches the router through the weights. Training wants the losses of
// [MixtureOfExperts.Mix] too, else a few experts get all tokens. See [op.RouteTopK] and [op.Dispatch].
type MixtureOfExperts struct {
	Router   *Linear // to a logit for each expert
	Experts  []Layer
	K        int
	Raw      bool
	Capacity float64
}

// A Routing is what a [MixtureOfExperts] did with its tokens.
type Routing struct {
	Balance *tensor.Tensor // scalar, see [op.RouterBalance]
	Z       *tensor.Tensor // scalar, see [op.RouterZ]
	Index   *tensor.Tensor // [n k], the experts of each token
}

// NewMixtureOfExperts returns a layer of so many experts.
func NewMixtureOfExperts(r *rng.Rand, width, experts int, c MixtureConfig) *MixtureOfExperts {
	k := c.K
	if k == 0 {
		k = min(2, experts)
	}
	if experts < 1 || k < 1 || k > experts || c.Capacity < 0 {
		panic(tensor.Errorf("MixtureOfExperts", "%d of %d experts and a capacity of %g", k, experts, c.Capacity))
	}
	make1 := c.Expert
	if make1 == nil {
		make1 = func(r *rng.Rand, _ int) Layer { return NewFeedForward(r, width, c.Hidden, GELU{}) }
	}
	l := &MixtureOfExperts{Router: NewLinearNoBias(r, width, experts), K: k, Raw: c.Raw || k == 1, Capacity: c.Capacity}
	for i := range experts {
		l.Experts = append(l.Experts, make1(r, i))
	}
	return l
}

// Forward returns the mixture of x.
func (l *MixtureOfExperts) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	tokens, _, weights, index := l.route(p, x)
	return l.mix(p, tokens, weights, index).Reshape(x.Shape()...)
}

// Mix is [MixtureOfExperts.Forward] with the losses that keep the router even and its logits small, for the objective.
func (l *MixtureOfExperts) Mix(p *Pass, x *tensor.Tensor) (*tensor.Tensor, Routing) {
	tokens, logits, weights, index := l.route(p, x)
	y := l.mix(p, tokens, weights, index).Reshape(x.Shape()...)
	return y, Routing{Balance: op.RouterBalance(logits, index), Z: op.RouterZ(logits), Index: index}
}

// route returns the tokens of x [n d], and where they go; the router computes in float32 whatever the pass does.
func (l *MixtureOfExperts) route(p *Pass, x *tensor.Tensor) (tokens, logits, weights, index *tensor.Tensor) {
	tokens = x.Reshape(-1, x.Dim(-1))
	w := p.UseFull(&l.Router.Weight)
	logits = op.Linear(p.like(w, tokens), w, p.UseFull(&l.Router.Bias))
	weights, index = op.RouteTopK(logits, l.K, !l.Raw)
	return tokens, logits, weights, index
}

func (l *MixtureOfExperts) mix(p *Pass, tokens, weights, index *tensor.Tensor) *tensor.Tensor {
	n, e := tokens.Dim(0), len(l.Experts)
	if l.Capacity == 0 {
		return l.all(p, tokens, weights, index)
	}
	room := max(1, int(math.Ceil(l.Capacity*float64(l.K*n)/float64(e))))
	sent, slots := op.Dispatch(tokens, index, e, min(room, n))
	parts := make([]*tensor.Tensor, e)
	for i, expert := range l.Experts {
		parts[i] = expert.Forward(p, sent.Select(0, i))
	}
	return op.Combine(tensor.Stack(0, parts...), slots, weights)
}

// all lets each expert compute all tokens.
func (l *MixtureOfExperts) all(p *Pass, tokens, weights, index *tensor.Tensor) *tensor.Tensor {
	share := op.OneHot(index, len(l.Experts)).Cast(weights.DType()).Mul(weights.Unsqueeze(2)).Sum(1) // [n e]
	var sum *tensor.Tensor
	for i, expert := range l.Experts {
		y := expert.Forward(p, tokens)
		y = y.Mul(share.Slice(1, i, i+1).Cast(y.DType()))
		if sum != nil {
			y = sum.Add(y)
		}
		sum = y
	}
	return sum
}
