package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// clusters counts how often each cluster falls together with each class.
type clusters struct{ matrix }

// add counts clusters and classes, integers of one shape.
func (c *clusters) add(op string, prediction, target *tensor.Tensor) {
	if prediction.DType().IsFloat() || target.DType().IsFloat() {
		panic(tensor.Errorf(op, "clusters %s and classes %s; want integers", prediction.DType(), target.DType()))
	}
	pairs(op, prediction, target)
	c.matrix.add(op, prediction, target, options{})
}

// Reset forgets what was added.
func (c *clusters) Reset() { c.matrix.Reset() }

// entropies returns the entropies of the classes, of the clusters, and of both together, in nats, and how many there are.
func (c *clusters) entropies() (classes, of, both, n float64) {
	targets, predicted := c.margins()
	n = float64(c.total())
	entropy := func(counts []float64) (h float64) {
		for _, k := range counts {
			if k > 0 {
				h -= k / n * math.Log(k/n)
			}
		}
		return h
	}
	for _, row := range c.counts {
		for _, k := range row {
			if k > 0 {
				both -= float64(k) / n * math.Log(float64(k)/n)
			}
		}
	}
	return entropy(targets), entropy(predicted), both, n
}

// AdjustedRand says how many pairs of examples a clustering and the classes agree to put together or apart, beyond chance: 1 at
// best, 0 for chance. How clusters are numbered does not matter.
//
//	clusters [n] of integers, target of the same shape
//
// Hubert and Arabie, Comparing partitions, 1985.
type AdjustedRand struct{ clusters }

// Name returns "adjusted_rand".
func (a *AdjustedRand) Name() string { return "adjusted_rand" }

// Add counts a batch.
func (a *AdjustedRand) Add(prediction, target *tensor.Tensor) {
	a.add("AdjustedRand", prediction, target)
}

// Value returns the index.
func (a *AdjustedRand) Value() float64 {
	targets, predicted := a.margins()
	n := float64(a.total())
	if n == 0 {
		return math.NaN()
	}
	choose := func(k float64) float64 { return k * (k - 1) / 2 }
	both, x, y := 0., 0., 0.
	for i, row := range a.counts {
		for _, k := range row {
			both += choose(float64(k))
		}
		x, y = x+choose(targets[i]), y+choose(predicted[i])
	}
	expected := share(x*y, choose(n))
	if (x+y)/2 == expected {
		return 1 // both put all together, or all apart
	}
	return (both - expected) / ((x+y)/2 - expected)
}

// Merge adds what another AdjustedRand has counted.
func (a *AdjustedRand) Merge(m Metric) { a.merge(same[*AdjustedRand]("AdjustedRand.Merge", m).matrix) }

// MutualInformation says how much a clustering tells about the classes: normalized, I over the mean of the entropies of both, from
// 0 to 1; adjusted, so that chance gives 0; or I itself, in nats.
//
//	clusters [n] of integers, target of the same shape
//	I = H(clusters) + H(classes) − H(both), adjusted (I − E) / (mean(H(clusters), H(classes)) − E)
//
// E is what I is on the average over all clusterings with clusters of the same sizes. A clustering and classes of one each have a
// normalized value of 1.
//
// Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings Comparison, JMLR, 2010.
type MutualInformation struct {
	Normalize string // "none" for nats, "adjusted"

	clusters
}

// Name returns "mutual_information".
func (i *MutualInformation) Name() string { return "mutual_information" }

// Add counts a batch.
func (i *MutualInformation) Add(prediction, target *tensor.Tensor) {
	switch i.Normalize {
	case "", "none", "adjusted":
		i.add("MutualInformation", prediction, target)
	default:
		panic(tensor.Errorf("MutualInformation", "no normalization is called %q; want none, adjusted or the default", i.Normalize))
	}
}

// Value returns the information.
func (i *MutualInformation) Value() float64 {
	x, y, both, n := i.entropies()
	information := max(x+y-both, 0)
	switch {
	case n == 0:
		return math.NaN()
	case i.Normalize == "none":
		return information
	case x == 0 && y == 0 || i.apart():
		return 1 // both put all together, or all apart
	case i.Normalize == "adjusted":
		e := i.expected(n)
		return (information - e) / ((x+y)/2 - e)
	}
	return information / ((x + y) / 2)
}

// apart reports whether each example is alone on both sides.
func (i *MutualInformation) apart() bool {
	targets, predicted := i.margins()
	for j := range targets {
		if targets[j] > 1 || predicted[j] > 1 {
			return false
		}
	}
	return true
}

// expected returns the mean information of clusterings with the same margins.
func (i *MutualInformation) expected(n float64) (sum float64) {
	targets, predicted := i.margins()
	factorial := func(k float64) float64 { v, _ := math.Lgamma(k + 1); return v }
	for _, a := range targets {
		for _, b := range predicted {
			fixed := factorial(a) + factorial(b) + factorial(n-a) + factorial(n-b) - factorial(n)
			for k := max(1, a+b-n); k <= min(a, b); k++ {
				p := math.Exp(fixed - factorial(k) - factorial(a-k) - factorial(b-k) - factorial(n-a-b+k))
				sum += p * k / n * math.Log(n*k/(a*b))
			}
		}
	}
	return sum
}

// Merge adds what another MutualInformation has counted.
func (i *MutualInformation) Merge(m Metric) {
	i.merge(same[*MutualInformation]("MutualInformation.Merge", m).matrix)
}

// VMeasure is the harmonic mean of homogeneity, whether a cluster holds one class only, and completeness, whether a class lies in
// one cluster only; from 0 to 1.
//
//	clusters [n] of integers, target of the same shape
//	homogeneity 1 − H(classes|clusters)/H(classes), completeness 1 − H(clusters|classes)/H(clusters)
//
// Rosenberg and Hirschberg, V-Measure: A conditional entropy-based external cluster evaluation measure, 2007.
type VMeasure struct {
	Beta float64 // how much more completeness weighs; 0 means 1

	clusters
}

// Name returns "v_measure".
func (v *VMeasure) Name() string { return "v_measure" }

// Add counts a batch.
func (v *VMeasure) Add(prediction, target *tensor.Tensor) { v.add("VMeasure", prediction, target) }

// Homogeneity returns whether a cluster holds one class only: Theil's U of the classes given the clusters.
func (v *VMeasure) Homogeneity() float64 { h, _ := v.both(); return h }

// Completeness returns whether a class lies in one cluster only.
func (v *VMeasure) Completeness() float64 { _, c := v.both(); return c }

func (v *VMeasure) both() (homogeneity, completeness float64) {
	x, y, both, n := v.entropies()
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	homogeneity, completeness = 1, 1
	if x > 0 {
		homogeneity = (x + y - both) / x
	}
	if y > 0 {
		completeness = (x + y - both) / y
	}
	return homogeneity, completeness
}

// Value returns the mean.
func (v *VMeasure) Value() float64 {
	h, c := v.both()
	b := orElse(v.Beta, 1)
	if h != h {
		return h
	}
	return share((1+b)*h*c, b*h+c)
}

// Merge adds what another VMeasure has counted.
func (v *VMeasure) Merge(m Metric) { v.merge(same[*VMeasure]("VMeasure.Merge", m).matrix) }

// FowlkesMallows is the geometric mean of precision and recall of the pairs of examples that a clustering puts together, from 0
// to 1.
//
//	clusters [n] of integers, target of the same shape
//
// Fowlkes and Mallows, A method for comparing two hierarchical clusterings, JASA, 1983.
type FowlkesMallows struct{ clusters }

// Name returns "fowlkes_mallows".
func (f *FowlkesMallows) Name() string { return "fowlkes_mallows" }

// Add counts a batch.
func (f *FowlkesMallows) Add(prediction, target *tensor.Tensor) {
	f.add("FowlkesMallows", prediction, target)
}

// Value returns the index.
func (f *FowlkesMallows) Value() float64 {
	targets, predicted := f.margins()
	n := float64(f.total())
	if n == 0 {
		return math.NaN()
	}
	both, x, y := -n, -n, -n
	for i, row := range f.counts {
		for _, k := range row {
			both += float64(k * k)
		}
		x, y = x+targets[i]*targets[i], y+predicted[i]*predicted[i]
	}
	return share(both, math.Sqrt(x)*math.Sqrt(y))
}

// Merge adds what another FowlkesMallows has counted.
func (f *FowlkesMallows) Merge(m Metric) {
	f.merge(same[*FowlkesMallows]("FowlkesMallows.Merge", m).matrix)
}
