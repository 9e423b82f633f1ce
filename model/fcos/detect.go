package fcos

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// candidates is how many places of a level are looked at, at most.
const candidates = 1000

// Detect returns what is in pictures [n c h w]. The score of a class is the root of its probability times that of being in the
// middle; those of 0.2 or more count, of boxes of one class that overlap by more than 0.6 the surest, and 100 in all, unless
// Config says otherwise.
func (m *Model) Detect(p *nn.Pass, x *tensor.Tensor) [][]model.Detection {
	c := m.Config.Or(model.DetectConfig{Score: 0.2, Overlap: 0.6, Most: 100})
	logits, boxes, central, levels := m.places(p, x)
	l, b, q := logits.Floats(), boxes.Floats(), central.Floats()
	found := make([][]model.Detection, x.Dim(0))
	for i := range found {
		var all []model.Detection
		at := i * logits.Dim(1)
		for _, level := range levels {
			all = append(all, m.level(l, b, q, at, level, [2]int{x.Dim(2), x.Dim(3)}, c)...)
			at += level[0] * level[1]
		}
		found[i] = kept(all, c)
	}
	return found
}

// level returns the candidates of a level, whose first place is number at.
func (m *Model) level(logits, boxes, central []float32, at int, level, size [2]int, c model.DetectConfig) (all []model.Detection) {
	sigmoid := func(z float32) float64 { return 1 / (1 + math.Exp(-float64(z))) }
	stride := [2]int{size[0] / level[0], size[1] / level[1]}
	for place := range level[0] * level[1] {
		middle := sigmoid(central[at+place])
		for class := range m.classes {
			score := math.Sqrt(sigmoid(logits[(at+place)*m.classes+class]) * middle)
			if score < c.Score {
				continue
			}
			// The edges are given in strides from the place, which is at the upper left corner of its square.
			y, x := float64(place/level[1]*stride[0]), float64(place%level[1]*stride[1])
			e := boxes[4*(at+place) : 4*(at+place)+4]
			h, w := float64(stride[0]), float64(stride[1])
			box := [4]float64{x - float64(e[0])*w, y - float64(e[1])*h, x + float64(e[2])*w, y + float64(e[3])*h}
			for k, side := range []int{size[1], size[0], size[1], size[0]} {
				box[k] = min(max(box[k]/float64(side), 0), 1)
			}
			all = append(all, model.Detection{Box: box, Class: class, Score: score})
		}
	}
	slices.SortStableFunc(all, func(a, b model.Detection) int { return cmp.Compare(b.Score, a.Score) })
	return all[:min(candidates, len(all))]
}

// kept returns the surest of those that overlap.
func kept(all []model.Detection, c model.DetectConfig) (left []model.Detection) {
	if len(all) == 0 {
		return nil
	}
	boxes, scores, classes := make([]float32, 0, 4*len(all)), make([]float32, len(all)), make([]int64, len(all))
	for i, d := range all {
		for _, v := range d.Box {
			boxes = append(boxes, float32(v))
		}
		scores[i], classes[i] = float32(d.Score), int64(d.Class)
	}
	n := len(all)
	places := op.NMS(tensor.Of(boxes, n, 4), tensor.Of(scores, n), op.NMSConfig{Threshold: c.Overlap, Limit: c.Most, Classes: tensor.Of(classes, n)})
	for _, i := range tensor.Values[int64](places) {
		left = append(left, all[i])
	}
	return left
}
