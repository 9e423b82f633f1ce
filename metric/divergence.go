package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// KLDivergence is the mean Kullback–Leibler divergence of predicted distributions q from the targets' p, in nats.
//
//	q [… c], p of the same shape: Σ p·log(p/q) over c
//
// Rows are divided by their sums first, so they need not be distributions; what p says is impossible counts 0, and what
// q wrongly says is impossible infinitely much.
type KLDivergence struct{ mean }

// Name returns "kl_divergence".
func (k *KLDivergence) Name() string { return "kl_divergence" }

// Add counts a batch.
func (k *KLDivergence) Add(prediction, target *tensor.Tensor) {
	k.addRows("KLDivergence", prediction, target, func(q, p []float64) float64 {
		normalize(q)
		normalize(p)
		return divergence(p, q)
	})
}

// Merge adds what another KLDivergence has counted.
func (k *KLDivergence) Merge(m Metric) { k.merge(same[*KLDivergence]("KLDivergence.Merge", m).mean) }

// JSDivergence is the mean Jensen–Shannon divergence of predicted distributions q and the targets' p, in nats, from 0 to
// log 2.
//
//	q [… c], p of the same shape: ½·KL(p, m) + ½·KL(q, m), m = ½(p + q)
//
// Rows are divided by their sums first.
type JSDivergence struct{ mean }

// Name returns "js_divergence".
func (j *JSDivergence) Name() string { return "js_divergence" }

// Add counts a batch.
func (j *JSDivergence) Add(prediction, target *tensor.Tensor) {
	j.addRows("JSDivergence", prediction, target, func(q, p []float64) float64 {
		normalize(q)
		normalize(p)
		m := make([]float64, len(p))
		for i := range m {
			m[i] = (p[i] + q[i]) / 2
		}
		return (divergence(p, m) + divergence(q, m)) / 2
	})
}

// Merge adds what another JSDivergence has counted.
func (j *JSDivergence) Merge(m Metric) { j.merge(same[*JSDivergence]("JSDivergence.Merge", m).mean) }

func normalize(p []float64) {
	sum := 0.
	for _, v := range p {
		sum += v
	}
	for i := range p {
		p[i] /= sum
	}
}

// divergence returns Σ p·log(p/q).
func divergence(p, q []float64) (sum float64) {
	for i, v := range p {
		if v > 0 || v != v {
			sum += v * math.Log(v/q[i])
		}
	}
	return sum
}
