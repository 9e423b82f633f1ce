package op

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// NMSConfig says which boxes [NMS] leaves out.
type NMSConfig struct {
	Threshold float64        // of the intersection over union, above which a box is left out; 0 means 0.5
	Classes   *tensor.Tensor // [n] of integers: boxes of unequal classes do not compete; nil means that all do
	Limit     int            // how many are kept at most; 0 means all
}

// NMS returns which boxes are left when each leaves out those that overlap it much and are less likely: non-maximum suppression.
//
//	boxes [n 4] by their corners, scores [n] → the places of those that are left, by falling score, [k] of int64
//
// Of equal scores the first comes first. It runs on the host. No gradient flows through a choice. It panics with a [tensor.Error]
// if the shapes do not fit.
//
// Felzenszwalb, Girshick, McAllester and Ramanan, Object Detection with Discriminatively Trained Part-Based Models, 2010, section 7.
func NMS(boxes, scores *tensor.Tensor, c NMSConfig) *tensor.Tensor {
	b, s, class := candidates("NMS", boxes, scores, c.Classes)
	limit := c.Threshold
	if limit == 0 {
		limit = 0.5
	}
	order := make([]int, len(s))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(s[j], s[i]) })
	kept := []int64{}
	for _, i := range order {
		if c.Limit > 0 && len(kept) == c.Limit {
			break
		}
		covered := slices.ContainsFunc(kept, func(j int64) bool { return class(i, int(j)) && overlap(b[4*i:], b[4*j:]) > limit })
		if !covered {
			kept = append(kept, int64(i))
		}
	}
	return tensor.Of(kept, len(kept)).To(boxes.Device())
}

// SoftNMSConfig says how much [SoftNMS] lowers scores.
type SoftNMSConfig struct {
	Sigma   float64        // σ; 0 means the paper's 0.5
	Least   float64        // scores below are left out; 0 means 0.001
	Classes *tensor.Tensor // [n] of integers: boxes of unequal classes do not compete; nil means that all do
}

// SoftNMS returns boxes by falling score, where each lowers the scores of those that overlap it and are less likely.
//
//	boxes [n 4] by their corners, scores [n] → the places of those that are left [k] of int64, and their scores [k]
//	sⱼ ← sⱼ exp(−IoU(i, j)²/σ)     for each j still to come when i is taken
//
// It runs on the host, in n² steps. No gradient flows through a choice. It panics with a [tensor.Error] if the shapes do not fit.
//
// Bodla, Singh, Chellappa and Davis, Soft-NMS: Improving Object Detection With One Line of Code, 2017 (arXiv:1704.04503).
func SoftNMS(boxes, scores *tensor.Tensor, c SoftNMSConfig) (kept, lowered *tensor.Tensor) {
	b, s, class := candidates("SoftNMS", boxes, scores, c.Classes)
	sigma, least := c.Sigma, c.Least
	if sigma == 0 {
		sigma = 0.5
	}
	if least == 0 {
		least = 0.001
	}
	at, value := []int64{}, []float64{}
	taken := make([]bool, len(s))
	for {
		best := -1
		for i := range s {
			if !taken[i] && s[i] >= least && (best < 0 || s[i] > s[best]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		taken[best] = true
		at, value = append(at, int64(best)), append(value, s[best])
		for j := range s {
			if !taken[j] && class(best, j) {
				iou := overlap(b[4*best:], b[4*j:])
				s[j] *= math.Exp(-iou * iou / sigma)
			}
		}
	}
	return tensor.Of(at, len(at)).To(boxes.Device()), tensor.Of(value, len(value)).Cast(scores.DType()).To(scores.Device())
}

// candidates checks boxes, scores and classes and returns them, the last as whether two are of one class.
func candidates(op string, boxes, scores, classes *tensor.Tensor) (b, s []float64, same func(i, j int) bool) {
	checkBoxes(op, boxes)
	tensor.NonDifferentiable(op, boxes, scores)
	n := boxes.Dim(0)
	if boxes.Rank() != 2 || !slices.Equal(scores.Shape(), []int{n}) {
		panic(tensor.Errorf(op, "boxes of shape %v and scores of shape %v; want [n 4] and [n]", boxes, scores))
	}
	b, s = tensor.Values[float64](boxes), tensor.Values[float64](scores)
	if classes == nil {
		return b, s, func(int, int) bool { return true }
	}
	if classes.DType().IsFloat() || !slices.Equal(classes.Shape(), []int{n}) {
		panic(tensor.Errorf(op, "classes %s of shape %v for boxes of shape %v; want integers [n]", classes.DType(), classes, boxes))
	}
	c := classes.Ints()
	return b, s, func(i, j int) bool { return c[i] == c[j] }
}

// overlap returns the intersection over union of two boxes.
func overlap(a, b []float64) float64 {
	w, h := min(a[2], b[2])-max(a[0], b[0]), min(a[3], b[3])-max(a[1], b[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	union := (a[2]-a[0])*(a[3]-a[1]) + (b[2]-b[0])*(b[3]-b[1]) - w*h
	return w * h / union
}
