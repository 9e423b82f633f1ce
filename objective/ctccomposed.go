package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// composed is host in operations, of which any derivative can be taken.
func (l *ctc) composed(x []*tensor.Tensor) *tensor.Tensor {
	e := x[0]
	n, steps := e.Dim(0), e.Dim(1)
	start, skip := l.masks(e)
	alpha := e.Select(1, 0).Add(start)
	edge := e.FullLike(never, n, 1)
	for t := 1; t < steps; t++ {
		one := shifted(alpha, edge)
		ways := tensor.Stack(-1, alpha, one, shifted(one, edge).Add(skip))
		next := op.LogSumExp(ways, -1).Add(e.Select(1, t))
		alpha = tensor.Where(column(e, n, func(i int) bool { return t < l.length[i] }), next, alpha)
	}
	last, before := make([]int64, n), make([]int64, n)
	for i, used := range l.used {
		last[i], before[i] = int64(2*used), int64(max(2*used-1, 0))
	}
	end := alpha.Gather(tensor.Of(last, n).To(e.Device()))
	other := alpha.Gather(tensor.Of(before, n).To(e.Device()))
	empty := column(e, n, func(i int) bool { return l.used[i] == 0 }).Reshape(n)
	loss := op.LogSumExp(tensor.Stack(-1, end, tensor.Where(empty, other.FullLike(never), other)), -1).Neg()
	possible := column(e, n, l.fits).Reshape(n)
	return tensor.Where(possible, loss, loss.FullLike(0)) // a constant, whichever: only derivatives are asked for
}

// shifted returns x [n s] one state on, with edge at the first.
func shifted(x, edge *tensor.Tensor) *tensor.Tensor {
	return tensor.Concat(1, edge, x.Slice(1, 0, x.Dim(1)-1))
}

// masks returns 0 where a path may begin and where it may skip a state, and minus infinity elsewhere, both [n states].
func (l *ctc) masks(e *tensor.Tensor) (start, skip *tensor.Tensor) {
	n := e.Dim(0)
	a, b := make([]float64, n*l.states), make([]float64, n*l.states)
	for i := range n {
		for s := range l.states {
			if s > 1 {
				a[i*l.states+s] = never
			}
			if !l.skips(i, s) {
				b[i*l.states+s] = never
			}
		}
	}
	return constant(e, a).Reshape(n, l.states), constant(e, b).Reshape(n, l.states)
}

// column returns a boolean for each of n examples, as [n 1] on the device of like.
func column(like *tensor.Tensor, n int, f func(i int) bool) *tensor.Tensor {
	v := make([]bool, n)
	for i := range v {
		v[i] = f(i)
	}
	return tensor.Of(v, n, 1).To(like.Device())
}
