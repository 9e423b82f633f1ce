package op

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AlphaDropout sets elements of x to the value that [Selu] has far below 0, with probability rate, and moves all so that a
// mean of 0 and a variance of 1 stay what they are.
//
//	y = a · (x where u ≥ rate, else α′) + b     u uniform in [0, 1), from the stream of key
//	α′ = −1.7581    a = 1/√((1 − p)(1 + p·α′²))    b = −a·p·α′    p = rate
//
// Which elements are dropped depends on key and place alone. It panics with a [tensor.Error] unless 0 ≤ rate < 1.
//
// Klambauer, Unterthiner, Mayr and Hochreiter, Self-Normalizing Neural Networks, 2017 (arXiv:1706.02515), section 2.
func AlphaDropout(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	return alphaDropout("AlphaDropout", x, x.Rank(), rate, key)
}

// ChannelAlphaDropout is [AlphaDropout] of whole channels; see [ChannelDropout].
//
//	x [n c …] → y [n c …]
func ChannelAlphaDropout(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	return alphaDropout("ChannelAlphaDropout", x, 2, rate, key)
}

func alphaDropout(name string, x *tensor.Tensor, axes int, rate float64, key rng.Key) *tensor.Tensor {
	kept := whole(name, x, axes, rate, key)
	if rate == 0 {
		return x
	}
	const low = -seluScale * seluAlpha
	a := 1 / math.Sqrt((1-rate)*(1+rate*low*low))
	b := -a * rate * low
	return tensor.Where(kept, x.Scale(a).AddScalar(b), x.FullLike(a*low+b))
}

// GaussianDropout multiplies each element of x by a number near 1.
//
//	y = x · (1 + √(rate/(1 − rate)) · ε)     ε standard normal, from the stream of key
//
// The expectation stays, and the variance is that of [Dropout]. It panics with a [tensor.Error] unless 0 ≤ rate < 1.
//
// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: A Simple Way to Prevent Neural Networks from
// Overfitting, 2014, section 10.
func GaussianDropout(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	checkFloat("GaussianDropout", x)
	if !(0 <= rate && rate < 1) {
		panic(tensor.Errorf("GaussianDropout", "rate %g for shape %v; want 0 ≤ rate < 1", rate, x))
	}
	return x.Mul(gaussian(x, key).Scale(math.Sqrt(rate / (1 - rate))).AddScalar(1))
}

// GaussianNoise adds a small random number to each element of x.
//
//	y = x + σ · ε     ε standard normal, from the stream of key
//
// It panics with a [tensor.Error] if the standard deviation σ is negative.
//
// Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995.
func GaussianNoise(x *tensor.Tensor, std float64, key rng.Key) *tensor.Tensor {
	checkFloat("GaussianNoise", x)
	if !(std >= 0) {
		panic(tensor.Errorf("GaussianNoise", "standard deviation %g for shape %v", std, x))
	}
	return x.Add(gaussian(x, key).Scale(std))
}
