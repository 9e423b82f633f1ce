package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// CohenKappa is how far predictions and targets agree beyond what chance would do, 1 at best, 0 for chance.
//
//	logits [… c], target […] of integers; or logits [n …] and targets of 0 and 1, as in [Accuracy]
//	κ = 1 − Σ w·O / Σ w·E       O the confusion matrix, E what its margins alone would give
//
// The weight w of a confusion of classes i and j is 1, |i − j| or (i − j)²; linear and quadratic ones are for classes in an
// order. It is NaN if both know one class only.
//
// Cohen, Weighted kappa, Psychological Bulletin, 1968.
type CohenKappa struct {
	Weights   string  // "" for 1, "linear" or "quadratic"
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	matrix
}

// Name returns "cohen_kappa".
func (k *CohenKappa) Name() string { return "cohen_kappa" }

// Add counts a batch.
func (k *CohenKappa) Add(prediction, target *tensor.Tensor) {
	switch k.Weights {
	case "", "linear", "quadratic":
		k.add("CohenKappa", prediction, target, options{axis: k.Axis, ignore: k.Ignore, threshold: k.Threshold})
	default:
		panic(tensor.Errorf("CohenKappa", "no weights are called %q; want linear or quadratic", k.Weights))
	}
}

// Value returns κ.
func (k *CohenKappa) Value() float64 {
	targets, predicted := k.margins()
	n := float64(k.total())
	seen, expected := 0., 0.
	for i, row := range k.counts {
		for j, c := range row {
			w := k.weight(i, j)
			seen += w * float64(c)
			expected += w * targets[i] * predicted[j] / n
		}
	}
	if expected == 0 {
		return math.NaN()
	}
	return 1 - seen/expected
}

func (k *CohenKappa) weight(i, j int) float64 {
	d := math.Abs(float64(i - j))
	switch k.Weights {
	case "linear":
		return d
	case "quadratic":
		return d * d
	}
	return min(d, 1)
}

// Merge adds what another CohenKappa has counted.
func (k *CohenKappa) Merge(m Metric) { k.merge(same[*CohenKappa]("CohenKappa.Merge", m).matrix) }

// Matthews is the correlation of predictions and targets that are classes, from −1 to 1, good for classes of unequal size.
//
//	logits [… c], target […] of integers; or logits [n …] and targets of 0 and 1, as in [Accuracy]
//	(n·s − Σ pₖtₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²))
//
// n counts the examples, s those that are right, pₖ and tₖ the predictions and targets of class k. It is 0 if either knows
// one class only.
//
// Matthews, 1975; Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient, 2004.
type Matthews struct {
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	matrix
}

// Name returns "matthews".
func (c *Matthews) Name() string { return "matthews" }

// Add counts a batch.
func (c *Matthews) Add(prediction, target *tensor.Tensor) {
	c.add("Matthews", prediction, target, options{axis: c.Axis, ignore: c.Ignore, threshold: c.Threshold})
}

// Value returns the correlation.
func (c *Matthews) Value() float64 {
	n := float64(c.total())
	if n == 0 {
		return math.NaN()
	}
	targets, predicted := c.margins()
	right, pt, pp, tt := 0., 0., 0., 0.
	for k := range c.counts {
		right += float64(c.counts[k][k])
		pt += predicted[k] * targets[k]
		pp += predicted[k] * predicted[k]
		tt += targets[k] * targets[k]
	}
	return share(n*right-pt, math.Sqrt(n*n-pp)*math.Sqrt(n*n-tt))
}

// Merge adds what another Matthews has counted.
func (c *Matthews) Merge(m Metric) { c.merge(same[*Matthews]("Matthews.Merge", m).matrix) }
