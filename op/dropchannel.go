package op

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ChannelDropout sets whole channels of x to 0 with probability rate, and scales the others up so that the expectation
// stays. Neighbours in an image tell the same, so that dropping single ones of them does little.
//
//	x [n c …] → y [n c …]
//	y = x / (1 − rate) where u ≥ rate, else 0     u [n c] uniform in [0, 1), from the stream of key
//
// It panics with a [tensor.Error] unless 0 ≤ rate < 1.
//
// Tompson, Goroshin, Jain, LeCun and Bregler, Efficient Object Localization Using Convolutional Networks, 2014
// (arXiv:1411.4280), section 3.2.
func ChannelDropout(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	return dropWhole("ChannelDropout", x, 2, rate, key)
}

// DropPath sets whole examples of x to 0 with probability rate, and scales the others up so that the expectation stays:
// on the way of a residual block, it leaves the block out for these examples.
//
//	x [n …] → y [n …]
//	y = x / (1 − rate) where u ≥ rate, else 0     u [n] uniform in [0, 1), from the stream of key
//
// It panics with a [tensor.Error] unless 0 ≤ rate < 1.
//
// Huang, Sun, Liu, Sedra and Weinberger, Deep Networks with Stochastic Depth, 2016 (arXiv:1603.09382), for each example by
// itself as in Larsson, Maire and Shakhnarovich, FractalNet, 2016 (arXiv:1605.07648).
func DropPath(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	return dropWhole("DropPath", x, 1, rate, key)
}

// dropWhole drops what has the same index along the first axes.
func dropWhole(name string, x *tensor.Tensor, axes int, rate float64, key rng.Key) *tensor.Tensor {
	kept := whole(name, x, axes, rate, key)
	if rate == 0 {
		return x
	}
	return tensor.Where(kept, x.Scale(1/(1-rate)), x.FullLike(0))
}

// whole checks a rate, and draws what is kept along the first axes: [n c 1 …].
func whole(name string, x *tensor.Tensor, axes int, rate float64, key rng.Key) *tensor.Tensor {
	checkFloat(name, x)
	if !(0 <= rate && rate < 1) {
		panic(tensor.Errorf(name, "rate %g for shape %v; want 0 ≤ rate < 1", rate, x))
	}
	if x.Rank() < axes {
		panic(tensor.Errorf(name, "shape %v has no %d axes in front", x, axes))
	}
	shape := make([]int, x.Rank())
	for k := range shape {
		shape[k] = 1
		if k < axes {
			shape[k] = x.Dim(k)
		}
	}
	u := uniform(x, key, shape...)
	return u.FullLike(rate).LessEqual(u)
}
