package fcos

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Answers are what every place of the pyramid says of pictures; see [Model].
type Answers struct {
	Logits  *tensor.Tensor // [n a classes]
	Edges   *tensor.Tensor // [n a 4]
	Central *tensor.Tensor // [n a 1]
	Levels  []Level        // from the finest to the coarsest
	Size    [2]int         // height and width of the pictures
}

// A Level is the places of one level of the pyramid.
type Level struct {
	Height, Width    int
	StrideY, StrideX int // pixels from one place to the next
}

// at returns where a place is, in pixels: at the upper left corner of its square.
func (l Level) at(place int) (x, y float64) {
	return float64(place % l.Width * l.StrideX), float64(place / l.Width * l.StrideY)
}

// Answer returns what every place says of pictures [n c h w].
func (m *Model) Answer(p *nn.Pass, x *tensor.Tensor) *Answers {
	all := &Answers{Size: [2]int{x.Dim(2), x.Dim(3)}}
	var l, b, c []*tensor.Tensor
	rows := func(y *tensor.Tensor) *tensor.Tensor { return y.Permute(0, 2, 3, 1).Reshape(y.Dim(0), -1, y.Dim(1)) }
	for _, f := range m.Backbone.Pyramid.levels(p, m.Backbone.Body.Features(p, x)) {
		h, w := f.Dim(2), f.Dim(3)
		all.Levels = append(all.Levels, Level{h, w, all.Size[0] / h, all.Size[1] / w})
		l = append(l, rows(m.Head.Classification.Logits.Forward(p, m.Head.Classification.Convs.Forward(p, f))))
		y := m.Head.Regression.Convs.Forward(p, f)
		b = append(b, rows(op.Relu(m.Head.Regression.Boxes.Forward(p, y))))
		c = append(c, rows(m.Head.Regression.Central.Forward(p, y)))
	}
	all.Logits, all.Edges, all.Central = tensor.Concat(1, l...), tensor.Concat(1, b...), tensor.Concat(1, c...)
	return all
}
