package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// ConvConfig is the geometry of a convolution. The zero value moves by 1 and pads nothing.
type ConvConfig struct {
	Stride   int          // 0 means 1
	Pad      int          // zeros before and behind
	Dilation int          // distance between the weight's elements; 0 means 1
	Groups   int          // parts of the channels that do not see each other; 0 means 1
	Axes     []WindowAxis // if not nil, stride, pad and dilation of each spatial axis, in place of those above
}

// Conv slides the weight over the spatial axes of x, of which there are 1 to 3.
//
//	x [n c h w], w [out c/groups kh kw], b [out] or nil → y [n out h′ w′]
//	y[n, o, i, j] = b[o] + Σ x[n, c, i·stride + a·dilation − pad, j·stride + b·dilation − pad] · w[o, c, a, b]
//	h′ = ⌊(h + 2·pad − (kh − 1)·dilation − 1) / stride⌋ + 1
//
// It is a cross-correlation: the weight is not turned around. The result lies channels-last in memory. It panics with a
// [tensor.Error] if the shapes do not fit.
//
// LeCun, Boser, Denker and others, Backpropagation Applied to Handwritten Zip Code Recognition, 1989.
func Conv(x, w, b *tensor.Tensor, c ConvConfig) *tensor.Tensor {
	g := convWindow("Conv", x, w, b, c)
	return convolve(x, w, b, &g)
}

// convWindow checks the shapes.
func convWindow(op string, x, w, b *tensor.Tensor, c ConvConfig) device.Window {
	checkFloat(op, x)
	checkType(op, "weight", w, x)
	if w.Rank() != x.Rank() {
		panic(tensor.Errorf(op, "weight %v does not fit the spatial axes of %v", w, x))
	}
	all := WindowAxis{Stride: max(c.Stride, 1), Dilation: c.Dilation, Pad: [2]int{c.Pad, c.Pad}}
	each := slices.Clone(c.Axes)
	for k := range each {
		each[k].Stride = max(each[k].Stride, 1)
	}
	g := window(op, x, all, each, func(k, _ int) int { return w.Dim(2 + k) })
	g.Groups = max(c.Groups, 1)
	if x.Dim(1) != w.Dim(1)*g.Groups {
		panic(tensor.Errorf(op, "weight %v with %d groups does not fit the %d channels of %v", w, g.Groups, x.Dim(1), x))
	}
	if w.Dim(0)%g.Groups != 0 {
		panic(tensor.Errorf(op, "the %d outputs of weight %v do not divide into %d groups", w.Dim(0), w, g.Groups))
	}
	checkVector(op, "bias", b, w.Dim(0), "the first axis", w)
	return g
}

// convolve, convolveInput and convolveWeight are the three faces of one trilinear form Σ y·(x∗w): each is the gradient
// of another, so together they are differentiable to any order.
func convolve(x, w, b *tensor.Tensor, g *device.Window) *tensor.Tensor {
	y := outputImages(x, windowShape(g, x.Shape(), w.Dim(0)), w, b)
	if !tensor.Try(device.Conv, &device.Attr{Window: *g}, []*tensor.Tensor{y}, x, w, b) {
		y = convComposed(x.Bare(), w.Bare(), g)
		if b != nil {
			y = y.Add(channels(b.Bare(), x.Rank()))
		}
	}
	return tensor.Record(y, "Conv", func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		x, w, b := in[0], in[1], in[2]
		d := []*tensor.Tensor{nil, nil, nil}
		if x.Wanted() {
			d[0] = convolveInput(dy, w, x.Shape(), g)
		}
		if w.Wanted() && b.Wanted() && !tensor.Tracked(dy, x) {
			d[1], d[2] = convWeightBias(dy, x, w, b, g)
		}
		if w.Wanted() && d[1] == nil {
			d[1] = convolveWeight(dy, x, w.Shape(), g)
		}
		if b.Wanted() && d[2] == nil {
			d[2] = dy.SumTo(channels(b.Bare(), x.Rank()).Shape()...).Reshape(b.Shape()...)
		}
		return d
	}, x, w, b)
}

// convolveInput returns the gradient of x: a convolution backwards, from y [n out …] to [n c …].
func convolveInput(y, w *tensor.Tensor, shape []int, g *device.Window) *tensor.Tensor {
	shape = slices.Clone(shape)
	x := outputImages(y, shape, w)
	if !tensor.Try(device.ConvInputGrad, &device.Attr{Window: *g}, []*tensor.Tensor{x}, y, w) {
		x = convInputComposed(y.Bare(), w.Bare(), shape, g)
	}
	return tensor.Record(x, "ConvInputGrad", func(dx, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		d := []*tensor.Tensor{nil, nil}
		if in[0].Wanted() {
			d[0] = convolve(dx, in[1], nil, g)
		}
		if in[1].Wanted() {
			d[1] = convolveWeight(in[0], dx, in[1].Shape(), g)
		}
		return d
	}, y, w)
}

// convolveWeight returns the gradient of w.
func convolveWeight(y, x *tensor.Tensor, shape []int, g *device.Window) *tensor.Tensor {
	shape = slices.Clone(shape)
	w := tensor.OutputRowMajor(x, shape, y)
	if !tensor.Try(device.ConvWeightGrad, &device.Attr{Window: *g}, []*tensor.Tensor{w}, x, y) {
		w = convWeightComposed(y.Bare(), x.Bare(), shape, g)
	}
	return tensor.Record(w, "ConvWeightGrad", func(dw, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		d := []*tensor.Tensor{nil, nil}
		if in[0].Wanted() {
			d[0] = convolve(in[1], dw, nil, g)
		}
		if in[1].Wanted() {
			d[1] = convolveInput(in[0], dw, in[1].Shape(), g)
		}
		return d
	}, y, x)
}

// convWeightBias returns the gradients of w and b in one pass over dy, or nils if the device has no such operation.
func convWeightBias(dy, x, w, b *tensor.Tensor, g *device.Window) (dw, db *tensor.Tensor) {
	dw, db = tensor.OutputRowMajor(x, w.Shape(), dy), tensor.OutputRowMajor(x, b.Shape(), dy)
	if tensor.Try(device.ConvWeightGrad, &device.Attr{Window: *g}, []*tensor.Tensor{dw, db}, x, dy) {
		return dw, db
	}
	return nil, nil
}

// channels returns b [c] as [c 1 …], to be broadcast over images of that rank.
func channels(b *tensor.Tensor, rank int) *tensor.Tensor {
	shape := []int{b.Dim(0), 1, 1, 1}
	return b.Reshape(shape[:rank-1]...)
}
