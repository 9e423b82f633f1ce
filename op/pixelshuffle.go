package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// PixelShuffle makes images r times as large along each spatial axis out of their channels.
//
//	x [n c·r² h w] → y [n c h·r w·r]
//	y[n, c, i·r + a, j·r + b] = x[n, c·r² + a·r + b, i, j]
//
// It takes one spatial axis and three too, with r and r³. It panics with a [tensor.Error] if the channels do not divide.
//
// Shi and others, Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network,
// 2016 (arXiv:1609.05158), equation 4.
func PixelShuffle(x *tensor.Tensor, r int) *tensor.Tensor {
	axes, cells := shuffleCells("PixelShuffle", x, r)
	if x.Dim(1)%cells != 0 {
		panic(tensor.Errorf("PixelShuffle", "the channels of %v do not divide into %d", x, cells))
	}
	c := x.Dim(1) / cells
	shape := append([]int{x.Dim(0), c}, slices.Repeat([]int{r}, axes)...)
	order, out := []int{0, 1}, []int{x.Dim(0), c}
	for k, n := range x.Shape()[2:] {
		shape = append(shape, n)
		order = append(order, 2+axes+k, 2+k)
		out = append(out, n*r)
	}
	return x.Reshape(shape...).Permute(order...).Reshape(out...)
}

// PixelUnshuffle is the inverse of [PixelShuffle]: it puts neighbours into channels of a smaller image.
//
//	x [n c h·r w·r] → y [n c·r² h w]
//
// It panics with a [tensor.Error] if the spatial axes do not divide.
func PixelUnshuffle(x *tensor.Tensor, r int) *tensor.Tensor {
	axes, cells := shuffleCells("PixelUnshuffle", x, r)
	shape, out := []int{x.Dim(0), x.Dim(1)}, []int{x.Dim(0), x.Dim(1) * cells}
	order := []int{0, 1}
	for k, n := range x.Shape()[2:] {
		if n%r != 0 {
			panic(tensor.Errorf("PixelUnshuffle", "axis %d of %v does not divide by %d", 2+k, x, r))
		}
		shape = append(shape, n/r, r)
		order = append(order, 3+2*k)
		out = append(out, n/r)
	}
	for k := range axes {
		order = append(order, 2+2*k)
	}
	return x.Reshape(shape...).Permute(order...).Reshape(out...)
}

func shuffleCells(op string, x *tensor.Tensor, r int) (axes, cells int) {
	axes, cells = x.Rank()-2, 1
	if axes < 1 || axes > 3 || r < 1 {
		panic(tensor.Errorf(op, "factor %d for %v; want [n c …] with 1 to 3 spatial axes", r, x))
	}
	for range axes {
		cells *= r
	}
	return axes, cells
}

// ChannelShuffle deals the channels of groups out, so that each next group gets some of every one.
//
//	x [n g·k …] → y [n k·g …]
//	y[n, j·g + i] = x[n, i·k + j]
//
// It panics with a [tensor.Error] if the groups do not divide the channels.
//
// Zhang, Zhou, Lin and Sun, ShuffleNet, 2017 (arXiv:1707.01083), section 3.1.
func ChannelShuffle(x *tensor.Tensor, groups int) *tensor.Tensor {
	if x.Rank() < 2 || groups < 1 || x.Dim(1)%groups != 0 {
		panic(tensor.Errorf("ChannelShuffle", "shape %v is not [n c …] with c a multiple of the %d groups", x, groups))
	}
	return split(x, 1, groups, x.Dim(1)/groups).Transpose(1, 2).Reshape(x.Shape()...)
}
