package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Adversarial is a game of two: a discriminator, or critic, tells real examples from made ones, and a generator makes them.
//
// Both sides take the discriminator's logits of real examples and of as many made ones, [n …]; the count is their number. A
// step of one side watches the parameters of that side alone, so nothing need be detached:
//
//	train.Step(ctx, critics, func(p *nn.Pass) objective.Loss {
//		return game.Discriminator(d.Forward(p, real), d.Forward(p, g.Forward(p, noise)))
//	})
//	train.Step(ctx, makers, func(p *nn.Pass) objective.Loss {
//		return game.Generator(nil, d.Forward(p, g.Forward(p, noise)))
//	})
type Adversarial interface {
	// Discriminator returns what the discriminator is to make small.
	Discriminator(real, fake *tensor.Tensor) Loss

	// Generator returns what the generator is to make small. Only relativistic games look at real, which is nil for the others.
	Generator(real, fake *tensor.Tensor) Loss
}

// verdicts checks the discriminator's logits and widens them.
func verdicts(name string, real, fake *tensor.Tensor) (r, f *tensor.Tensor) {
	for _, x := range []*tensor.Tensor{real, fake} {
		if !x.DType().IsFloat() {
			panic(tensor.Errorf(name, "logits of shape %v are %s; want floats", x, x.DType()))
		}
	}
	if !slices.Equal(real.Shape(), fake.Shape()) {
		panic(tensor.Errorf(name, "logits of real examples of shape %v and of made ones of shape %v differ; want as many of both", real, fake))
	}
	return wide(real), wide(fake)
}

// verdict is [verdicts] of made examples alone.
func verdict(name string, fake *tensor.Tensor) *tensor.Tensor {
	_, f := verdicts(name, fake, fake)
	return f
}

// MinimaxGAN is the game of the first GAN: the generator makes small what the discriminator makes large.
//
//	real [n …] r, fake [n …] f, logits
//	discriminator: sum = −Σ ln σ(r) + ln(1 − σ(f))
//	generator:     sum =  Σ ln(1 − σ(f))
//
// The generator's gradient vanishes where the discriminator is sure, as it is in the beginning: [NonSaturatingGAN] is the form
// that is used. The unit is nats. It panics with a [tensor.Error] if the shapes differ.
//
// Goodfellow and others, Generative Adversarial Networks, 2014 (arXiv:1406.2661), equation 1.
type MinimaxGAN struct{}

// Discriminator returns the loss of the discriminator.
func (MinimaxGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("MinimaxGAN", real, fake)
	return Loss{op.Softplus(r.Neg()).Add(op.Softplus(f)).Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator. It does not look at real.
func (MinimaxGAN) Generator(_, fake *tensor.Tensor) Loss {
	f := verdict("MinimaxGAN", fake)
	return Loss{op.Softplus(f).Sum().Neg(), float64(f.Len())}
}

// NonSaturatingGAN is the game that most GANs play: the generator makes large the likelihood that its examples are real.
//
//	real [n …] r, fake [n …] f, logits
//	discriminator: sum = −Σ (1 − ε) ln σ(r) + ε ln(1 − σ(r)) + ln(1 − σ(f))
//	generator:     sum = −Σ ln σ(f)
//
// Its fixed points are those of [MinimaxGAN]; its gradient is strong where the discriminator is sure. The smoothing ε is of
// the real side alone. The unit is nats. It panics with a [tensor.Error] if the shapes differ.
//
// Goodfellow and others, Generative Adversarial Networks, 2014 (arXiv:1406.2661), section 3; Salimans and others, Improved
// Techniques for Training GANs, 2016 (arXiv:1606.03498), section 3.4, for the smoothing.
type NonSaturatingGAN struct {
	Smoothing float64 // ε: real examples count as real by 1 − ε
}

// Discriminator returns the loss of the discriminator.
func (o NonSaturatingGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("NonSaturatingGAN", real, fake)
	each := op.Softplus(r.Neg()).Add(op.Softplus(f))
	if o.Smoothing != 0 {
		each = each.Add(r.Scale(o.Smoothing)) // softplus(r) − softplus(−r) = r
	}
	return Loss{each.Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator. It does not look at real.
func (NonSaturatingGAN) Generator(_, fake *tensor.Tensor) Loss {
	f := verdict("NonSaturatingGAN", fake)
	return Loss{op.Softplus(f.Neg()).Sum(), float64(f.Len())}
}
