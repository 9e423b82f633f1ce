package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// EncodeBoxes returns boxes as what a detector predicts: how to move and stretch anchors to them.
//
//	boxes [… 4], anchors [… 4], both by their corners, broadcast → [… 4]
//	dx = (x − xₐ)/wₐ, dy = (y − yₐ)/hₐ, dw = ln(w/wₐ), dh = ln(h/hₐ)     x, y the centers, w, h the sizes
//
// Some multiply the results by weights, such as 10 10 5 5. Boxes and anchors must have a width and a height. It panics with a
// [tensor.Error] if the last axis is not 4, and if the shapes do not broadcast.
//
// Girshick, Donahue, Darrell and Malik, Rich Feature Hierarchies, 2013 (arXiv:1311.2524), appendix C.
func EncodeBoxes(boxes, anchors *tensor.Tensor) *tensor.Tensor {
	checkBoxes("EncodeBoxes", boxes, anchors)
	b, a := ConvertBoxes(boxes, Corners, CenterAndSize), ConvertBoxes(anchors, Corners, CenterAndSize)
	size := a.Slice(-1, 2, 4)
	move := b.Slice(-1, 0, 2).Sub(a.Slice(-1, 0, 2)).Div(size)
	return tensor.Concat(-1, move, b.Slice(-1, 2, 4).Div(size).Log())
}

// DecodeBoxes returns the boxes that [EncodeBoxes] makes codes of.
//
//	codes [… 4], anchors [… 4] by their corners, broadcast → boxes [… 4] by their corners
//	x = xₐ + dx wₐ, y = yₐ + dy hₐ, w = wₐ e^dw, h = hₐ e^dh
//
// dw and dh count as ln(1000/16) at most, as in Detectron, and have no gradient beyond. It panics with a [tensor.Error] if the
// last axis is not 4, and if the shapes do not broadcast.
func DecodeBoxes(codes, anchors *tensor.Tensor) *tensor.Tensor {
	checkBoxes("DecodeBoxes", codes, anchors)
	a := ConvertBoxes(anchors, Corners, CenterAndSize)
	size := a.Slice(-1, 2, 4)
	center := a.Slice(-1, 0, 2).Add(codes.Slice(-1, 0, 2).Mul(size))
	stretch := codes.Slice(-1, 2, 4)
	stretch = stretch.Minimum(stretch.FullLike(math.Log(1000. / 16)))
	return ConvertBoxes(tensor.Concat(-1, center, size.Mul(stretch.Exp())), CenterAndSize, Corners)
}
