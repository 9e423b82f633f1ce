package nn

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// PassThrough returns what it is given: PyTorch's Identity, which is an initialization here.
type PassThrough struct{}

// Forward returns x.
func (PassThrough) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x }

// Lambda makes a layer of a function without parameters.
type Lambda func(p *Pass, x *tensor.Tensor) *tensor.Tensor

// Forward calls the function.
func (l Lambda) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return l(p, x) }

// Reshape gives each example another shape, row-major.
//
//	x [n …] → y [n shape…]
type Reshape struct {
	Shape []int // of an example; one length may be −1, which is what is left
}

// Forward returns x in its new shape.
func (l Reshape) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() == 0 {
		panic(tensor.Errorf("Reshape", "a scalar holds no examples"))
	}
	return x.Reshape(append([]int{x.Dim(0)}, l.Shape...)...)
}

// Unflatten makes several axes of one.
//
//	x [… a·b …] → y [… a b …]
type Unflatten struct {
	Axis  int   // 0 means 1: the first of an example
	Shape []int // of the new axes; one length may be −1
}

// Forward returns x in its new shape.
func (l Unflatten) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	axis := l.Axis
	if axis == 0 {
		axis = 1
	}
	if axis < 0 {
		axis += x.Rank()
	}
	if axis < 0 || axis >= x.Rank() {
		panic(tensor.Errorf("Unflatten", "no axis %d in shape %v", l.Axis, x))
	}
	return x.Reshape(slices.Concat(x.Shape()[:axis], l.Shape, x.Shape()[axis+1:])...)
}

// Permute brings the axes of each example into another order.
//
//	x [n a b c] → y [n …], with Axes {3, 1, 2}: [n c a b]
type Permute struct {
	Axes []int // from 1; axis 0, the batch, stays where it is
}

// Forward returns a view with the axes in their new order.
func (l Permute) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Permute(append([]int{0}, l.Axes...)...)
}

// RepeatVector makes a sequence of one vector.
//
//	x [n d] → y [n times d]
type RepeatVector struct{ Times int }

// Forward returns the sequence.
func (l RepeatVector) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() != 2 || l.Times < 1 {
		panic(tensor.Errorf("RepeatVector", "%d times %v; want [n d] and 1 or more", l.Times, x))
	}
	return x.Unsqueeze(1).Expand(x.Dim(0), l.Times, x.Dim(1))
}
