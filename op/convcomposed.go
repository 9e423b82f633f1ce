package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// The convolutions of devices that have none: a matrix product for each place in the window. They are also what the
// fused ones are tested against.

// convComposed returns x ∗ w, without bias.
func convComposed(x, w *tensor.Tensor, g *device.Window) *tensor.Tensor {
	seen, at := taps(x, g, 0), weightTaps(w, g)
	var sum *tensor.Tensor
	for i, t := range seen {
		y := at[i].MatMul(grouped(t, g.Groups)) // [g o c]·[n g c s] → [n g o s]
		if sum != nil {
			y = sum.Add(y)
		}
		sum = y
	}
	return sum.Reshape(windowShape(g, x.Shape(), w.Dim(0))...)
}

func convInputComposed(y, w *tensor.Tensor, shape []int, g *device.Window) *tensor.Tensor {
	at, dy := weightTaps(w, g), grouped(y, g.Groups)
	seen := make([]*tensor.Tensor, len(at))
	for i := range at {
		seen[i] = at[i].T().MatMul(dy).Reshape(windowShape(g, shape, shape[1])...) // [g c o]·[n g o s] → [n c …]
	}
	return spread(seen, g, shape)
}

func convWeightComposed(y, x *tensor.Tensor, shape []int, g *device.Window) *tensor.Tensor {
	dy := grouped(y, g.Groups)
	var at []*tensor.Tensor
	for _, t := range taps(x, g, 0) {
		dw := dy.MatMul(grouped(t, g.Groups).T()).Sum(0) // [n g o s]·[n g s c] → [g o c]
		at = append(at, dw.Reshape(shape[0], shape[1]))
	}
	return tensor.Stack(-1, at...).Reshape(shape...)
}

// grouped returns x [n c …] as [n groups c/groups s].
func grouped(x *tensor.Tensor, groups int) *tensor.Tensor {
	s := 1
	for _, d := range x.Shape()[2:] {
		s *= d
	}
	return x.Reshape(x.Dim(0), groups, x.Dim(1)/groups, s)
}

// weightTaps returns w [out c/groups …] for each place in the window: [groups out/groups c/groups] each.
func weightTaps(w *tensor.Tensor, g *device.Window) []*tensor.Tensor {
	n := 1
	for _, size := range g.Size[:g.Axes] {
		n *= size
	}
	flat := w.Reshape(g.Groups, w.Dim(0)/g.Groups, w.Dim(1), n)
	at := make([]*tensor.Tensor, n)
	for i := range at {
		at[i] = flat.Select(-1, i)
	}
	return at
}
