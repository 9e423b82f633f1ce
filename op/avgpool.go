package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// AvgPool returns the mean of each window over the spatial axes, of which there are 1 to 3.
//
//	x [n c h w] → y [n c h′ w′]
//
// What is padded counts as 0 in the mean, as in PyTorch, unless SkipPad says that it does not count. It panics with a
// [tensor.Error] if the window does not fit.
func AvgPool(x *tensor.Tensor, c PoolConfig) *tensor.Tensor {
	w := c.window("AvgPool", x)
	return avgPool(x, &device.Attr{Window: w, Flag: !c.SkipPad})
}

// avgPool and avgPoolGrad are each other's gradient.
func avgPool(x *tensor.Tensor, attr *device.Attr) *tensor.Tensor {
	w := &attr.Window
	y := tensor.Output(x, windowShape(w, x.Shape(), x.Dim(1)))
	if !tensor.Try(device.AvgPool, attr, []*tensor.Tensor{y}, x) {
		var sum *tensor.Tensor
		for _, t := range taps(x.Bare(), w, 0) {
			if sum != nil {
				t = sum.Add(t)
			}
			sum = t
		}
		y = sum.Div(windowCount(x, x.Shape(), attr))
	}
	return tensor.Record(y, "AvgPool", func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{avgPoolGrad(dy, in[0].Shape(), attr)}
	}, x)
}

func avgPoolGrad(dy *tensor.Tensor, shape []int, attr *device.Attr) *tensor.Tensor {
	shape = slices.Clone(shape)
	w := &attr.Window
	dx := tensor.Output(dy, shape)
	if !tensor.Try(device.AvgPoolGrad, attr, []*tensor.Tensor{dx}, dy) {
		n := 1
		for _, size := range w.Size[:w.Axes] {
			n *= size
		}
		share := dy.Bare().Div(windowCount(dy, shape, attr))
		dx = spread(slices.Repeat([]*tensor.Tensor{share}, n), w, shape)
	}
	return tensor.Record(dx, "AvgPoolGrad", func(g, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{avgPool(g, attr)}
	}, dy)
}

// windowCount returns how many elements of images of that shape each window counts: a scalar, or [1 1 out…].
func windowCount(like *tensor.Tensor, shape []int, attr *device.Attr) *tensor.Tensor {
	w := &attr.Window
	n := 1
	for _, size := range w.Size[:w.Axes] {
		n *= size
	}
	if attr.Flag {
		return like.FullLike(float64(n))
	}
	ones := like.FullLike(1, append([]int{1, 1}, shape[2:]...)...)
	var sum *tensor.Tensor
	for _, t := range taps(ones, w, 0) {
		if sum != nil {
			t = sum.Add(t)
		}
		sum = t
	}
	return sum
}
