package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// CramersV is how far two classifications depend on each other, whatever their order and number, from 0 to 1.
//
//	classes [n] of integers, target of the same shape
//	V = √(φ² / min(r − 1, c − 1)), φ² = χ²/n
//
// r and c count the classes that occur on either side. Unless Biased is set, φ², r and c are corrected as Bergsma does, so that
// chance gives 0. It is NaN if either side knows one class only.
//
// Cramér, Mathematical Methods of Statistics, 1946; Bergsma, A bias-correction for Cramér's V and Tschuprow's T, 2013.
type CramersV struct {
	Biased bool

	clusters
}

// Name returns "cramers_v".
func (v *CramersV) Name() string { return "cramers_v" }

// Add counts a batch.
func (v *CramersV) Add(prediction, target *tensor.Tensor) { v.add("CramersV", prediction, target) }

// Value returns V.
func (v *CramersV) Value() float64 {
	targets, predicted := v.margins()
	n, phi, r, c := float64(v.total()), -1., 0., 0.
	for i, row := range v.counts {
		for j, k := range row {
			if k > 0 {
				phi += float64(k) * float64(k) / (targets[i] * predicted[j])
			}
		}
		r, c = r+min(targets[i], 1), c+min(predicted[i], 1)
	}
	if !v.Biased {
		phi = max(0, phi-(r-1)*(c-1)/(n-1))
		r, c = r-(r-1)*(r-1)/(n-1), c-(c-1)*(c-1)/(n-1)
	}
	if min(r, c) <= 1 || n == 0 {
		return math.NaN()
	}
	return min(math.Sqrt(phi/min(r-1, c-1)), 1)
}

// Merge adds what another CramersV has counted.
func (v *CramersV) Merge(m Metric) { v.merge(same[*CramersV]("CramersV.Merge", m).matrix) }

// FleissKappa is how far raters agree beyond what chance would do, 1 at best, 0 for chance. The second tensor is not looked at and
// may be nil.
//
//	ratings [n c]: how many raters put each example into each of c classes, as many for every example
//	κ = (P − Pₑ) / (1 − Pₑ)       P the share of the pairs of raters that agree, Pₑ that of chance
//
// Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin, 1971.
type FleissKappa struct {
	agree mean
	of    []float64 // ratings by class
}

// Name returns "fleiss_kappa".
func (k *FleissKappa) Name() string { return "fleiss_kappa" }

// Add counts ratings.
func (k *FleissKappa) Add(ratings, _ *tensor.Tensor) {
	if ratings.Rank() != 2 {
		panic(tensor.Errorf("FleissKappa", "ratings of shape %v; want [n c]", ratings))
	}
	c := ratings.Dim(1)
	k.grow("FleissKappa", c)
	for v := tensor.Values[float64](ratings.Detach()); len(v) > 0; v = v[c:] {
		n, pairs := 0., 0.
		for i, r := range v[:c] {
			k.of[i] += r
			n, pairs = n+r, pairs+r*(r-1)
		}
		k.agree.one(pairs / (n * (n - 1)))
	}
}

func (k *FleissKappa) grow(op string, c int) {
	if k.of == nil {
		k.of = make([]float64, c)
	}
	if len(k.of) != c {
		panic(tensor.Errorf(op, "ratings of %d classes after some of %d", c, len(k.of)))
	}
}

// Value returns κ.
func (k *FleissKappa) Value() float64 {
	all, chance := 0., 0.
	for _, v := range k.of {
		all += v
	}
	for _, v := range k.of {
		chance += v / all * v / all
	}
	return (k.agree.Value() - chance) / (1 - chance)
}

// Merge adds what another FleissKappa has counted.
func (k *FleissKappa) Merge(m Metric) {
	b := same[*FleissKappa]("FleissKappa.Merge", m)
	if b.of == nil {
		return
	}
	k.grow("FleissKappa.Merge", len(b.of))
	for i, v := range b.of {
		k.of[i] += v
	}
	k.agree.merge(b.agree)
}

// Reset forgets what was added.
func (k *FleissKappa) Reset() { *k = FleissKappa{} }
