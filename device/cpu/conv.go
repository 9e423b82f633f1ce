package cpu

import "github.com/jimu-ml/jimu/device"

// conv runs a [device.Conv], or returns false if its element type is not a floating-point one, or if it has a summand
// that is not added on the way.
func conv(c *device.Call) bool {
	x, w, y := c.In[0], c.In[1], c.Out[0]
	bias, z := optional(c.In, 2), optional(c.In, 3)
	switch {
	case z != nil:
		return allOf(device.Float32, x, w, y, bias, z) && convSum(newConvolution(x, w, y, &c.Window), bias, z, c.Flag)
	case allOf(device.Float32, x, w, y, bias):
		convForward(newConvolution(x, w, y, &c.Window), bias, c.Flag)
	case allOf(device.Float64, x, w, y, bias):
		directForward(newConvolution(x, w, y, &c.Window), bias, c.Flag)
	default:
		return inHalf(c) && settled(c, false)
	}
	return true
}

// convInputGrad runs a [device.ConvInputGrad], or returns false if its element type is not a floating-point one.
func convInputGrad(c *device.Call) bool {
	dy, w, dx := c.In[0], c.In[1], c.Out[0]
	switch {
	case allOf(device.Float32, dy, w, dx):
		convInput(newConvolution(dx, w, dy, &c.Window))
	case allOf(device.Float64, dy, w, dx):
		directInput(newConvolution(dx, w, dy, &c.Window))
	default:
		return inHalf(c) && settled(c, false)
	}
	return true
}

// convWeightGrad runs a [device.ConvWeightGrad], or returns false if its element type is not a floating-point one.
func convWeightGrad(c *device.Call) bool {
	x, dy, dw := c.In[0], c.In[1], c.Out[0]
	db := optional(c.Out, 1)
	switch {
	case allOf(device.Float32, x, dy, dw, db):
		convWeight(newConvolution(x, dw, dy, &c.Window), db)
	case allOf(device.Float64, x, dy, dw, db):
		directWeight(newConvolution(x, dw, dy, &c.Window), db)
	default:
		return inHalf(c) && settled(c, false)
	}
	return true
}

// allOf reports whether all views that are there have elements of type t.
func allOf(t device.DType, views ...*device.View) bool {
	for _, v := range views {
		if v != nil && v.DType != t {
			return false
		}
	}
	return true
}

// A convolution is the geometry of one, with three spatial axes; those that a call lacks come first and have length 1.
//
// Position o of y sees x at o·stride + k·dilation − pad, for every position k in the window.
type convolution struct {
	x, w, y               *device.View // [n c d h w], [out in/groups d h w], [n out d h w]
	n, inputs, outputs    int          // images, channels of x, channels of y
	groups                int
	in, window, out       [3]int
	stride, dilation, pad [3]int
}

func newConvolution(x, w, y *device.View, window *device.Window) *convolution {
	c := &convolution{
		x: spatial(x), w: spatial(w), y: spatial(y),
		n: x.Shape[0], inputs: x.Shape[1], outputs: y.Shape[1], groups: max(window.Groups, 1),
		stride: [3]int{1, 1, 1}, dilation: [3]int{1, 1, 1},
	}
	copy(c.in[:], c.x.Shape[2:])
	copy(c.window[:], c.w.Shape[2:])
	copy(c.out[:], c.y.Shape[2:])
	first := 3 - (x.Rank - 2)
	for k := first; k < 3; k++ {
		c.stride[k] = max(window.Stride[k-first], 1)
		c.dilation[k] = max(window.Dilation[k-first], 1)
		c.pad[k] = window.Pad[k-first][0]
	}
	return c
}

// spatial returns v with three spatial axes.
func spatial(v *device.View) *device.View {
	s := *v
	s.Rank = 5
	first := 5 - (v.Rank - 2)
	for k := 2; k < 5; k++ {
		s.Shape[k], s.Stride[k] = 1, 0
		if k >= first {
			s.Shape[k], s.Stride[k] = v.Shape[k-first+2], v.Stride[k-first+2]
		}
	}
	return &s
}

// taps returns how many positions the window has.
func (c *convolution) taps() int { return c.window[0] * c.window[1] * c.window[2] }

// dense reports whether the window of the weights lies row-major without gaps.
func (c *convolution) dense() bool {
	n := 1
	for a := 2; a >= 0; a-- {
		if c.window[a] != 1 && c.w.Stride[a+2] != n {
			return false
		}
		n *= c.window[a]
	}
	return true
}
