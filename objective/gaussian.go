package objective

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// GaussianLoss is the negative log-likelihood of numbers under a normal distribution of predicted mean and variance. Its
// count is the number of elements.
//
//	mean [n …] μ, variance [n …] σ², target [n …] y
//	sum = ½ Σ ln σ² + (y − μ)²/σ²
//
// The constant ½ ln 2π is left out unless Full. A variance below ε counts as ε, but has the gradient of one that is ε, as in
// PyTorch: it grows back. Predict it by [op.Softplus]; where it is alike for all, this is [MeanSquaredError]. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
//
// Nix and Weigend, Estimating the Mean and Variance of the Target Probability Distribution, 1994.
type GaussianLoss struct {
	Eps  float64 // ε; 0 means 1e-6
	Full bool    // with ½ ln 2π
}

// Loss returns the loss of a batch.
func (o GaussianLoss) Loss(mean, variance, target *tensor.Tensor) Loss {
	const name = "Gaussian"
	x, y := pair(name, mean, target)
	v, _ := pair(name, variance, mean)
	v = v.Cast(x.DType())
	// What lifts the variance to ε has no gradient of its own.
	bare := v.Detach()
	v = v.Sub(bare).Add(bare.Maximum(bare.FullLike(or(o.Eps, 1e-6))))
	each := v.Log().Add(x.Sub(y).Square().Div(v))
	if o.Full {
		each = each.AddScalar(math.Log(2 * math.Pi))
	}
	return Loss{each.Sum().Scale(0.5), float64(x.Len())}
}
