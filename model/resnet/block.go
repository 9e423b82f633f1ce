package resnet

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block adds to x what its convolutions make of it: two of 3×3, or a bottleneck of 1×1, 3×3 and 1×1.
//
//	y = relu(f(x) + x)    f(x) = bn₂(conv₂(relu(bn₁(conv₁ x)))), or one more of each
//
// Where f changes the shape, x goes through a 1×1 convolution and a norm of its own.
type Block struct {
	Conv1      *nn.Conv2d
	Norm1      *nn.BatchNorm `nn:"bn1"`
	Conv2      *nn.Conv2d
	Norm2      *nn.BatchNorm `nn:"bn2"`
	Conv3      *nn.Conv2d    // nil: no bottleneck
	Norm3      *nn.BatchNorm `nn:"bn3"`
	Downsample *Shortcut     // nil: x is added as it is
}

// A Shortcut gives x the shape of what is added to it.
type Shortcut struct {
	Conv *nn.Conv2d    `nn:"0"`
	Norm *nn.BatchNorm `nn:"1"`
}

// A shape is how many channels a block has.
type shape struct {
	width  int // that come out; of a bottleneck a fourth of them
	inside int // of a bottleneck's 3×3 convolution
	groups int // of those, that do not see each other
}

// newBlock returns a block and how many channels come out of it.
func newBlock(r *rng.Rand, in int, s shape, stride int, bottleneck bool) (b *Block, out int) {
	const expansion = 4 // of a bottleneck's last convolution
	if bottleneck {
		out = expansion * s.width
		middle := nn.NewConv2d(r, s.inside, s.inside, 3, nn.ConvConfig{Stride: stride, Pad: 1, Groups: s.groups, NoBias: true})
		b = &Block{
			Conv1: conv(r, in, s.inside, 1, 1), Norm1: nn.NewBatchNorm(s.inside),
			Conv2: redrawn(r, middle), Norm2: nn.NewBatchNorm(s.inside),
			Conv3: conv(r, s.inside, out, 1, 1), Norm3: nn.NewBatchNorm(out),
		}
	} else {
		out = s.width
		b = &Block{
			Conv1: conv(r, in, out, 3, stride), Norm1: nn.NewBatchNorm(out),
			Conv2: conv(r, out, out, 3, 1), Norm2: nn.NewBatchNorm(out),
		}
	}
	if stride != 1 || in != out {
		b.Downsample = &Shortcut{conv(r, in, out, 1, stride), nn.NewBatchNorm(out)}
	}
	return b, out
}

// Forward returns x with what the block adds to it, rectified.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := op.Relu(normed(p, b.Conv1, b.Norm1, x))
	y = normed(p, b.Conv2, b.Norm2, y)
	if b.Conv3 != nil {
		y = normed(p, b.Conv3, b.Norm3, op.Relu(y))
	}
	if d := b.Downsample; d != nil {
		x = normed(p, d.Conv, d.Norm, x)
	}
	return op.Relu(y.Add(x))
}
