package ultraface

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// sizes are the sides of the anchors at each place of a grid, in pixels.
var sizes = [][]float32{{10, 16, 24}, {32, 48}, {64, 96}, {128, 192, 256}}

// anchors returns the middles and sizes of the anchors [a 4], left, top, width, height, as shares.
func (m *Model) anchors(grids [][2]int) *tensor.Tensor {
	var all []float32
	share := func(v float32) float32 { return min(max(v, 0), 1) }
	for i, g := range grids {
		for y := range g[0] {
			for x := range g[1] {
				for _, side := range sizes[i] {
					all = append(all, share((float32(x)+0.5)/float32(g[1])), share((float32(y)+0.5)/float32(g[0])),
						share(side/float32(m.width)), share(side/float32(m.height)))
				}
			}
		}
	}
	return tensor.Of(all, len(all)/4, 4)
}

// decode returns boxes by their corners of codes [n a 4] for anchors [a 4].
//
//	middle = 0.1 · code · size of the anchor + its middle      size = e^(0.2 · code) · size of the anchor
func decode(codes, anchors *tensor.Tensor) *tensor.Tensor {
	size := anchors.Slice(1, 2, 4)
	middle := codes.Slice(2, 0, 2).Scale(0.1).Mul(size).Add(anchors.Slice(1, 0, 2))
	half := codes.Slice(2, 2, 4).Scale(0.2).Exp().Mul(size).Scale(0.5)
	return tensor.Concat(2, middle.Sub(half), middle.Add(half))
}

// Detect returns the faces in pictures [n 3 h w]: those of a score of 0.7 or more, and of boxes that overlap by more than 0.3
// the surest, unless Config says otherwise.
func (m *Model) Detect(p *nn.Pass, x *tensor.Tensor) [][]model.Detection {
	c := m.Config.Or(model.DetectConfig{Score: 0.7, Overlap: 0.3, Most: 200})
	out := m.Run(p, []*tensor.Tensor{x})
	scores, boxes := out[0].Floats(), out[1].Floats()
	found := make([][]model.Detection, x.Dim(0))
	a := out[0].Dim(1)
	for i := range found {
		var sure []float32
		var corners []float32
		for j := i * a; j < (i+1)*a; j++ {
			if s := scores[2*j+1]; float64(s) >= c.Score {
				sure, corners = append(sure, s), append(corners, boxes[4*j:4*j+4]...)
			}
		}
		if len(sure) == 0 {
			continue
		}
		kept := op.NMS(tensor.Of(corners, len(sure), 4), tensor.Of(sure, len(sure)), op.NMSConfig{Threshold: c.Overlap, Limit: c.Most})
		for _, k := range tensor.Values[int64](kept) {
			d := model.Detection{Score: float64(sure[k])}
			for e := range d.Box {
				d.Box[e] = float64(corners[4*int(k)+e])
			}
			found[i] = append(found[i], d)
		}
	}
	return found
}
