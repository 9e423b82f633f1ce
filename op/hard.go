package op

import "github.com/jimu-ml/jimu/tensor"

// sloped is an elementwise function f of x, with its derivative.
func sloped(name string, x *tensor.Tensor, f, slope func(x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	return tensor.Record(onePass(x, f), name, func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{onePassGrad(func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Mul(slope(in[1])) }, dy, in[0])}
	}, x)
}

// onePassGrad is [tensor.OnePass], but f itself if the result must be differentiable.
func onePassGrad(f func(in []*tensor.Tensor) *tensor.Tensor, in ...*tensor.Tensor) *tensor.Tensor {
	if tensor.Tracked(in...) {
		return f(in)
	}
	return tensor.OnePass(f, in...)
}

// onePass returns f(x) without history, with one pass over the memory where the device can.
func onePass(x *tensor.Tensor, f func(x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	return tensor.OnePass(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) }, x)
}

// between returns 1 where lo < x < hi, else 0, in the type of x.
func between(x *tensor.Tensor, lo, hi float64) *tensor.Tensor {
	bare := x.Bare()
	return bare.FullLike(lo).Less(bare).And(bare.Less(bare.FullLike(hi))).Cast(x.DType())
}

// clamp returns x held between lo and hi, without history. NaN stays NaN.
func clamp(x *tensor.Tensor, lo, hi float64) *tensor.Tensor {
	return x.Maximum(x.FullLike(lo)).Minimum(x.FullLike(hi))
}

// HardTanh returns x held between two bounds.
//
//	y = min(max(x, lo), hi)    dx = dy where lo < x < hi, else 0
//
// The paper has −1 and 1. NaN stays NaN. It panics with a [tensor.Error] unless lo < hi.
//
// Collobert, Large Scale Machine Learning, 2004.
func HardTanh(x *tensor.Tensor, lo, hi float64) *tensor.Tensor {
	checkFloat("HardTanh", x)
	if !(lo < hi) {
		panic(tensor.Errorf("HardTanh", "bounds %g and %g for shape %v; want the lower first", lo, hi, x))
	}
	return sloped("HardTanh", x, func(x *tensor.Tensor) *tensor.Tensor { return clamp(x, lo, hi) },
		func(x *tensor.Tensor) *tensor.Tensor { return between(x, lo, hi) })
}

// Relu6 returns x held between 0 and 6: a rectifier whose numbers fit in few bits.
//
//	y = min(max(x, 0), 6)    dx = dy where 0 < x < 6, else 0
//
// Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010; Howard and others, MobileNets, 2017 (arXiv:1704.04861).
func Relu6(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Relu6", x)
	return sloped("Relu6", x, func(x *tensor.Tensor) *tensor.Tensor { return clamp(x, 0, 6) },
		func(x *tensor.Tensor) *tensor.Tensor { return between(x, 0, 6) })
}

// HardSigmoid returns a logistic function of three straight pieces.
//
//	y = min(max(x + 3, 0), 6) / 6    dx = dy/6 where −3 < x < 3, else 0
//
// That is PyTorch's and, since version 3, Keras's; the paper's slope is 0.2.
//
// Courbariaux, Bengio and David, BinaryConnect: Training Deep Neural Networks with binary weights during propagations,
// 2015 (arXiv:1511.00363), equation 3; Howard and others, Searching for MobileNetV3, 2019 (arXiv:1905.02244), equation 3.
func HardSigmoid(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("HardSigmoid", x)
	return sloped("HardSigmoid", x, hardSigmoid, func(x *tensor.Tensor) *tensor.Tensor {
		return between(x, -3, 3).Scale(1.0 / 6)
	})
}

func hardSigmoid(x *tensor.Tensor) *tensor.Tensor { return clamp(x.AddScalar(3), 0, 6).Scale(1.0 / 6) }

// HardSwish returns x times its [HardSigmoid], which stands in for [Silu] where exponentials are dear.
//
//	y = x · min(max(x + 3, 0), 6) / 6    dx = 0 where x < −3, dy where x ≥ 3, else dy · (x/3 + 1/2)
//
// Howard and others, Searching for MobileNetV3, 2019 (arXiv:1905.02244), section 5.2.
func HardSwish(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("HardSwish", x)
	f := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(hardSigmoid(x)) }
	return sloped("HardSwish", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		bare := x.Bare()
		below, above := bare.Less(bare.FullLike(-3)), bare.FullLike(3).LessEqual(bare)
		middle := x.Scale(1.0 / 3).AddScalar(0.5)
		return tensor.Where(below, x.FullLike(0), tensor.Where(above, x.FullLike(1), middle))
	})
}

// Threshold returns x where it is above a bound, and a constant elsewhere.
//
//	y = x where x > at, else value    dx = dy where x > at, else 0
//
// With both 0 it is [Relu]. NaN gives value, as in PyTorch.
func Threshold(x *tensor.Tensor, at, value float64) *tensor.Tensor {
	checkFloat("Threshold", x)
	f := func(x *tensor.Tensor) *tensor.Tensor {
		return tensor.Where(x.FullLike(at).Less(x), x, x.FullLike(value))
	}
	return sloped("Threshold", x, f, func(x *tensor.Tensor) *tensor.Tensor {
		return x.FullLike(at).Less(x.Bare()).Cast(x.DType())
	})
}
