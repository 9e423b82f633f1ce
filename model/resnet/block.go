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

// newBlock returns a block and how many channels come out of it.
func newBlock(r *rng.Rand, in, width, stride int, bottleneck bool) (b *Block, out int) {
	const expansion = 4 // of a bottleneck's last convolution
	if bottleneck {
		out = expansion * width
		b = &Block{
			Conv1: conv(r, in, width, 1, 1), Norm1: nn.NewBatchNorm(width),
			Conv2: conv(r, width, width, 3, stride), Norm2: nn.NewBatchNorm(width),
			Conv3: conv(r, width, out, 1, 1), Norm3: nn.NewBatchNorm(out),
		}
	} else {
		out = width
		b = &Block{
			Conv1: conv(r, in, width, 3, stride), Norm1: nn.NewBatchNorm(width),
			Conv2: conv(r, width, width, 3, 1), Norm2: nn.NewBatchNorm(width),
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
