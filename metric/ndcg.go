package metric

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// NDCG is the normalized discounted cumulative gain of the K documents of the highest scores, from 0 to 1, the mean over the
// queries.
//
//	scores [n] of a query's documents or [q n], target of the same shape: how relevant each is, not a document below 0
//	DCG = Σ gain(relevanceᵢ) / log₂(i + 1)       i from 1 to K, divided by that of the best order
//
// Documents of equal scores share the mean of their gains, so their order does not matter. A query without relevant documents
// counts 0.
//
// Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
type NDCG struct {
	K           int  // 0 means all documents
	Exponential bool // the gain is 2^relevance − 1, not the relevance
	SkipEmpty   bool

	queries
}

// Name returns "ndcg", or "ndcg_at_10" for a K of 10.
func (n *NDCG) Name() string { return atK("ndcg", n.K) }

// Add counts queries.
func (n *NDCG) Add(prediction, target *tensor.Tensor) {
	n.add("NDCG", prediction, target, n.SkipEmpty, func(l ranked) float64 {
		if n.Exponential {
			for i, r := range l.relevance {
				l.relevance[i] = math.Exp2(r) - 1
			}
		}
		best := slices.Clone(l.relevance)
		slices.SortFunc(best, func(a, b float64) int { return cmp.Compare(b, a) })
		k := float64(orElse(n.K, len(best)))
		return share(discounted(l.score, l.relevance, k), discounted(best, best, k))
	})
}

// discounted returns the cumulative gain of the first k documents, the mean gain of equal scores for each of them.
func discounted(score, gain []float64, k float64) (sum float64) {
	for i := 0; i < len(score); {
		j, gains, discounts := i, 0., 0.
		for ; j < len(score) && score[j] == score[i] || j == i; j++ {
			gains += gain[j]
			if float64(j) < k {
				discounts += 1 / math.Log2(float64(j)+2)
			}
		}
		sum += gains / float64(j-i) * discounts
		i = j
	}
	return sum
}

// Merge adds what another NDCG has counted.
func (n *NDCG) Merge(m Metric) { n.merge(same[*NDCG]("NDCG.Merge", m).mean) }
