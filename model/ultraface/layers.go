package ultraface

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// stem halves the picture.
func stem(r *rng.Rand) nn.Sequential {
	return nn.Sequential{nn.NewConv2d(r, 3, 16, 3, nn.ConvConfig{Stride: 2, Pad: 1, NoBias: true}), nn.NewBatchNorm(16), nn.ReLU{}}
}

// separable returns a convolution over each channel by itself and one over the channels, normalized and rectified; below 0,
// out halves the picture.
func separable(r *rng.Rand, in, out int) nn.Sequential {
	c := nn.ConvConfig{Groups: in, Pad: 1, NoBias: true}
	if out < 0 {
		out, c.Stride = -out, 2
	}
	return nn.Sequential{
		nn.NewConv2d(r, in, in, 3, c), nn.NewBatchNorm(in),
		nn.ReLU{},
		nn.NewConv2d(r, in, out, 1, nn.ConvConfig{NoBias: true}), nn.NewBatchNorm(out),
		nn.ReLU{},
	}
}

// head is a separable convolution without norms.
func head(r *rng.Rand, in, out, stride int) nn.Sequential {
	return nn.Sequential{nn.NewConv2d(r, in, in, 3, nn.ConvConfig{Groups: in, Stride: stride, Pad: 1}), nn.ReLU{}, nn.NewConv2d(r, in, out, 1, nn.ConvConfig{})}
}

// A Field is a receptive field block: three ways with windows further and further apart, joined, and added to a shortcut.
type Field struct {
	Branch0, Branch1, Branch2 nn.Sequential
	Join                      *Conv `nn:"ConvLinear"`
	Shortcut                  *Conv
}

// A Conv is a convolution with a norm, and a rectifier behind it or not.
type Conv struct {
	Conv *nn.Conv2d
	Norm *nn.BatchNorm `nn:"bn"`
	relu bool
}

func newConv(r *rng.Rand, in, out, size, dilation int, relu bool) *Conv {
	return &Conv{nn.NewConv2d(r, in, out, size, nn.ConvConfig{Pad: dilation * (size / 2), Dilation: dilation, NoBias: true}), nn.NewBatchNorm(out), relu}
}

// Forward returns the convolution of x.
func (c *Conv) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = c.Norm.Forward(p, c.Conv.Forward(p, x))
	if c.relu {
		return op.Relu(x)
	}
	return x
}

func newField(r *rng.Rand, in, out int) *Field {
	d := in / 8
	way := func(dilation int) nn.Sequential {
		return nn.Sequential{newConv(r, in, d, 1, 1, false), newConv(r, d, 2*d, 3, 1, true), newConv(r, 2*d, 2*d, 3, dilation, false)}
	}
	f := &Field{Branch0: way(2), Branch1: way(3)}
	f.Branch2 = nn.Sequential{newConv(r, in, d, 1, 1, false), newConv(r, d, d/2*3, 3, 1, true), newConv(r, d/2*3, 2*d, 3, 1, true), newConv(r, 2*d, 2*d, 3, 5, false)}
	f.Join, f.Shortcut = newConv(r, 6*d, out, 1, 1, false), newConv(r, in, out, 1, 1, false)
	return f
}

// Forward returns the block of x.
func (f *Field) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := tensor.Concat(1, f.Branch0.Forward(p, x), f.Branch1.Forward(p, x), f.Branch2.Forward(p, x))
	return op.Relu(f.Join.Forward(p, y).Add(f.Shortcut.Forward(p, x)))
}
