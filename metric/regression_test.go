package metric

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// numbers are three predictions with their targets, off by 0, −2 and 1.
var off, whole = tensor.Of([]float32{1, 2, 5}), tensor.Of([]float32{1, 4, 4})

var unequal = []misuse{{tensor.Zeros(3), tensor.Zeros(3, 1), "predictions of shape [3] and targets of shape [3 1] differ"}}

var _ = register(sample{
	name: "MeanSquaredError", fresh: func() Metric { return &MeanSquaredError{} }, called: "mse",
	golden: "MeanSquaredError", prediction: off, target: whole, value: 5. / 3,
	misuse: unequal,
})

var _ = register(sample{
	name: "MeanAbsoluteError", fresh: func() Metric { return &MeanAbsoluteError{} }, called: "mae",
	golden: "MeanAbsoluteError", prediction: off, target: whole, value: 1,
	misuse: unequal,
})

var _ = register(sample{
	name: "RootMeanSquaredError", fresh: func() Metric { return &RootMeanSquaredError{} }, called: "rmse",
	golden: "RootMeanSquaredError", prediction: off, target: whole, value: math.Sqrt(5. / 3),
	misuse: unequal,
})

var _ = register(sample{
	name: "MeanSquaredLogError", fresh: func() Metric { return &MeanSquaredLogError{} }, called: "msle",
	golden: "MeanSquaredLogError",
	misuse: unequal,
})

var _ = register(sample{
	name: "LogCosh", fresh: func() Metric { return &LogCosh{} }, called: "logcosh",
	golden: "LogCosh",
	misuse: unequal,
})

var _ = register(sample{
	name: "Poisson", fresh: func() Metric { return &Poisson{} }, called: "poisson",
	golden: "Poisson",
	misuse: unequal,
})

var _ = register(sample{
	name: "MeanAbsolutePercentageError", fresh: func() Metric { return &MeanAbsolutePercentageError{} }, called: "mape",
	golden: "MeanAbsolutePercentageError", prediction: off, target: whole, value: 0.25,
	misuse: unequal,
})

var _ = register(sample{
	name: "SymmetricMeanAbsolutePercentageError", fresh: func() Metric { return &SymmetricMeanAbsolutePercentageError{} }, called: "smape",
	golden: "SymmetricMeanAbsolutePercentageError", prediction: off, target: whole, value: (4./6 + 2./9) / 3,
	misuse: unequal,
})

var _ = register(sample{
	name: "WeightedMeanAbsolutePercentageError", fresh: func() Metric { return &WeightedMeanAbsolutePercentageError{} }, called: "wmape",
	golden: "WeightedMeanAbsolutePercentageError", prediction: off, target: whole, value: 3. / 9,
	misuse: unequal,
})

var _ = register(sample{
	name: "MaxError", fresh: func() Metric { return &MaxError{} }, called: "max_error",
	golden: "MaxError", prediction: off, target: whole, value: 2,
	misuse: unequal,
})

var _ = register(sample{
	name: "MedianAbsoluteError", fresh: func() Metric { return &MedianAbsoluteError{} }, called: "median_absolute_error",
	golden: "MedianAbsoluteError", prediction: off, target: whole, value: 1,
	misuse: unequal,
})

var _ = register(sample{
	name: "ExplainedVariance", fresh: func() Metric { return &ExplainedVariance{} }, called: "explained_variance",
	golden: "ExplainedVariance", prediction: off, target: whole, value: 1 - 42./9/6,
	misuse: unequal,
})

var _ = register(sample{
	name: "Pearson", fresh: func() Metric { return &Pearson{} }, called: "pearson",
	golden: "Pearson",
	misuse: unequal,
})

var _ = register(sample{
	name: "CosineSimilarity", fresh: func() Metric { return &CosineSimilarity{} }, called: "cosine_similarity",
	golden: "CosineSimilarity",
	misuse: unequal,
})

var _ = register(sample{
	name: "Spearman", fresh: func() Metric { return &Spearman{} }, called: "spearman",
	golden: "Spearman",
	misuse: unequal,
})

var _ = register(sample{
	name: "KLDivergence", fresh: func() Metric { return &KLDivergence{} }, called: "kl_divergence",
	golden: "KLDivergence",
	misuse: unequal,
})

var _ = register(sample{
	name: "JSDivergence", fresh: func() Metric { return &JSDivergence{} }, called: "js_divergence",
	golden: "JSDivergence",
	misuse: unequal,
})

var _ = register(sample{
	name: "Minkowski", fresh: func() Metric { return &Minkowski{} }, called: "minkowski",
	golden: "Minkowski", prediction: off, target: whole, value: math.Sqrt(5), twice: math.Sqrt(10),
	like:   func(c *check.Case) Metric { return &Minkowski{P: c.Float("p")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "TweedieDeviance", fresh: func() Metric { return &TweedieDeviance{Power: 2} }, called: "tweedie_deviance",
	golden: "TweedieDeviance",
	like:   func(c *check.Case) Metric { return &TweedieDeviance{Power: c.Float("power")} },
	misuse: []misuse{
		unequal[0],
		{tensor.Zeros(2), tensor.Zeros(2), "a prediction of 0 and a target of 0 are out of range for the power 2"},
	},
})

var _ = register(sample{
	name: "TweedieDeviance/no such", fresh: func() Metric { return &TweedieDeviance{Power: 0.5} }, called: "tweedie_deviance",
	golden: "TweedieDeviance",
	like:   func(c *check.Case) Metric { return &TweedieDeviance{Power: c.Float("power")} },
	misuse: []misuse{{off, whole, "no distribution has the power 0.5"}},
})

var _ = register(sample{
	name: "QuantileError", fresh: func() Metric { return &QuantileError{} }, called: "quantile_error",
	golden: "QuantileError", prediction: off, target: whole, value: 0.5,
	like:   func(c *check.Case) Metric { return &QuantileError{Quantile: c.Float("quantile")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "R2", fresh: func() Metric { return &R2{} }, called: "r2",
	golden: "R2", prediction: off, target: whole, value: 1 - 5./6,
	like:   func(c *check.Case) Metric { return &R2{Adjusted: int(number(c, "adjusted"))} },
	misuse: unequal,
})

var _ = register(sample{
	name: "RelativeSquaredError", fresh: func() Metric { return &RelativeSquaredError{} }, called: "relative_squared_error",
	golden: "RelativeSquaredError", prediction: off, target: whole, value: 5. / 6,
	like:   func(c *check.Case) Metric { return &RelativeSquaredError{Root: yes(c, "root")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "NormalizedRootMeanSquaredError", fresh: func() Metric { return &NormalizedRootMeanSquaredError{} }, called: "nrmse",
	golden: "NormalizedRootMeanSquaredError", prediction: off, target: whole, value: math.Sqrt(5./3) / 3,
	like:   func(c *check.Case) Metric { return &NormalizedRootMeanSquaredError{By: text(c, "by")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "Concordance", fresh: func() Metric { return &Concordance{} }, called: "concordance",
	golden: "Concordance",
	like:   func(c *check.Case) Metric { return &Concordance{Unbiased: yes(c, "unbiased")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "Kendall", fresh: func() Metric { return &Kendall{} }, called: "kendall",
	golden: "Kendall",
	like:   func(c *check.Case) Metric { return &Kendall{Variant: text(c, "variant")} },
	misuse: unequal,
})

var _ = register(sample{
	name: "CRPS", fresh: func() Metric { return &CRPS{} }, called: "crps",
	golden: "CRPS",
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "ensembles of shape [3] do not fit targets of shape [3]"}},
})

// TestColumns: each column has a value of its own.
func TestColumns(t *testing.T) {
	x, y := tensor.Of([]float32{1, 5, 2, 5, 3, 6}, 3, 2), tensor.Of([]float32{2, 1, 4, 1, 6, 1}, 3, 2)
	var p Pearson
	var r R2
	var c Concordance
	var e ExplainedVariance
	for _, m := range []Metric{&p, &r, &c, &e} {
		m.Add(x, y)
	}
	if v := p.Columns(); math.Abs(v[0]-1) > 1e-12 || !math.IsNaN(v[1]) {
		t.Errorf("correlations %v, want 1 and, of a constant, NaN", v)
	}
	if v := r.Columns(); math.Abs(v[0]+0.75) > 1e-12 || v[1] != 0 {
		t.Errorf("R² is %v, want -0.75 and, of a constant, 0", v)
	}
	if v := e.Columns(); math.Abs(v[0]-0.75) > 1e-12 || v[1] != 0 {
		t.Errorf("explained variances %v", v)
	}
	if v := c.Columns(); math.Abs(v[0]-2*4./(2+8+3*4)) > 1e-12 || v[1] != 0 {
		t.Errorf("concordances %v", v)
	}
	if err := tensor.Catch(func() { p.Add(x.Slice(1, 0, 1), y.Slice(1, 0, 1)) }); err == nil {
		t.Error("it took one column after two")
	}
}

// TestFarMeans: a mean of a billion leaves the correlation as it is.
func TestFarMeans(t *testing.T) {
	var p Pearson
	for i, v := range []float64{1, 2, 4} {
		p.Add(tensor.Of([]float64{1e9 + v}), tensor.Of([]float64{float64(i) - 1e9}))
	}
	if want := 3 / math.Sqrt(2*14./3); math.Abs(p.Value()-want) > 1e-12 {
		t.Errorf("%v, want %v", p.Value(), want)
	}
}
