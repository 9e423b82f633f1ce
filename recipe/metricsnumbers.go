package recipe

import "github.com/jimu-ml/jimu/metric"

// numberMetrics are for sets that have numbers.
var numberMetrics = []row[measure]{
	plain("mae", "mean absolute error, in the unit of the target", Numbers, func() metric.Metric { return &metric.MeanAbsoluteError{} }),
	plain("mse", "mean squared error, in the unit of the target, squared", Numbers, func() metric.Metric { return &metric.MeanSquaredError{} }),
	plain("root_mean_squared_error", "root of the mean squared error, in the unit of the target", Numbers, func() metric.Metric { return &metric.RootMeanSquaredError{} }),
	choose("normalized_root_mean_squared_error", "root of the mean squared error over what the targets are like", struct{ By string }{"mean"},
		func(c struct{ By string }) (measure, error) {
			return measure{&metric.NormalizedRootMeanSquaredError{By: c.By}, Numbers}, oneOf("by", c.By, "", "mean", "range", "std", "l2")
		}),
	plain("mean_squared_log_error", "mean squared error of the logarithms", Numbers, func() metric.Metric { return &metric.MeanSquaredLogError{} }),
	plain("mean_absolute_percentage_error", "mean error as a share of the target", Numbers, func() metric.Metric { return &metric.MeanAbsolutePercentageError{} }),
	plain("symmetric_mean_absolute_percentage_error", "mean error as a share of Target and prediction", Numbers,
		func() metric.Metric { return &metric.SymmetricMeanAbsolutePercentageError{} }),
	plain("weighted_mean_absolute_percentage_error", "sum of the errors as a share of the targets' sum", Numbers,
		func() metric.Metric { return &metric.WeightedMeanAbsolutePercentageError{} }),
	plain("median_absolute_error", "median of the errors, in the unit of the target", Numbers, func() metric.Metric { return &metric.MedianAbsoluteError{} }),
	plain("max_error", "largest error, in the unit of the target", Numbers, func() metric.Metric { return &metric.MaxError{} }),
	plain("logcosh", "mean logarithm of the hyperbolic cosine of the error", Numbers, func() metric.Metric { return &metric.LogCosh{} }),
	plain("poisson", "negative log-likelihood of counts", Numbers, func() metric.Metric { return &metric.Poisson{} }),
	choose("quantile_error", "pinball loss of a quantile", struct{ Quantile float64 }{0.5},
		func(c struct{ Quantile float64 }) (measure, error) {
			if c.Quantile <= 0 || c.Quantile >= 1 {
				return measure{}, errorf("metrics.quantile", "want more than 0 and less than 1, not %v", c.Quantile)
			}
			return measure{&metric.QuantileError{Quantile: c.Quantile}, Numbers}, nil
		}),
	choose("tweedie_deviance", "deviance under a distribution whose variance is a power of its mean", struct{ Power float64 }{},
		func(c struct{ Power float64 }) (measure, error) {
			if c.Power > 0 && c.Power < 1 {
				return measure{}, errorf("metrics.power", "want one outside of 0 to 1, not %v", c.Power)
			}
			return measure{&metric.TweedieDeviance{Power: c.Power}, Numbers}, nil
		}),
	choose("minkowski", "distance of all predictions together from the targets", struct{ P float64 }{2},
		func(c struct{ P float64 }) (measure, error) {
			if c.P <= 0 {
				return measure{}, errorf("metrics.p", "want more than 0, not %v", c.P)
			}
			return measure{&metric.Minkowski{P: c.P}, Numbers}, nil
		}),
	plain("r2", "share of the target's variance that is explained", Numbers, func() metric.Metric { return &metric.R2{} }),
	plain("explained_variance", "share of the target's variance that is not left in the errors", Numbers, func() metric.Metric { return &metric.ExplainedVariance{} }),
	choose("relative_squared_error", "squared error over that of the mean", struct{ Root bool }{},
		func(c struct{ Root bool }) (measure, error) {
			return measure{&metric.RelativeSquaredError{Root: c.Root}, Numbers}, nil
		}),
	plain("pearson", "correlation of predictions and targets", Numbers, func() metric.Metric { return &metric.Pearson{} }),
	plain("spearman", "correlation of their ranks", Numbers, func() metric.Metric { return &metric.Spearman{} }),
	choose("kendall", "how many more pairs are in the same order than not", struct{ Variant string }{"b"},
		func(c struct{ Variant string }) (measure, error) {
			return measure{&metric.Kendall{Variant: c.Variant}, Numbers}, oneOf("variant", c.Variant, "", "a", "b", "c")
		}),
	plain("concordance", "correlation that minds scale and shift", Numbers, func() metric.Metric { return &metric.Concordance{} }),
}
