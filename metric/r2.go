package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// R2 is the coefficient of determination: which share of the targets' variance the predictions explain, 1 at best, below 0
// if their mean would do better.
//
//	predictions x [n] or [… d], targets y of the same shape: the mean over the d columns
//	R² = 1 − Σ(y − x)² / Σ(y − ȳ)²       ȳ the mean of y
//
// Of targets that are all equal it is 1 if the predictions are right, else 0, as in scikit-learn; torchmetrics differs.
type R2 struct {
	Adjusted int // the number of regressors k, for 1 − (1 − R²)·(n − 1)/(n − k − 1); 0 leaves R² as it is

	moments
}

// Name returns "r2".
func (r *R2) Name() string { return "r2" }

// Add counts a batch.
func (r *R2) Add(prediction, target *tensor.Tensor) { r.add("R2", prediction, target) }

// Columns returns R² of each column.
func (r *R2) Columns() []float64 {
	return r.each(func(m *moment) float64 {
		v := explained(m.residual(), m.yy)
		if k := float64(r.Adjusted); k > 0 {
			return 1 - (1-v)*(m.n-1)/(m.n-k-1)
		}
		return v
	})
}

// explained returns 1 − a/b.
func explained(a, b float64) float64 {
	switch {
	case b > 0 || b != b || a != a:
		return 1 - a/b
	case a == 0:
		return 1
	}
	return 0
}

// Value returns the mean over the columns.
func (r *R2) Value() float64 { return average(r.Columns()) }

// Merge adds what another R2 has counted.
func (r *R2) Merge(m Metric) { r.merge("R2.Merge", same[*R2]("R2.Merge", m).moments) }

// ExplainedVariance is the share of the targets' variance that is not left in the errors; unlike [R2] it does not mind an
// error that is the same everywhere.
//
//	predictions x [n] or [… d], targets y of the same shape: the mean over the d columns
//	1 − Var(y − x) / Var(y)
//
// Of targets that are all equal it is 1 if the errors are too, else 0.
type ExplainedVariance struct{ moments }

// Name returns "explained_variance".
func (e *ExplainedVariance) Name() string { return "explained_variance" }

// Add counts a batch.
func (e *ExplainedVariance) Add(prediction, target *tensor.Tensor) {
	e.add("ExplainedVariance", prediction, target)
}

// Columns returns the share of each column.
func (e *ExplainedVariance) Columns() []float64 {
	return e.each(func(m *moment) float64 { return explained(m.dd, m.yy) })
}

// Value returns the mean over the columns.
func (e *ExplainedVariance) Value() float64 { return average(e.Columns()) }

// Merge adds what another ExplainedVariance has counted.
func (e *ExplainedVariance) Merge(m Metric) {
	e.merge("ExplainedVariance.Merge", same[*ExplainedVariance]("ExplainedVariance.Merge", m).moments)
}

// RelativeSquaredError is Σ(y − x)² / Σ(y − ȳ)² of predictions x and targets y [n] or [… d], the mean over the d columns:
// how much worse than the targets' mean the predictions are. Its root, if Root is set, is in the unit of a ratio of errors.
type RelativeSquaredError struct {
	Root bool

	moments
}

// Name returns "relative_squared_error".
func (e *RelativeSquaredError) Name() string { return "relative_squared_error" }

// Add counts a batch.
func (e *RelativeSquaredError) Add(prediction, target *tensor.Tensor) {
	e.add("RelativeSquaredError", prediction, target)
}

// Value returns the mean over the columns.
func (e *RelativeSquaredError) Value() float64 {
	return average(e.each(func(m *moment) float64 {
		v := m.residual() / m.yy
		if e.Root {
			return math.Sqrt(v)
		}
		return v
	}))
}

// Merge adds what another RelativeSquaredError has counted.
func (e *RelativeSquaredError) Merge(m Metric) {
	e.merge("RelativeSquaredError.Merge", same[*RelativeSquaredError]("RelativeSquaredError.Merge", m).moments)
}

// NormalizedRootMeanSquaredError is √mean((y − x)²) over what the targets y are like: free of their unit. Predictions x and
// targets are [n] or [… d], the mean over the d columns.
type NormalizedRootMeanSquaredError struct {
	By string // "mean", the default, "range", "std" or "l2": of the targets; std divides by n

	moments
}

// Name returns "nrmse".
func (e *NormalizedRootMeanSquaredError) Name() string { return "nrmse" }

// Add counts a batch.
func (e *NormalizedRootMeanSquaredError) Add(prediction, target *tensor.Tensor) {
	switch e.By {
	case "", "mean", "range", "std", "l2":
		e.add("NormalizedRootMeanSquaredError", prediction, target)
	default:
		panic(tensor.Errorf("NormalizedRootMeanSquaredError", "By is %q; want mean, range, std or l2", e.By))
	}
}

// Value returns the mean over the columns.
func (e *NormalizedRootMeanSquaredError) Value() float64 {
	return average(e.each(func(m *moment) float64 {
		by := m.y
		switch e.By {
		case "range":
			by = m.above - m.lowest
		case "std":
			by = math.Sqrt(m.yy / m.n)
		case "l2":
			by = math.Sqrt(m.yy + m.n*m.y*m.y)
		}
		return math.Sqrt(m.residual()/m.n) / by
	}))
}

// Merge adds what another NormalizedRootMeanSquaredError has counted.
func (e *NormalizedRootMeanSquaredError) Merge(m Metric) {
	e.merge("NormalizedRootMeanSquaredError.Merge", same[*NormalizedRootMeanSquaredError]("NormalizedRootMeanSquaredError.Merge", m).moments)
}
