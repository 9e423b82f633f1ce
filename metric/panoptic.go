package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// PanopticQuality says how well segments of things and of stuff are found and told apart, from 0 to 1, the mean over the
// classes.
//
//	x [n … 2] of integers, class and instance of each pixel, y of the same shape
//	PQ = Σ IoU over the matched / (TP + FP/2 + FN/2)
//
// Segments of one class match if their IoU is above a half. The instances of stuff do not count. Pixels of a class that is
// neither thing nor stuff are void: those of targets are no part of predictions, and what lies mostly in them does not count.
//
// Kirillov, He, Girshick, Rother and Dollár, Panoptic Segmentation, 2018 (arXiv:1801.00868).
type PanopticQuality struct {
	Things, Stuff []int // classes
	Modified      bool  // a segment of stuff matches any of its class, and PQ is ΣIoU over how many there are (arXiv:1905.01220)

	of map[int64]*quality
}

type quality struct {
	iou        float64
	tp, fp, fn float64
}

// A segment is a class and an instance, {−1, 0} for void.
type segment [2]int64

var void = segment{-1, 0}

// Name returns "panoptic_quality".
func (q *PanopticQuality) Name() string { return "panoptic_quality" }

// Add counts a batch.
func (q *PanopticQuality) Add(prediction, target *tensor.Tensor) {
	s := prediction.Shape()
	if !slices.Equal(s, target.Shape()) || len(s) < 2 || s[len(s)-1] != 2 || prediction.DType().IsFloat() || target.DType().IsFloat() {
		panic(tensor.Errorf("PanopticQuality", "predictions %s %v and targets %s %v; want integers of one shape [n … 2]",
			prediction.DType(), prediction, target.DType(), target))
	}
	if q.of == nil {
		q.of = map[int64]*quality{}
	}
	x, y := prediction.Detach().Ints(), target.Detach().Ints()
	size := len(x) / max(s[0], 1)
	for ; len(x) > 0; x, y = x[size:], y[size:] {
		q.picture(q.segments(x[:size]), q.segments(y[:size]))
	}
}

func (q *PanopticQuality) segments(v []int64) []segment {
	all := make([]segment, len(v)/2)
	for i := range all {
		k, instance := v[2*i], v[2*i+1]
		switch {
		case slices.Contains(q.Stuff, int(k)):
			all[i] = segment{k, 0}
		case slices.Contains(q.Things, int(k)):
			all[i] = segment{k, instance}
		default:
			all[i] = void
		}
	}
	return all
}

func (q *PanopticQuality) class(k int64) *quality {
	if q.of[k] == nil {
		q.of[k] = &quality{}
	}
	return q.of[k]
}

// picture counts the segments of one picture.
func (q *PanopticQuality) picture(x, y []segment) {
	areaX, areaY, both := map[segment]float64{}, map[segment]float64{}, map[[2]segment]float64{}
	for i, a := range x {
		areaX[a]++
		areaY[y[i]]++
		both[[2]segment{a, y[i]}]++
	}
	foundX, foundY := map[segment]bool{}, map[segment]bool{}
	for _, pair := range ordered(x, y) {
		a, b := pair[0], pair[1]
		if b == void || a[0] != b[0] {
			continue
		}
		in := both[pair]
		iou := in / (areaX[a] - both[[2]segment{a, void}] + areaY[b] - both[[2]segment{void, b}] - in)
		if c := q.class(a[0]); q.any(a[0]) {
			c.iou += iou
		} else if iou > 0.5 {
			foundX[a], foundY[b] = true, true
			c.iou += iou
			c.tp++
		}
	}
	for b, n := range areaY {
		switch {
		case b == void:
		case q.any(b[0]):
			q.class(b[0]).tp++
		case !foundY[b] && both[[2]segment{void, b}] <= n/2:
			q.class(b[0]).fn++
		}
	}
	for a, n := range areaX {
		if a != void && !foundX[a] && !q.any(a[0]) && both[[2]segment{a, void}] <= n/2 {
			q.class(a[0]).fp++
		}
	}
}

// any reports whether any IoU is enough for a class.
func (q *PanopticQuality) any(k int64) bool { return q.Modified && slices.Contains(q.Stuff, int(k)) }

// ordered returns the pairs that occur, in the order in which they do: sums must not depend on that of a map.
func ordered(x, y []segment) (pairs [][2]segment) {
	seen := map[[2]segment]bool{}
	for i, a := range x {
		if p := [2]segment{a, y[i]}; !seen[p] {
			seen[p] = true
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// Value returns the mean over the classes that are there or predicted.
func (q *PanopticQuality) Value() float64 { v, _, _ := q.Qualities(); return v }

// Qualities returns the panoptic quality and its factors, the segmentation quality Σ IoU / TP and the recognition quality
// TP / (TP + FP/2 + FN/2), each the mean over the classes.
func (q *PanopticQuality) Qualities() (panoptic, segmentation, recognition float64) {
	n := 0.
	for _, k := range slices.Concat(q.Things, q.Stuff) {
		c := q.of[int64(k)]
		if c == nil || c.tp+c.fp+c.fn == 0 {
			continue
		}
		s, r := share(c.iou, c.tp), c.tp/(c.tp+c.fp/2+c.fn/2)
		panoptic, segmentation, recognition, n = panoptic+s*r, segmentation+s, recognition+r, n+1
	}
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	return panoptic / n, segmentation / n, recognition / n
}

// Merge adds what another PanopticQuality has counted.
func (q *PanopticQuality) Merge(m Metric) {
	b := same[*PanopticQuality]("PanopticQuality.Merge", m)
	if q.of == nil {
		q.of = map[int64]*quality{}
	}
	for k, o := range b.of {
		c := q.class(k)
		c.iou, c.tp, c.fp, c.fn = c.iou+o.iou, c.tp+o.tp, c.fp+o.fp, c.fn+o.fn
	}
}

// Reset forgets what was added.
func (q *PanopticQuality) Reset() { q.of = nil }
