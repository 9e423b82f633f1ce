package metric

import (
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "RecallAtK", fresh: func() Metric { return &RecallAtK{} }, called: "recall",
	golden: "RecallAtK",
	like:   func(c *check.Case) Metric { return &RecallAtK{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "PrecisionAtK", fresh: func() Metric { return &PrecisionAtK{} }, called: "precision",
	golden: "PrecisionAtK",
	like:   func(c *check.Case) Metric { return &PrecisionAtK{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "HitRate", fresh: func() Metric { return &HitRate{} }, called: "hit_rate",
	golden: "HitRate",
	like:   func(c *check.Case) Metric { return &HitRate{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "FallOut", fresh: func() Metric { return &FallOut{} }, called: "fall_out",
	golden: "FallOut",
	like:   func(c *check.Case) Metric { return &FallOut{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "MeanReciprocalRank", fresh: func() Metric { return &MeanReciprocalRank{} }, called: "mrr",
	golden: "MeanReciprocalRank",
	like:   func(c *check.Case) Metric { return &MeanReciprocalRank{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "RetrievalMAP", fresh: func() Metric { return &RetrievalMAP{} }, called: "map",
	golden: "RetrievalMAP",
	like:   func(c *check.Case) Metric { return &RetrievalMAP{K: c.Int("k"), SkipEmpty: yes(c, "skip")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "NDCG", fresh: func() Metric { return &NDCG{} }, called: "ndcg",
	golden: "NDCG",
	like: func(c *check.Case) Metric {
		return &NDCG{K: c.Int("k"), SkipEmpty: yes(c, "skip"), Exponential: yes(c, "exponential")}
	},
	misuse: unequal,
})

var _ = register(sample{
	name: "RPrecision", fresh: func() Metric { return &RPrecision{} }, called: "r_precision",
	golden: "RPrecision",
	misuse: unequal,
})

var _ = register(sample{
	name: "RetrievalAUROC", fresh: func() Metric { return &RetrievalAUROC{} }, called: "retrieval_auroc",
	golden: "RetrievalAUROC",
	misuse: unequal,
})

// Two queries, of three documents and of two: the first relevant ones are second and first.
var documents, relevance = tensor.Of([]float32{3, 2, 1, 2, 1, 9}, 2, 3), tensor.Of([]int64{0, 1, 1, 1, 0, -1}, 2, 3)

var _ = register(sample{
	name: "MeanReciprocalRank/ragged", fresh: func() Metric { return &MeanReciprocalRank{K: 2} }, called: "mrr_at_2",
	prediction: documents, target: relevance, value: 0.75,
})

var _ = register(sample{
	name: "RecallAtK/ragged", fresh: func() Metric { return &RecallAtK{K: 2} }, called: "recall_at_2",
	prediction: documents, target: relevance, value: 0.75,
})

var _ = register(sample{
	name: "PrecisionAtK/ragged", fresh: func() Metric { return &PrecisionAtK{} }, called: "precision",
	prediction: documents, target: relevance, value: (2./3 + 1./2) / 2,
})
