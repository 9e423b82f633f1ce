package stylegan

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Dense is a linear layer whose weights have the deviation 1, over its rate, and are scaled when they are used: so all layers
// learn at one speed, but for those with a rate of their own.
//
//	x [n in] → y [n out]      y = rate/√in · W x + rate · b
//
// Karras and others, Progressive Growing of GANs, 2017 (arXiv:1710.10196), section 4.1.
type Dense struct {
	Weight tensor.Param // [out in]
	Bias   tensor.Param // [out]
	rate   float64
}

func newDense(r *rng.Rand, in, out int, rate, bias float64) *Dense {
	l := &Dense{rate: rate}
	l.Weight.Value, l.Bias.Value = nn.Normal(1/rate)(r.Next(), out, in), tensor.Full(bias, out)
	return l
}

// Forward returns the layer of x.
func (l *Dense) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&l.Weight).Scale(l.rate / math.Sqrt(float64(x.Dim(1))))
	return op.Linear(x, w, p.Use(&l.Bias).Scale(l.rate))
}

// active returns the leaky rectifier of x, scaled so that the variance stays: √2 · leaky(x) of slope 0.2.
func active(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, 0.2).Scale(math.Sqrt2) }

// modulated convolves each picture with weights of its own: those of the layer, scaled for each input channel by the style, and
// divided by their length for each output channel unless that is left out. With half the picture's size to come, a stride
// of 2 spreads the picture.
//
//	x [n c h w], w [o c k k], style [n c] → y [n o h′ w′]
//	y = conv(x · style, w) / √(Σ (w · style)² + 10⁻⁸)      the sum over c k k
//
// The scales are taken to the input and to the output, so that one convolution serves the batch.
//
// Karras and others, Analyzing and Improving the Image Quality of StyleGAN, 2019 (arXiv:1912.04958), equations 1 and 3.
func modulated(x, w, style *tensor.Tensor, double, normalize bool) *tensor.Tensor {
	n, c := x.Dim(0), x.Dim(1)
	y := x.Mul(style.Reshape(n, c, 1, 1))
	if double {
		y = blur(op.ConvTranspose(y, w.Transpose(0, 1), nil, op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Stride: 2}}), 1, 1, 4)
	} else {
		y = op.Conv(y, w, nil, op.ConvConfig{Pad: w.Dim(2) / 2})
	}
	if !normalize {
		return y
	}
	squares := w.Square().Sum(2, 3)                              // [o c]
	length := style.Square().MatMul(squares.T()).AddScalar(1e-8) // [n o]
	return y.Div(length.Sqrt().Reshape(n, -1, 1, 1))
}

// blur pads a picture with zeros, before and behind on both axes, and slides the window [1 3 3 1] over both, which sums to the
// gain.
func blur(x *tensor.Tensor, before, behind int, gain float64) *tensor.Tensor {
	c := x.Dim(1)
	root := float32(math.Sqrt(gain))
	w := tensor.Of([]float32{root / 8, 3 * root / 8, 3 * root / 8, root / 8}, 1, 1, 4, 1).To(x.Device()).Cast(x.DType()).Expand(c, 1, 4, 1).Contiguous()
	x = op.Pad(x, 0, [2]int{}, [2]int{}, [2]int{before, behind}, [2]int{before, behind})
	x = op.Conv(x, w, nil, op.ConvConfig{Groups: c})
	return op.Conv(x, w.Reshape(c, 1, 1, 4), nil, op.ConvConfig{Groups: c})
}

// doubled returns a picture of twice the size: zeros between its pixels, blurred.
func doubled(x *tensor.Tensor) *tensor.Tensor {
	n, c, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	y := op.Pad(x.Reshape(n, c, h, 1, w, 1), 0, [2]int{}, [2]int{}, [2]int{}, [2]int{0, 1}, [2]int{}, [2]int{0, 1})
	return blur(y.Reshape(n, c, 2*h, 2*w), 2, 1, 4)
}

// halved returns every second pixel of a blurred picture.
func halved(x *tensor.Tensor) *tensor.Tensor {
	x = blur(x, 1, 1, 1)
	return x.SliceStep(2, 0, x.Dim(2), 2).SliceStep(3, 0, x.Dim(3), 2)
}
