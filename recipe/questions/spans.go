package questions

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// A span is tokens of a passage, from ≤ i < to, that may be the answer.
type span struct {
	from, to    int
	score       float64 // the sum of the logits of its first and its last token
	probability float64
}

// spans returns those of so many tokens at most that are likeliest of all in the windows of a passage, the likeliest first, not more
// than count. Their probability is among all spans of that length: windows compete with each other.
//
//	P(i, j) = exp(sᵢ + eⱼ) / Σ over all spans, i ≤ j < i + longest
func spans(logits [][]float32, from []int, longest, count int) []span {
	best := map[[2]int]float64{} // a span that lies in two windows has the better score
	for w, z := range logits {
		for i := range len(z) / 2 {
			for j := i; j < min(i+longest, len(z)/2); j++ {
				at, s := [2]int{from[w] + i, from[w] + j + 1}, float64(z[2*i])+float64(z[2*j+1])
				if old, twice := best[at]; !twice || s > old {
					best[at] = s
				}
			}
		}
	}
	all := make([]span, 0, len(best))
	for at, s := range best {
		all = append(all, span{from: at[0], to: at[1], score: s})
	}
	slices.SortFunc(all, func(a, b span) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	sum := 0.0
	for _, s := range all {
		sum += math.Exp(s.score - all[0].score)
	}
	all = all[:min(count, len(all))]
	for i := range all {
		all[i].probability = math.Exp(all[i].score-all[0].score) / sum
	}
	return all
}

// of returns the piece of a passage that a span is.
func (s span) of(passage string, all []token) string { return cut(passage, all, s.from, s.to) }

// bytes returns where a span stands.
func (s span) bytes(all []token) text.Span {
	return text.Span{Start: all[s.from].Start, End: all[s.to-1].End}
}

// spanF1 is the mean F1, from 0 to 1, of the tokens of the likeliest span of a window against those of the answer that most marked:
// what tells epochs apart.
type spanF1 struct {
	longest    int
	sum, count float64
}

// Name returns its name.
func (m *spanF1) Name() string { return "f1" }

// Add counts windows: logits [n t 2], shares [n 2 t].
func (m *spanF1) Add(prediction, target *tensor.Tensor) {
	n, t := prediction.Dim(0), prediction.Dim(1)
	z, y := tensor.Values[float32](prediction), tensor.Values[float32](target)
	for i := range n {
		from, to := likeliest(z[2*i*t:2*(i+1)*t], m.longest)
		row := y[2*i*t : 2*(i+1)*t]
		first := slices.Index(row[:t], slices.Max(row[:t]))
		last := first + slices.Index(row[t+first:], slices.Max(row[t+first:]))
		both := max(0, min(to, last+1)-max(from, first))
		m.sum += 2 * float64(both) / float64(to-from+last+1-first)
		m.count++
	}
}

// likeliest returns the span with the largest sum of logits [t 2].
func likeliest(z []float32, longest int) (from, to int) {
	best := math.Inf(-1)
	for i := range len(z) / 2 {
		for j := i; j < min(i+longest, len(z)/2); j++ {
			if s := float64(z[2*i]) + float64(z[2*j+1]); s > best {
				best, from, to = s, i, j+1
			}
		}
	}
	return from, to
}

// Value returns the mean.
func (m *spanF1) Value() float64 { return m.sum / m.count }

// Merge adds what another has counted.
func (m *spanF1) Merge(other metric.Metric) {
	o, ok := other.(*spanF1)
	if !ok {
		panic(tensor.Errorf("f1", "%T does not merge into it", other))
	}
	m.sum, m.count = m.sum+o.sum, m.count+o.count
}

// Reset forgets what was counted.
func (m *spanF1) Reset() { m.sum, m.count = 0, 0 }
