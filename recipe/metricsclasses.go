package recipe

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/metric"
)

// classMetrics are for sets that have classes.
var classMetrics = []row[measure]{
	plain("accuracy", "share of the examples whose class is predicted", Classes, func() metric.Metric { return &metric.Accuracy{} }),
	choose("topk", "share of the examples whose class is among the k likeliest", struct{ K int }{5},
		func(c struct{ K int }) (measure, error) {
			if c.K < 1 {
				return measure{}, errorf("metrics.k", "want 1 or more, not %d", c.K)
			}
			return measure{&metric.TopK{K: c.K}, Classes}, nil
		}),
	choose("balanced_accuracy", "mean over the classes of the share of their examples that are predicted", struct{ Adjusted bool }{},
		func(c struct{ Adjusted bool }) (measure, error) {
			return measure{&metric.BalancedAccuracy{Adjusted: c.Adjusted}, Classes}, nil
		}),
	averaged("precision", "share of the predictions of a class that are right", func(a metric.Average) metric.Metric { return &metric.Precision{Average: a} }),
	averaged("recall", "share of the examples of a class that are predicted", func(a metric.Average) metric.Metric { return &metric.Recall{Average: a} }),
	averaged("specificity", "share of the examples of other classes that are not predicted", func(a metric.Average) metric.Metric { return &metric.Specificity{Average: a} }),
	averaged("negative_predictive_value", "share of the predictions of other classes that are right", func(a metric.Average) metric.Metric { return &metric.NegativePredictiveValue{Average: a} }),
	averaged("jaccard", "examples right of those that are of a class or predicted", func(a metric.Average) metric.Metric { return &metric.Jaccard{Average: a} }),
	choose("f_beta", "harmonic mean of precision and recall, F1 unless beta says otherwise", fBeta{Beta: 1},
		func(c fBeta) (measure, error) {
			a, err := averageCalled(c.Average)
			if err == nil && c.Beta <= 0 {
				err = errorf("metrics.beta", "want more than 0, not %v", c.Beta)
			}
			return measure{&metric.FBeta{Beta: c.Beta, Average: a}, Classes}, err
		}),
	plain("hamming", "share of the examples whose class is not predicted", Classes, func() metric.Metric { return &metric.Hamming{} }),
	plain("matthews", "correlation of predictions and classes", Classes, func() metric.Metric { return &metric.Matthews{} }),
	choose("cohen_kappa", "agreement beyond chance", struct{ Weights string }{},
		func(c struct{ Weights string }) (measure, error) {
			return measure{&metric.CohenKappa{Weights: c.Weights}, Classes}, oneOf("weights", c.Weights, "", "linear", "quadratic")
		}),
	plain("cross_entropy", "negative log-likelihood of the classes, in nats", Classes, func() metric.Metric { return &metric.CrossEntropy{} }),
	plain("perplexity", "among how many equally likely classes the model seems to choose", Classes, func() metric.Metric { return &metric.Perplexity{} }),
	plain("brier", "squared error of the probabilities", Classes, func() metric.Metric { return &metric.Brier{} }),
	choose("calibration_error", "how far confidence is from how often it is right", calibration{Bins: 15},
		func(c calibration) (measure, error) {
			err := oneOf("norm", c.Norm, "", "l1", "l2", "max")
			if err == nil && c.Bins < 1 {
				err = errorf("metrics.bins", "want 1 or more, not %d", c.Bins)
			}
			return measure{&metric.CalibrationError{Bins: c.Bins, Norm: c.Norm}, Classes}, err
		}),
	choose("hinge", "by how much a score misses its margin", struct{ Squared bool }{},
		func(c struct{ Squared bool }) (measure, error) {
			return measure{&metric.Hinge{Squared: c.Squared}, Classes}, nil
		}),
	averaged("auroc", "area under the curve of true over false positives", func(a metric.Average) metric.Metric { return &metric.AUROC{Average: a} }),
	averaged("average_precision", "area under the curve of precision over recall", func(a metric.Average) metric.Metric { return &metric.AveragePrecision{Average: a} }),
	averaged("equal_error_rate", "error where false positives are as frequent as false negatives", func(a metric.Average) metric.Metric { return &metric.EqualErrorRate{Average: a} }),
	averaged("log_auc", "area under the curve of true over few false positives", func(a metric.Average) metric.Metric { return &metric.LogAUC{Average: a} }),
	choose("precision_at_recall", "best precision where recall is as wanted", struct{ Recall float64 }{0.5},
		func(c struct{ Recall float64 }) (measure, error) {
			return measure{&metric.PrecisionAtRecall{Recall: c.Recall}, Classes}, aShare("recall", c.Recall)
		}),
	choose("recall_at_precision", "best recall where precision is as wanted", struct{ Precision float64 }{0.5},
		func(c struct{ Precision float64 }) (measure, error) {
			return measure{&metric.RecallAtPrecision{Precision: c.Precision}, Classes}, aShare("precision", c.Precision)
		}),
	choose("sensitivity_at_specificity", "best recall where specificity is as wanted", struct{ Specificity float64 }{0.5},
		func(c struct{ Specificity float64 }) (measure, error) {
			return measure{&metric.SensitivityAtSpecificity{Specificity: c.Specificity}, Classes}, aShare("specificity", c.Specificity)
		}),
	choose("specificity_at_sensitivity", "best specificity where recall is as wanted", struct{ Sensitivity float64 }{0.5},
		func(c struct{ Sensitivity float64 }) (measure, error) {
			return measure{&metric.SpecificityAtSensitivity{Sensitivity: c.Sensitivity}, Classes}, aShare("sensitivity", c.Sensitivity)
		}),
}

type fBeta struct {
	Beta    float64
	Average string
}

type calibration struct {
	Bins int
	Norm string
}

type averaging struct{ Average string }

// plain returns a row of a metric without hyperparameters.
func plain(name, about string, of Target, fresh func() metric.Metric) row[measure] {
	return choose(name, about, struct{}{}, func(struct{}) (measure, error) { return measure{fresh(), of}, nil })
}

// averaged returns a row of a metric that is averaged over the classes.
func averaged(name, about string, fresh func(metric.Average) metric.Metric) row[measure] {
	return choose(name, about, averaging{}, func(c averaging) (measure, error) {
		a, err := averageCalled(c.Average)
		return measure{fresh(a), Classes}, err
	})
}

func averageCalled(name string) (metric.Average, error) {
	return map[string]metric.Average{"macro": metric.Macro, "micro": metric.Micro, "weighted": metric.Weighted}[name],
		oneOf("average", name, "", "macro", "micro", "weighted")
}

// oneOf reports a word that is not among those that are known; the first is the default.
func oneOf(key, word string, known ...string) error {
	if slices.Contains(known, word) {
		return nil
	}
	if n := Nearest(word, known[1:]); n != "" {
		return errorf("metrics."+key, "no %s %q; did you mean %s?", key, word, n)
	}
	return errorf("metrics."+key, "no %s %q; there are %s", key, word, strings.Join(known[1:], ", "))
}

// aShare reports a number that is not between 0 and 1.
func aShare(key string, v float64) error {
	if v < 0 || v > 1 {
		return errorf("metrics."+key, "want 0 to 1, not %v", v)
	}
	return nil
}
