package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// MaxPool2d takes the largest element in each window over the spatial axes: MaxPool2d{Size: 2} halves an image. It
// takes [n c t] and volumes too. See [op.MaxPool].
type MaxPool2d op.PoolConfig

// Forward returns the largest elements.
func (l MaxPool2d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.MaxPool(x, op.PoolConfig(l))
}

// AvgPool2d takes the mean of each window over the spatial axes. See [op.AvgPool].
type AvgPool2d op.PoolConfig

// Forward returns the means.
func (l AvgPool2d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.AvgPool(x, op.PoolConfig(l))
}

// GlobalAvgPool2d takes the mean over the spatial axes, which stay with length 1. See [op.GlobalAvgPool].
type GlobalAvgPool2d struct{}

// Forward returns the means.
func (GlobalAvgPool2d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.GlobalAvgPool(x) }
