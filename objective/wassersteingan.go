package objective

import "github.com/jimu-ml/jimu/tensor"

// WassersteinGAN is the game of a critic that estimates the earth mover's distance of made examples from real ones.
//
//	real [n …] r, fake [n …] f
//	critic:    sum = Σ f − r
//	generator: sum = −Σ f
//
// The critic must not grow steeply: either its parameters are held near 0 by [WassersteinGAN.Clip] after each of its steps,
// as in the first paper, or its slope is held near 1 by a [GradientPenalty], as nearly everybody does:
//
//	loss := game.Discriminator(real, fake).With(10, penalty)
//
// The critic is trained five steps for one of the generator. The critic's mean, negated, is the estimate of the distance, up
// to a factor. It panics with a [tensor.Error] if the shapes differ.
//
// Arjovsky, Chintala and Bottou, Wasserstein GAN, 2017 (arXiv:1701.07875), algorithm 1.
type WassersteinGAN struct {
	Bound float64 // of the parameters, for Clip; 0 means 0.01
}

// Discriminator returns the loss of the critic.
func (WassersteinGAN) Discriminator(real, fake *tensor.Tensor) Loss {
	r, f := verdicts("WassersteinGAN", real, fake)
	return Loss{f.Sub(r).Sum(), float64(r.Len())}
}

// Generator returns the loss of the generator. It does not look at real.
func (WassersteinGAN) Generator(_, fake *tensor.Tensor) Loss {
	f := verdict("WassersteinGAN", fake)
	return Loss{f.Sum().Neg(), float64(f.Len())}
}

// Clip holds the critic's parameters between −Bound and Bound. It belongs after each step of the critic:
//
//	game.Clip(nn.Params(critic))
//
// Buffers and frozen parameters stay as they are.
func (o WassersteinGAN) Clip(params []tensor.Named) {
	bound := or(o.Bound, 0.01)
	for _, n := range params {
		if n.Buffer || n.Param.Frozen || n.Param.Value == nil {
			continue
		}
		v := n.Param.Value
		v.CopyFrom(v.Minimum(v.FullLike(bound)).Maximum(v.FullLike(-bound)))
	}
}
