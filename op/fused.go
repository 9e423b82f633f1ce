package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// pointwise runs an optional primitive that keeps the shape of x. It returns nil if the device refuses.
func pointwise(o device.Op, attr *device.Attr, x *tensor.Tensor) *tensor.Tensor {
	y := tensor.Output(x, x.Shape())
	if tensor.Try(o, attr, []*tensor.Tensor{y}, x) {
		return y
	}
	return nil
}

// pointwiseGrad runs the fused gradient of an operation that keeps the shape, from dy and what was saved: x or y. It
// returns nil if the result must be differentiable, or if the device refuses.
func pointwiseGrad(o device.Op, attr *device.Attr, dy, saved *tensor.Tensor) *tensor.Tensor {
	if tensor.Tracked(dy, saved) {
		return nil
	}
	dx := tensor.Output(saved, saved.Shape(), dy)
	if tensor.Try(o, attr, []*tensor.Tensor{dx}, dy, saved) {
		return dx
	}
	return nil
}

// checkFloat panics unless x has elements of a floating-point type.
func checkFloat(op string, x *tensor.Tensor) {
	if !x.DType().IsFloat() {
		panic(tensor.Errorf(op, "the input is %s of shape %v; want a floating-point type: Cast it", x.DType(), x))
	}
}

// checkType panics unless x, if there is one, has the type of like.
func checkType(op, role string, x, like *tensor.Tensor) {
	if x != nil && x.DType() != like.DType() {
		panic(tensor.Errorf(op, "%s is %s of shape %v, the input %s; Cast one", role, x.DType(), x, like.DType()))
	}
}

// checkVector panics unless x, if there is one, is of shape [n], where n is the length of that axis of like.
func checkVector(op, role string, x *tensor.Tensor, n int, axis string, like *tensor.Tensor) {
	checkVectorOf(op, role, x, like.DType(), n, axis, like)
}

// checkVectorOf is checkVector for an x that is to have the type t, which may be wider than like's.
func checkVectorOf(op, role string, x *tensor.Tensor, t device.DType, n int, axis string, like *tensor.Tensor) {
	if x == nil {
		return
	}
	if x.Rank() != 1 || x.Dim(0) != n {
		panic(tensor.Errorf(op, "%s %v does not fit %s of %v", role, x, axis, like))
	}
	switch {
	case t == like.DType():
		checkType(op, role, x, like)
	case x.DType() != t:
		panic(tensor.Errorf(op, "%s is %s of shape %v, and the other vector %s; Cast one", role, x.DType(), x, t))
	}
}

// front returns axis as an index from the front, having checked it.
func front(op string, x *tensor.Tensor, axis int) int {
	k := axis
	if k < 0 {
		k += x.Rank()
	}
	if k < 0 || k >= x.Rank() {
		panic(tensor.Errorf(op, "no axis %d in shape %v", axis, x))
	}
	return k
}

// matrix returns x [… d] as [n d].
func matrix(x *tensor.Tensor) *tensor.Tensor {
	d, n := x.Dim(-1), 1
	for _, m := range x.Shape()[:x.Rank()-1] {
		n *= m
	}
	return x.Reshape(n, d)
}
