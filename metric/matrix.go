package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// options are what the metrics of classes have in common.
type options struct {
	axis      int
	ignore    *int
	threshold float64
	labels    bool // the last axis has labels, each yes or no
}

// ignores reports whether a target is left out.
func (o options) ignores(k int64) bool { return o.ignore != nil && k == int64(*o.ignore) }

// checkClass panics if a class is negative or absurd.
func checkClass(op string, target, predicted int64) {
	if target < 0 || predicted < 0 || max(target, predicted) >= 1<<16 {
		panic(tensor.Errorf(op, "a target of class %d, predicted %d: want 0 to 65535", target, predicted))
	}
}

// mostClasses is how many classes a matrix may have: half a gigabyte of counts.
const mostClasses = 1 << 13

// matrix counts how often each class is predicted for each: [target][predicted], square.
type matrix struct{ counts [][]int }

// add counts a batch.
func (m *matrix) add(op string, prediction, target *tensor.Tensor, o options) {
	predicted, wanted := decide(op, prediction, target, o.axis, o.threshold)
	for i, k := range wanted {
		if o.ignores(k) {
			continue
		}
		checkClass(op, k, predicted[i])
		if c := max(k, predicted[i]); c >= mostClasses {
			panic(tensor.Errorf(op, "the class %d: it counts pairs of classes, and there may be %d classes", c, mostClasses))
		}
		m.grow(int(max(k, predicted[i])) + 1)
		m.counts[k][predicted[i]]++
	}
}

// grow makes the matrix at least n by n.
func (m *matrix) grow(n int) {
	if n <= len(m.counts) {
		return
	}
	old := m.counts
	m.counts = make([][]int, n)
	for i := range m.counts {
		m.counts[i] = make([]int, n)
		if i < len(old) {
			copy(m.counts[i], old[i])
		}
	}
}

func (m *matrix) merge(b matrix) {
	m.grow(len(b.counts))
	for i, row := range b.counts {
		for j, k := range row {
			m.counts[i][j] += k
		}
	}
}

func (m *matrix) total() (n int) {
	for _, row := range m.counts {
		for _, k := range row {
			n += k
		}
	}
	return n
}

// margins returns how often each class was a target and was predicted.
func (m *matrix) margins() (targets, predicted []float64) {
	targets, predicted = make([]float64, len(m.counts)), make([]float64, len(m.counts))
	for i, row := range m.counts {
		for j, k := range row {
			targets[i] += float64(k)
			predicted[j] += float64(k)
		}
	}
	return targets, predicted
}

// Reset forgets what was added.
func (m *matrix) Reset() { m.counts = nil }
