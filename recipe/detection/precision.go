package detection

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// A precision is the average precision of boxes as a metric of batches: of what [rows] returns and the targets of a [set].
type precision struct {
	name   string
	class  int  // -1: the mean over all
	strict bool // the mean over IoUs of .50 to .95, as COCO has it; else at .50

	of metric.MeanAveragePrecision
}

// Name returns the name in records.
func (m *precision) Name() string { return m.name }

// Add counts a batch of pictures.
func (m *precision) Add(prediction, target *tensor.Tensor) {
	if !m.strict {
		m.of.IoUs = []float64{0.5}
	}
	for i := range prediction.Dim(0) {
		found := withClass(prediction.Select(0, i))
		there := withClass(target.Select(0, i))
		d := metric.Detections{Boxes: found.Slice(1, 0, 4), Classes: found.Select(1, 4), Scores: found.Select(1, 5)}
		m.of.AddImage(d, metric.Objects{Boxes: there.Slice(1, 0, 4), Classes: there.Select(1, 4), Ignore: there.Select(1, 5)})
	}
}

// withClass returns the rows that are something: those before the first of class −1.
func withClass(x *tensor.Tensor) *tensor.Tensor {
	classes := x.Select(1, 4).Floats()
	n := slices.Index(classes, -1)
	if n < 0 {
		n = len(classes)
	}
	return x.Slice(0, 0, n)
}

// Value returns the average precision, NaN if nothing of the class is there.
func (m *precision) Value() float64 {
	if m.class < 0 {
		return m.of.Value()
	}
	if v, ok := m.of.Classes()[m.class]; ok {
		return v
	}
	return math.NaN()
}

// Merge adds what another has counted.
func (m *precision) Merge(o metric.Metric) {
	other, ok := o.(*precision)
	if !ok {
		panic(tensor.Errorf("precision.Merge", "%T does not merge into %T", o, m))
	}
	m.of.Merge(&other.of)
}

// Reset forgets what was added.
func (m *precision) Reset() { m.of.Reset() }
