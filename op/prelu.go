package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Prelu is [LeakyRelu] with a slope that is learned.
//
//	x [n c …], weight [c] or [1] → y [n c …]
//	y = x where x > 0, else w · x
//
// The gradient at 0 is w · dy. It panics with a [tensor.Error] if there is neither one weight nor one for each channel.
//
// He, Zhang, Ren and Sun, Delving Deep into Rectifiers, 2015 (arXiv:1502.01852), equation 1.
func Prelu(x, weight *tensor.Tensor) *tensor.Tensor {
	checkFloat("Prelu", x)
	checkType("Prelu", "weight", weight, x)
	switch {
	case weight.Rank() == 1 && weight.Dim(0) == 1:
	case weight.Rank() == 1 && x.Rank() > 1 && weight.Dim(0) == x.Dim(1):
		weight = channels(weight, x.Rank())
	default:
		panic(tensor.Errorf("Prelu", "weight %v does not fit axis 1 of %v", weight, x))
	}
	positive := x.FullLike(0).Less(x.Bare())
	return tensor.Where(positive, x, x.Mul(weight))
}

// Rrelu is [LeakyRelu] with a random slope for each element: a rectifier that regularizes.
//
//	y = x where x ≥ 0, else u · x     u uniform in [lo, hi), from the stream of key
//
// The paper has 1/8 and 1/3; in evaluation it wants [LeakyRelu] with their mean. The slopes depend on key and place alone.
// It panics with a [tensor.Error] unless lo ≤ hi.
//
// Xu, Wang, Chen and Li, Empirical Evaluation of Rectified Activations in Convolutional Network, 2015 (arXiv:1505.00853).
func Rrelu(x *tensor.Tensor, lo, hi float64, key rng.Key) *tensor.Tensor {
	checkFloat("Rrelu", x)
	if !(lo <= hi) {
		panic(tensor.Errorf("Rrelu", "slopes from %g to %g for shape %v", lo, hi, x))
	}
	slope := uniform(x, key, x.Shape()...).Scale(hi - lo).AddScalar(lo).Cast(x.DType())
	negative := x.Bare().Less(x.FullLike(0))
	return tensor.Where(negative, x.Mul(slope), x)
}

// uniform returns numbers in [0, 1) from the stream of key, on the device of like. They are float32 whatever the type of like is, so
// that they are the same for all types.
func uniform(like *tensor.Tensor, key rng.Key, shape ...int) *tensor.Tensor {
	return random(like, device.Attr{Key: [2]uint64{uint64(key), 0}}, shape)
}

// gaussian returns standard normal numbers from the stream of key, in the shape and the type of x.
func gaussian(x *tensor.Tensor, key rng.Key) *tensor.Tensor {
	return random(x, device.Attr{Key: [2]uint64{uint64(key), 0}, Flag: true}, x.Shape()).Cast(x.DType())
}

func random(like *tensor.Tensor, attr device.Attr, shape []int) *tensor.Tensor {
	u := tensor.OutputAs(device.Float32, like.FullLike(0), shape)
	tensor.Run(device.Random, &attr, []*tensor.Tensor{u})
	return u
}
