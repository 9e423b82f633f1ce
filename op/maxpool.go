package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// PoolConfig is the geometry of a pool.
type PoolConfig struct {
	Size     int          // of the window along each spatial axis
	Stride   int          // 0 means Size: windows that touch and do not overlap
	Pad      int          // before and behind
	Dilation int          // distance between the window's elements; 0 means 1
	SkipPad  bool         // of [AvgPool]: what was padded does not count in the mean
	Axes     []WindowAxis // if not nil, the geometry of each spatial axis, in place of the numbers above
}

func (c *PoolConfig) window(op string, x *tensor.Tensor) device.Window {
	checkFloat(op, x)
	all := WindowAxis{Size: c.Size, Stride: c.Stride, Dilation: c.Dilation, Pad: [2]int{c.Pad, c.Pad}}
	each := slices.Clone(c.Axes)
	for k := range each {
		if each[k].Stride == 0 {
			each[k].Stride = each[k].Size
		}
	}
	if all.Stride == 0 {
		all.Stride = all.Size
	}
	w := window(op, x, all, each, func(_, given int) int { return given })
	for k := range w.Axes {
		if pad := w.Pad[k]; max(pad[0], pad[1]) > (w.Size[k]-1)*w.Dilation[k] {
			panic(tensor.Errorf(op, "pad %v leaves a window of %d with nothing to see", pad[:], w.Size[k]))
		}
	}
	return w
}

// MaxPool returns the largest element in each window over the spatial axes, of which there are 1 to 3.
//
//	x [n c h w] → y [n c h′ w′]
//
// What is padded never wins. The gradient goes to the first of the largest. It panics with a [tensor.Error] if the window
// does not fit.
//
// Weng, Ahuja and Huang, Cresceptron: A Self-Organizing Neural Network Which Grows Adaptively, 1992.
func MaxPool(x *tensor.Tensor, c PoolConfig) *tensor.Tensor {
	w := c.window("MaxPool", x)
	shape := windowShape(&w, x.Shape(), x.Dim(1))
	y := tensor.Output(x, shape)
	winner := tensor.OutputAs(device.Uint8, x, shape)
	attr := device.Attr{Window: w}
	fused := w.Size[0]*max(w.Size[1], 1)*max(w.Size[2], 1) <= 256 && tensor.Try(device.MaxPool, &attr, []*tensor.Tensor{y, winner}, x)
	if !fused {
		seen := tensor.Stack(-1, taps(x.Bare(), &w, math.Inf(-1))...)
		winner = seen.ArgMax(-1)
		y = seen.Gather(winner)
	}
	return tensor.Record(y, "MaxPool", func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		shape := in[0].Shape()
		if fused && !tensor.Tracked(dy) { // which one won does not depend on x in first order
			dx := tensor.Output(in[0], shape, dy)
			if tensor.Try(device.MaxPoolGrad, &attr, []*tensor.Tensor{dx}, dy, winner) {
				return []*tensor.Tensor{dx}
			}
		}
		return []*tensor.Tensor{unpool(dy, winner, &w, shape)}
	}, x)
}

// unpool puts dy where the winners were.
func unpool(dy, winner *tensor.Tensor, w *device.Window, shape []int) *tensor.Tensor {
	n := 1
	for _, size := range w.Size[:w.Axes] {
		n *= size
	}
	winner = winner.Cast(device.Int64)
	zero := dy.FullLike(0)
	seen := make([]*tensor.Tensor, n)
	for i := range seen {
		seen[i] = tensor.Where(winner.Equal(winner.FullLike(float64(i))), dy, zero)
	}
	return spread(seen, w, shape)
}
