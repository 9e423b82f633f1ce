package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Hinge is the mean hinge loss, 0 where the scores of the targets lead by a margin of 1 at least.
//
//	scores s [… c], target t […] of integers: max(0, 1 − (s[t] − max s[k ≠ t])), Crammer and Singer's
//	scores s [n …] or [n … 1], target [n …] of 0 and 1 or booleans: max(0, 1 − s) for yes, max(0, 1 + s) for no
type Hinge struct {
	Squared bool // of each loss
	Ignore  *int // targets of this class are left out, such as new(-100); nil means none
	Axis    int  // of the classes; 0 means the last

	mean
}

// Name returns "hinge".
func (h *Hinge) Name() string { return "hinge" }

// Add counts a batch.
func (h *Hinge) Add(prediction, target *tensor.Tensor) {
	o := options{axis: h.Axis, ignore: h.Ignore}
	if isYesOrNo(prediction, target) {
		wanted := truth(target.Detach())
		for i, s := range tensor.Values[float64](prediction.Detach()) {
			if wanted[i] == 0 {
				s = -s
			}
			if !o.ignores(wanted[i]) {
				h.margin(s)
			}
		}
		return
	}
	rows, c := classRows("Hinge", prediction, target, h.Axis)
	for i, k := range target.Ints() {
		if o.ignores(k) {
			continue
		}
		if k < 0 || k >= int64(c) {
			panic(tensor.Errorf("Hinge", "the class %d is not among the %d of the predictions", k, c))
		}
		most := math.Inf(-1)
		for j, s := range rows[i*c : (i+1)*c] {
			if j != int(k) {
				most = max(most, s)
			}
		}
		h.margin(rows[i*c+int(k)] - most)
	}
}

func (h *Hinge) margin(m float64) {
	loss := max(0, 1-m)
	if h.Squared {
		loss *= loss
	}
	h.one(loss)
}

// Merge adds what another Hinge has counted.
func (h *Hinge) Merge(m Metric) { h.merge(same[*Hinge]("Hinge.Merge", m).mean) }
