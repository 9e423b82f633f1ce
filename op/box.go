package op

import (
	"github.com/jimu-ml/jimu/tensor"
)

// A BoxFormat says what the four numbers of a box are.
type BoxFormat int

// The formats of boxes. x grows to the right and y downwards, in pixels or in shares of the picture.
const (
	Corners       BoxFormat = iota // x₁ y₁ x₂ y₂
	CornerAndSize                  // x₁ y₁ width height
	CenterAndSize                  // x and y of the center, width height
)

// ConvertBoxes returns boxes in another format.
//
//	x [… 4] → y [… 4]
//
// PyTorch calls the formats xyxy, xywh and cxcywh. It panics with a [tensor.Error] if the last axis is not 4.
func ConvertBoxes(x *tensor.Tensor, from, to BoxFormat) *tensor.Tensor {
	checkBoxes("ConvertBoxes", x)
	if from == to {
		return x
	}
	at, size := x.Slice(-1, 0, 2), x.Slice(-1, 2, 4) // the upper left corner, after this
	switch from {
	case Corners:
		size = size.Sub(at)
	case CenterAndSize:
		at = at.Sub(size.Scale(0.5))
	}
	switch to {
	case Corners:
		size = at.Add(size)
	case CenterAndSize:
		at = at.Add(size.Scale(0.5))
	}
	return tensor.Concat(-1, at, size)
}

// BoxArea returns the areas of boxes given by their corners.
//
//	x [… 4] → y […]
//	y = (x₂ − x₁)(y₂ − y₁)
//
// It panics with a [tensor.Error] if the last axis is not 4.
func BoxArea(x *tensor.Tensor) *tensor.Tensor {
	checkBoxes("BoxArea", x)
	size := x.Slice(-1, 2, 4).Sub(x.Slice(-1, 0, 2))
	return product(size)
}

// product returns the product of the two numbers of the last axis, with a gradient where one is 0.
func product(x *tensor.Tensor) *tensor.Tensor { return x.Select(-1, 0).Mul(x.Select(-1, 1)) }

func checkBoxes(op string, all ...*tensor.Tensor) {
	for _, x := range all {
		checkFloat(op, x)
		if x.Rank() == 0 || x.Dim(-1) != 4 {
			panic(tensor.Errorf(op, "boxes of shape %v; want [… 4]", x))
		}
	}
}

// BoxIoU returns the intersection over the union of boxes given by their corners, also called the Jaccard index.
//
//	x [… 4], y [… 4], broadcast → […]
//	y = |x ∩ y| / |x ∪ y|
//
// All pairs of boxes [n 4] and [m 4] are those of x.Unsqueeze(1) and y.Unsqueeze(0). Where both boxes are empty it is 0. It
// has no gradient where boxes do not meet: see [BoxGIoU] and [BoxDIoU]. It panics with a [tensor.Error] if the last axis is not
// 4, and if the shapes do not broadcast.
//
// Jaccard, 1901.
func BoxIoU(x, y *tensor.Tensor) *tensor.Tensor {
	checkBoxes("BoxIoU", x, y)
	both, union := meet(x, y)
	return over(both, union)
}

// meet returns the areas of intersection and union.
func meet(x, y *tensor.Tensor) (both, union *tensor.Tensor) {
	low := x.Slice(-1, 0, 2).Maximum(y.Slice(-1, 0, 2))
	high := x.Slice(-1, 2, 4).Minimum(y.Slice(-1, 2, 4))
	both = product(Relu(high.Sub(low)))
	return both, BoxArea(x).Add(BoxArea(y)).Sub(both)
}

// over returns x/y, with y at least what a box of no size has by rounding.
func over(x, y *tensor.Tensor) *tensor.Tensor { return x.Div(y.Maximum(y.FullLike(1e-12))) }

// hull returns the width and height [… 2] of the smallest box around both.
func hull(x, y *tensor.Tensor) *tensor.Tensor {
	low := x.Slice(-1, 0, 2).Minimum(y.Slice(-1, 0, 2))
	high := x.Slice(-1, 2, 4).Maximum(y.Slice(-1, 2, 4))
	return Relu(high.Sub(low))
}

// BoxGIoU returns the generalized intersection over union of boxes given by their corners, from −1 to 1.
//
//	x [… 4], y [… 4], broadcast → […]
//	y = |x ∩ y| / |x ∪ y| − (|c| − |x ∪ y|) / |c|     c the smallest box around both
//
// Unlike [BoxIoU] it tells near from far where boxes do not meet. It panics with a [tensor.Error] if the last axis is not 4, and
// if the shapes do not broadcast.
//
// Rezatofighi, Tsoi, Gwak, Sadeghian, Reid and Savarese, Generalized Intersection over Union, 2019 (arXiv:1902.09630), algorithm 1.
func BoxGIoU(x, y *tensor.Tensor) *tensor.Tensor {
	checkBoxes("BoxGIoU", x, y)
	both, union := meet(x, y)
	around := product(hull(x, y))
	return over(both, union).Sub(over(around.Sub(union), around))
}

// BoxDIoU returns the intersection over union of boxes given by their corners, less the distance of their centers, from −1 to 1.
//
//	x [… 4], y [… 4], broadcast → […]
//	y = |x ∩ y| / |x ∪ y| − ρ²/c²     ρ the distance of the centers, c the diagonal of the smallest box around both
//
// It panics with a [tensor.Error] if the last axis is not 4, and if the shapes do not broadcast.
//
// Zheng, Wang, Liu, Li, Ye and Ren, Distance-IoU Loss, 2019 (arXiv:1911.08287), equation 7.
func BoxDIoU(x, y *tensor.Tensor) *tensor.Tensor {
	checkBoxes("BoxDIoU", x, y)
	both, union := meet(x, y)
	center := func(x *tensor.Tensor) *tensor.Tensor { return x.Slice(-1, 0, 2).Add(x.Slice(-1, 2, 4)).Scale(0.5) }
	apart := center(x).Sub(center(y)).Square().Sum(-1)
	return over(both, union).Sub(over(apart, hull(x, y).Square().Sum(-1)))
}
