package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// PoissonLoss is the negative log-likelihood of counts that come at a predicted rate. Its count is the number of elements.
//
//	prediction [n …] x, target [n …] y ≥ 0
//	sum = Σ eˣ − y x              for x the logarithm of the rate
//	sum = Σ x − y ln(x + ε)       for x the rate itself, ε = 10⁻⁸
//
// What does not depend on x, ln y!, is left out; with Full it is there, by Stirling's formula for y > 1, as in PyTorch. Beyond
// x = 60, eˣ goes on along its tangent, so that loss and gradient stay finite. A rate below 0 counts as 0 and has no
// gradient. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
type PoissonLoss struct {
	Rate bool // the predictions are rates, not their logarithms
	Full bool // with ln y!
}

const steepest = 60 // where eˣ is continued by its tangent

// Loss returns the loss of a batch.
func (o PoissonLoss) Loss(prediction, target *tensor.Tensor) Loss {
	x, y := pair("Poisson", prediction, target)
	var each *tensor.Tensor
	if o.Rate {
		x = x.Maximum(x.FullLike(0))
		each = x.Sub(y.Mul(x.AddScalar(1e-8).Log()))
	} else {
		beyond := op.Relu(x.AddScalar(-steepest)).Scale(math.Exp(steepest))
		each = x.Minimum(x.FullLike(steepest)).Exp().Add(beyond).Sub(y.Mul(x))
	}
	if o.Full {
		one := y.FullLike(1)
		k := y.Maximum(one) // the term is 0 up to 1, and its logarithm never sees less
		stirling := k.Mul(k.Log()).Sub(k).Add(k.Scale(2 * math.Pi).Log().Scale(0.5))
		each = each.Add(tensor.Where(y.Greater(one), stirling, stirling.FullLike(0)))
	}
	return Loss{each.Sum(), float64(x.Len())}
}
