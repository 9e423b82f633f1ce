package nn

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TruncatedNormal draws from the normal distribution of mean 0 and standard deviation std, cut off at ±2·std: what lies
// beyond is drawn again.
//
// The deviation of the result is 0.8796·std, as in PyTorch and in Keras's TruncatedNormal; [LeCunNormal] and Keras's
// variance scaling make up for that.
func TruncatedNormal(std float64) Init {
	// The part of the distribution function between the cuts is drawn evenly and inverted.
	share := math.Erf(math.Sqrt2)
	return wanted(func(key rng.Key, shape ...int) *tensor.Tensor {
		x := make([]float32, length(shape))
		for i := range x {
			u := 2*key.Float64At(uint64(i)) - 1
			x[i] = float32(std * math.Sqrt2 * math.Erfinv(share*u))
		}
		return fill(x, shape)
	})
}

// truncated is the standard deviation of a standard normal number between −2 and 2.
const truncated = 0.87962566103423978

// LeCunNormal keeps the variance of activations from layer to layer where an activation leaves it, as SELU does.
//
//	normal of variance 1 / fan in, cut off at two deviations
//
// LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.6; Klambauer, Unterthiner, Mayr and Hochreiter,
// Self-Normalizing Neural Networks, 2017 (arXiv:1706.02515).
func LeCunNormal() Init {
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		in, _ := Fans(shape)
		return TruncatedNormal(1/math.Sqrt(float64(in))/truncated)(key, shape...)
	}
}

// LeCunUniform is [LeCunNormal] from the even distribution of the same variance: uniform in ±√(3 / fan in).
func LeCunUniform() Init { return HeUniform(1) }

// VarianceScaling is the family that the others belong to: variance scale/n, with n the fan in, the fan out or their mean.
//
//	mode "fan_in", "fan_out", "fan_avg"      normal: cut off at two deviations; else uniform in ±√(3·scale/n)
//
// It panics with a [tensor.Error] for another mode.
func VarianceScaling(scale float64, mode string, normal bool) Init {
	pick := map[string]func(in, out int) float64{
		"fan_in":  func(in, _ int) float64 { return float64(in) },
		"fan_out": func(_, out int) float64 { return float64(out) },
		"fan_avg": func(in, out int) float64 { return float64(in+out) / 2 },
	}[mode]
	if pick == nil {
		panic(tensor.Errorf("VarianceScaling", "there is no mode %q; want fan_in, fan_out or fan_avg", mode))
	}
	return func(key rng.Key, shape ...int) *tensor.Tensor {
		std := math.Sqrt(scale / math.Max(1, pick(Fans(shape))))
		if normal {
			return TruncatedNormal(std/truncated)(key, shape...)
		}
		return Uniform(-math.Sqrt(3)*std, math.Sqrt(3)*std)(key, shape...)
	}
}
