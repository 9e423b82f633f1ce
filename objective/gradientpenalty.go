package objective

import (
	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GradientPenalty holds the slope of a critic near 1, or near 0. Its count is the number of examples.
//
//	x [n …], critic(x) [n …], gᵢ = ∂ Σ critic(x)ᵢ / ∂xᵢ
//	sum = Σᵢ (‖gᵢ‖ − 1)²          max(0, ‖gᵢ‖ − 1)² if OneSided, ‖gᵢ‖² if ZeroCentered
//
// WGAN-GP takes it at random points [Interpolated] between real and made examples, with the weight 10:
//
//	points := objective.Interpolated(real, fake, key)
//	critic := func(x *tensor.Tensor) *tensor.Tensor { return d.Forward(p, x) }
//	loss := game.Discriminator(…).With(10, objective.GradientPenalty{}.Loss(critic, points))
//
// The gradient is differentiated once more, by the critic's parameters, so every operation of the critic must have a second
// derivative. The critic must not mix the examples of a batch: no batch norm. Its slope is taken as 0 where it is flat. An x
// with history keeps it. It panics with a [tensor.Error] if x has no first axis or is no float.
//
// Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, Improved Training of Wasserstein GANs, 2017 (arXiv:1704.00028),
// equation 3; Petzka, Fischer and Lukovnicov, On the regularization of Wasserstein GANs, 2017 (arXiv:1709.08894), for the one
// side; Thanh-Tung, Tran and Venkatesh, Improving Generalization and Stability of Generative Adversarial Networks, 2019
// (arXiv:1902.03984), for the centre 0.
type GradientPenalty struct {
	ZeroCentered bool
	OneSided     bool
}

// Loss returns the penalty of a critic at the points x.
func (o GradientPenalty) Loss(critic func(x *tensor.Tensor) *tensor.Tensor, x *tensor.Tensor) Loss {
	const name = "GradientPenalty"
	if x.Rank() == 0 || !x.DType().IsFloat() {
		panic(tensor.Errorf(name, "points %s of shape %v; want floats [n …]", x.DType(), x))
	}
	if x = wide(x); !x.NeedsGrad() {
		x = x.Watch()
	}
	n := x.Dim(0)
	g := autograd.Grad(wide(critic(x)).Sum(), x)[0]
	squared := g.Reshape(n, x.Len()/max(n, 1)).Square().Sum(1) // [n]
	if o.ZeroCentered {
		return Loss{squared.Sum(), float64(n)}
	}
	excess := root(squared).AddScalar(-1)
	if o.OneSided {
		excess = op.Relu(excess)
	}
	return Loss{excess.Square().Sum(), float64(n)}
}

// root returns √x, with the slope 0 where x is 0.
func root(x *tensor.Tensor) *tensor.Tensor {
	flat := x.Equal(x.FullLike(0))
	return tensor.Where(flat, x.FullLike(0), tensor.Where(flat, x.FullLike(1), x).Sqrt())
}

// Interpolated returns a random point on the line from each real example to the made one at its place.
//
//	real, fake [n …] → u real + (1 − u) fake     u uniform in [0, 1), one for each example
func Interpolated(real, fake *tensor.Tensor, key rng.Key) *tensor.Tensor {
	r, f := verdicts("Interpolated", real, fake)
	if r.Rank() == 0 {
		panic(tensor.Errorf("Interpolated", "examples of shape %v; want a first axis", real))
	}
	u := make([]float32, r.Dim(0))
	key.Uniform(u)
	shape := make([]int, r.Rank())
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = len(u)
	share := tensor.Of(u, shape...).To(r.Device()).Cast(r.DType())
	return f.Add(r.Sub(f).Mul(share)).Cast(real.DType())
}

// R1 is the squared slope of a discriminator at real examples: [GradientPenalty] centred at 0. Its count is the number of
// examples.
//
//	sum = Σᵢ ‖∂ Σ critic(x)ᵢ / ∂xᵢ‖²
//
// The paper's weight is γ/2, with γ = 10 for small pictures; StyleGAN2 takes it every 16th step with 16 times the weight.
//
// Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually Converge?, 2018 (arXiv:1801.04406), equation 9.
func R1(critic func(x *tensor.Tensor) *tensor.Tensor, real *tensor.Tensor) Loss {
	return GradientPenalty{ZeroCentered: true}.Loss(critic, real)
}

// R2 is [R1] at made examples.
//
// Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually Converge?, 2018 (arXiv:1801.04406), section 4.1.
func R2(critic func(x *tensor.Tensor) *tensor.Tensor, fake *tensor.Tensor) Loss {
	return GradientPenalty{ZeroCentered: true}.Loss(critic, fake.Detach())
}
