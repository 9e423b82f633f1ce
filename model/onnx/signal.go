package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("DFT", 17, func(c *call) []*Value { return c.as(0, c.fourier(c.integer("axis", 1))) })
	register("DFT", 20, func(c *call) []*Value { return c.as(0, c.fourier(int(c.scalar(2, -2)))) })
	register("STFT", 17, stft)
	register("MelWeightMatrix", 17, melWeights)
	signalWindow("HannWindow", func(turn float64) float64 { return 0.5 - 0.5*math.Cos(turn) })
	signalWindow("HammingWindow", func(turn float64) float64 { return 25.0/46 - 21.0/46*math.Cos(turn) })
	signalWindow("BlackmanWindow", func(turn float64) float64 { return 0.42 - 0.5*math.Cos(turn) + 0.08*math.Cos(2*turn) })
}

// complexOf returns numbers with an axis of 1 or 2 at the end as pairs.
func (c *call) complexOf(x *tensor.Tensor) *tensor.Tensor {
	switch {
	case x.Rank() > 1 && x.Dim(-1) == 2:
		return x
	case x.Rank() < 2 || x.Dim(-1) != 1:
		c.fail("the input has shape %v; want a last axis of 1 or 2", x)
	}
	return tensor.Concat(x.Rank()-1, x, x.FullLike(0, x.Shape()...))
}

// fourier is the discrete Fourier transform along an axis, of a length that cuts it or fills it up with zeros.
func (c *call) fourier(axis int) *tensor.Tensor {
	x := c.complexOf(c.x(0))
	if axis = c.axis(axis, x.Rank()); axis == x.Rank()-1 {
		c.fail("the last axis holds the parts of the numbers")
	}
	inverse, onesided := c.flag("inverse", false), c.flag("onesided", false)
	n := x.Dim(axis)
	if inverse && onesided {
		n = 2 * (n - 1)
	}
	n = int(c.scalar(1, float64(n)))
	if n < 1 {
		c.fail("a transform of length %d", n)
	}
	c.room(n)
	have := n
	if inverse && onesided {
		have = n/2 + 1
	}
	x = c.surrounded(x, axis, 0, have-x.Dim(axis), c.full(x.DType(), 0))
	switch {
	case inverse && onesided:
		return op.IRFFT(x, n, op.NormBackward, axis).Unsqueeze(x.Rank() - 1)
	case inverse:
		return op.IFFT(x, op.NormBackward, axis)
	}
	y := op.FFT(x, op.NormBackward, axis)
	if onesided {
		y = y.Slice(axis, 0, n/2+1)
	}
	return y
}

// stft transforms windows of a signal, a step apart.
func stft(c *call) []*Value {
	x := c.wants(0, 3)
	step, window := int(c.scalar(1, 0)), c.maybe(2)
	size := x.Dim(1)
	if window != nil {
		size = window.Len()
	}
	size = int(c.scalar(3, float64(size)))
	if step < 1 || size < 1 || size > x.Dim(1) || window != nil && window.Len() != size {
		c.fail("windows of %d, %d apart, over %v", size, step, x)
	}
	frames := x.Unfold(1, size, step).Transpose(2, 3) // [n frames size parts]
	if window != nil {
		frames = frames.Mul(window.Reshape(size, 1))
	}
	y := op.FFT(c.complexOf(frames), op.NormBackward, 2)
	if c.flag("onesided", true) {
		y = y.Slice(2, 0, size/2+1)
	}
	return c.as(0, y)
}

// signalWindow registers a window that is a function of the part of a turn that each element is at.
func signalWindow(name string, f func(turn float64) float64) {
	register(name, 17, func(c *call) []*Value {
		n := int(c.scalar(0, 0))
		v := make([]float64, c.product([]int{n}))
		period := float64(n)
		if !c.flag("periodic", true) {
			period--
		}
		for i := range v {
			v[i] = f(2 * math.Pi * float64(i) / period)
		}
		return []*Value{c.cast(Of(c.ofFloats(device.Float64, v)), proto.DataType(c.integer("output_datatype", int(proto.Float))))}
	})
}

// melWeights gives a matrix that gathers frequencies to bands that are triangles on the mel scale.
func melWeights(c *call) []*Value {
	bands, n, rate := int(c.scalar(0, 0)), int(c.scalar(1, 0)), int(c.scalar(2, 0))
	if bands < 1 || n < 1 || rate < 1 {
		c.fail("%d bands of a transform of length %d at %d samples a second", bands, n, rate)
	}
	mel := func(hertz float64) float64 { return 2595 * math.Log10(1+hertz/700) }
	lo, hi := mel(c.scalar(3, 0)), mel(c.scalar(4, 0))
	rows := n/2 + 1
	v := make([]float64, c.product([]int{rows, bands}))
	at := make([]int, bands+2)
	for i := range at {
		hertz := 700 * (math.Pow(10, (lo+float64(i)*(hi-lo)/float64(bands+2))/2595) - 1)
		if at[i] = int(math.Floor(float64(n+1) * hertz / float64(rate))); at[i] < 0 || at[i] > rows {
			c.fail("a band's border at %v Hz is outside", hertz)
		}
	}
	for b := range bands {
		left, middle, right := at[b], at[b+1], at[b+2]
		if middle >= rows {
			c.fail("a band lies beyond half the rate")
		}
		if left == middle {
			v[middle*bands+b] = 1
		}
		for i := left; i <= middle && left < middle; i++ {
			v[i*bands+b] = float64(i-left) / float64(middle-left)
		}
		for i := middle; i < right && i < rows; i++ {
			v[i*bands+b] = float64(right-i) / float64(right-middle)
		}
	}
	return []*Value{c.cast(Of(c.ofFloats(device.Float64, v, rows, bands)), proto.DataType(c.integer("output_datatype", int(proto.Float))))}
}
