package metric

import (
	"cmp"
	"fmt"
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
