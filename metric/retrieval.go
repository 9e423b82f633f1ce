package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// queries are the mean over the queries that were added.
type queries struct{ mean }

// A ranked list holds the scores of a query's documents, from the highest on, and how relevant each is.
type ranked struct{ score, relevance []float64 }

// add counts f of each query: predictions [n] of one or [q n] of several, targets of the same shape. Documents of a relevance
// below 0 are no documents, but fill up the row.
func (q *queries) add(op string, prediction, target *tensor.Tensor, skip bool, f func(ranked) float64) {
	q.addRows(op, prediction, target, func(score, relevance []float64) float64 {
		order := make([]int, 0, len(score))
		for i, r := range relevance {
			if r >= 0 {
				order = append(order, i)
			}
		}
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(score[j], score[i]) })
		var list ranked
		for _, i := range order {
			list.score, list.relevance = append(list.score, score[i]), append(list.relevance, relevance[i])
		}
		if list.relevant(0) == 0 && skip {
			q.count--
			return 0
		}
		return f(list)
	})
}

// Value returns the mean.
func (q *queries) Value() float64 { return q.mean.Value() }

// Reset forgets what was added.
func (q *queries) Reset() { q.mean.Reset() }

// relevant returns how many of the first k documents are relevant, of all for 0.
func (r ranked) relevant(k int) (n float64) {
	for _, v := range r.first(k) {
		if v > 0 {
			n++
		}
	}
	return n
}

// first returns the relevances of the first k documents, of all for 0.
func (r ranked) first(k int) []float64 {
	if k == 0 || k > len(r.relevance) {
		return r.relevance
	}
	return r.relevance[:k]
}

func atK(name string, k int) string {
	if k == 0 {
		return name
	}
	return fmt.Sprintf("%s_at_%d", name, k)
}

// RecallAtK is the share of a query's relevant documents that are among the K of the highest scores, the mean over the
// queries.
//
//	scores [n] of a query's documents or [q n], target of the same shape: relevant above 0, not a document below
//
// A query without relevant documents counts 0, unless SkipEmpty leaves it out. Of equal scores the first counts as the higher.
type RecallAtK struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "recall_at_10" for a K of 10.
func (r *RecallAtK) Name() string { return atK("recall", r.K) }

// Add counts queries.
func (r *RecallAtK) Add(prediction, target *tensor.Tensor) {
	r.add("RecallAtK", prediction, target, r.SkipEmpty, func(l ranked) float64 { return share(l.relevant(r.K), l.relevant(0)) })
}

// Merge adds what another RecallAtK has counted.
func (r *RecallAtK) Merge(m Metric) { r.merge(same[*RecallAtK]("RecallAtK.Merge", m).mean) }

// PrecisionAtK is the share of the K documents of the highest scores that are relevant, the mean over the queries. Scores and
// targets are those of [RecallAtK]. A query of fewer documents than K has them out of K nevertheless.
type PrecisionAtK struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "precision_at_10" for a K of 10.
func (p *PrecisionAtK) Name() string { return atK("precision", p.K) }

// Add counts queries.
func (p *PrecisionAtK) Add(prediction, target *tensor.Tensor) {
	p.add("PrecisionAtK", prediction, target, p.SkipEmpty, func(l ranked) float64 {
		return share(l.relevant(p.K), float64(orElse(p.K, len(l.relevance))))
	})
}

// Merge adds what another PrecisionAtK has counted.
func (p *PrecisionAtK) Merge(m Metric) { p.merge(same[*PrecisionAtK]("PrecisionAtK.Merge", m).mean) }

// HitRate is the share of the queries one of whose K highest documents is relevant. Scores and targets are those of
// [RecallAtK].
type HitRate struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "hit_rate_at_10" for a K of 10.
func (h *HitRate) Name() string { return atK("hit_rate", h.K) }

// Add counts queries.
func (h *HitRate) Add(prediction, target *tensor.Tensor) {
	h.add("HitRate", prediction, target, h.SkipEmpty, func(l ranked) float64 { return min(l.relevant(h.K), 1) })
}

// Merge adds what another HitRate has counted.
func (h *HitRate) Merge(m Metric) { h.merge(same[*HitRate]("HitRate.Merge", m).mean) }

// FallOut is the share of a query's documents that are not relevant which is among the K of the highest scores, the mean over
// the queries: 0 at best. Scores and targets are those of [RecallAtK]. A query without any counts 0.
type FallOut struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "fall_out_at_10" for a K of 10.
func (f *FallOut) Name() string { return atK("fall_out", f.K) }

// Add counts queries.
func (f *FallOut) Add(prediction, target *tensor.Tensor) {
	f.add("FallOut", prediction, target, f.SkipEmpty, func(l ranked) float64 {
		return share(float64(len(l.first(f.K)))-l.relevant(f.K), float64(len(l.relevance))-l.relevant(0))
	})
}

// Merge adds what another FallOut has counted.
func (f *FallOut) Merge(m Metric) { f.merge(same[*FallOut]("FallOut.Merge", m).mean) }

// RPrecision is the share of a query's R highest documents that are relevant, where R is how many relevant ones it has; the
// mean over the queries. Scores and targets are those of [RecallAtK].
type RPrecision struct {
	SkipEmpty bool

	queries
}

// Name returns "r_precision".
func (p *RPrecision) Name() string { return "r_precision" }

// Add counts queries.
func (p *RPrecision) Add(prediction, target *tensor.Tensor) {
	p.add("RPrecision", prediction, target, p.SkipEmpty, func(l ranked) float64 {
		n := l.relevant(0)
		return share(l.relevant(int(n)), n)
	})
}

// Merge adds what another RPrecision has counted.
func (p *RPrecision) Merge(m Metric) { p.merge(same[*RPrecision]("RPrecision.Merge", m).mean) }

// MeanReciprocalRank is the mean over the queries of 1/r, where r is the place of the first relevant document; 0 if there is
// none among the K highest. Scores and targets are those of [RecallAtK].
type MeanReciprocalRank struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "mrr", or "mrr_at_10" for a K of 10.
func (r *MeanReciprocalRank) Name() string { return atK("mrr", r.K) }

// Add counts queries.
func (r *MeanReciprocalRank) Add(prediction, target *tensor.Tensor) {
	r.add("MeanReciprocalRank", prediction, target, r.SkipEmpty, func(l ranked) float64 {
		for i, v := range l.first(r.K) {
			if v > 0 {
				return 1 / float64(i+1)
			}
		}
		return 0
	})
}

// Merge adds what another MeanReciprocalRank has counted.
func (r *MeanReciprocalRank) Merge(m Metric) {
	r.merge(same[*MeanReciprocalRank]("MeanReciprocalRank.Merge", m).mean)
}

// RetrievalMAP is the mean over the queries of the average precision: of the precisions at the places of the relevant
// documents among the K highest. Scores and targets are those of [RecallAtK].
//
// As in torchmetrics the sum is divided by how many relevant documents are among the K, not by how many there are.
type RetrievalMAP struct {
	K         int // 0 means all documents
	SkipEmpty bool

	queries
}

// Name returns "map", or "map_at_10" for a K of 10.
func (p *RetrievalMAP) Name() string { return atK("map", p.K) }

// Add counts queries.
func (p *RetrievalMAP) Add(prediction, target *tensor.Tensor) {
	p.add("RetrievalMAP", prediction, target, p.SkipEmpty, func(l ranked) float64 {
		n, sum := 0., 0.
		for i, v := range l.first(p.K) {
			if v > 0 {
				n++
				sum += n / float64(i+1)
			}
		}
		return share(sum, n)
	})
}

// Merge adds what another RetrievalMAP has counted.
func (p *RetrievalMAP) Merge(m Metric) { p.merge(same[*RetrievalMAP]("RetrievalMAP.Merge", m).mean) }

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

// RetrievalAUROC is the mean over the queries of the area under the receiver operating characteristic of their documents: how
// often a relevant one scores higher than one that is not. Scores and targets are those of [RecallAtK]. A query whose
// documents are all relevant, or none, counts 0.
type RetrievalAUROC struct {
	SkipEmpty bool

	queries
}

// Name returns "retrieval_auroc".
func (a *RetrievalAUROC) Name() string { return "retrieval_auroc" }

// Add counts queries.
func (a *RetrievalAUROC) Add(prediction, target *tensor.Tensor) {
	a.add("RetrievalAUROC", prediction, target, a.SkipEmpty, func(l ranked) float64 {
		r := ranking{score: l.score}
		for _, v := range l.relevance {
			r.yes = append(r.yes, v > 0)
		}
		if area := (&AUROC{}).area(r.steps()); area == area {
			return area
		}
		return 0
	})
}

// Merge adds what another RetrievalAUROC has counted.
func (a *RetrievalAUROC) Merge(m Metric) {
	a.merge(same[*RetrievalAUROC]("RetrievalAUROC.Merge", m).mean)
}
