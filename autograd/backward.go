package autograd

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Backward returns the gradients of a scalar loss with respect to the leaves it depends on.
//
// The memory of what the walk has passed goes back to the device, if a [tensor.Scope] owns it: take out with Keep, before,
// what is to be read after. It panics with a [tensor.Error] if the loss is not a scalar.
func Backward(loss *tensor.Tensor) Grads {
	if loss.Rank() != 0 {
		panic(tensor.Errorf("Backward", "the loss has shape %v; want a scalar: sum it", loss))
	}
	if !loss.NeedsGrad() {
		return Grads{}
	}
	w := walk{order: topological(loss), grads: make(map[*tensor.Tensor]*tensor.Tensor), scope: loss.Scope()}
	if w.scope != nil {
		w.scope.Backward(true)
		defer w.scope.Backward(false)
	}
	w.add(loss, loss.FullLike(1))
	return w.back()
}

// A walk goes back over a history once, and forgets as it goes.
type walk struct {
	order []*tensor.Tensor
	grads map[*tensor.Tensor]*tensor.Tensor
	scope *tensor.Scope
	keep  bool // what the walk passes is not its to give back
}

func (w *walk) back() Grads {
	leaves := make(Grads)
	for i := len(w.order) - 1; i >= 0; i-- {
		y := w.order[i]
		dy := w.grads[y]
		delete(w.grads, y)
		n := y.Node()
		if n == nil {
			if dy != nil {
				leaves.put(y.Origin(), dy)
			}
			continue
		}
		if dy != nil {
			w.step(n, dy, y)
		}
		if !w.keep {
			y.Release()
		}
	}
	return leaves
}

// put adds d to the gradient of a leaf that was watched more than once in a pass.
func (g Grads) put(x, d *tensor.Tensor) {
	if s := g[x]; s != nil {
		sum := s.Add(d)
		sum.Hold(1)
		s.Hold(-1)
		d.Hold(-1)
		d = sum
	}
	g[x] = d
}

// step calls one VJP and hands its results on.
func (w *walk) step(n *tensor.Node, dy, y *tensor.Tensor) {
	mark := 0
	if w.scope != nil {
		mark = w.scope.Mark()
	}
	var buf [8]*tensor.Tensor
	in := buf[:0]
	for _, x := range n.In {
		if x != nil {
			x = x.Bare()
		}
		in = append(in, x)
	}
	for j, dx := range n.VJP(dy, y.Bare(), in) {
		if x := n.In[j]; dx != nil && x != nil && x.NeedsGrad() {
			w.add(x, dx)
		}
	}
	dy.Hold(-1)
	if w.scope != nil {
		w.scope.Sweep(mark)
	}
}

// add adds dx to the gradient of x.
func (w *walk) add(x, dx *tensor.Tensor) {
	checkGradient(x, dx)
	old := w.grads[x]
	if old != nil {
		if old.Accumulate(dx) {
			return
		}
		dx = old.Add(dx)
		old.Hold(-1)
	}
	dx.Hold(1)
	w.grads[x] = dx
}

// checkGradient catches a VJP that returns a gradient of the wrong shape or type.
func checkGradient(x, dx *tensor.Tensor) {
	a, b := x.View(), dx.View()
	if a.Rank != b.Rank || a.Shape != b.Shape || a.DType != b.DType {
		name := "a leaf"
		if x.Node() != nil {
			name = "the result of " + x.Node().Name
		}
		panic(tensor.Errorf("Backward", "a VJP gives %s %v as the gradient of %s, which is %s %v", b.DType, dx, name, a.DType, x))
	}
}

// topological returns the tensors with history that y depends on, leaves and y included, each after what it depends on. It
// does not look behind those at which to stop.
func topological(y *tensor.Tensor, stop ...*tensor.Tensor) []*tensor.Tensor {
	type visit struct {
		t    *tensor.Tensor
		next int
	}
	seen := map[*tensor.Tensor]bool{y: true}
	stack := []visit{{t: y}}
	var order []*tensor.Tensor
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		n := v.t.Node()
		if n == nil || v.next == len(n.In) || slices.Contains(stop, v.t) {
			order = append(order, v.t)
			stack = stack[:len(stack)-1]
			continue
		}
		x := n.In[v.next]
		v.next++
		if x != nil && x.NeedsGrad() && !seen[x] {
			seen[x] = true
			stack = append(stack, visit{t: x})
		}
	}
	return order
}
