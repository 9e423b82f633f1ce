package regnet

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block adds to x what a bottleneck of its own width makes of it.
//
//	x [n in h w] → y [n out h′ w′]
//	y = relu(x + f(x))    f(x) = c(excite(b(a(x))))
//
// Where f changes the shape, x goes through a 1×1 convolution and a norm of its own.
type Block struct {
	Project nn.Sequential `nn:"proj"` // nil: x is added as it is
	F       Bottleneck
}

// A Bottleneck is convolutions of 1×1, 3×3 in groups, and 1×1.
type Bottleneck struct {
	A, B   nn.Sequential
	Excite *nn.SqueezeExcitation `nn:"se"` // nil in RegNetX
	C      nn.Sequential
}

func newBlock(r *rng.Rand, in int, s shape, first bool, excite float64) *Block {
	stride := 1
	if first {
		stride = 2
	}
	b := new(Block)
	if first || in != s.width {
		b.Project = unit(r, in, s.width, window{1, stride, 1}, false)
	}
	b.F.A = unit(r, in, s.width, window{1, 1, 1}, true)
	b.F.B = unit(r, s.width, s.width, window{3, stride, s.width / s.group}, true)
	if excite > 0 {
		b.F.Excite = nn.NewSqueezeExcitation(r, s.width, max(1, int(math.RoundToEven(excite*float64(in)))))
		redraw(r, b.F.Excite.FC1)
		redraw(r, b.F.Excite.FC2)
	}
	b.F.C = unit(r, s.width, s.width, window{1, 1, 1}, false)
	return b
}

// Forward returns x with what the block adds to it, rectified.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.F.B.Forward(p, b.F.A.Forward(p, x))
	if b.F.Excite != nil {
		y = b.F.Excite.Forward(p, y)
	}
	y = b.F.C.Forward(p, y)
	if b.Project != nil {
		x = b.Project.Forward(p, x)
	}
	return op.Relu(x.Add(y.Cast(x.DType())))
}

// A window is the geometry of a convolution that keeps the picture's size, but for its stride.
type window struct{ size, stride, groups int }

// unit is a convolution and a norm, and a rectifier behind them if so.
func unit(r *rng.Rand, in, out int, w window, rectified bool) nn.Sequential {
	l := nn.NewConv2d(r, in, out, w.size, nn.ConvConfig{Stride: w.stride, Pad: w.size / 2, Groups: w.groups, NoBias: true})
	redraw(r, l)
	s := nn.Sequential{l, nn.NewBatchNorm(out)}
	if rectified {
		s = append(s, nn.ReLU{})
	}
	return s
}

func redraw(r *rng.Rand, l *nn.Conv2d) {
	nn.Reset(&l.Weight, nn.HeNormalOut(nn.Gain(nn.ReLU{})), r.Next())
}
