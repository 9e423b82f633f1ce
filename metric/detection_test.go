package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A boxSample is a metric of boxes with golden cases: the arrays found_ and there_, with the picture of each box, and value.
type boxSample struct {
	name, called, golden string
	fresh                func() DetectionMetric
	like                 func(c *check.Case) DetectionMetric
	found                Detections
	there                Objects
	value                float64 // of the picture found and there, by hand
	misuse               []boxMisuse
}

type boxMisuse struct {
	found Detections
	there Objects
	says  string
}

func (s boxSample) title() string { return s.name }

func (s boxSample) test(t *testing.T) {
	m := s.fresh()
	if m.Name() != s.called {
		t.Errorf("it is called %q, want %q", m.Name(), s.called)
	}
	wantBoxes(t, "of nothing", m, math.NaN())
	m.AddImage(s.found, s.there)
	wantBoxes(t, "of a picture", m, s.value)
	m.Reset()
	wantBoxes(t, "after Reset", m, math.NaN())
	for _, c := range cases(t, s.golden+"/") {
		found, there := pictured(c)
		a, b, d, none := s.like(c), s.like(c), s.like(c), s.like(c)
		for i := range found {
			a.AddImage(found[i], there[i])
			if i < len(found)/3 {
				b.AddImage(found[i], there[i])
			} else {
				d.AddImage(found[i], there[i])
			}
		}
		wantGolden(t, s.name, c, a.Value())
		b.Merge(d)
		b.Merge(s.like(c))
		none.Merge(b)
		wantBoxes(t, c.Name+" merged", b, a.Value())
		wantBoxes(t, c.Name+" merged into nothing", none, a.Value())
	}
	for i, u := range s.misuse {
		err := tensor.Catch(func() { s.fresh().AddImage(u.found, u.there) })
		if err == nil || !strings.Contains(err.Error(), u.says) {
			t.Errorf("misuse %d: error %v, want one that says %q", i, err, u.says)
		}
	}
	if err := tensor.Catch(func() { m.Merge(otherBoxes{}) }); err == nil {
		t.Error("it merged a stranger")
	}
}

func wantBoxes(t *testing.T, when string, m DetectionMetric, want float64) {
	t.Helper()
	if got := m.Value(); math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s: %v, want %v", when, got, want)
	}
}

type otherBoxes struct{}

func (otherBoxes) Name() string                 { return "" }
func (otherBoxes) AddImage(Detections, Objects) {}
func (otherBoxes) Merge(DetectionMetric)        {}
func (otherBoxes) Value() float64               { return 0 }
func (otherBoxes) Reset()                       {}

// pictured returns the boxes of a case, picture by picture.
func pictured(c *check.Case) (found []Detections, there []Objects) {
	n := int64(0)
	for _, p := range append(c.Int64("found_pictures"), c.Int64("there_pictures")...) {
		n = max(n, p+1)
	}
	for p := range n {
		in, at := places(c.Int64("found_pictures"), p), places(c.Int64("there_pictures"), p)
		var d Detections
		var o Objects
		if len(in) > 0 { // a picture without boxes has no tensors
			d = Detections{Scores: floats(c, "found_scores", in), Classes: whole64(c, "found_classes", in)}
			if c.Has("found_masks") {
				d.Masks = whole64(c, "found_masks", in, c.Shape("found_masks")[1:]...)
			} else {
				d.Boxes = floats(c, "found_boxes", in, 4)
			}
		}
		if len(at) > 0 {
			o = Objects{Classes: whole64(c, "there_classes", at), Ignore: whole64(c, "there_ignore", at), Areas: floats(c, "there_areas", at)}
			if c.Has("there_masks") {
				o.Masks = whole64(c, "there_masks", at, c.Shape("there_masks")[1:]...)
			} else {
				o.Boxes = floats(c, "there_boxes", at, 4)
			}
			if c.HasAttr("areas") && !c.Bool("areas") {
				o.Areas = nil
			}
		}
		found, there = append(found, d), append(there, o)
	}
	return found, there
}

func places(pictures []int64, p int64) (at []int) {
	for i, q := range pictures {
		if q == p {
			at = append(at, i)
		}
	}
	return at
}

func floats(c *check.Case, name string, rows []int, width ...int) *tensor.Tensor {
	return tensor.Of(picked(c.Float32(name), rows, width), append([]int{len(rows)}, width...)...)
}

func whole64(c *check.Case, name string, rows []int, width ...int) *tensor.Tensor {
	return tensor.Of(picked(c.Int64(name), rows, width), append([]int{len(rows)}, width...)...)
}

func picked[T any](all []T, rows, width []int) (v []T) {
	w := 1
	for _, n := range width {
		w *= n
	}
	for _, i := range rows {
		v = append(v, all[i*w:(i+1)*w]...)
	}
	return v
}

// Two objects of class 1 and one of class 2; the surest detection finds the first, the next nothing, and class 2 is not found.
var (
	oneFound = Detections{
		Boxes:  tensor.Of([]float32{0, 0, 10, 10, 50, 50, 60, 60}, 2, 4),
		Scores: tensor.Of([]float32{0.9, 0.8}), Classes: tensor.Of([]int64{1, 1}),
	}
	threeAre = Objects{Boxes: tensor.Of([]float32{0, 0, 10, 10, 20, 20, 30, 30, 5, 5, 9, 9}, 3, 4), Classes: tensor.Of([]int64{1, 1, 2})}
)

var _ = register(boxSample{
	name: "MeanAveragePrecision", called: "map", golden: "MeanAveragePrecision",
	fresh: func() DetectionMetric { return &MeanAveragePrecision{} },
	like:  func(c *check.Case) DetectionMetric { return &MeanAveragePrecision{Rule: text(c, "rule")} },
	found: oneFound, there: threeAre, value: 51. / 101 / 2,
	misuse: []boxMisuse{
		{Detections{Boxes: tensor.Zeros(2, 3)}, Objects{}, "boxes of shape [2 3]; want [n 4]"},
		{Detections{Boxes: tensor.Zeros(2, 4)}, Objects{}, "scores of shape [] for 2 of them; want [2]"},
		{Detections{}, Objects{Boxes: tensor.Of([]float32{3, 0, 1, 1}, 1, 4)}, "ends before it begins"},
		{Detections{Boxes: tensor.Zeros(1, 4), Scores: tensor.Of([]float32{float32(math.NaN())}, 1), Classes: tensor.Of([]int64{0}, 1)}, Objects{}, "a score is NaN"},
		{Detections{Masks: tensor.Zeros(2, 3)}, Objects{}, "masks of shape [2 3]; want [n h w]"},
		{oneFound, Objects{Masks: tensor.Zeros(1, 9, 9), Classes: tensor.Of([]int64{1}, 1)}, "masks found of shape [] and there of shape [1 9 9]"},
	},
})

var _ = register(sample{
	name: "BoxIoU", fresh: func() Metric { return &BoxIoU{} }, called: "iou", golden: "BoxIoU",
	prediction: tensor.Of([]float32{0, 0, 2, 2, 0, 0, 1, 1}, 2, 4), target: tensor.Of([]float32{1, 0, 3, 2, 5, 5, 6, 6}, 2, 4), value: 1. / 6,
	like: func(c *check.Case) Metric { return &BoxIoU{Kind: text(c, "kind")} },
	misuse: []misuse{
		{tensor.Zeros(3, 4), tensor.Zeros(2, 4), "predictions of shape [3 4] and targets of shape [2 4] differ"},
		{tensor.Zeros(3), tensor.Zeros(3), "boxes of shape [3]; want [n 4]"},
	},
})

var _ = register(sample{
	name: "PanopticQuality", fresh: func() Metric { return &PanopticQuality{Things: []int{0, 1}, Stuff: []int{2, 3}} }, called: "panoptic_quality",
	golden: "PanopticQuality",
	like: func(c *check.Case) Metric {
		return &PanopticQuality{Things: []int{0, 1}, Stuff: []int{2, 3}, Modified: c.Bool("modified")}
	},
	prediction: tensor.Of([]int64{0, 1, 0, 1, 0, 1, 2, 5, 2, 6, 9, 0}, 1, 6, 2),
	target:     tensor.Of([]int64{0, 1, 0, 1, 2, 0, 2, 0, 2, 0, 9, 0}, 1, 6, 2), value: 2. / 3,
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3, 2), "want integers of one shape [n … 2]"}},
})

// TestCOCO: the twelve numbers are those of pycocotools.
func TestCOCO(t *testing.T) {
	for _, c := range cases(t, "MeanAveragePrecision/") {
		if !c.Has("stats") {
			continue
		}
		var m MeanAveragePrecision
		found, there := pictured(c)
		for i := range found {
			m.AddImage(found[i], there[i])
		}
		s := m.COCO()
		got := []float64{s.AP, s.AP50, s.AP75, s.Small, s.Medium, s.Large, s.AR1, s.AR10, s.AR100, s.ARSmall, s.ARMedium, s.ARLarge}
		for i, want := range c.Float64("stats") {
			if want == -1 {
				want = math.NaN()
			}
			if math.Abs(got[i]-want) > 1e-9 || math.IsNaN(got[i]) != math.IsNaN(want) {
				t.Errorf("%s: number %d is %v, want %v", c.Name, i, got[i], want)
			}
		}
	}
}

// TestMeanAveragePrecisionByClass: the values of the classes, and at one IoU.
func TestMeanAveragePrecisionByClass(t *testing.T) {
	var m MeanAveragePrecision
	m.AddImage(oneFound, threeAre)
	if v := m.Classes(); len(v) != 2 || math.Abs(v[1]-51./101) > 1e-12 || v[2] != 0 {
		t.Errorf("by class %v", v)
	}
	if v := m.At(0.5); math.Abs(v-51./101/2) > 1e-12 || !math.IsNaN(m.At(0.51)) {
		t.Errorf("at .5: %v", v)
	}
	if err := tensor.Catch(func() { (&MeanAveragePrecision{Rule: "lvis"}).AddImage(oneFound, threeAre) }); err == nil {
		t.Error("it took an unknown rule")
	}
}

// TestQualities: panoptic quality is the product of its factors for one class.
func TestQualities(t *testing.T) {
	q := PanopticQuality{Things: []int{0}}
	q.Add(tensor.Of([]int64{0, 1, 0, 1, 0, 1, 0, 2}, 1, 4, 2), tensor.Of([]int64{0, 7, 0, 7, 0, 7, 0, 7}, 1, 4, 2))
	if p, s, r := q.Qualities(); math.Abs(p-0.5) > 1e-12 || math.Abs(s-0.75) > 1e-12 || math.Abs(r-2./3) > 1e-12 {
		t.Errorf("%v, %v, %v", p, s, r)
	}
}
