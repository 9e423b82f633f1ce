package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// ELBOLoss is the negative evidence lower bound of a variational autoencoder: what the decoder loses, and how far the code is
// from a standard normal. Its count is the number of examples.
//
//	reconstruction [n …] x̂, target [n …] x, mean [n d] μ, logVariance [n d] ln σ²
//	sum = −Σ ln p(x | x̂) + β ½ Σ μ² + σ² − ln σ² − 1
//	ln p = x ln σ(x̂) + (1 − x) ln(1 − σ(x̂))                of logits x̂, for x in [0, 1]
//	ln p = −½ ((x − x̂)²/s² + ln 2πs²)                       with Variance s²
//
// Both terms are summed over an example, not averaged: an average over pixels would be a β of the number of pixels. β above 1
// is the β-VAE; one that grows from 0 is the usual warm-up. The code that the decoder is given is μ + exp(½ ln σ²)·ε with
// standard normal ε. The unit is nats an example.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, 2013 (arXiv:1312.6114), equation 10 and appendix B; Higgins and others,
// beta-VAE, 2017, equation 4.
type ELBOLoss struct {
	Beta     *float64 // β; nil means 1
	Variance float64  // s², of a Gaussian decoder; 0 means a Bernoulli one
}

// Loss returns the loss of a batch.
func (o ELBOLoss) Loss(reconstruction, target, mean, logVariance *tensor.Tensor) Loss {
	const name = "ELBO"
	x, y := pair(name, reconstruction, target)
	code := StandardNormalKL(mean, logVariance)
	if x.Rank() == 0 || x.Dim(0) != int(code.Count) {
		panic(tensor.Errorf(name, "reconstructions of shape %v for codes of shape %v; want the same first axis", x, mean))
	}
	var each *tensor.Tensor
	if s := o.Variance; s == 0 {
		each = op.Softplus(x).Sub(x.Mul(y))
	} else {
		each = x.Sub(y).Square().Scale(0.5 / s).AddScalar(0.5 * math.Log(2*math.Pi*s))
	}
	beta := 1.0
	if o.Beta != nil {
		beta = *o.Beta
	}
	return Loss{each.Sum().Add(code.Sum.Cast(x.DType()).Scale(beta)), code.Count}
}

// StandardNormalKL is the divergence of normal distributions with diagonal covariances from the standard normal one. Its
// count is the number of examples.
//
//	mean [n d] μ, logVariance [n d] ln σ²
//	sum = ½ Σ μ² + σ² − ln σ² − 1
//
// The unit is nats. A logVariance above 80 counts as 80 in σ², which would be infinite in float32, and has no gradient there.
// It panics with a [tensor.Error] if the shapes differ or are without a first axis.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, 2013 (arXiv:1312.6114), appendix B.
func StandardNormalKL(mean, logVariance *tensor.Tensor) Loss {
	const name = "StandardNormalKL"
	m, s := pair(name, mean, logVariance)
	if m.Rank() == 0 {
		panic(tensor.Errorf(name, "codes of shape %v; want a first axis", mean))
	}
	variance := s.Minimum(s.FullLike(80)).Exp()
	return Loss{m.Square().Add(variance).Sub(s).AddScalar(-1).Sum().Scale(0.5), float64(m.Dim(0))}
}
