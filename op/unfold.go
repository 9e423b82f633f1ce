package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// UnfoldConfig is the geometry of [Unfold] and [Fold]. It moves by 1 and pads nothing if only the size is given.
type UnfoldConfig struct {
	Size     int          // of the window along each spatial axis
	Stride   int          // 0 means 1
	Pad      int          // zeros before and behind
	Dilation int          // distance between the window's elements; 0 means 1
	Axes     []WindowAxis // if not nil, the geometry of each spatial axis, in place of the numbers above
}

func (c *UnfoldConfig) window(op string, x *tensor.Tensor) device.Window {
	each := slices.Clone(c.Axes)
	for k := range each {
		each[k].Stride = max(each[k].Stride, 1)
	}
	all := WindowAxis{Size: c.Size, Stride: max(c.Stride, 1), Dilation: c.Dilation, Pad: [2]int{c.Pad, c.Pad}}
	return window(op, x, all, each, func(_, given int) int { return given })
}

// Unfold writes what a window sees at each place as a column.
//
//	x [n c h w] → y [n c·kh·kw l]     l places of the window, row-major
//
// A convolution is then a product of matrices. It takes 1 to 3 spatial axes, and panics with a [tensor.Error] if the window does
// not fit.
//
// Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006.
func Unfold(x *tensor.Tensor, c UnfoldConfig) *tensor.Tensor {
	checkFloat("Unfold", x)
	w := c.window("Unfold", x)
	seen := tensor.Stack(2, taps(x, &w, 0)...) // [n c k out…]
	places := 1
	for _, d := range seen.Shape()[3:] {
		places *= d
	}
	return seen.Reshape(x.Dim(0), x.Dim(1)*seen.Dim(2), places)
}

// Fold adds columns up to an image, each element to where [Unfold] would have taken it from.
//
//	x [n c·kh·kw l], size (h, w) → y [n c h w]
//
// Where windows overlap it is not the inverse of Unfold but its transpose. It panics with a [tensor.Error] if the shapes do not fit.
func Fold(x *tensor.Tensor, size []int, c UnfoldConfig) *tensor.Tensor {
	checkFloat("Fold", x)
	if x.Rank() != 3 || len(size) < 1 || len(size) > 3 {
		panic(tensor.Errorf("Fold", "shape %v to %v; want [n c·k l] and 1 to 3 lengths", x, size))
	}
	image := x.FullLike(0, append([]int{1, 1}, size...)...) // for its shape
	w := c.window("Fold", image)
	cells, places := 1, 1
	out := windowShape(&w, image.Shape(), 1)[2:]
	for k, d := range out {
		cells *= w.Size[k]
		places *= d
	}
	if x.Dim(1)%cells != 0 || x.Dim(2) != places {
		panic(tensor.Errorf("Fold", "%v is not [n c·%d %d], which windows over %v make", x, cells, places, size))
	}
	channels := x.Dim(1) / cells
	columns := x.Reshape(append([]int{x.Dim(0), channels, cells}, out...)...)
	seen := make([]*tensor.Tensor, cells)
	for i := range seen {
		seen[i] = columns.Select(2, i)
	}
	return spread(seen, &w, append([]int{x.Dim(0), channels}, size...))
}
