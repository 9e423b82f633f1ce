package op

import "github.com/jimu-ml/jimu/tensor"

// Recurrence holds the weights of an [LSTM], [GRU] or [RNN] with h hidden units, in PyTorch's layout: the rows of one gate
// follow those of another.
type Recurrence struct {
	WeightIn, WeightHidden *tensor.Tensor // [gates·h in], [gates·h h], or [gates·h p] with a projection
	BiasIn, BiasHidden     *tensor.Tensor // [gates·h] each, or nil
	Backward               bool           // begin with the last step

	Project  *tensor.Tensor // of an LSTM: [p h], makes p numbers of the h that a step gives, or nil
	Peephole *tensor.Tensor // of an LSTM: [3h], what the gates i, f and o see of the cell, or nil
	Relu     bool           // of an RNN: rectify, and take no tanh
}

// units returns h.
func (w *Recurrence) units() int {
	if w.Project != nil {
		return w.Project.Dim(1)
	}
	return w.WeightHidden.Dim(1)
}

// check panics unless weights, x [n t in] and the initial states [n h] fit.
func (w *Recurrence) check(op string, gates int, x *tensor.Tensor, states ...*tensor.Tensor) {
	checkFloat(op, x)
	if x.Rank() != 3 || x.Dim(1) == 0 {
		panic(tensor.Errorf(op, "shape %v is not [n t in] with t > 0", x))
	}
	w.checkExtras(op, gates)
	h := w.units()
	if w.WeightHidden.Rank() != 2 || w.WeightHidden.Dim(0) != gates*h {
		panic(tensor.Errorf(op, "hidden weight %v is not [%d·h h]", w.WeightHidden, gates))
	}
	if w.WeightIn.Rank() != 2 || w.WeightIn.Dim(0) != gates*h || w.WeightIn.Dim(1) != x.Dim(2) {
		panic(tensor.Errorf(op, "input weight %v does not fit hidden weight %v and the last axis of %v", w.WeightIn, w.WeightHidden, x))
	}
	checkType(op, "input weight", w.WeightIn, x)
	checkType(op, "hidden weight", w.WeightHidden, x)
	checkVector(op, "input bias", w.BiasIn, gates*h, "the first axis", w.WeightIn)
	checkVector(op, "hidden bias", w.BiasHidden, gates*h, "the first axis", w.WeightHidden)
	for k, s := range states {
		width := h
		if k == 0 {
			width = w.WeightHidden.Dim(1)
		}
		if s != nil && (s.Rank() != 2 || s.Dim(0) != x.Dim(0) || s.Dim(1) != width) {
			panic(tensor.Errorf(op, "initial state %v of %v is not [%d %d]", s, x, x.Dim(0), width))
		}
		checkType(op, "initial state", s, x)
	}
}

// checkExtras panics unless projection and peepholes are those of an LSTM.
func (w *Recurrence) checkExtras(op string, gates int) {
	if gates != 4 && (w.Project != nil || w.Peephole != nil) {
		panic(tensor.Errorf(op, "a projection or peepholes, beside the hidden weight %v; only an LSTM has them", w.WeightHidden))
	}
	if w.Project != nil && (w.Project.Rank() != 2 || w.WeightHidden.Rank() != 2 || w.Project.Dim(0) != w.WeightHidden.Dim(1)) {
		panic(tensor.Errorf(op, "projection %v is not [p h], with p the last axis of the hidden weight %v", w.Project, w.WeightHidden))
	}
	if w.Peephole != nil {
		checkVector(op, "peephole", w.Peephole, 3*w.units(), "three gates", w.WeightHidden)
	}
}

// times returns the places in the sequence of t steps in their order.
func (w *Recurrence) times(t int) []int {
	order := make([]int, t)
	for k := range order {
		order[k] = k
		if w.Backward {
			order[k] = t - 1 - k
		}
	}
	return order
}

// end returns the place of the last step.
func (w *Recurrence) end(t int) int {
	if w.Backward {
		return 0
	}
	return t - 1
}

// given returns the weights as those that a VJP was given, behind x.
func (w *Recurrence) given(in []*tensor.Tensor) *Recurrence {
	return &Recurrence{WeightIn: in[1], WeightHidden: in[2], BiasIn: in[3], BiasHidden: in[4], Backward: w.Backward}
}

// initial returns the state, or zeros like those of x.
func (w *Recurrence) initial(x, state *tensor.Tensor) *tensor.Tensor {
	if state != nil {
		return state
	}
	return x.FullLike(0, x.Dim(0), w.WeightHidden.Dim(1))
}

// inputPart returns what the input adds to the gates of all steps: [n t gates·h]. The order of n and t in memory is that of x.
func (w *Recurrence) inputPart(x *tensor.Tensor) *tensor.Tensor {
	if timeFirst(x) {
		return w.inputPart(x.Transpose(0, 1)).Transpose(0, 1)
	}
	return Linear(x, w.WeightIn, w.BiasIn)
}

func timeFirst(x *tensor.Tensor) bool {
	s := x.View().Strides()
	return x.Dim(0) > 1 && s[0] > 0 && s[0] < s[1]
}

// shifted returns y [n t h] as the states before each step, the first of which is state.
func (w *Recurrence) shifted(y, state *tensor.Tensor) *tensor.Tensor {
	t := y.Dim(1)
	first := w.initial(y, state).Unsqueeze(1)
	if w.Backward {
		return tensor.Concat(1, y.Slice(1, 1, t), first)
	}
	return tensor.Concat(1, first, y.Slice(1, 0, t-1))
}

// weightGrads puts the gradients of x, the weights and the biases to g, from those of the gates before their functions:
// din of the input's part, dhidden of the state's.
func (w *Recurrence) weightGrads(g []*tensor.Tensor, din, dhidden, x, states *tensor.Tensor) {
	first := timeFirst(x)
	if x.Wanted() {
		g[0] = inOrder(din, first).MatMul(w.WeightIn)
		if first {
			g[0] = g[0].Reshape(x.Dim(1), x.Dim(0), x.Dim(2)).Transpose(0, 1)
		} else {
			g[0] = g[0].Reshape(x.Shape()...)
		}
	}
	if w.WeightIn.Wanted() {
		g[1] = inOrder(din, first).T().MatMul(inOrder(x, first))
	}
	if w.BiasIn.Wanted() {
		g[3] = inOrder(din, first).Sum(0)
	}
	if w.WeightHidden.Wanted() {
		g[2] = inOrder(dhidden, first).T().MatMul(inOrder(states, first))
	}
	if w.BiasHidden.Wanted() {
		if g[3] != nil && din == dhidden {
			g[4] = g[3]
		} else {
			g[4] = inOrder(dhidden, first).Sum(0)
		}
	}
}

// inOrder returns x [n t d] as a matrix [n·t d], with the rows of one time together if first.
func inOrder(x *tensor.Tensor, first bool) *tensor.Tensor {
	if first {
		x = x.Transpose(0, 1)
	}
	return matrix(x)
}
