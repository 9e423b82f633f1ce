package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Dropout sets elements to 0 at random in training, and does nothing in evaluation. See [op.Dropout].
//
// What it drops follows from the key of the pass, its own, and how often it has run in the pass; no other layer changes it.
type Dropout struct {
	Rate float64 // the probability of dropping; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewDropout returns a layer that drops with that probability.
func NewDropout(r *rng.Rand, rate float64) *Dropout { return &Dropout{Rate: rate, Key: r.Next()} }

// Forward returns x with elements dropped, or x.
func (l *Dropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if !p.Training() {
		return x
	}
	return op.Dropout(x, l.Rate, p.Random(l.Key))
}
