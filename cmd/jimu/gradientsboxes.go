package main

import "github.com/jimu-ml/jimu/op"

// pairs returns the probe of an operation on boxes [3 4] and [3 4] that have a width and a height.
func pairs(name string, f func(x, y array) array) probe {
	corners := func(x array) array { return op.ConvertBoxes(x, op.CornerAndSize, op.Corners) }
	return probe{name, [][]int{{3, 4}, {3, 4}}, func(x inputs) array { return f(corners(x[0]), corners(x[1])) }}
}

// The operations on boxes are probes too.
var _ = func() bool {
	probes = append(probes,
		pairs("BoxIoU", op.BoxIoU), pairs("BoxGIoU", op.BoxGIoU), pairs("BoxDIoU", op.BoxDIoU),
		pairs("BoxArea", func(x, y array) array { return op.BoxArea(x).Mul(op.BoxArea(y)) }),
		pairs("ConvertBoxes", func(x, _ array) array { return op.ConvertBoxes(x, op.Corners, op.CenterAndSize) }),
		pairs("EncodeBoxes", op.EncodeBoxes), pairs("DecodeBoxes", op.DecodeBoxes))
	return true
}()
