package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LeastSquaresGAN is the game with squared distances from 1, for real examples, and from 0, for made ones.
//
//	real [n …] r, fake [n …] f
//	discriminator: sum = ½ Σ (r − 1)² + f²
//	generator:     sum = ½ Σ (f − 1)²
//
// The discriminator's outputs are numbers, not logits: no sigmoid comes after them. Examples that are real enough for the
// discriminator but far from what it takes for real still give a gradient. It panics with a [tensor.Error] if the shapes
// differ.
//
// Mao, Li, Xie, Lau, Wang and Smolley, Least Squares Generative Adversarial Networks, 2016 (arXiv:1611.04076), equation 9.
type LeastSquaresGAN struct{}

// Discriminator returns the loss of the discriminator.
func (LeastSquaresGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("LeastSquaresGAN", real, fake)
	return Loss{r.AddScalar(-1).Square().Add(f.Square()).Sum().Scale(0.5), float64(r.Len())}
}

// Generator returns the loss of the generator. It does not look at real.
func (LeastSquaresGAN) Generator(_, fake *tensor.Tensor) Loss {
	f := verdict("LeastSquaresGAN", fake)
	return Loss{f.AddScalar(-1).Square().Sum().Scale(0.5), float64(f.Len())}
}

// HingeGAN is the game with margins: the discriminator learns from those it does not tell apart by 1.
//
//	real [n …] r, fake [n …] f
//	discriminator: sum = Σ max(0, 1 − r) + max(0, 1 + f)
//	generator:     sum = −Σ f
//
// The large GANs (SAGAN, BigGAN) play it, with spectral normalization. The discriminator's outputs are numbers, not logits.
// It panics with a [tensor.Error] if the shapes differ.
//
// Lim and Ye, Geometric GAN, 2017 (arXiv:1705.02894); Miyato, Kataoka, Koyama and Yoshida, Spectral Normalization for
// Generative Adversarial Networks, 2018 (arXiv:1802.05957), equations 16 and 17.
type HingeGAN struct{}

// Discriminator returns the loss of the discriminator.
func (HingeGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("HingeGAN", real, fake)
	return Loss{op.Relu(r.Neg().AddScalar(1)).Add(op.Relu(f.AddScalar(1))).Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator. It does not look at real.
func (HingeGAN) Generator(_, fake *tensor.Tensor) Loss {
	f := verdict("HingeGAN", fake)
	return Loss{f.Sum().Neg(), float64(f.Len())}
}
