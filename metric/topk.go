package metric

import (
	"fmt"

	"github.com/jimu-ml/jimu/tensor"
)

// TopK is the share of targets that are among the K largest logits, from 0 to 1.
//
//	logits [… c], target […] of integers; or logits [n …] and targets of 0 and 1, as in [Accuracy]
//
// Of equal logits the first counts as the larger. A NaN is never among them.
type TopK struct {
	K      int  // 0 means 5
	Ignore *int // targets of this class are left out, such as new(-100); nil means none
	Axis   int  // of the classes; 0 means the last

	right, count int
}

// Name returns "top5".
func (t *TopK) Name() string { return fmt.Sprintf("top%d", t.k()) }

func (t *TopK) k() int {
	if t.K == 0 {
		return 5
	}
	return t.K
}

// Add counts a batch.
func (t *TopK) Add(logits, target *tensor.Tensor) {
	rows, c := t.rows(logits, target)
	for i, class := range target.Ints() {
		if t.Ignore != nil && class == int64(*t.Ignore) {
			continue
		}
		if class < 0 || class >= int64(c) {
			panic(tensor.Errorf("TopK", "the class %d is not among the %d of the logits", class, c))
		}
		t.count++
		if place(rows[i*c:(i+1)*c], int(class)) < t.k() {
			t.right++
		}
	}
}

// rows returns the logits with the c classes last; one logit of yes has a no of 0 beside it.
func (t *TopK) rows(logits, target *tensor.Tensor) (rows []float64, c int) {
	if !isYesOrNo(logits, target) {
		return classRows("TopK", logits, target, t.Axis)
	}
	for _, z := range tensor.Values[float64](logits.Detach()) {
		rows = append(rows, 0, z)
	}
	return rows, 2
}

// place returns how many logits come before that of the class.
func place(logits []float64, class int) int {
	n, own := 0, logits[class]
	for j, z := range logits {
		if z > own || z == own && j < class || own != own {
			n++
		}
	}
	return n
}

// Value returns right/count.
func (t *TopK) Value() float64 { return ratio(t.right, t.count) }

// Merge adds what another TopK has counted.
func (t *TopK) Merge(m Metric) {
	b := same[*TopK]("TopK.Merge", m)
	if b.k() != t.k() {
		panic(tensor.Errorf("TopK.Merge", "%s does not merge into %s", b.Name(), t.Name()))
	}
	t.right, t.count = t.right+b.right, t.count+b.count
}

// Reset forgets what was added.
func (t *TopK) Reset() { t.right, t.count = 0, 0 }
