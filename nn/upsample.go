package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Upsample makes the spatial axes longer, or shorter: Upsample{Scale: 2} doubles an image. See [op.Resize].
type Upsample op.ResizeConfig

// Forward returns the axes in their new lengths.
func (l Upsample) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	l.Size = forEach(l.Size, x)
	return op.Resize(x, op.ResizeConfig(l))
}

// PixelShuffle makes larger images out of channels. See [op.PixelShuffle].
type PixelShuffle struct{ Factor int }

// Forward returns the larger images.
func (l PixelShuffle) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.PixelShuffle(x, l.Factor)
}

// PixelUnshuffle puts neighbours into channels of a smaller image. See [op.PixelUnshuffle].
type PixelUnshuffle struct{ Factor int }

// Forward returns the smaller images.
func (l PixelUnshuffle) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.PixelUnshuffle(x, l.Factor)
}

// ChannelShuffle deals the channels of groups out. See [op.ChannelShuffle].
type ChannelShuffle struct{ Groups int }

// Forward returns the channels in their new order.
func (l ChannelShuffle) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.ChannelShuffle(x, l.Groups)
}

// Unfold writes what a window sees at each place as a column. See [op.Unfold].
type Unfold op.UnfoldConfig

// Forward returns the columns, [n c·k l].
func (l Unfold) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Unfold(x, op.UnfoldConfig(l))
}

// Fold adds columns up to an image. See [op.Fold].
type Fold struct {
	Output []int // lengths of the spatial axes
	op.UnfoldConfig
}

// Forward returns the image.
func (l Fold) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Fold(x, l.Output, l.UnfoldConfig)
}
