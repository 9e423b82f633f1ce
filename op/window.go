package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// WindowAxis is the geometry of a convolution's or a pool's window along one spatial axis.
type WindowAxis struct {
	Size     int    // of a pool's window; that of a convolution is its weight's
	Stride   int    // 0 means 1 for a convolution, Size for a pool
	Dilation int    // 0 means 1
	Pad      [2]int // before and behind
}

// window makes the geometry a device wants, and checks it. Sizes are not filled in yet; fill gives those of axis k.
func window(op string, x *tensor.Tensor, all WindowAxis, each []WindowAxis, size func(k, given int) int) device.Window {
	axes := x.Rank() - 2
	if axes < 1 || axes > 3 {
		panic(tensor.Errorf(op, "shape %v is not [n c …] with 1 to 3 spatial axes", x))
	}
	if each != nil && len(each) != axes {
		panic(tensor.Errorf(op, "a window of %d axes for the %d spatial axes of %v", len(each), axes, x))
	}
	w := device.Window{Axes: axes, Groups: 1}
	for k := range axes {
		a := all
		if each != nil {
			a = each[k]
		}
		w.Size[k] = size(k, a.Size)
		w.Stride[k], w.Dilation[k], w.Pad[k] = a.Stride, max(a.Dilation, 1), a.Pad
		n := x.Dim(2 + k)
		if w.Size[k] < 1 || w.Stride[k] < 1 || a.Dilation < 0 || a.Pad[0] < 0 || a.Pad[1] < 0 {
			panic(tensor.Errorf(op, "size %d, stride %d, dilation %d and pad %v are no window", w.Size[k], w.Stride[k], a.Dilation, a.Pad[:]))
		}
		if (w.Size[k]-1)*w.Dilation[k] >= n+a.Pad[0]+a.Pad[1] {
			panic(tensor.Errorf(op, "a window of %d with dilation %d and pad %v does not fit spatial axis %d of %v",
				w.Size[k], w.Dilation[k], a.Pad[:], k, x))
		}
	}
	return w
}

// windowShape returns [n c …] of what a window makes of x.
func windowShape(w *device.Window, x []int, c int) []int {
	shape := []int{x[0], c}
	for k := range w.Axes {
		shape = append(shape, w.Out(k, x[2+k]))
	}
	return shape
}

// taps returns, for each place in the window in row-major order, the elements of x that it sees: [n c out…] each.
// Outside x it sees fill. All is made of differentiable operations.
func taps(x *tensor.Tensor, w *device.Window, fill float64) []*tensor.Tensor {
	pads := make([][2]int, x.Rank())
	for k := range w.Axes {
		pads[2+k] = w.Pad[k]
	}
	out := windowShape(w, x.Shape(), 0)
	seen := []*tensor.Tensor{Pad(x, fill, pads...)}
	for k := range w.Axes {
		var next []*tensor.Tensor
		for _, t := range seen {
			for i := range w.Size[k] {
				from := i * w.Dilation[k]
				next = append(next, t.SliceStep(2+k, from, from+(out[2+k]-1)*w.Stride[k]+1, w.Stride[k]))
			}
		}
		seen = next
	}
	return seen
}

// spread is the transpose of [taps]: it adds each element to where the tap took it from in an x of that shape.
func spread(seen []*tensor.Tensor, w *device.Window, shape []int) *tensor.Tensor {
	for k := w.Axes - 1; k >= 0; k-- {
		n, out := shape[2+k]+w.Pad[k][0]+w.Pad[k][1], seen[0].Dim(2+k)
		var prev []*tensor.Tensor
		for len(seen) > 0 {
			var sum *tensor.Tensor
			for i, t := range seen[:w.Size[k]] {
				t = t.ScatterSum(2+k, positions(t, out, i*w.Dilation[k], w.Stride[k]), n)
				if sum != nil {
					t = sum.Add(t)
				}
				sum = t
			}
			prev = append(prev, sum.Slice(2+k, w.Pad[k][0], w.Pad[k][0]+shape[2+k]))
			seen = seen[w.Size[k]:]
		}
		seen = prev
	}
	return seen[0]
}

// positions returns from, from + step, … on x's device.
func positions(x *tensor.Tensor, n, from, step int) *tensor.Tensor {
	p := tensor.New(x.Device(), device.Int64, n)
	tensor.Run(device.Iota, &device.Attr{Scalars: [8]float64{float64(from), float64(step)}}, []*tensor.Tensor{p})
	return p
}

// outputImages returns a new tensor of that shape for images, channels-last in memory.
func outputImages(like *tensor.Tensor, shape []int, in ...*tensor.Tensor) *tensor.Tensor {
	return tensor.OutputChannelsLast(like, slices.Clone(shape), in...)
}
