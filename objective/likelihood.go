package objective

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// none is a class that no target has, in any type of integers.
const none = math.MinInt32

// likelihood returns the negative log-likelihood of each class, 0 where it is ignored, in float32 at least.
//
//	z [n c], y [n] → loss [n]
//	dz = dloss · (softmax(z) − onehot(y))
func likelihood(z, y *tensor.Tensor, ignore int) *tensor.Tensor {
	shape := y.Shape()
	t := wideType(z)
	loss, sum := tensor.OutputAs(t, z, shape, y), tensor.OutputAs(t, z, shape, y)
	attr := &device.Attr{Scalars: [8]float64{float64(ignore)}}
	fused := false
	catchIndex(z, func() { fused = tensor.Try(device.CrossEntropy, attr, []*tensor.Tensor{loss, sum}, z, y) })
	if !fused {
		return composed(wide(z), y, ignore)
	}
	return tensor.Record(loss, crossEntropy, func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		z, y := x[0], x[1]
		dy = dy.Contiguous()
		if !tensor.Tracked(dy, z) {
			dz := tensor.Output(z, z.Shape(), dy)
			if tensor.Try(device.CrossEntropyGrad, attr, []*tensor.Tensor{dz}, dy, z, y, sum) {
				return []*tensor.Tensor{dz, nil}
			}
		}
		w, kept := wide(z), y.NotEqual(y.FullLike(float64(ignore))).Cast(dy.DType())
		dz := op.Softmax(w, -1).Sub(oneHot(w, y)).Mul(dy.Mul(kept).Unsqueeze(1))
		return []*tensor.Tensor{dz.Cast(z.DType()), nil}
	}, z, y)
}

// composed is likelihood made of operations that every device has.
func composed(z, y *tensor.Tensor, ignore int) *tensor.Tensor {
	c := z.Dim(1)
	for _, k := range y.Ints() {
		if k != int64(ignore) && (k < 0 || k >= int64(c)) {
			panic(outside(int(k), c))
		}
	}
	left := y.Equal(y.FullLike(float64(ignore)))
	y = tensor.Where(left, y.FullLike(0), y)
	loss := op.LogSoftmax(z, -1).Gather(y).Neg()
	return tensor.Where(left, loss.FullLike(0), loss)
}

// catchIndex turns a device's report of a class out of range into a [tensor.Error].
func catchIndex(z *tensor.Tensor, f func()) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *device.IndexError:
			panic(outside(e.Index, z.Dim(1)))
		default:
			panic(e)
		}
	}()
	f()
}

func outside(class, classes int) *tensor.Error {
	return tensor.Errorf(crossEntropy, "the class %d is not among the %d of the logits; CrossEntropyLoss{Ignore: new(%d)} would leave it out",
		class, classes, class)
}
