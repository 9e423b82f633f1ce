package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// smallest keeps the ratios of powers finite, float64's epsilon as in torchmetrics.
const smallest = 0x1p-52

// SNR is the mean signal-to-noise ratio of predicted waves x and the targets' y, in decibels: 10·log₁₀(Σy² / Σ(y − x)²).
//
//	x [… t], y of the same shape: a ratio for each wave of t samples
type SNR struct {
	ZeroMean bool // subtract the means of waves first

	mean
}

// Name returns "snr".
func (s *SNR) Name() string { return "snr" }

// Add counts a batch.
func (s *SNR) Add(prediction, target *tensor.Tensor) {
	s.addRows("SNR", prediction, target, func(x, y []float64) float64 {
		if s.ZeroMean {
			centre(x)
			centre(y)
		}
		signal, noise := 0., 0.
		for i, v := range y {
			signal, noise = signal+v*v, noise+squared(v, x[i])
		}
		return decibels(signal, noise)
	})
}

// Merge adds what another SNR has counted.
func (s *SNR) Merge(m Metric) { s.merge(same[*SNR]("SNR.Merge", m).mean) }

func decibels(signal, noise float64) float64 {
	return 10 * math.Log10((signal+smallest)/(noise+smallest))
}

func centre(x []float64) {
	m := average(x)
	for i := range x {
		x[i] -= m
	}
}

// ScaleInvariantSDR is the mean scale-invariant signal-to-distortion ratio of predicted waves x and the targets' y, in
// decibels; it does not mind how loud the prediction is.
//
//	x [… t], y of the same shape: a ratio for each wave of t samples
//	10·log₁₀(Σ(αy)² / Σ(αy − x)²)       α = Σxy / Σy²
//
// With ZeroMean it is the scale-invariant signal-to-noise ratio.
//
// Le Roux, Wisdom, Erdogan and Hershey, SDR – half-baked or well done?, 2018 (arXiv:1811.02508), equation 4.
type ScaleInvariantSDR struct {
	ZeroMean bool // subtract the means of waves first

	mean
}

// Name returns "si_sdr".
func (s *ScaleInvariantSDR) Name() string { return "si_sdr" }

// Add counts a batch.
func (s *ScaleInvariantSDR) Add(prediction, target *tensor.Tensor) {
	s.addRows("ScaleInvariantSDR", prediction, target, func(x, y []float64) float64 {
		if s.ZeroMean {
			centre(x)
			centre(y)
		}
		xy, yy := 0., 0.
		for i, v := range y {
			xy, yy = xy+v*x[i], yy+v*v
		}
		alpha := (xy + smallest) / (yy + smallest)
		signal, noise := 0., 0.
		for i, v := range y {
			signal, noise = signal+alpha*v*alpha*v, noise+squared(alpha*v, x[i])
		}
		return decibels(signal, noise)
	})
}

// Merge adds what another ScaleInvariantSDR has counted.
func (s *ScaleInvariantSDR) Merge(m Metric) {
	s.merge(same[*ScaleInvariantSDR]("ScaleInvariantSDR.Merge", m).mean)
}

// SourceAggregatedSDR is the mean signal-to-distortion ratio of separated sources x and the targets' y, in decibels, with the
// powers of the sources of an example added before they are divided, so that a silent source does no harm.
//
//	x [… s t], y of the same shape: a ratio for each s sources of t samples
//	10·log₁₀(ΣΣ(αy)² / ΣΣ(αy − x)²)       α = ΣΣxy / ΣΣy², or 1 with KeepScale
//
// von Neumann and others, SA-SDR: A novel loss function for separation of meeting style data, 2022 (arXiv:2110.15581).
type SourceAggregatedSDR struct {
	KeepScale bool // a prediction that is too loud or too soft is wrong
	ZeroMean  bool // subtract the means of waves first

	mean
}

// Name returns "sa_sdr".
func (s *SourceAggregatedSDR) Name() string { return "sa_sdr" }

// Add counts a batch.
func (s *SourceAggregatedSDR) Add(prediction, target *tensor.Tensor) {
	x, y := pairs("SourceAggregatedSDR", prediction, target)
	if prediction.Rank() < 2 {
		panic(tensor.Errorf("SourceAggregatedSDR", "predictions of shape %v; want [… sources time]", prediction))
	}
	t := prediction.Dim(-1)
	for n := prediction.Dim(-2) * t; len(x) > 0; x, y = x[n:], y[n:] {
		s.one(s.ratio(x[:n], y[:n], t))
	}
}

func (s *SourceAggregatedSDR) ratio(x, y []float64, t int) float64 {
	for i := 0; s.ZeroMean && i < len(x); i += t {
		centre(x[i : i+t])
		centre(y[i : i+t])
	}
	alpha := 1.
	if !s.KeepScale {
		xy, yy := 0., 0.
		for i, v := range y {
			xy, yy = xy+v*x[i], yy+v*v
		}
		alpha = (xy + smallest) / (yy + smallest)
	}
	signal, noise := 0., 0.
	for i, v := range y {
		signal, noise = signal+alpha*v*alpha*v, noise+squared(alpha*v, x[i])
	}
	return decibels(signal, noise)
}

// Merge adds what another SourceAggregatedSDR has counted.
func (s *SourceAggregatedSDR) Merge(m Metric) {
	s.merge(same[*SourceAggregatedSDR]("SourceAggregatedSDR.Merge", m).mean)
}
