package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// never stands for −∞ where a difference with it must not be NaN.
const never = -1e30

// labelled checks logits [… c] with classes […], and returns them as [n c] and [n]. The host reads the classes.
func labelled(op string, logits, target *tensor.Tensor) (z, y *tensor.Tensor) {
	if !logits.DType().IsFloat() || logits.Rank() == 0 || logits.Dim(-1) == 0 {
		panic(tensor.Errorf(op, "no classes on the last axis of logits %s %v", logits.DType(), logits))
	}
	want := logits.Shape()[:logits.Rank()-1]
	if target.DType().IsFloat() || !slices.Equal(target.Shape(), want) {
		panic(tensor.Errorf(op, "logits of shape %v need classes of shape %v as integers, not %s %v", logits, want, target.DType(), target))
	}
	c := logits.Dim(-1)
	for _, k := range target.Ints() {
		if k < 0 || k >= int64(c) {
			panic(tensor.Errorf(op, "the class %d is not among the %d of the logits", k, c))
		}
	}
	n := target.Len()
	return wide(logits).Reshape(n, c), target.Reshape(n).Cast(device.Int64)
}

// others returns z [n c] with what belongs to the classes y at minus infinity.
func others(z, y *tensor.Tensor) *tensor.Tensor {
	return tensor.Where(isClass(z, y), z.FullLike(never), z)
}

// isClass returns where in [n c] the classes y are, as booleans.
func isClass(z, y *tensor.Tensor) *tensor.Tensor {
	return y.Unsqueeze(1).Equal(tensor.Arange(z.Dim(1)).To(z.Device()).Cast(y.DType()))
}

// chances returns the logarithms of the probability of each target and of its complement, which is smooth and keeps its
// digits where the target is all but certain.
func chances(z, y *tensor.Tensor) (hit, miss *tensor.Tensor) {
	z = z.Sub(z.Detach().MaxKeep(1))                        // so that no digits are lost to what all have in common
	odds := z.Gather(y).Sub(op.LogSumExp(others(z, y), -1)) // their logarithm
	return op.Softplus(odds.Neg()).Neg(), op.Softplus(odds).Neg()
}

// weighted multiplies the losses of rows by the weights of their classes.
func weighted(op string, each, y *tensor.Tensor, weight []float64, classes int) *tensor.Tensor {
	if weight == nil {
		return each
	}
	if len(weight) != classes {
		panic(tensor.Errorf(op, "%d weights for %d classes", len(weight), classes))
	}
	return each.Mul(constant(each, weight).Take(0, y))
}

// signed returns pair with the target as −1 or 1: what is not above 0 is −1.
func signed(op string, prediction, target *tensor.Tensor) (x, t *tensor.Tensor) {
	x, y := pair(op, prediction, target.Detach())
	one := y.FullLike(1)
	return x, tensor.Where(y.Greater(y.FullLike(0)), one, one.Neg())
}

// without returns classes with 0 in place of those to ignore, 1 for each that is kept and 0 for the others, and how many are kept.
func without(target *tensor.Tensor, ignore *int) (ids *tensor.Tensor, kept []float64, count float64) {
	if ignore == nil || target.DType().IsFloat() {
		return target, nil, float64(target.Len())
	}
	classes := target.Ints()
	kept = make([]float64, len(classes))
	for i, k := range classes {
		if k == int64(*ignore) {
			classes[i] = 0
			continue
		}
		kept[i], count = 1, count+1
	}
	return tensor.Of(classes).Reshape(target.Shape()...).To(target.Device()), kept, count
}
