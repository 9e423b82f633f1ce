package autograd

import (
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
	w := newWalk(loss, loss.Scope())
	if w.scope != nil {
		w.scope.Backward(true)
		defer w.scope.Backward(false)
	}
	w.add(loss, loss.FullLike(1))
	return w.back()
}

// A walk goes back over a history once, and forgets as it goes.
type walk struct {
	numbers
	order []*tensor.Tensor
	grads []*tensor.Tensor // by number
	scope *tensor.Scope
	keep  bool // what the walk passes is not its to give back
}

// newWalk prepares a walk from y. Those over the tensors of one scope may be inside one another, if all but the
// outermost are without scope here.
func newWalk(y *tensor.Tensor, scope *tensor.Scope) *walk {
	w := &walk{scope: scope}
	if scope != nil && !scope.Back() {
		w.numbers.scope, w.id = scope, walks.Add(1)
	}
	w.order = w.topological(y)
	w.grads = make([]*tensor.Tensor, w.count)
	return w
}

func (w *walk) back() Grads {
	leaves := make(Grads)
	for i := len(w.order) - 1; i >= 0; i-- {
		y := w.order[i]
		dy := *w.grad(y)
		*w.grad(y) = nil
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
		in = append(in, w.mute(x))
	}
	grads := n.VJP(dy, w.mute(y), in)
	if w.owns(y) {
		y.Mute(false)
	}
	for _, x := range n.In {
		if x != nil && w.owns(x) {
			x.Mute(false)
		}
	}
	for j, dx := range grads {
		if x := n.In[j]; dx != nil && x != nil && x.NeedsGrad() {
			w.add(x, dx.Bare()) // it may be one of those that were mute
		}
	}
	dy.Hold(-1)
	if w.scope != nil {
		w.scope.Sweep(mark)
	}
}

// mute returns x without its history, for a VJP: x itself, mute, if no other goroutine can see it.
func (w *walk) mute(x *tensor.Tensor) *tensor.Tensor {
	if x == nil || w.owns(x) && x.Mute(true) {
		return x
	}
	return x.Bare()
}

// owns reports whether x is of the scope that the walk is over, which is for one goroutine.
func (w *walk) owns(x *tensor.Tensor) bool { return w.scope != nil && x.Scope() == w.scope }

// add adds dx to the gradient of x.
func (w *walk) add(x, dx *tensor.Tensor) {
	checkGradient(x, dx)
	place := w.grad(x)
	old := *place
	if old != nil {
		if old.Accumulate(dx) {
			return
		}
		dx = old.Add(dx)
		old.Hold(-1)
	}
	dx.Hold(1)
	*place = dx
}

// grad returns where the gradient of a tensor that the walk goes over is.
func (w *walk) grad(x *tensor.Tensor) **tensor.Tensor {
	n, _ := w.of(x)
	return &w.grads[n]
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
