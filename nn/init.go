package nn

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Init makes the first value of a parameter of that shape. The same key gives the same numbers; the key [rng.Nothing], which
// a nil [rng.Rand] hands out, a tensor on the meta device, which takes no memory: for a model that is only looked at, or
// whose values are read from a file.
type Init func(key rng.Key, shape ...int) *tensor.Tensor

// nothing is where the parameters of models without values are.
var nothing = meta.New()

// wanted returns the initializer that makes numbers with draw, unless the key is that of nothing.
func wanted(draw Init) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		if key == rng.Nothing {
			length(shape)
			return tensor.New(nothing, device.Float32, shape...)
		}
		return draw(key, shape...)
	}
}

// Constant gives every element the value v.
func Constant(v float64) Init {
	return wanted(func(_ rng.Key, shape ...int) *tensor.Tensor { return tensor.Full(v, shape...) })
}

// Uniform draws from the interval from lo to hi, hi excluded.
func Uniform(lo, hi float64) Init {
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		x := make([]float32, length(shape))
		key.Uniform(x)
		middle, half := float32((lo+hi)/2), float32((hi-lo)/2)
		for i, u := range x {
			x[i] = middle + float32(half*(2*u-1))
		}
		return fill(x, shape)
	})
}

// Normal draws from the normal distribution of mean 0 and standard deviation std.
func Normal(std float64) Init {
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		x := make([]float32, length(shape))
		key.Normal(x)
		for i := range x {
			x[i] *= float32(std)
		}
		return fill(x, shape)
	})
}

// XavierUniform keeps the variance of activations and gradients about equal from layer to layer.
//
//	uniform in ±gain · √(6 / (fan in + fan out))
//
// Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010, equation 16.
func XavierUniform(gain float64) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		in, out := Fans(shape)
		bound := gain * math.Sqrt(6/float64(in+out))
		return Uniform(-bound, bound)(key, shape...)
	}
}

// XavierNormal is [XavierUniform] from the normal distribution of the same variance, gain² · 2 / (fan in + fan out).
func XavierNormal(gain float64) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		in, out := Fans(shape)
		return Normal(gain*math.Sqrt(2/float64(in+out)))(key, shape...)
	}
}

// HeUniform keeps the variance of activations from layer to layer, for rectifiers: gain [Gain](ReLU{}) is √2.
//
//	uniform in ±gain · √(3 / fan in)
//
// He, Zhang, Ren and Sun, Delving Deep into Rectifiers, 2015 (arXiv:1502.01852), equation 10.
func HeUniform(gain float64) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		in, _ := Fans(shape)
		bound := gain * math.Sqrt(3/float64(in))
		return Uniform(-bound, bound)(key, shape...)
	}
}

// HeNormal is [HeUniform] from the normal distribution of the same variance, gain² / fan in.
func HeNormal(gain float64) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		in, _ := Fans(shape)
		return Normal(gain/math.Sqrt(float64(in)))(key, shape...)
	}
}

// HeNormalOut is [HeNormal] by the fan out, gain² / fan out, which keeps the variance of gradients instead: equation 14
// of the paper, and the choice of residual networks.
func HeNormalOut(gain float64) Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		_, out := Fans(shape)
		return Normal(gain/math.Sqrt(float64(out)))(key, shape...)
	}
}

// Fans returns how many numbers flow into and out of each unit of a weight [out in …]; of a convolution, the window
// counts to both.
func Fans(shape []int) (in, out int) {
	if len(shape) < 2 {
		n := length(shape)
		return n, n
	}
	window := length(shape[2:])
	return shape[1] * window, shape[0] * window
}

// Gain returns the factor by which an activation shrinks the standard deviation, inverted, for the initializers.
func Gain(activation Layer) float64 {
	switch a := activation.(type) {
	case ReLU:
		return math.Sqrt2
	case LeakyReLU:
		return math.Sqrt(2 / (1 + a.slope()*a.slope()))
	case Tanh:
		return 5.0 / 3
	}
	return 1
}

// Reset gives a parameter a new first value of its shape.
func Reset(q *tensor.Param, init Init, key rng.Key) { q.Value = init(key, q.Value.Shape()...) }

// fanIn is PyTorch's initialization of linear layers and convolutions, weight and bias alike: uniform in ±1/√(fan in).
func fanIn(in int) Init {
	if in == 0 {
		return Constant(0)
	}
	bound := 1 / math.Sqrt(float64(in))
	return Uniform(-bound, bound)
}

func length(shape []int) int {
	n := 1
	for _, d := range shape {
		if d < 0 {
			panic(tensor.Errorf("Init", "shape %v has a negative length", shape))
		}
		n *= d
	}
	return n
}

// fill makes a tensor over x, also of rank 0 and of length 1.
func fill(x []float32, shape []int) *tensor.Tensor { return tensor.Of(x).Reshape(shape...) }
