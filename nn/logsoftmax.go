package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LogSoftmax makes logarithms of probabilities, in nats, of the logits along an axis: [op.LogSoftmax].
type LogSoftmax struct {
	Axis int // 0 means the last
}

// Forward returns the logarithms.
func (l LogSoftmax) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LogSoftmax(x, orLast(l.Axis))
}

// Softmin is [Softmax] of −x: [op.Softmin].
type Softmin struct {
	Axis int // 0 means the last
}

// Forward returns the probabilities.
func (l Softmin) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Softmin(x, orLast(l.Axis))
}

// Sparsemax makes probabilities of the logits along an axis, many of which are 0: [op.Sparsemax].
type Sparsemax struct {
	Axis int // 0 means the last
}

// Forward returns the probabilities.
func (l Sparsemax) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Sparsemax(x, orLast(l.Axis))
}

// orLast returns an axis, the last in place of the first, which is that of the batch.
func orLast(axis int) int {
	if axis == 0 {
		return -1
	}
	return axis
}
