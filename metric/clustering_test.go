package metric

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "AdjustedRand", fresh: func() Metric { return &AdjustedRand{} }, called: "adjusted_rand",
	golden: "AdjustedRand",
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "want integers"}},
})

var _ = register(sample{
	name: "MutualInformation", fresh: func() Metric { return &MutualInformation{} }, called: "mutual_information",
	golden: "MutualInformation",
	like:   func(c *check.Case) Metric { return &MutualInformation{Normalize: text(c, "normalize")} },
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "want integers"}},
})

var _ = register(sample{
	name: "VMeasure", fresh: func() Metric { return &VMeasure{} }, called: "v_measure",
	golden: "VMeasure",
	like:   func(c *check.Case) Metric { return &VMeasure{Beta: number(c, "beta")} },
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "want integers"}},
})

var _ = register(sample{
	name: "FowlkesMallows", fresh: func() Metric { return &FowlkesMallows{} }, called: "fowlkes_mallows",
	golden: "FowlkesMallows",
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "want integers"}},
})

// TestAllApart: examples that are alone on both sides agree, whatever the numbers are.
func TestAllApart(t *testing.T) {
	for _, how := range []string{"", "adjusted"} {
		m := MutualInformation{Normalize: how}
		m.Add(tensor.Of([]int64{7, 5, 6}), tensor.Of([]int64{0, 2, 1}))
		if m.Value() != 1 {
			t.Errorf("%q: %v", how, m.Value())
		}
	}
}

// TestVMeasureSides: a clustering that splits a class is homogeneous and not complete.
func TestVMeasureSides(t *testing.T) {
	var v VMeasure
	v.Add(tensor.Of([]int64{0, 1, 2, 2}), tensor.Of([]int64{0, 0, 1, 1}))
	if h, c := v.Homogeneity(), v.Completeness(); math.Abs(h-1) > 1e-12 || math.Abs(c-2./3) > 1e-12 {
		t.Errorf("homogeneity %v, want 1; completeness %v, want 2/3", h, c)
	}
}

var _ = register(sample{
	name: "LabelCoverage", fresh: func() Metric { return &LabelCoverage{} }, called: "label_coverage",
	golden: "LabelCoverage",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "predictions of shape [3 2] and targets of shape [3] differ"}},
})

var _ = register(sample{
	name: "LabelRankingAveragePrecision", fresh: func() Metric { return &LabelRankingAveragePrecision{} }, called: "label_ranking_average_precision",
	golden: "LabelRankingAveragePrecision",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "predictions of shape [3 2] and targets of shape [3] differ"}},
})

var _ = register(sample{
	name: "LabelRankingError", fresh: func() Metric { return &LabelRankingError{} }, called: "label_ranking_error",
	golden: "LabelRankingError",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "predictions of shape [3 2] and targets of shape [3] differ"}},
})

var _ = register(sample{
	name: "CramersV", fresh: func() Metric { return &CramersV{} }, called: "cramers_v", golden: "CramersV",
	like:   func(c *check.Case) Metric { return &CramersV{Biased: c.Bool("biased")} },
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "want integers"}},
})

var _ = register(sample{
	name: "FleissKappa", fresh: func() Metric { return &FleissKappa{} }, called: "fleiss_kappa", golden: "FleissKappa",
	misuse: []misuse{{tensor.Zeros(3), nil, "ratings of shape [3]; want [n c]"}},
})

var _ = register(sample{
	name: "Silhouette", fresh: func() Metric { return &Silhouette{} }, called: "silhouette", golden: "Silhouette",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "want [n d] and integers [n]"}},
})

var _ = register(sample{
	name: "CalinskiHarabasz", fresh: func() Metric { return &CalinskiHarabasz{} }, called: "calinski_harabasz", golden: "CalinskiHarabasz",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "want [n d] and integers [n]"}},
})

var _ = register(sample{
	name: "DaviesBouldin", fresh: func() Metric { return &DaviesBouldin{} }, called: "davies_bouldin", golden: "DaviesBouldin",
	misuse: []misuse{{tensor.Zeros(3, 2), tensor.Zeros(3), "want [n d] and integers [n]"}},
})
