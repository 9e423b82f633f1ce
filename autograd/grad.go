package autograd

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Grad returns the gradients of a scalar y with respect to each of x, recorded: they can be differentiated in turn.
//
//	gᵢ = ∂y/∂xᵢ
//
// An x need not be a leaf: a gradient penalty takes it with respect to an input of the model that was watched with
// [tensor.Tensor.Watch]. If y does not depend on an x, its gradient is zeros.
func Grad(y *tensor.Tensor, x ...*tensor.Tensor) []*tensor.Tensor {
	if y.Rank() != 0 {
		panic(tensor.Errorf("Grad", "y has shape %v; want a scalar: sum it", y))
	}
	return VJP(y, y.FullLike(1), x...)
}

// VJP returns the vector–Jacobian products of dy with the Jacobians of y with respect to each of x, recorded.
//
//	dxᵢ = (∂y/∂xᵢ)ᵀ dy
func VJP(y, dy *tensor.Tensor, x ...*tensor.Tensor) []*tensor.Tensor {
	grads := map[*tensor.Tensor]*tensor.Tensor{}
	if y.NeedsGrad() {
		grads = recorded(y, dy, x, nil)
	}
	out := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		if out[i] = grads[t]; out[i] == nil {
			out[i] = t.FullLike(0, t.Shape()...)
		}
	}
	return out
}

// recorded returns the gradients with respect to x, of which those at which to stop are taken for leaves.
func recorded(y, dy *tensor.Tensor, x, stop []*tensor.Tensor) map[*tensor.Tensor]*tensor.Tensor {
	order := topological(y, stop...)
	grads := map[*tensor.Tensor]*tensor.Tensor{y: dy}
	for i := len(order) - 1; i >= 0; i-- {
		t := order[i]
		n := t.Node()
		if n == nil || grads[t] == nil || slices.Contains(stop, t) {
			continue
		}
		for j, dx := range n.VJP(grads[t], t, n.In) {
			in := n.In[j]
			if dx == nil || in == nil || !in.NeedsGrad() {
				continue
			}
			checkGradient(in, dx)
			if old := grads[in]; old != nil {
				dx = old.Add(dx)
			}
			grads[in] = dx
		}
		if !slices.Contains(x, t) {
			delete(grads, t)
		}
	}
	return grads
}

// JVP returns the Jacobian–vector product of f at x with the directions v, and f(x): how y changes as x moves along v.
//
//	dy = Σᵢ (∂y/∂xᵢ) vᵢ
//
// It is made of two reverse passes: u ↦ Jᵀu is linear, and its transpose is J.
func JVP(f func(x []*tensor.Tensor) *tensor.Tensor, x, v []*tensor.Tensor) (y, dy *tensor.Tensor) {
	if len(x) != len(v) {
		panic(tensor.Errorf("JVP", "%d directions for %d inputs", len(v), len(x)))
	}
	in := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		in[i] = t.Watch()
	}
	y = f(in)
	u := y.FullLike(0, y.Shape()...).Watch()
	var sum *tensor.Tensor
	for i, g := range VJP(y, u, in...) {
		s := g.Mul(v[i]).Sum()
		if sum != nil {
			s = sum.Add(s)
		}
		sum = s
	}
	return y.Detach(), VJP(sum, sum.FullLike(1), u)[0]
}

// HVP returns the product of the Hessian of a scalar f at x with the directions v.
//
//	Hv = ∂/∂x ⟨∂f/∂x, v⟩
func HVP(f func(x []*tensor.Tensor) *tensor.Tensor, x, v []*tensor.Tensor) []*tensor.Tensor {
	in := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		in[i] = t.Watch()
	}
	var sum *tensor.Tensor
	for i, g := range Grad(f(in), in...) {
		s := g.Mul(v[i]).Sum()
		if sum != nil {
			s = sum.Add(s)
		}
		sum = s
	}
	out := VJP(sum, sum.FullLike(1), in...)
	for i, t := range out {
		out[i] = t.Detach()
	}
	return out
}

// Jacobian returns the matrix of the derivatives of y = f(x).
//
//	x [n…], y [m…] → J [m…, n…] flattened to [m n]
//	J[i, j] = ∂yᵢ/∂xⱼ
//
// It takes one reverse pass a row.
func Jacobian(f func(x *tensor.Tensor) *tensor.Tensor, x *tensor.Tensor) *tensor.Tensor {
	in := x.Watch()
	y := f(in)
	rows := make([]*tensor.Tensor, y.Len())
	flat := y.Reshape(-1)
	for i := range rows {
		rows[i] = VJP(flat.Select(0, i), y.FullLike(1), in)[0].Detach().Reshape(-1)
	}
	return tensor.Stack(0, rows...)
}
