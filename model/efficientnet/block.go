package efficientnet

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block is few channels outside and many inside.
//
//	x [n in h w] → y [n out h′ w′]
//	MBConv   y = norm(conv1×1(excite(s(norm(depthwise(s(norm(conv1×1(x)))))))))     s: SiLU
//	fused    y = norm(conv1×1(s(norm(conv(x)))))
//
// Where nothing is expanded the first convolution is left out, and of a fused block the second. x is added where it has the
// shape of y; then whole blocks are dropped at random in training.
type Block struct {
	Block nn.Sequential
	add   bool
	drop  *nn.DropPath
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.Block.Forward(p, x)
	if b.add {
		y = x.Add(b.drop.Forward(p, y).Cast(x.DType()))
	}
	return y
}

// A maker draws weights, and makes norms of one kind.
type maker struct {
	r             *rng.Rand
	eps, momentum float64
}

// block makes one block of a stage, from in channels.
func (m maker) block(in int, s Stage) *Block {
	inside := divisible(float64(in) * s.Expand)
	b := &Block{add: s.Stride == 1 && in == s.Channels}
	middle := window{s.Size, s.Stride, 1}
	switch {
	case s.Fused && inside == in:
		b.Block = nn.Sequential{m.unit(in, s.Channels, middle, nn.SiLU{})}
		return b
	case s.Fused:
		b.Block = nn.Sequential{m.unit(in, inside, middle, nn.SiLU{})}
	default:
		if inside != in {
			b.Block = nn.Sequential{m.unit(in, inside, window{1, 1, 1}, nn.SiLU{})}
		}
		middle.groups = inside
		b.Block = append(b.Block, m.unit(inside, inside, middle, nn.SiLU{}), m.excitation(inside, max(1, in/4)))
	}
	b.Block = append(b.Block, m.unit(inside, s.Channels, window{1, 1, 1}, nil))
	return b
}

func (m maker) excitation(channels, hidden int) *nn.SqueezeExcitation {
	e := nn.NewSqueezeExcitation(m.r, channels, hidden)
	e.Activation = nn.SiLU{}
	for _, l := range []*nn.Conv2d{e.FC1, e.FC2} {
		m.redraw(l)
		nn.Reset(&l.Bias, nn.Constant(0), m.r.Next())
	}
	return e
}

// A window is the geometry of a convolution that keeps the picture's size, but for its stride.
type window struct{ size, stride, groups int }

// unit is a convolution, a norm, and what bends behind it if not nil.
func (m maker) unit(in, out int, w window, bend nn.Layer) nn.Sequential {
	l := nn.NewConv2d(m.r, in, out, w.size, nn.ConvConfig{Stride: w.stride, Pad: w.size / 2, Groups: w.groups, NoBias: true})
	m.redraw(l)
	norm := nn.NewBatchNorm(out)
	norm.Eps, norm.Momentum = m.eps, m.momentum
	s := nn.Sequential{l, norm}
	if bend != nil {
		s = append(s, bend)
	}
	return s
}

func (m maker) redraw(l *nn.Conv2d) {
	nn.Reset(&l.Weight, nn.HeNormalOut(nn.Gain(nn.ReLU{})), m.r.Next())
}
