package metric

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "Precision", fresh: func() Metric { return &Precision{} }, called: "precision",
	golden: "Precision",
	like: func(c *check.Case) Metric {
		return &Precision{Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Recall", fresh: func() Metric { return &Recall{} }, called: "recall",
	golden: "Recall",
	like: func(c *check.Case) Metric {
		return &Recall{Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Specificity", fresh: func() Metric { return &Specificity{} }, called: "specificity",
	golden: "Specificity",
	like: func(c *check.Case) Metric {
		return &Specificity{Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "NegativePredictiveValue", fresh: func() Metric { return &NegativePredictiveValue{} }, called: "negative_predictive_value",
	golden: "NegativePredictiveValue",
	like: func(c *check.Case) Metric {
		return &NegativePredictiveValue{Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Jaccard", fresh: func() Metric { return &Jaccard{} }, called: "jaccard",
	golden: "Jaccard",
	like: func(c *check.Case) Metric {
		return &Jaccard{Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "FBeta", fresh: func() Metric { return &FBeta{} }, called: "f1",
	golden: "FBeta",
	like: func(c *check.Case) Metric {
		return &FBeta{Beta: number(c, "beta"), Average: averaged(c), Labels: yes(c, "labels"), Ignore: ignore(c), Axis: int(number(c, "axis")), Threshold: number(c, "threshold")}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "BalancedAccuracy", fresh: func() Metric { return &BalancedAccuracy{} }, called: "balanced_accuracy",
	golden: "BalancedAccuracy",
	like:   func(c *check.Case) Metric { return &BalancedAccuracy{Adjusted: yes(c, "adjusted")} },
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Hamming", fresh: func() Metric { return &Hamming{} }, called: "hamming",
	golden: "Hamming",
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "ExactMatch", fresh: func() Metric { return &ExactMatch{} }, called: "exact_match",
	golden: "ExactMatch",
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Outcomes", fresh: func() Metric { return &Outcomes{} }, called: "true_positives",
	golden: "Outcomes",
	like:   func(c *check.Case) Metric { return &Outcomes{Of: text(c, "of"), Labels: yes(c, "labels")} },
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Outcomes/no such", fresh: func() Metric { return &Outcomes{Of: "hits"} }, called: "true_positives",
	golden: "Outcomes",
	like:   func(c *check.Case) Metric { return &Outcomes{Of: text(c, "of"), Labels: yes(c, "labels")} },
	misuse: []misuse{{logits, classes, "want one of"}},
})

var _ = register(sample{
	name: "Matthews", fresh: func() Metric { return &Matthews{} }, called: "matthews",
	golden: "Matthews",
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "CohenKappa", fresh: func() Metric { return &CohenKappa{} }, called: "cohen_kappa",
	golden: "CohenKappa",
	like:   func(c *check.Case) Metric { return &CohenKappa{Weights: text(c, "weights")} },
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "CrossEntropy", fresh: func() Metric { return &CrossEntropy{} }, called: "cross_entropy",
	golden: "CrossEntropy",
	like: func(c *check.Case) Metric {
		return &CrossEntropy{Probabilities: yes(c, "probabilities"), Ignore: ignore(c)}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}, {logits, tensor.Of([]int64{0, 1, 2, 3}), "the class 3 is not among the 3 of the predictions"}},
})

var _ = register(sample{
	name: "Perplexity", fresh: func() Metric { return &Perplexity{} }, called: "perplexity",
	golden: "Perplexity",
	like: func(c *check.Case) Metric {
		return &Perplexity{Probabilities: yes(c, "probabilities"), Ignore: ignore(c)}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Brier", fresh: func() Metric { return &Brier{} }, called: "brier",
	golden: "Brier",
	like:   func(c *check.Case) Metric { return &Brier{Probabilities: yes(c, "probabilities"), Ignore: ignore(c)} },
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}, {tensor.Zeros(2), tensor.Of([]int64{0, 2}), "a target of 2 for a question of yes or no"}},
})

var _ = register(sample{
	name: "CalibrationError", fresh: func() Metric { return &CalibrationError{} }, called: "calibration_error",
	golden: "CalibrationError",
	like: func(c *check.Case) Metric {
		return &CalibrationError{Norm: text(c, "norm"), Bins: int(number(c, "bins"))}
	},
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "Hinge", fresh: func() Metric { return &Hinge{} }, called: "hinge",
	golden: "Hinge",
	like:   func(c *check.Case) Metric { return &Hinge{Squared: yes(c, "squared")} },
	misuse: []misuse{{tensor.Zeros(4, 3), tensor.Of([]int64{1, 2, 0}), "predictions of shape [4 3] do not fit targets int64 [3]"}},
})

var _ = register(sample{
	name: "BitsPerByte", fresh: func() Metric { return &BitsPerByte{Bytes: []int{1, 2, 4}, Ignore: new(-1)} }, called: "bits_per_byte",
	prediction: tensor.Zeros(4, 3), target: tensor.Of([]int64{0, 1, -1, 2}), value: 3 * math.Log2(3) / 7,
	misuse: []misuse{{tensor.Zeros(1, 4), tensor.Of([]int64{3}, 1), "the token 3 is not among the 3 of Bytes"}},
})

var _ = register(sample{
	name: "BitsPerByte/characters", fresh: func() Metric { return &BitsPerByte{} }, called: "bits_per_byte",
	prediction: tensor.Zeros(4, 8), target: tensor.Of([]int64{0, 1, 7, 2}), value: 3,
})

var _ = register(sample{
	name: "AUROC", fresh: func() Metric { return &AUROC{} }, called: "auroc",
	golden: "AUROC",
	like: func(c *check.Case) Metric {
		return &AUROC{MaxFPR: number(c, "max_fpr"), Average: averaged(c), Labels: yes(c, "labels")}
	},
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "AveragePrecision", fresh: func() Metric { return &AveragePrecision{} }, called: "average_precision",
	golden: "AveragePrecision",
	like:   func(c *check.Case) Metric { return &AveragePrecision{Average: averaged(c), Labels: yes(c, "labels")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "EqualErrorRate", fresh: func() Metric { return &EqualErrorRate{} }, called: "equal_error_rate",
	golden: "EqualErrorRate",
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "LogAUC", fresh: func() Metric { return &LogAUC{} }, called: "log_auc",
	golden: "LogAUC",
	like:   func(c *check.Case) Metric { return &LogAUC{Low: number(c, "low"), High: number(c, "high")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "PrecisionAtRecall", fresh: func() Metric { return &PrecisionAtRecall{} }, called: "precision_at_recall",
	golden: "PrecisionAtRecall",
	like:   func(c *check.Case) Metric { return &PrecisionAtRecall{Recall: c.Float("least")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "RecallAtPrecision", fresh: func() Metric { return &RecallAtPrecision{} }, called: "recall_at_precision",
	golden: "RecallAtPrecision",
	like:   func(c *check.Case) Metric { return &RecallAtPrecision{Precision: c.Float("least")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "SensitivityAtSpecificity", fresh: func() Metric { return &SensitivityAtSpecificity{} }, called: "sensitivity_at_specificity",
	golden: "SensitivityAtSpecificity",
	like:   func(c *check.Case) Metric { return &SensitivityAtSpecificity{Specificity: c.Float("least")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

var _ = register(sample{
	name: "SpecificityAtSensitivity", fresh: func() Metric { return &SpecificityAtSensitivity{} }, called: "specificity_at_sensitivity",
	golden: "SpecificityAtSensitivity",
	like:   func(c *check.Case) Metric { return &SpecificityAtSensitivity{Sensitivity: c.Float("least")} },
	misuse: []misuse{{tensor.Of([]float32{float32(math.NaN())}, 1), tensor.Of([]int64{1}, 1), "a prediction is NaN and has no rank"}},
})

// TestCurves: the curves are scikit-learn's, point by point.
func TestCurves(t *testing.T) {
	c := cases(t, "ROCCurve/ties")[0]
	var a AUROC
	a.Add(golden(c, "prediction"), golden(c, "target"))
	fpr, tpr, thresholds := a.Curve(0)
	wantCurve(t, c, "fpr", fpr)
	wantCurve(t, c, "tpr", tpr)
	wantCurve(t, c, "thresholds", thresholds)
	c = cases(t, "PrecisionRecallCurve/ties")[0]
	var p AveragePrecision
	p.Add(golden(c, "prediction"), golden(c, "target"))
	precision, recall, thresholds := p.Curve(0)
	wantCurve(t, c, "precision", precision)
	wantCurve(t, c, "recall", recall)
	wantCurve(t, c, "thresholds", thresholds)
}

func wantCurve(t *testing.T, c *check.Case, name string, got []float64) {
	t.Helper()
	want := c.Float64(name)
	if len(got) != len(want) {
		t.Fatalf("%s: %s has %d points, want %d: %v", c.Name, name, len(got), len(want), got)
	}
	if off := check.Off(got, want); off > 1e-12 {
		t.Errorf("%s: %s is %v, want %v", c.Name, name, got, want)
	}
}

// TestThresholds: a threshold has the rate that was asked for.
func TestThresholds(t *testing.T) {
	x, y := tensor.Of([]float32{0.1, 0.4, 0.35, 0.8}), tensor.Of([]int64{0, 0, 1, 1})
	r, p := RecallAtPrecision{Precision: 0.9}, PrecisionAtRecall{Recall: 1}
	e, s := SensitivityAtSpecificity{Specificity: 1}, SpecificityAtSensitivity{Sensitivity: 1}
	for _, m := range []Metric{&r, &p, &e, &s} {
		m.Add(x, y)
	}
	for _, v := range []struct {
		what      string
		got, want float64
	}{
		{"recall at precision", r.Threshold(0), 0.8},
		{"precision at recall", p.Threshold(0), 0.35},
		{"sensitivity at specificity", e.Threshold(0), 0.8},
		{"specificity at sensitivity", s.Threshold(0), 0.35},
	} {
		if math.Abs(v.got-v.want) > 1e-7 {
			t.Errorf("the threshold of %s is %v, want %v", v.what, v.got, v.want)
		}
	}
	none := RecallAtPrecision{Precision: 1.1}
	none.Add(x, y)
	if none.Value() != 0 || !math.IsNaN(none.Threshold(0)) {
		t.Errorf("an impossible precision has recall %v from %v on", none.Value(), none.Threshold(0))
	}
}

// TestReliability: the bins of a reliability diagram.
func TestReliability(t *testing.T) {
	e := CalibrationError{Bins: 2, Probabilities: true}
	e.Add(tensor.Of([]float32{0.25, 0.5, 1, 0.75}), tensor.Of([]int64{1, 0, 1, 1}))
	b := e.Reliability()
	if len(b) != 2 || b[0] != (Bin{0, 0.5, 1, 0.25, 1}) || b[1] != (Bin{0.5, 1, 3, 0.75, 2. / 3}) {
		t.Errorf("the bins are %v", b)
	}
}

// TestClasses: the values of the classes by themselves.
func TestClasses(t *testing.T) {
	p, o := Precision{}, Outcomes{Of: "false negatives"}
	for _, m := range []Metric{&p, &o} {
		m.Add(tensor.Of([]int64{0, 0, 2}), tensor.Of([]int64{0, 1, 2}))
	}
	if v := p.Classes(); len(v) != 3 || v[0] != 0.5 || v[1] != 0 || v[2] != 1 {
		t.Errorf("precisions %v", v)
	}
	if v := o.Classes(); len(v) != 3 || v[0] != 0 || v[1] != 1 || v[2] != 0 {
		t.Errorf("false negatives %v", v)
	}
}

// TestGivenProbabilities: they are ranked and binned as they are, not as they come back from their logarithms.
func TestGivenProbabilities(t *testing.T) {
	p := math.Nextafter(0.3, 1)
	for range 1000 {
		q := math.Nextafter(p, 1)
		a := AUROC{Probabilities: true}
		a.Add(tensor.Of([]float64{1 - p, p, 1 - q, q}, 2, 2), tensor.Of([]int64{0, 1}))
		if a.of[1].score[0] != p || a.of[1].score[1] != q {
			t.Fatalf("the scores %v and %v became %v", p, q, a.of[1].score)
		}
		p = q
	}
	for i := range 10 {
		e := CalibrationError{Bins: 10, Probabilities: true}
		e.Add(tensor.Of([]float64{float64(i) / 10}, 1), tensor.Of([]int64{1}, 1))
		if e.Reliability()[i].Count != 1 {
			t.Errorf("a probability of %d tenths is in another bin: %v", i, e.Reliability())
		}
	}
}

// TestImpossible: a target that was said to be impossible costs infinitely much.
func TestImpossible(t *testing.T) {
	e := CrossEntropy{Probabilities: true}
	e.Add(tensor.Of([]float32{1, 0}, 1, 2), tensor.Of([]int64{1}, 1))
	if !math.IsInf(e.Value(), 1) {
		t.Errorf("%v", e.Value())
	}
}
