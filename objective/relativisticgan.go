package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// RelativisticGAN is the game in which the discriminator says which of a pair is real.
//
//	real [n …] r, fake [n …] f, logits; the pairs are those at one place
//	discriminator: sum = −Σ ln σ(r − f)
//	generator:     sum = −Σ ln σ(f − r)
//
// The generator needs the logits of real examples too. With [R1] and [R2] the game converges without further tricks; that is
// R3GAN. The unit is nats. It panics with a [tensor.Error] if the shapes differ.
//
// Jolicoeur-Martineau, The relativistic discriminator, 2018 (arXiv:1807.00734), section 4; Huang, Gokaslan,
// Kuleshov and Tompkin, The GAN is dead; long live the GAN!, 2025 (arXiv:2501.05441).
type RelativisticGAN struct{}

// Discriminator returns the loss of the discriminator.
func (RelativisticGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("RelativisticGAN", real, fake)
	return Loss{op.Softplus(f.Sub(r)).Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator.
func (o RelativisticGAN) Generator(real, fake *tensor.Tensor) Loss {
	return o.Discriminator(fake, real)
}

// RelativisticAverageGAN is the game in which the discriminator says how much more real an example is than the mean of the
// others.
//
//	real [n …] r, fake [n …] f, logits
//	discriminator: sum = −Σ ln σ(r − mean f) + ln(1 − σ(f − mean r))
//	generator:     sum = −Σ ln σ(f − mean r) + ln(1 − σ(r − mean f))
//
// The means are of the batch, so micro-batches do not add up to it: they are games of their own. The unit is nats. It panics
// with a [tensor.Error] if the shapes differ.
//
// Jolicoeur-Martineau, The relativistic discriminator, 2018 (arXiv:1807.00734), section 4.
type RelativisticAverageGAN struct{}

// Discriminator returns the loss of the discriminator.
func (RelativisticAverageGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("RelativisticAverageGAN", real, fake)
	each := op.Softplus(f.Mean().Sub(r)).Add(op.Softplus(f.Sub(r.Mean())))
	return Loss{each.Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator.
func (o RelativisticAverageGAN) Generator(real, fake *tensor.Tensor) Loss {
	return o.Discriminator(fake, real)
}
