package mobilenet

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A V3Block is one row of the paper's tables 1 and 2.
type V3Block struct {
	Size     int  `json:"size"`                // of the window
	Inside   int  `json:"inside"`              // channels within the block
	Channels int  `json:"channels"`            // that come out
	Excite   bool `json:"excite,omitempty"`    // with squeeze and excitation
	Hard     bool `json:"hardswish,omitempty"` // hardswish in place of ReLU
	Stride   int  `json:"stride"`
}

// large and small are tables 1 and 2 of the paper.
func large() []V3Block {
	return []V3Block{
		{3, 16, 16, false, false, 1},
		{3, 64, 24, false, false, 2},
		{3, 72, 24, false, false, 1},
		{5, 72, 40, true, false, 2},
		{5, 120, 40, true, false, 1},
		{5, 120, 40, true, false, 1},
		{3, 240, 80, false, true, 2},
		{3, 200, 80, false, true, 1},
		{3, 184, 80, false, true, 1},
		{3, 184, 80, false, true, 1},
		{3, 480, 112, true, true, 1},
		{3, 672, 112, true, true, 1},
		{5, 672, 160, true, true, 2},
		{5, 960, 160, true, true, 1},
		{5, 960, 160, true, true, 1},
	}
}

func small() []V3Block {
	return []V3Block{
		{3, 16, 16, true, false, 2},
		{3, 72, 24, false, false, 2},
		{3, 88, 24, false, false, 1},
		{5, 96, 40, true, true, 2},
		{5, 240, 40, true, true, 1},
		{5, 240, 40, true, true, 1},
		{5, 120, 48, true, true, 1},
		{5, 144, 48, true, true, 1},
		{5, 288, 96, true, true, 2},
		{5, 576, 96, true, true, 1},
		{5, 576, 96, true, true, 1},
	}
}

// A V3Config describes a network. The zero value is the paper's large one.
type V3Config struct {
	Size    string    `json:"size,omitempty"`    // "large", which "" means, or "small"
	Width   float64   `json:"width,omitempty"`   // by which all channels are multiplied; 1 if 0
	Blocks  []V3Block `json:"blocks,omitempty"`  // in place of those of that size
	Hidden  int       `json:"hidden,omitempty"`  // units of the hidden linear layer; 1280 or 1024 times the width if 0
	Dropout float64   `json:"dropout,omitempty"` // before the last layer; 0.2 if 0, none if below 0
}

// NewV3 returns a MobileNet 3 for pictures of so many channels, with weights drawn as in torchvision. The error is that there
// is no such size, or that a block is none.
//
// Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le and Adam, Searching for MobileNetV3, 2019
// (arXiv:1905.02244), tables 1 and 2.
func NewV3(r *rng.Rand, channels, out int, c V3Config) (*Model, error) {
	if c.Width == 0 {
		c.Width = 1
	}
	scaled := func(n int) int { return divisible(float64(n) * c.Width) }
	blocks, hidden := large(), scaled(1280)
	switch c.Size {
	case "", "large":
	case "small":
		blocks, hidden = small(), scaled(1024)
	default:
		return nil, fmt.Errorf("there is no MobileNet 3 of size %q; there are large and small", c.Size)
	}
	if c.Blocks != nil {
		blocks = c.Blocks
	}
	if c.Hidden != 0 {
		hidden = c.Hidden
	}
	if c.Dropout == 0 {
		c.Dropout = 0.2
	}
	in := scaled(16)
	m := &Model{Features: nn.Sequential{unit(r, channels, in, window{3, 2, 1}, nn.Hardswish{})}}
	for i, b := range blocks {
		if b.Size < 1 || b.Size%2 == 0 || b.Inside < 1 || b.Channels < 1 || b.Stride < 1 {
			return nil, fmt.Errorf("block %d, %+v, lacks one of size, inside, channels and stride, or its size is even", i, b)
		}
		b.Inside, b.Channels = scaled(b.Inside), scaled(b.Channels)
		m.Features = append(m.Features, newBlock(r, in, b))
		in = b.Channels
	}
	m.Features = append(m.Features, unit(r, in, 6*in, window{1, 1, 1}, nn.Hardswish{}))
	m.Classifier = nn.Sequential{
		linear(r, 6*in, hidden), nn.Hardswish{}, nn.NewDropout(r, max(c.Dropout, 0)), linear(r, hidden, out),
	}
	return m, nil
}

// A Block is few channels outside and many inside, kept apart by a convolution and weighed by what their means say.
//
//	x [n in h w] → y [n out h′ w′]
//
// x is added where it has the shape of y.
type Block struct {
	Block nn.Sequential
	add   bool
}

func newBlock(r *rng.Rand, in int, b V3Block) *Block {
	var bend nn.Layer = nn.ReLU{}
	if b.Hard {
		bend = nn.Hardswish{}
	}
	m := &Block{add: b.Stride == 1 && in == b.Channels}
	if b.Inside != in {
		m.Block = append(m.Block, unit(r, in, b.Inside, window{1, 1, 1}, bend))
	}
	m.Block = append(m.Block, unit(r, b.Inside, b.Inside, window{b.Size, b.Stride, b.Inside}, bend))
	if b.Excite {
		e := nn.NewSqueezeExcitation(r, b.Inside, divisible(float64(b.Inside/4)))
		redrawn(r, e.FC1)
		redrawn(r, e.FC2)
		e.Gate = nn.Hardsigmoid{}
		m.Block = append(m.Block, e)
	}
	m.Block = append(m.Block, unit(r, b.Inside, b.Channels, window{1, 1, 1}, nil))
	return m
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.Block.Forward(p, x)
	if b.add {
		y = x.Add(y.Cast(x.DType()))
	}
	return y
}

// A window is the geometry of a convolution that keeps the picture's size, but for its stride.
type window struct{ size, stride, groups int }

// unit is a convolution, a norm, and what bends behind it if not nil.
func unit(r *rng.Rand, in, out int, w window, bend nn.Layer) nn.Sequential {
	l := nn.NewConv2d(r, in, out, w.size, nn.ConvConfig{Stride: w.stride, Pad: w.size / 2, Groups: w.groups, NoBias: true})
	norm := nn.NewBatchNorm(out)
	norm.Eps, norm.Momentum = 1e-3, 0.01
	s := nn.Sequential{redrawn(r, l), norm}
	if bend != nil {
		s = append(s, bend)
	}
	return s
}
