package blazeface

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// anchors returns the middles of the anchors, left and top, as shares: all of them have the size of the picture.
func anchors() [][2]float64 {
	var all [][2]float64
	for _, g := range []struct{ side, each int }{{16, 2}, {8, 6}} {
		for y := range g.side {
			for x := range g.side {
				for range g.each {
					all = append(all, [2]float64{(float64(x) + 0.5) / float64(g.side), (float64(y) + 0.5) / float64(g.side)})
				}
			}
		}
	}
	return all
}

// Detect returns the faces in pictures [n 3 s s]. Boxes that overlap by more than 0.3 are one, their mean weighted by their
// scores, whose mean is its score; a face has at least 0.75, at the back camera 0.65, unless Config says otherwise.
func (m *Model) Detect(p *nn.Pass, x *tensor.Tensor) [][]model.Detection {
	out := m.Run(p, []*tensor.Tensor{x})
	logits, boxes := out[0].Floats(), out[1].Floats()
	c := m.Config.Or(model.DetectConfig{Score: 0.75, Overlap: 0.3, Most: 100})
	if m.back && m.Config.Score == 0 {
		c.Score = 0.65
	}
	at := anchors()
	found := make([][]model.Detection, x.Dim(0))
	for i := range found {
		var all []model.Detection
		for j, a := range at {
			k := i*len(at) + j
			if score := 1 / (1 + math.Exp(-float64(logits[k]))); score >= c.Score {
				all = append(all, decode(boxes[16*k:16*k+16], a, float64(m.size()), score))
			}
		}
		found[i] = blend(all, c)
	}
	return found
}

func decode(b []float32, anchor [2]float64, size, score float64) model.Detection {
	at := func(i int) (x, y float64) { return float64(b[i])/size + anchor[0], float64(b[i+1])/size + anchor[1] }
	x, y := at(0)
	w, h := float64(b[2])/size, float64(b[3])/size
	d := model.Detection{Box: [4]float64{x - w/2, y - h/2, x + w/2, y + h/2}, Score: score}
	for i := 4; i < 16; i += 2 {
		x, y := at(i)
		d.Points = append(d.Points, [2]float64{x, y})
	}
	return d
}

// blend makes one of the detections that overlap, the surest first.
func blend(all []model.Detection, c model.DetectConfig) (kept []model.Detection) {
	slices.SortStableFunc(all, func(a, b model.Detection) int { return cmp.Compare(b.Score, a.Score) })
	for len(all) > 0 && len(kept) < c.Most {
		var same, rest []model.Detection
		for _, d := range all {
			if all[0].Overlap(d) > c.Overlap {
				same = append(same, d)
			} else {
				rest = append(rest, d)
			}
		}
		if len(same) == 0 { // a box without area overlaps nothing, not even itself
			same, rest = all[:1], all[1:]
		}
		kept = append(kept, mean(same))
		all = rest
	}
	return kept
}

// mean returns the mean of detections, weighted by their scores.
func mean(all []model.Detection) model.Detection {
	total := 0.0
	for _, d := range all {
		total += d.Score
	}
	m := model.Detection{Score: total / float64(len(all)), Points: make([][2]float64, len(all[0].Points))}
	for _, d := range all {
		w := d.Score / total
		for i, v := range d.Box {
			m.Box[i] += w * v
		}
		for i, at := range d.Points {
			m.Points[i][0] += w * at[0]
			m.Points[i][1] += w * at[1]
		}
	}
	return m
}
