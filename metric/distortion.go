package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// SignalDistortionRatio is the mean ratio of what a filter of the targets' waves y can explain of the predicted waves x to what
// it cannot, in decibels: what a room or a microphone did to the wave is no distortion.
//
//	x [… t], y of the same shape: a ratio for each wave of t samples
//	10·log₁₀(c / (1 − c))       c = bᵀR⁻¹b, R the autocorrelations of y and b those of y with x, both of norm 1
//
// Vincent, Gribonval and Févotte, Performance measurement in blind audio source separation, 2006; Scheibler, SDR – Medium Rare
// with Fast Computations, 2022 (arXiv:2110.06440), equation 8.
type SignalDistortionRatio struct {
	Taps     int  // of the filter; 0 means 512
	ZeroMean bool // subtract the means of waves first

	mean
}

// Name returns "sdr".
func (s *SignalDistortionRatio) Name() string { return "sdr" }

// Add counts a batch.
func (s *SignalDistortionRatio) Add(prediction, target *tensor.Tensor) {
	taps := orElse(s.Taps, 512)
	s.addRows("SignalDistortionRatio", prediction, target, func(x, y []float64) float64 {
		if s.ZeroMean {
			centre(x)
			centre(y)
		}
		unit(x)
		unit(y)
		r, b := correlation(y, y, taps), correlation(y, x, taps)
		c := 0.
		for i, h := range toeplitz(r, b) {
			c += h * b[i]
		}
		return 10 * math.Log10(c/(1-c))
	})
}

func unit(x []float64) {
	sum := 0.
	for _, v := range x {
		sum += v * v
	}
	for i := range x {
		x[i] /= max(math.Sqrt(sum), 1e-6)
	}
}

// correlation returns Σ y[t]·x[t+k] for k below n.
func correlation(y, x []float64, n int) []float64 {
	c := make([]float64, n)
	for k := range min(n, len(x)) {
		for t, v := range x[k:] {
			c[k] += y[t] * v
		}
	}
	return c
}

// toeplitz solves Σⱼ r[|i−j|]·h[j] = b[i] by Levinson's recursion.
func toeplitz(r, b []float64) []float64 {
	n := len(r)
	h, f, g := make([]float64, n), make([]float64, n), make([]float64, n)
	f[0], h[0] = 1/r[0], b[0]/r[0] // f solves the system for b = 1, 0, 0, …
	for k := 1; k < n; k++ {
		off, missing := 0., b[k]
		for i := range k {
			off += r[k-i] * f[i]
			missing -= r[k-i] * h[i]
		}
		copy(g, f[:k])
		for i := range k + 1 {
			back := 0.
			if i > 0 {
				back = g[k-i]
			}
			f[i] = (g[i] - off*back) / (1 - off*off)
		}
		for i := range k + 1 {
			h[i] += missing * f[k-i]
		}
	}
	return h
}

// Merge adds what another SignalDistortionRatio has counted.
func (s *SignalDistortionRatio) Merge(m Metric) {
	s.merge(same[*SignalDistortionRatio]("SignalDistortionRatio.Merge", m).mean)
}
