package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ChannelDropout sets whole channels of [n c …] to 0 at random in training. See [op.ChannelDropout], and [Dropout] for the rest.
type ChannelDropout struct {
	Rate float64 // the probability of dropping; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewChannelDropout returns a layer that drops with that probability.
func NewChannelDropout(r *rng.Rand, rate float64) *ChannelDropout {
	return &ChannelDropout{rate, r.Next()}
}

// Forward returns x with channels dropped, or x.
func (l *ChannelDropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.ChannelDropout, l.Rate, l.Key)
}

// DropPath sets whole examples to 0 at random in training: on the way of a residual block, which is then left out. See
// [op.DropPath].
type DropPath struct {
	Rate float64 // the probability of dropping; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewDropPath returns a layer that drops with that probability.
func NewDropPath(r *rng.Rand, rate float64) *DropPath { return &DropPath{rate, r.Next()} }

// Forward returns x with examples dropped, or x.
func (l *DropPath) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.DropPath, l.Rate, l.Key)
}

// AlphaDropout is [Dropout] that keeps mean and variance behind [SELU]. See [op.AlphaDropout].
type AlphaDropout struct {
	Rate float64 // the probability of dropping; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewAlphaDropout returns a layer that drops with that probability.
func NewAlphaDropout(r *rng.Rand, rate float64) *AlphaDropout { return &AlphaDropout{rate, r.Next()} }

// Forward returns x with elements dropped, or x.
func (l *AlphaDropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.AlphaDropout, l.Rate, l.Key)
}

// ChannelAlphaDropout is [AlphaDropout] of whole channels of [n c …]. See [op.ChannelAlphaDropout].
type ChannelAlphaDropout struct {
	Rate float64 // the probability of dropping; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewChannelAlphaDropout returns a layer that drops with that probability.
func NewChannelAlphaDropout(r *rng.Rand, rate float64) *ChannelAlphaDropout {
	return &ChannelAlphaDropout{rate, r.Next()}
}

// Forward returns x with channels dropped, or x.
func (l *ChannelAlphaDropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.ChannelAlphaDropout, l.Rate, l.Key)
}

// GaussianDropout multiplies elements by numbers near 1 in training. See [op.GaussianDropout].
type GaussianDropout struct {
	Rate float64 // that of the [Dropout] with the same variance; 0 ≤ Rate < 1
	Key  rng.Key
}

// NewGaussianDropout returns a layer of that rate.
func NewGaussianDropout(r *rng.Rand, rate float64) *GaussianDropout {
	return &GaussianDropout{rate, r.Next()}
}

// Forward returns x times random numbers, or x.
func (l *GaussianDropout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.GaussianDropout, l.Rate, l.Key)
}

// GaussianNoise adds small random numbers in training. See [op.GaussianNoise].
type GaussianNoise struct {
	Std float64 // standard deviation of what is added
	Key rng.Key
}

// NewGaussianNoise returns a layer that adds noise of that standard deviation.
func NewGaussianNoise(r *rng.Rand, std float64) *GaussianNoise { return &GaussianNoise{std, r.Next()} }

// Forward returns x plus noise, or x.
func (l *GaussianNoise) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return drawn(p, x, op.GaussianNoise, l.Std, l.Key)
}

// drawn returns f of x with the next random numbers of a layer in training, and x in evaluation.
func drawn(p *Pass, x *tensor.Tensor, f func(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	if !p.Training() {
		return x
	}
	return f(x, rate, p.Random(key))
}
