package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// A box is x₁, y₁, x₂, y₂ with x₁ ≤ x₂ and y₁ ≤ y₂.
type box [4]float64

func (b box) area() float64 { return (b[2] - b[0]) * (b[3] - b[1]) }

// overlap returns the area that two boxes share.
func (b box) overlap(c box) float64 {
	w, h := min(b[2], c[2])-max(b[0], c[0]), min(b[3], c[3])-max(b[1], c[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// hull returns the least box around two.
func (b box) hull(c box) box {
	return box{min(b[0], c[0]), min(b[1], c[1]), max(b[2], c[2]), max(b[3], c[3])}
}

// boxes returns the rows of a tensor [n 4].
func boxes(op string, t *tensor.Tensor) []box {
	if t == nil {
		return nil
	}
	if t.Rank() != 2 || t.Dim(1) != 4 {
		panic(tensor.Errorf(op, "boxes of shape %v; want [n 4]", t))
	}
	v := tensor.Values[float64](t.Detach())
	all := make([]box, t.Dim(0))
	for i := range all {
		copy(all[i][:], v[4*i:])
		if b := all[i]; b[2] < b[0] || b[3] < b[1] {
			panic(tensor.Errorf(op, "the box %v ends before it begins; want x1 y1 x2 y2", b))
		}
	}
	return all
}

// BoxIoU is the mean intersection over union of predicted boxes and the targets', pair by pair.
//
//	x [n 4] of x₁, y₁, x₂, y₂, y of the same shape
//	"":            IoU = |x ∩ y| / |x ∪ y|, from 0 to 1
//	"generalized": IoU − (|hull| − |x ∪ y|) / |hull|, from −1 to 1, hull the least box around both
//	"distance":    IoU − ρ²/d², ρ the distance of the centres and d the diagonal of the hull
//	"complete":    distance − α·v, v = 4/π²·(atan(w/h of y) − atan(w/h of x))², α = v / (1 − IoU + v)
//
// Coordinates are continuous: a box from 0 to 1 is one wide. An empty union counts 0. For boxes that have still to be matched
// see [MeanAveragePrecision].
//
// Rezatofighi and others, 2019 (arXiv:1902.09630); Zheng and others, 2019 (arXiv:1911.08287).
type BoxIoU struct {
	Kind string // "generalized", "distance" or "complete"

	mean
}

// Name returns "iou", "giou", "diou" or "ciou".
func (b *BoxIoU) Name() string {
	return map[string]string{"generalized": "giou", "distance": "diou", "complete": "ciou"}[b.Kind] + map[bool]string{true: "iou"}[b.Kind == ""]
}

// Add counts pairs of boxes.
func (b *BoxIoU) Add(prediction, target *tensor.Tensor) {
	if !slices.Contains([]string{"", "generalized", "distance", "complete"}, b.Kind) {
		panic(tensor.Errorf("BoxIoU", "no kind is called %q; want generalized, distance or complete", b.Kind))
	}
	x, y := boxes("BoxIoU", prediction), boxes("BoxIoU", target)
	if len(x) != len(y) {
		panic(tensor.Errorf("BoxIoU", "predictions of shape %v and targets of shape %v differ", prediction, target))
	}
	for i := range x {
		b.one(b.pair(x[i], y[i]))
	}
}

func (b *BoxIoU) pair(x, y box) float64 {
	both := x.overlap(y)
	union := x.area() + y.area() - both
	iou, hull := share(both, union), x.hull(y)
	w, h := hull[2]-hull[0], hull[3]-hull[1]
	centres := (squared(x[0]+x[2], y[0]+y[2]) + squared(x[1]+x[3], y[1]+y[3])) / 4
	distance := iou - share(centres, w*w+h*h)
	switch b.Kind {
	case "generalized":
		return iou - share(w*h-union, w*h)
	case "distance":
		return distance
	case "complete":
		v := 4 / (math.Pi * math.Pi) * squared(aspect(y), aspect(x))
		return distance - share(v*v, 1-iou+v)
	}
	return iou
}

func aspect(b box) float64 { return math.Atan2(b[2]-b[0], b[3]-b[1]) }

// Merge adds what another BoxIoU has counted.
func (b *BoxIoU) Merge(m Metric) { b.merge(same[*BoxIoU]("BoxIoU.Merge", m).mean) }
