package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// MeanSquaredLogError is the mean of (log(1+x) − log(1+y))² over all elements of predictions x and targets y of one shape.
// Below −1 there is no logarithm, and the value is NaN.
type MeanSquaredLogError struct{ mean }

// Name returns "msle".
func (e *MeanSquaredLogError) Name() string { return "msle" }

// Add counts a batch.
func (e *MeanSquaredLogError) Add(prediction, target *tensor.Tensor) {
	e.add("MeanSquaredLogError", prediction, target, func(x, y float64) float64 { return squared(math.Log1p(x), math.Log1p(y)) })
}

// Merge adds what another MeanSquaredLogError has counted.
func (e *MeanSquaredLogError) Merge(m Metric) {
	e.merge(same[*MeanSquaredLogError]("MeanSquaredLogError.Merge", m).mean)
}

// LogCosh is the mean of log cosh(x − y) over all elements of predictions x and targets y of one shape: half the square of
// a small error, the magnitude of a large one less log 2. It is computed so that no error is too large for it.
type LogCosh struct{ mean }

// Name returns "logcosh".
func (e *LogCosh) Name() string { return "logcosh" }

// Add counts a batch.
func (e *LogCosh) Add(prediction, target *tensor.Tensor) {
	e.add("LogCosh", prediction, target, func(x, y float64) float64 {
		d := math.Abs(x - y)
		return d + math.Log1p(math.Exp(-2*d)) - math.Ln2
	})
}

// Merge adds what another LogCosh has counted.
func (e *LogCosh) Merge(m Metric) { e.merge(same[*LogCosh]("LogCosh.Merge", m).mean) }

// Poisson is the mean of x − y·log(x + ε) over all elements of predicted rates x and counts y of one shape: the negative
// log-likelihood of Poisson's distribution less the term that depends on the counts alone. ε is 1e-7, as in Keras.
type Poisson struct{ mean }

// Name returns "poisson".
func (e *Poisson) Name() string { return "poisson" }

// Add counts a batch.
func (e *Poisson) Add(prediction, target *tensor.Tensor) {
	e.add("Poisson", prediction, target, func(x, y float64) float64 { return x - y*math.Log(x+1e-7) })
}

// Merge adds what another Poisson has counted.
func (e *Poisson) Merge(m Metric) { e.merge(same[*Poisson]("Poisson.Merge", m).mean) }

// TweedieDeviance is the mean deviance of predictions x > 0 and targets y of one shape under a distribution whose variance
// is the p-th power of its mean.
//
//	p = 0: (y − x)²
//	p = 1: 2·(y·log(y/x) − y + x)       Poisson's, y ≥ 0
//	p = 2: 2·(log(x/y) + y/x − 1)       Gamma's, y > 0
//	else:  2·(max(y, 0)^(2−p)/((1−p)(2−p)) − y·x^(1−p)/(1−p) + x^(2−p)/(2−p))
//
// Below p = 0 any y is good, from 1 to 2 those of at least 0, above only those over 0; x must be over 0 but for p = 0. It
// panics with a [tensor.Error] otherwise. Between 0 and 1 there is no such distribution.
type TweedieDeviance struct {
	Power float64

	mean
}

// Name returns "tweedie_deviance".
func (e *TweedieDeviance) Name() string { return "tweedie_deviance" }

// Add counts a batch.
func (e *TweedieDeviance) Add(prediction, target *tensor.Tensor) {
	p := e.Power
	if p > 0 && p < 1 {
		panic(tensor.Errorf("TweedieDeviance", "no distribution has the power %v; want one outside of 0 to 1", p))
	}
	e.add("TweedieDeviance", prediction, target, func(x, y float64) float64 {
		if p != 0 && x <= 0 || p >= 1 && y < 0 || p >= 2 && y <= 0 {
			panic(tensor.Errorf("TweedieDeviance", "a prediction of %v and a target of %v are out of range for the power %v", x, y, p))
		}
		return deviance(p, x, y)
	})
}

func deviance(p, x, y float64) float64 {
	switch p {
	case 0:
		return squared(x, y)
	case 1:
		if y == 0 {
			return 2 * x
		}
		return 2 * (y*math.Log(y/x) - y + x)
	case 2:
		return 2 * (math.Log(x/y) + y/x - 1)
	}
	return 2 * (math.Pow(max(y, 0), 2-p)/((1-p)*(2-p)) - y*math.Pow(x, 1-p)/(1-p) + math.Pow(x, 2-p)/(2-p))
}

// Merge adds what another TweedieDeviance has counted.
func (e *TweedieDeviance) Merge(m Metric) {
	e.merge(same[*TweedieDeviance]("TweedieDeviance.Merge", m).mean)
}
