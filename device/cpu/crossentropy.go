package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// A classifier is what a cross entropy and its gradient have in common.
type classifier[T kernel.Number] struct {
	logits  []T
	target  []int64
	n, d    int
	ignored int64 // target of examples that do not count
}

// classifierKernels are the kernels of cross entropies.
type classifierKernels[T any] struct {
	max       func(x []T) T
	expSum    func(x []T, m T) T
	expShift  func(dst, x []T, m T) T
	mulScalar func(dst, x []T, s T)
}

var (
	classifier32 = classifierKernels[float32]{kernel.Max, kernel.ExpSum, kernel.ExpShift, kernel.MulScalar}
	classifier64 = classifierKernels[float64]{kernel.Max64, kernel.ExpSum64, kernel.ExpShift64, kernel.MulScalar64}
)

// newClassifier checks the targets.
func newClassifier[T kernel.Number](c *device.Call, logits *device.View, target []int64) *classifier[T] {
	m := &classifier[T]{logits: elements[T](logits), target: target, ignored: int64(c.Scalars[0])}
	m.n, m.d = lastAxis(logits)
	for _, t := range target[:m.n] {
		if t != m.ignored && (t < 0 || t >= int64(m.d)) {
			panic(&device.IndexError{Op: c.Op, Index: int(t), Length: m.d})
		}
	}
	return m
}

func crossEntropy(c *device.Call) bool {
	loss, lse, logits, target := c.Out[0], c.Out[1], c.In[0], c.In[1]
	if !countable(target.DType) {
		return false
	}
	index, done := indices(target)
	defer done()
	switch computed(loss, lse, logits) {
	case device.Float32:
		newClassifier[float32](c, logits, index).losses(elements[float32](loss), elements[float32](lse), &classifier32)
	case device.Float64:
		newClassifier[float64](c, logits, index).losses(elements[float64](loss), elements[float64](lse), &classifier64)
	default:
		return false
	}
	return true
}

// losses sets the loss of each example, and the logarithm of the sum of the exponentials. The loss is taken from logits
// that are shifted to have 0 as the largest: so it is exact to their spread, not to their size.
func (m *classifier[T]) losses(loss, lse []T, f *classifierKernels[T]) {
	rows(m.n, m.d, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			x := m.logits[i*m.d : (i+1)*m.d]
			most := f.max(x)
			sum := T(math.Log(float64(f.expSum(x, most))))
			lse[i] = sum + most
			loss[i] = 0
			if t := m.target[i]; t != m.ignored {
				loss[i] = sum - (x[t] - most)
			}
			kernel.Checkpoint()
		}
	})
}

func crossEntropyGrad(c *device.Call) bool {
	dx, dloss, logits, target := c.Out[0], c.In[0], c.In[1], c.In[2]
	if !countable(target.DType) {
		return false
	}
	index, done := indices(target)
	defer done()
	switch computed(dx, dloss, logits) {
	case device.Float32:
		newClassifier[float32](c, logits, index).grads(elements[float32](dx), elements[float32](dloss), &classifier32)
	case device.Float64:
		newClassifier[float64](c, logits, index).grads(elements[float64](dx), elements[float64](dloss), &classifier64)
	default:
		return false
	}
	return true
}

// grads sets the gradients of the logits. They are recomputed from the logits alone, which is as exact as the loss; from
// the stored sum of large logits they would not be.
func (m *classifier[T]) grads(dx, dloss []T, f *classifierKernels[T]) {
	rows(m.n, m.d, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := dx[i*m.d : (i+1)*m.d]
			t := m.target[i]
			if t == m.ignored {
				clear(row)
				continue
			}
			x := m.logits[i*m.d : (i+1)*m.d]
			f.mulScalar(row, row, dloss[i]/f.expShift(row, x, f.max(x)))
			row[t] -= dloss[i]
			kernel.Checkpoint()
		}
	})
}
