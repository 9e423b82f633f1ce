package metric

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// MeanAveragePrecision is the area under the curve of precision over recall of detected boxes or masks, the mean over the classes
// and over how well one must fit, from 0 to 1: COCO's AP, or VOC's.
//
//	"coco":  IoU of .50 to .95 by .05; precision at 101 recalls, the best at that or a higher one; a box takes the best object that
//	         no surer one took
//	"voc07": IoU above .5; precision at 11 recalls; a box takes the best object, and is wrong if a surer one took that
//	"voc":   as voc07, but precision at all recalls
//
// Classes that are not there do not count. What is to be ignored is neither right to find nor wrong to miss. Numbers are those of
// pycocotools and of VOC's script; for VOC's of whole pixels add 1 to x₂ and y₂. Of equal scores the first counts as the higher.
//
// Lin and others, Microsoft COCO, 2014 (arXiv:1405.0312); Everingham and others, The Pascal VOC Challenge, 2010.
type MeanAveragePrecision struct {
	Rule          string    // "coco", the default, "voc07" or "voc"
	IoUs          []float64 // nil means those of the rule
	MaxDetections int       // of a picture and class, the surest; 0 means 100 for COCO, all for VOC

	classes map[int64]*found
}

// found is what is known about a class.
type found struct {
	hits    []hit
	objects [len(areas)]int // to be found, by area
}

// A hit is a detection; of each area, a bit for each IoU says whether it found an object, and whether it does not count.
type hit struct {
	score       float64
	rank        int // in its picture
	right, skip [len(areas)]uint32
}

// areas are COCO's: all, small, medium and large.
var areas = [...][2]float64{{0, 1e10}, {0, 32 * 32}, {32 * 32, 96 * 96}, {96 * 96, 1e10}}

// Name returns "map".
func (m *MeanAveragePrecision) Name() string { return "map" }

func (m *MeanAveragePrecision) isCOCO() bool { return m.Rule == "" || m.Rule == "coco" }

func (m *MeanAveragePrecision) ious() []float64 {
	switch {
	case m.IoUs != nil:
		return m.IoUs
	case !m.isCOCO():
		return []float64{0.5}
	}
	return spaced10()
}

// spaced10 returns .50 to .95 as NumPy's linspace does.
func spaced10() []float64 {
	v, first, last := make([]float64, 10), 0.5, 0.95
	step := (last - first) / 9
	for i := range v {
		v[i] = float64(float64(i)*step) + first
	}
	v[9] = last
	return v
}

// AddImage counts a picture.
func (m *MeanAveragePrecision) AddImage(in Detections, there Objects) {
	ious := m.ious()
	if !m.isCOCO() && m.Rule != "voc07" && m.Rule != "voc" || len(ious) > 32 {
		panic(tensor.Errorf("MeanAveragePrecision", "the rule %q with %d IoUs; want coco, voc07 or voc, and at most 32", m.Rule, len(ious)))
	}
	detections, objects := byClass("MeanAveragePrecision", in, there)
	if m.classes == nil {
		m.classes = map[int64]*found{}
	}
	for k, d := range detections {
		m.class(k).add(m, d, objects[k], ious)
	}
	for k, o := range objects {
		if detections[k] == nil {
			m.class(k).add(m, nil, o, ious)
		}
	}
}

func (m *MeanAveragePrecision) class(k int64) *found {
	if m.classes[k] == nil {
		m.classes[k] = &found{}
	}
	return m.classes[k]
}

// add counts the detections and objects of a class in a picture.
func (f *found) add(m *MeanAveragePrecision, d []detection, o []object, ious []float64) {
	slices.SortStableFunc(d, func(a, b detection) int { return cmp.Compare(b.score, a.score) })
	most := m.MaxDetections
	if most == 0 && m.isCOCO() {
		most = 100
	}
	if most > 0 && len(d) > most {
		d = d[:most]
	}
	hits := make([]hit, len(d))
	for i := range d {
		hits[i].score, hits[i].rank = d[i].score, i
	}
	for a, span := range areas {
		order, ignored := outside(o, span)
		for _, out := range ignored {
			if !out {
				f.objects[a]++
			}
		}
		table := overlaps(d, order, m.isCOCO())
		for t, least := range ious {
			right, skip := matchCOCO(table, order, ignored, least)
			if !m.isCOCO() {
				right, skip = matchVOC(table, order, least)
			}
			for i := range d {
				if !right[i] && m.isCOCO() {
					skip[i] = skip[i] || d[i].area < span[0] || d[i].area > span[1]
				}
				if right[i] {
					hits[i].right[a] |= 1 << t
				}
				if skip[i] {
					hits[i].skip[a] |= 1 << t
				}
			}
		}
	}
	f.hits = append(f.hits, hits...)
}

// Value returns the mean over classes and IoUs.
func (m *MeanAveragePrecision) Value() float64 {
	var all mean
	for t := range m.ious() {
		m.over(t, 0, 0, func(ap, _ float64) { all.one(ap) })
	}
	return all.Value()
}

// over calls f with the average precision and the recall of each class that is there, by class.
func (m *MeanAveragePrecision) over(t, area, most int, f func(ap, recall float64)) {
	for _, k := range slices.Sorted(maps.Keys(m.classes)) {
		if c := m.classes[k]; c.objects[area] > 0 {
			f(m.curve(c, t, area, most))
		}
	}
}

// curve returns the average precision and the recall of a class.
func (m *MeanAveragePrecision) curve(c *found, t, area, most int) (ap, recall float64) {
	surer := func(a, b hit) int { return cmp.Compare(b.score, a.score) }
	if !slices.IsSortedFunc(c.hits, surer) { // sorted once, and again only after more were added
		slices.SortStableFunc(c.hits, surer)
	}
	var precisions, recalls []float64
	tp, fp, n := 0., 0., float64(c.objects[area])
	for _, h := range c.hits {
		if most > 0 && h.rank >= most {
			continue
		}
		if h.skip[area]>>t&1 == 0 {
			if h.right[area]>>t&1 == 1 {
				tp++
			} else {
				fp++
			}
		}
		precisions, recalls = append(precisions, tp/(tp+fp+smallest)), append(recalls, tp/n)
	}
	for i := len(precisions) - 2; i >= 0; i-- {
		precisions[i] = max(precisions[i], precisions[i+1])
	}
	if len(recalls) > 0 {
		recall = recalls[len(recalls)-1]
	}
	return m.area(precisions, recalls), recall
}

// area returns the area under the best precision at each recall or a higher one.
func (m *MeanAveragePrecision) area(precisions, recalls []float64) (sum float64) {
	if m.Rule == "voc" {
		last := 0.
		for i, r := range recalls {
			sum += (r - last) * precisions[i]
			last = r
		}
		return sum
	}
	points := 101
	if m.Rule == "voc07" {
		points = 11
	}
	step := 1 / float64(points-1)
	for i := range points {
		r := float64(i) * step
		if i == points-1 {
			r = 1
		}
		if at, _ := slices.BinarySearch(recalls, r); at < len(precisions) {
			sum += precisions[at] / float64(points)
		}
	}
	return sum
}

// At returns the mean over the classes at one of the IoUs, such as 0.5; NaN for another.
func (m *MeanAveragePrecision) At(iou float64) float64 {
	var all mean
	for t, v := range m.ious() {
		if math.Abs(v-iou) < 1e-9 {
			m.over(t, 0, 0, func(ap, _ float64) { all.one(ap) })
		}
	}
	return all.Value()
}

// Classes returns the mean over the IoUs of each class that is there.
func (m *MeanAveragePrecision) Classes() map[int]float64 {
	all := map[int]float64{}
	n := len(m.ious())
	for k, c := range m.classes {
		for t := range n {
			if c.objects[0] > 0 {
				ap, _ := m.curve(c, t, 0, 0)
				all[int(k)] += ap / float64(n)
			}
		}
	}
	return all
}

// COCO are the twelve numbers that pycocotools prints; NaN where it prints −1, for none there.
type COCO struct {
	AP, AP50, AP75             float64
	Small, Medium, Large       float64 // AP of objects of less than 32² pixels, of up to 96², and of more
	AR1, AR10, AR100           float64 // recall with at most so many detections in a picture
	ARSmall, ARMedium, ARLarge float64 // recall of small, medium and large objects
}

// COCO returns COCO's numbers.
func (m *MeanAveragePrecision) COCO() COCO {
	ap, recall := [len(areas)]mean{}, [len(areas)]mean{}
	var few, some mean
	for t := range m.ious() {
		for a := range areas {
			m.over(t, a, 100, func(p, r float64) { ap[a].one(p); recall[a].one(r) })
		}
		m.over(t, 0, 1, func(_, r float64) { few.one(r) })
		m.over(t, 0, 10, func(_, r float64) { some.one(r) })
	}
	return COCO{
		ap[0].Value(), m.At(0.5), m.At(0.75), ap[1].Value(), ap[2].Value(), ap[3].Value(),
		few.Value(), some.Value(), recall[0].Value(), recall[1].Value(), recall[2].Value(), recall[3].Value(),
	}
}

// Merge adds what another MeanAveragePrecision has counted.
func (m *MeanAveragePrecision) Merge(b DetectionMetric) {
	o := same[*MeanAveragePrecision]("MeanAveragePrecision.Merge", b)
	if m.classes == nil {
		m.classes = map[int64]*found{}
	}
	for k, f := range o.classes {
		c := m.class(k)
		c.hits = append(c.hits, f.hits...)
		for a, n := range f.objects {
			c.objects[a] += n
		}
	}
}

// Reset forgets what was added.
func (m *MeanAveragePrecision) Reset() { m.classes = nil }
