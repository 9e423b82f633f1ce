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
	return m.Answer(p, x).Detections(m.Config)
}

// Detections returns what is in each of the pictures; see [Model.Detect].
func (a *Answers) Detections(c model.DetectConfig) [][]model.Detection {
	c = c.Or(model.DetectConfig{Score: 0.2, Overlap: 0.6, Most: 100})
	s := said{a.Logits.Floats(), a.Edges.Floats(), a.Central.Floats(), a.Logits.Dim(2)}
	found := make([][]model.Detection, a.Logits.Dim(0))
	for i := range found {
		var all []model.Detection
		at := i * a.Logits.Dim(1)
		for _, l := range a.Levels {
			all = append(all, s.level(at, l, a.Size, c.Score)...)
			at += l.Height * l.Width
		}
		found[i] = kept(all, c)
	}
	return found
}

// said are the numbers of answers.
type said struct {
	logits, edges, central []float32
	classes                int
}

// level returns the candidates of a level, whose first place is number at.
func (s said) level(at int, l Level, size [2]int, least float64) (all []model.Detection) {
	sigmoid := func(z float32) float64 { return 1 / (1 + math.Exp(-float64(z))) }
	for place := range l.Height * l.Width {
		middle := sigmoid(s.central[at+place])
		for class := range s.classes {
			score := math.Sqrt(sigmoid(s.logits[(at+place)*s.classes+class]) * middle)
			if score < least {
				continue
			}
			x, y := l.at(place)
			e := s.edges[4*(at+place) : 4*(at+place)+4]
			h, w := float64(l.StrideY), float64(l.StrideX)
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
