package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// MaxPool1d takes the largest element in each window over one spatial axis, [n c t]. See [op.MaxPool].
type MaxPool1d op.PoolConfig

// Forward returns the largest elements.
func (l MaxPool1d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.MaxPool(spatial("MaxPool1d", x, 1), op.PoolConfig(l))
}

// MaxPool3d takes the largest element in each window over three spatial axes, [n c d h w]. See [op.MaxPool].
type MaxPool3d op.PoolConfig

// Forward returns the largest elements.
func (l MaxPool3d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.MaxPool(spatial("MaxPool3d", x, 3), op.PoolConfig(l))
}

// AvgPool1d takes the mean of each window over one spatial axis, [n c t]. See [op.AvgPool].
type AvgPool1d op.PoolConfig

// Forward returns the means.
func (l AvgPool1d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.AvgPool(spatial("AvgPool1d", x, 1), op.PoolConfig(l))
}

// AvgPool3d takes the mean of each window over three spatial axes, [n c d h w]. See [op.AvgPool].
type AvgPool3d op.PoolConfig

// Forward returns the means.
func (l AvgPool3d) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.AvgPool(spatial("AvgPool3d", x, 3), op.PoolConfig(l))
}

// spatial returns x, having checked how many axes there are behind those of batch and channels.
func spatial(op string, x *tensor.Tensor, axes int) *tensor.Tensor {
	if x.Rank() != axes+2 {
		panic(tensor.Errorf(op, "shape %v is not [n c …] with %d spatial axes", x, axes))
	}
	return x
}

// AdaptiveAvgPool takes means of windows chosen so that the spatial axes get given lengths. See [op.AdaptiveAvgPool].
type AdaptiveAvgPool struct {
	Size []int // of each spatial axis; one stands for all
}

// Forward returns the means.
func (l AdaptiveAvgPool) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.AdaptiveAvgPool(x, forEach(l.Size, x)...)
}

// AdaptiveMaxPool takes the largest elements of windows chosen so that the spatial axes get given lengths. See
// [op.AdaptiveMaxPool].
type AdaptiveMaxPool struct {
	Size []int // of each spatial axis; one stands for all
}

// Forward returns the largest elements.
func (l AdaptiveMaxPool) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.AdaptiveMaxPool(x, forEach(l.Size, x)...)
}

// forEach returns a number for each spatial axis of x.
func forEach(n []int, x *tensor.Tensor) []int {
	if len(n) != 1 {
		return n
	}
	all := []int{}
	for k := 2; k < x.Rank(); k++ {
		all = append(all, n[0])
	}
	return all
}

// GlobalMaxPool takes the largest element over the spatial axes, which stay with length 1. See [op.GlobalMaxPool].
type GlobalMaxPool struct{}

// Forward returns the largest elements.
func (GlobalMaxPool) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.GlobalMaxPool(x) }

// LpPool takes the p-norm of each window over the spatial axes. See [op.LpPool].
type LpPool struct {
	P      float64 // 0 means 2
	Size   int     // of the window along each spatial axis
	Stride int     // 0 means Size
	Pad    int     // zeros before and behind
}

// Forward returns the norms.
func (l LpPool) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LpPool(x, orDefault(l.P, 2), op.PoolConfig{Size: l.Size, Stride: l.Stride, Pad: l.Pad})
}

// FractionalMaxPool takes the largest elements of windows at uneven distances, which shrink the spatial axes by a ratio between 1
// and 2. See [op.FractionalMaxPool].
//
// The distances are drawn anew in each pass of training; in evaluation they are the same always.
type FractionalMaxPool struct {
	Window int   // length of the windows
	Size   []int // of the result, for each spatial axis; one stands for all
	Key    rng.Key
}

// NewFractionalMaxPool returns a layer with windows of that length.
func NewFractionalMaxPool(r *rng.Rand, window int, size ...int) *FractionalMaxPool {
	return &FractionalMaxPool{Window: window, Size: size, Key: r.Next()}
}

// Forward returns the largest elements.
func (l *FractionalMaxPool) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	size := forEach(l.Size, x)
	key := l.Key
	if p.Training() {
		key = p.Random(l.Key)
	}
	u := make([]float64, len(size))
	for k := range u {
		u[k] = key.Float64At(uint64(k))
	}
	return op.FractionalMaxPool(x, l.Window, size, u)
}
