package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// DenseBlock is layers of images each of which sees the channels of all before it.
//
//	x [n c h w] → y [n c+layers·growth h w]
//	yᵢ = [yᵢ₋₁, conv3×3(relu(norm(conv1×1(relu(norm(yᵢ₋₁))))))]
//
// Huang, Liu, van der Maaten and Weinberger, Densely Connected Convolutional Networks, 2016 (arXiv:1608.06993), section 3.
type DenseBlock struct{ Layers []*DenseLayer }

// DenseConfig says what the layers of a [DenseBlock] are like.
type DenseConfig struct {
	Bottleneck int     // channels behind the first convolution, in multiples of the growth; 0 means the paper's 4
	Dropout    float64 // behind each layer
}

// NewDenseBlock returns a block of so many layers for images of so many channels; growth is what each adds.
func NewDenseBlock(r *rng.Rand, channels, layers, growth int, c DenseConfig) *DenseBlock {
	b := new(DenseBlock)
	for i := range layers {
		b.Layers = append(b.Layers, NewDenseLayer(r, channels+i*growth, growth, c))
	}
	return b
}

// Forward returns x and what the layers made of it.
func (l *DenseBlock) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	for _, d := range l.Layers {
		x = tensor.Concat(1, x, d.Forward(p, x).Cast(x.DType()))
	}
	return x
}

// DenseLayer is one layer of a [DenseBlock].
//
//	x [n c h w] → y [n growth h w]
type DenseLayer struct {
	Norm1 *BatchNorm
	Conv1 *Conv2d // 1×1
	Norm2 *BatchNorm
	Conv2 *Conv2d  // 3×3
	Drop  *Dropout `nn:"-"` // nil drops nothing
}

// NewDenseLayer returns a layer for images of so many channels.
func NewDenseLayer(r *rng.Rand, channels, growth int, c DenseConfig) *DenseLayer {
	between := growth * c.Bottleneck
	if c.Bottleneck == 0 {
		between = growth * 4
	}
	l := &DenseLayer{
		Norm1: NewBatchNorm(channels), Conv1: NewConv2d(r, channels, between, 1, ConvConfig{NoBias: true}),
		Norm2: NewBatchNorm(between), Conv2: NewConv2d(r, between, growth, 3, ConvConfig{Pad: 1, NoBias: true}),
	}
	if c.Dropout > 0 {
		l.Drop = NewDropout(r, c.Dropout)
	}
	return l
}

// Forward returns what the layer adds.
func (l *DenseLayer) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y := Sequential{l.Norm1, ReLU{}, l.Conv1, l.Norm2, ReLU{}, l.Conv2}.Forward(p, x)
	if l.Drop != nil {
		y = l.Drop.Forward(p, y)
	}
	return y
}
