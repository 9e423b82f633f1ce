package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

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
