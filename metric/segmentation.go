package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// segments counts the pixels of pictures, of all together or of each.
type segments struct {
	tally tally
	each  mean
}

// add counts the pixels of each picture: logits [n … c …] with the classes on an axis, 1 if that is 0, and classes [n …].
func (s *segments) add(op string, prediction, target *tensor.Tensor, o options, perImage, skip bool, value func(*tally) float64) {
	if o.axis == 0 {
		o.axis = 1
	}
	if target.Rank() < 1 {
		panic(tensor.Errorf(op, "a target without an axis of pictures"))
	}
	for i := range target.Dim(0) {
		var t tally
		t.add(op, prediction.Slice(0, i, i+1), target.Slice(0, i, i+1), o)
		if t.binary {
			t.of[0] = outcomes{out: t.n} // the question is where yes is
		}
		if skip && len(t.of) > 0 {
			t.of[0] = outcomes{out: t.n}
		}
		if perImage {
			if v := value(&t); v == v {
				s.each.one(v)
			}
		} else {
			s.tally.merge(t)
		}
	}
}

func (s *segments) merge(b segments) {
	s.tally.merge(b.tally)
	s.each.merge(b.each)
}

// Reset forgets what was added.
func (s *segments) Reset() { *s = segments{} }

// present returns the average of f over the classes that are there or predicted, NaN if none is.
func (t *tally) present(a Average, f func(rates) float64) float64 {
	all := t.together()
	if all.tp+all.fp+all.fn == 0 {
		return math.NaN()
	}
	if a == Auto {
		a = Macro
	}
	return t.value(a, f)
}

// MeanIoU is the intersection over union of the predicted and the true pixels of a class, TP / (TP + FP + FN), the mean over
// the classes, from 0 to 1: the usual number for semantic segmentation.
//
//	logits [n c h w], target [n h w] of integers; classes [n h w] of integers; or a logit of yes [n h w], target of 0 and 1
//
// The pixels of all pictures count together, as in Pascal VOC, unless PerImage asks for the mean of the pictures' values. A
// class that is neither there nor predicted is left out.
type MeanIoU struct {
	PerImage       bool
	SkipBackground bool    // leave out class 0
	Average        Average // over the classes
	Ignore         *int    // targets of this class are left out, such as new(255); nil means none
	Axis           int     // of the classes; 0 means 1
	Threshold      float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	segments
}

// Name returns "mean_iou".
func (m *MeanIoU) Name() string { return "mean_iou" }

// Add counts a batch.
func (m *MeanIoU) Add(prediction, target *tensor.Tensor) {
	m.add("MeanIoU", prediction, target, options{axis: m.Axis, ignore: m.Ignore, threshold: m.Threshold}, m.PerImage, m.SkipBackground, m.value)
}

func (m *MeanIoU) value(t *tally) float64 { return t.present(m.Average, (&Jaccard{}).rate) }

// Value returns the mean.
func (m *MeanIoU) Value() float64 {
	if m.PerImage {
		return m.each.Value()
	}
	return m.value(&m.tally)
}

// Classes returns the value of each class over all pictures, 0 for one that is neither there nor predicted; none with PerImage.
func (m *MeanIoU) Classes() []float64 { return m.tally.each((&Jaccard{}).rate) }

// Merge adds what another MeanIoU has counted.
func (m *MeanIoU) Merge(b Metric) { m.merge(same[*MeanIoU]("MeanIoU.Merge", b).segments) }

// Dice is twice the intersection of the predicted and the true pixels of a class over the sum of the two,
// 2·TP / (2·TP + FP + FN), the mean over the classes, from 0 to 1: their F1.
//
//	logits [n c h w], target [n h w] of integers; classes [n h w] of integers; or a logit of yes [n h w], target of 0 and 1
//
// The pixels of all pictures count together, unless PerImage asks for the mean of the pictures' values. A class that is
// neither there nor predicted is left out.
type Dice struct {
	PerImage       bool
	SkipBackground bool    // leave out class 0
	Average        Average // over the classes
	Ignore         *int    // targets of this class are left out, such as new(255); nil means none
	Axis           int     // of the classes; 0 means 1
	Threshold      float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	segments
}

// Name returns "dice".
func (d *Dice) Name() string { return "dice" }

// Add counts a batch.
func (d *Dice) Add(prediction, target *tensor.Tensor) {
	d.add("Dice", prediction, target, options{axis: d.Axis, ignore: d.Ignore, threshold: d.Threshold}, d.PerImage, d.SkipBackground, d.value)
}

func (d *Dice) value(t *tally) float64 { return t.present(d.Average, (&FBeta{}).rate) }

// Value returns the mean.
func (d *Dice) Value() float64 {
	if d.PerImage {
		return d.each.Value()
	}
	return d.value(&d.tally)
}

// Classes returns the value of each class over all pictures, 0 for one that is neither there nor predicted; none with PerImage.
func (d *Dice) Classes() []float64 { return d.tally.each((&FBeta{}).rate) }

// Merge adds what another Dice has counted.
func (d *Dice) Merge(b Metric) { d.merge(same[*Dice]("Dice.Merge", b).segments) }

// GeneralizedDice is the mean over pictures of the Dice score of all classes, each class weighing the less the more pixels
// it has, so that small ones count.
//
//	logits [n c h w], target [n h w] of integers; or classes [n h w] of integers
//	2·Σ w·TP / Σ w·(2·TP + FP + FN)       w = 1/(TP + FN)² of each class
//
// A class that is not in a picture weighs as much as the heaviest that is.
//
// Sudre and others, Generalised Dice overlap as a deep learning loss function, 2017 (arXiv:1707.03237), equation 1.
type GeneralizedDice struct {
	Weights        string // "square", the default, "simple" for w = 1/(TP + FN), or "linear" for 1
	SkipBackground bool   // leave out class 0
	Ignore         *int   // targets of this class are left out, such as new(255); nil means none
	Axis           int    // of the classes; 0 means 1

	segments
}

// Name returns "generalized_dice".
func (g *GeneralizedDice) Name() string { return "generalized_dice" }

// Add counts a batch.
func (g *GeneralizedDice) Add(prediction, target *tensor.Tensor) {
	switch g.Weights {
	case "", "square", "simple", "linear":
		g.add("GeneralizedDice", prediction, target, options{axis: g.Axis, ignore: g.Ignore}, true, g.SkipBackground, g.score)
	default:
		panic(tensor.Errorf("GeneralizedDice", "no weights are called %q; want square, simple or linear", g.Weights))
	}
}

func (g *GeneralizedDice) score(t *tally) float64 {
	most := 0.
	for i := range t.of {
		if w := g.weight(t.rates(i)); t.of[i].tp+t.of[i].fn > 0 {
			most = max(most, w)
		}
	}
	a, b := 0., 0.
	for i := range t.of {
		r := t.rates(i)
		w := most
		if r.tp+r.fn > 0 {
			w = g.weight(r)
		}
		a += w * 2 * r.tp
		b += w * (2*r.tp + r.fp + r.fn)
	}
	return share(a, b)
}

func (g *GeneralizedDice) weight(r rates) float64 {
	switch n := r.tp + r.fn; g.Weights {
	case "simple":
		return 1 / n
	case "linear":
		return 1
	default:
		return 1 / (n * n)
	}
}

// Value returns the mean.
func (g *GeneralizedDice) Value() float64 { return g.each.Value() }

// Merge adds what another GeneralizedDice has counted.
func (g *GeneralizedDice) Merge(b Metric) {
	g.merge(same[*GeneralizedDice]("GeneralizedDice.Merge", b).segments)
}
