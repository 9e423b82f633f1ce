package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Average says how the values of several classes, or labels, become one.
type Average int

// The averages.
const (
	Auto     Average = iota // the value of yes where the question is yes or no, else Macro
	Macro                   // the mean over the classes; a class that is neither target nor predicted is left out
	Micro                   // the value of the classes' counts together
	Weighted                // the mean over the classes, each weighing as many targets as it has
)

// tally counts, for each class, how often it was rightly and wrongly predicted and not predicted.
type tally struct {
	of     []outcomes
	n      int  // of examples
	binary bool // the question is yes or no
	labels bool // the classes do not exclude each other
}

// outcomes are the counts of a class, with those of examples that are left out.
type outcomes struct{ tp, fp, fn, out int }

// rates are the counts of a class: true positives, false positives, false negatives, true negatives.
type rates struct{ tp, fp, fn, tn float64 }

// add counts a batch.
func (t *tally) add(op string, prediction, target *tensor.Tensor, o options) {
	if o.labels {
		t.addLabels(op, prediction.Detach(), target.Detach(), o)
		return
	}
	predicted, wanted := decide(op, prediction, target, o.axis, o.threshold)
	if isBinary(prediction, target) {
		if isYesOrNo(prediction, target) {
			t.binary = true
			t.grow(2)
		}
	} else {
		t.grow(prediction.Dim(classAxis(op, prediction, target, o.axis)))
	}
	for i, k := range wanted {
		if !o.ignores(k) {
			t.count(op, k, predicted[i])
		}
	}
}

// count counts one example.
func (t *tally) count(op string, wanted, predicted int64) {
	checkClass(op, wanted, predicted)
	t.grow(int(max(wanted, predicted)) + 1)
	t.n++
	if wanted == predicted {
		t.of[wanted].tp++
		return
	}
	t.of[predicted].fp++
	t.of[wanted].fn++
}

// addLabels counts a batch [… l] of yes or no for each of l labels.
func (t *tally) addLabels(op string, prediction, target *tensor.Tensor, o options) {
	if !slices.Equal(prediction.Shape(), target.Shape()) || target.Rank() < 1 {
		panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ, or have no axis of labels", prediction, target))
	}
	t.labels = true
	l := target.Dim(-1)
	t.grow(l)
	predicted, wanted := answers(prediction, o.threshold), truth(target)
	t.n += len(wanted) / max(l, 1)
	for i, k := range wanted {
		c := &t.of[i%l]
		switch yes := predicted[i] != 0; {
		case o.ignores(k):
			c.out++
		case yes && k != 0:
			c.tp++
		case yes:
			c.fp++
		case k != 0:
			c.fn++
		}
	}
}

func (t *tally) grow(n int) {
	for len(t.of) < n {
		t.of = append(t.of, outcomes{})
	}
}

func (t *tally) merge(b tally) {
	t.grow(len(b.of))
	for i, c := range b.of {
		a := &t.of[i]
		a.tp, a.fp, a.fn, a.out = a.tp+c.tp, a.fp+c.fp, a.fn+c.fn, a.out+c.out
	}
	t.n, t.binary, t.labels = t.n+b.n, t.binary || b.binary, t.labels || b.labels
}

func (t *tally) rates(class int) rates {
	c := t.of[class]
	return rates{float64(c.tp), float64(c.fp), float64(c.fn), float64(t.n - c.out - c.tp - c.fp - c.fn)}
}

// together returns the sum of the classes' counts.
func (t *tally) together() (all rates) {
	for i := range t.of {
		r := t.rates(i)
		all.tp, all.fp, all.fn, all.tn = all.tp+r.tp, all.fp+r.fp, all.fn+r.fn, all.tn+r.tn
	}
	return all
}

// each returns f of each class.
func (t *tally) each(f func(rates) float64) []float64 {
	all := make([]float64, len(t.of))
	for i := range t.of {
		all[i] = f(t.rates(i))
	}
	return all
}

// value returns the average of f, NaN if nothing was counted.
func (t *tally) value(a Average, f func(rates) float64) float64 {
	if t.n == 0 {
		return math.NaN()
	}
	if a == Auto && t.binary {
		return f(t.rates(1))
	}
	if a == Micro {
		return f(t.together())
	}
	sum, weights := 0., 0.
	for i := range t.of {
		r := t.rates(i)
		w := 1.
		if a == Weighted {
			w = r.tp + r.fn
		} else if !t.labels && r.tp+r.fp+r.fn == 0 {
			continue
		}
		sum += w * f(r)
		weights += w
	}
	return share(sum, weights)
}

// Reset forgets what was added.
func (t *tally) Reset() { *t = tally{} }

// share returns a/b, 0 for 0/0: a class of which nothing can be said counts as missed.
func share(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
