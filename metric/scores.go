package metric

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// scores keeps what was predicted for each class, to rank it once all is there.
type scores struct {
	of     []ranking // by class or label; one of yes alone
	binary bool
}

// A ranking is the scores of a class and whether it was the target.
type ranking struct {
	score []float64
	yes   []bool
}

// add keeps a batch. Several classes that exclude each other are ranked by their probabilities.
func (s *scores) add(op string, prediction, target *tensor.Tensor, o options, given bool) {
	switch {
	case o.labels:
		if !slices.Equal(prediction.Shape(), target.Shape()) || target.Rank() < 1 {
			panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ, or have no axis of labels", prediction, target))
		}
		s.keep(op, target.Dim(-1), prediction, truth(target.Detach()), o)
	case isYesOrNo(prediction, target):
		s.binary = true
		s.keep(op, 1, prediction, truth(target.Detach()), o)
	default:
		_, c := classRows(op, prediction, target, o.axis)
		s.grow(op, c)
		forecasts(op, prediction, target, o, given, func(f forecast) {
			for k := range f.log {
				s.of[k].add(op, f.p(k), k == f.target)
			}
		})
	}
}

// keep keeps a score for each of the truths, those of n labels in turn.
func (s *scores) keep(op string, n int, prediction *tensor.Tensor, wanted []int64, o options) {
	s.grow(op, n)
	for i, z := range tensor.Values[float64](prediction.Detach()) {
		if k := wanted[i]; !o.ignores(k) {
			s.of[i%n].add(op, z, k != 0)
		}
	}
}

func (r *ranking) add(op string, score float64, yes bool) {
	if score != score {
		panic(tensor.Errorf(op, "a prediction is NaN and has no rank"))
	}
	r.score, r.yes = append(r.score, score), append(r.yes, yes)
}

func (s *scores) grow(op string, n int) {
	if s.of == nil {
		s.of = make([]ranking, n)
	}
	if len(s.of) != n {
		panic(tensor.Errorf(op, "predictions of %d classes after some of %d", n, len(s.of)))
	}
}

func (s *scores) merge(op string, b scores) {
	if b.of == nil {
		return
	}
	s.grow(op, len(b.of))
	s.binary = b.binary
	for i, r := range b.of {
		s.of[i].score = append(s.of[i].score, r.score...)
		s.of[i].yes = append(s.of[i].yes, r.yes...)
	}
}

// Reset forgets what was added.
func (s *scores) Reset() { *s = scores{} }

// all returns the rankings as one, for the micro average.
func (s *scores) all() (all ranking) {
	for _, r := range s.of {
		all.score = append(all.score, r.score...)
		all.yes = append(all.yes, r.yes...)
	}
	return all
}

// value returns the average of f, NaN of nothing; classes of which f is NaN are left out.
func (s *scores) value(a Average, f func(*steps) float64) float64 {
	if a == Micro {
		return f(s.all().steps())
	}
	sum, weights := 0., 0.
	for _, r := range s.of {
		t := r.steps()
		v, w := f(t), 1.
		if a == Weighted {
			w = t.positives
		}
		if v == v {
			sum, weights = sum+w*v, weights+w
		}
	}
	if weights == 0 {
		return math.NaN()
	}
	return sum / weights
}

// steps are how many true and false positives there are at each distinct score as the threshold, from the highest on.
type steps struct {
	threshold            []float64
	tp, fp               []float64
	positives, negatives float64
}

func (r ranking) steps() *steps {
	order := make([]int, len(r.score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(r.score[j], r.score[i]) })
	t := &steps{}
	for n, i := range order {
		if r.yes[i] {
			t.positives++
		} else {
			t.negatives++
		}
		if n+1 == len(order) || r.score[order[n+1]] != r.score[i] {
			t.threshold = append(t.threshold, r.score[i])
			t.tp = append(t.tp, t.positives)
			t.fp = append(t.fp, t.negatives)
		}
	}
	return t
}

// roc returns the curve of false and true positive rates, from (0, 0) at a threshold of infinity to (1, 1).
func (t *steps) roc() (fpr, tpr, thresholds []float64) {
	fpr, tpr, thresholds = []float64{0}, []float64{0}, append([]float64{math.Inf(1)}, t.threshold...)
	for i := range t.tp {
		fpr, tpr = append(fpr, t.fp[i]/t.negatives), append(tpr, t.tp[i]/t.positives)
	}
	return fpr, tpr, thresholds
}

// precisionRecall returns the curve from the lowest threshold on, with a last point of precision 1 and recall 0, which has no
// threshold.
func (t *steps) precisionRecall() (precision, recall, thresholds []float64) {
	for i := range slices.Backward(t.tp) {
		precision = append(precision, t.tp[i]/(t.tp[i]+t.fp[i]))
		recall = append(recall, t.tp[i]/t.positives)
		thresholds = append(thresholds, t.threshold[i])
	}
	return append(precision, 1), append(recall, 0), thresholds
}

// trapezoid returns the area under y over x.
func trapezoid(x, y []float64) (area float64) {
	for i := 1; i < len(x); i++ {
		area += (x[i] - x[i-1]) * (y[i] + y[i-1]) / 2
	}
	return area
}
