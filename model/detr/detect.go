package detr

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// Detect returns what is in pictures [n c h w]: of each question the likeliest class, unless that is nothing or has less than
// 0.7, or what Config says. Nothing is left out for overlapping, since each question answers for a thing of its own.
func (m *Model) Detect(p *nn.Pass, x *tensor.Tensor) [][]model.Detection {
	c := m.Config.Or(model.DetectConfig{Score: 0.7, Most: m.queries})
	out := m.Run(p, []*tensor.Tensor{x})
	logits, boxes := out[0].Floats(), out[1].Floats()
	found := make([][]model.Detection, x.Dim(0))
	for i := range found {
		for q := i * m.queries; q < (i+1)*m.queries; q++ {
			class, score := likeliest(logits[q*(m.classes+1) : (q+1)*(m.classes+1)])
			if score < c.Score {
				continue
			}
			b := boxes[4*q : 4*q+4]
			cx, cy, w, h := float64(b[0]), float64(b[1]), float64(b[2]), float64(b[3])
			found[i] = append(found[i], model.Detection{Box: [4]float64{cx - w/2, cy - h/2, cx + w/2, cy + h/2}, Class: class, Score: score})
		}
		slices.SortStableFunc(found[i], func(a, b model.Detection) int { return cmp.Compare(b.Score, a.Score) })
		found[i] = found[i][:min(len(found[i]), c.Most)]
	}
	return found
}

// likeliest returns the class of the largest logit but the last, which stands for nothing, and its probability.
func likeliest(logits []float32) (class int, score float64) {
	largest, sum := slices.Max(logits), 0.0
	for _, z := range logits {
		sum += math.Exp(float64(z - largest))
	}
	for i, z := range logits[:len(logits)-1] {
		if z > logits[class] {
			class = i
		}
	}
	return class, math.Exp(float64(logits[class]-largest)) / sum
}
