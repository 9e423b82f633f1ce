package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// PermutationInvariant is the mean of a metric of separated sources, each taken for the target that makes the best whole.
//
//	x [n s …], y of the same shape, s sources an example: max over permutations of the mean of Of(xᵢ, yₚ₍ᵢ₎)
//
// It tries all s! permutations, on a table of s² values. Sources without a value count worst.
//
// Yu, Kolbæk, Tan and Jensen, Permutation Invariant Training, 2016 (arXiv:1607.00325).
type PermutationInvariant struct {
	Of      func() Metric // makes the metric of one source, such as new(ScaleInvariantSDR); nil means that
	Lowest  bool          // lower is better, as for errors
	Sources int           // at most; 0 means 8

	mean
}

// Name returns "permutation_invariant" and the name of the metric.
func (p *PermutationInvariant) Name() string { return "permutation_invariant_" + p.of().Name() }

func (p *PermutationInvariant) of() Metric {
	if p.Of == nil {
		return &ScaleInvariantSDR{}
	}
	return p.Of()
}

// Add counts a batch.
func (p *PermutationInvariant) Add(prediction, target *tensor.Tensor) {
	pairs("PermutationInvariant", prediction, target)
	if prediction.Rank() < 2 || prediction.Dim(1) > orElse(p.Sources, 8) || prediction.Dim(1) == 0 {
		panic(tensor.Errorf("PermutationInvariant", "predictions of shape %v; want [n sources …] and at most %d sources", prediction, orElse(p.Sources, 8)))
	}
	s := prediction.Dim(1)
	for i := range prediction.Dim(0) {
		table := make([]float64, s*s)
		for j := range s {
			for k := range s {
				m := p.of()
				m.Add(prediction.Slice(0, i, i+1).Slice(1, j, j+1), target.Slice(0, i, i+1).Slice(1, k, k+1))
				table[j*s+k] = p.sign() * m.Value()
			}
		}
		p.one(p.sign() * assign(table, s, 0, make([]bool, s)) / float64(s))
	}
}

func (p *PermutationInvariant) sign() float64 {
	if p.Lowest {
		return -1
	}
	return 1
}

// assign returns the largest sum of values of rows from j on, one of each column that is left.
func assign(table []float64, s, j int, taken []bool) float64 {
	if j == s {
		return 0
	}
	best := math.Inf(-1)
	for k := range s {
		if !taken[k] {
			taken[k] = true
			best = max(best, table[j*s+k]+assign(table, s, j+1, taken))
			taken[k] = false
		}
	}
	return best
}

// Merge adds what another PermutationInvariant has counted.
func (p *PermutationInvariant) Merge(m Metric) {
	p.merge(same[*PermutationInvariant]("PermutationInvariant.Merge", m).mean)
}
