package op

import "github.com/jimu-ml/jimu/tensor"

// longhand is an [LSTM] with a projection or peepholes, composed of steps that record their own history.
func (w *Recurrence) longhand(x, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	input, h := w.inputPart(x), w.units()
	if hidden == nil {
		hidden = w.initial(x, nil)
	}
	if cell == nil {
		cell = x.FullLike(0, x.Dim(0), h)
	}
	all := make([]*tensor.Tensor, x.Dim(1))
	for _, at := range w.times(x.Dim(1)) {
		gates := input.Select(1, at).Add(Linear(hidden, w.WeightHidden, w.BiasHidden)).Split(1, h, h, h, h)
		hidden, cell = w.longhandStep(gates, cell)
		all[at] = hidden
	}
	return tensor.Stack(1, all...), cell
}

// longhandStep makes a step's result and cell of the gates before their functions, i f g o, and the cell before.
func (w *Recurrence) longhandStep(gates []*tensor.Tensor, before *tensor.Tensor) (y, cell *tensor.Tensor) {
	i, f, g, o := gates[0], gates[1], gates[2], gates[3]
	var peek []*tensor.Tensor
	if h := w.units(); w.Peephole != nil {
		peek = w.Peephole.Split(0, h, h, h)
		i, f = i.Add(peek[0].Mul(before)), f.Add(peek[1].Mul(before))
	}
	cell = Sigmoid(f).Mul(before).Add(Sigmoid(i).Mul(g.Tanh()))
	if peek != nil {
		o = o.Add(peek[2].Mul(cell))
	}
	y = Sigmoid(o).Mul(cell.Tanh())
	if w.Project != nil {
		y = Linear(y, w.Project, nil)
	}
	return y, cell
}
