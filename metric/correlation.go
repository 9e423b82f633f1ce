package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Pearson is the correlation of predictions x and targets y, from −1 to 1, NaN if one of them does not vary.
//
//	x [n] or [… d], y of the same shape: the mean over the d columns
//	r = Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² · Σ(y − ȳ)²)       x̄, ȳ means
type Pearson struct{ moments }

// Name returns "pearson".
func (p *Pearson) Name() string { return "pearson" }

// Add counts a batch.
func (p *Pearson) Add(prediction, target *tensor.Tensor) { p.add("Pearson", prediction, target) }

// Columns returns the correlation of each column.
func (p *Pearson) Columns() []float64 {
	return p.each(func(m *moment) float64 { return m.xy / (math.Sqrt(m.xx) * math.Sqrt(m.yy)) })
}

// Value returns the mean over the columns.
func (p *Pearson) Value() float64 { return average(p.Columns()) }

// Merge adds what another Pearson has counted.
func (p *Pearson) Merge(m Metric) {
	p.merge("Pearson.Merge", same[*Pearson]("Pearson.Merge", m).moments)
}

// Concordance is Lin's concordance correlation coefficient of predictions x and targets y, from −1 to 1: 1 only where they
// are equal, not where one is a line of the other.
//
//	x [n] or [… d], y of the same shape: the mean over the d columns
//	ρ = 2·Cov(x, y) / (Var(x) + Var(y) + (x̄ − ȳ)²)
//
// Variances divide by n, as in Lin's paper and Keras; torchmetrics divides them by n − 1.
//
// Lin, A concordance correlation coefficient to evaluate reproducibility, Biometrics, 1989.
type Concordance struct {
	Unbiased bool // divide by n − 1

	moments
}

// Name returns "concordance".
func (c *Concordance) Name() string { return "concordance" }

// Add counts a batch.
func (c *Concordance) Add(prediction, target *tensor.Tensor) {
	c.add("Concordance", prediction, target)
}

// Columns returns the coefficient of each column.
func (c *Concordance) Columns() []float64 {
	return c.each(func(m *moment) float64 {
		n := m.n
		if c.Unbiased {
			n--
		}
		return 2 * m.xy / (m.xx + m.yy + n*(m.x-m.y)*(m.x-m.y))
	})
}

// Value returns the mean over the columns.
func (c *Concordance) Value() float64 { return average(c.Columns()) }

// Merge adds what another Concordance has counted.
func (c *Concordance) Merge(m Metric) {
	c.merge("Concordance.Merge", same[*Concordance]("Concordance.Merge", m).moments)
}

// CosineSimilarity is the mean cosine of the angle between rows of predictions x and targets y, from −1 to 1. A row of
// zeros has no direction and counts 0.
//
//	x [… d], y of the same shape
//	mean(x·y / (|x| |y|))       over all rows
type CosineSimilarity struct{ mean }

// Name returns "cosine_similarity".
func (c *CosineSimilarity) Name() string { return "cosine_similarity" }

// Add counts a batch.
func (c *CosineSimilarity) Add(prediction, target *tensor.Tensor) {
	c.addRows("CosineSimilarity", prediction, target, func(x, y []float64) float64 {
		xy, xx, yy := 0., 0., 0.
		for i := range x {
			xy, xx, yy = xy+x[i]*y[i], xx+x[i]*x[i], yy+y[i]*y[i]
		}
		if xx == 0 || yy == 0 {
			return 0
		}
		return xy / (math.Sqrt(xx) * math.Sqrt(yy))
	})
}

// Merge adds what another CosineSimilarity has counted.
func (c *CosineSimilarity) Merge(m Metric) {
	c.merge(same[*CosineSimilarity]("CosineSimilarity.Merge", m).mean)
}
