package optim

import (
	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Curved rule uses estimates of the diagonal of the Hessian, in some of its steps.
type Curved interface {
	Rule

	// CurvatureEvery is how many updates lie between two estimates; the first update has one.
	CurvatureEvery() int

	// Curve takes an estimate h into the slots, before the update in which it was made. At.Scale belongs to h as it does
	// to the gradient.
	Curve(h *tensor.Tensor, slots []*tensor.Tensor, at At)
}

// WantsCurvature reports whether the next step uses an [Evaluation] with an estimate of the Hessian's diagonal.
func (o *Optimizer) WantsCurvature() bool {
	for _, c := range o.cells {
		if r, ok := c.rule.(Curved); ok && !c.param.Frozen && c.updates%max(1, r.CurvatureEvery()) == 0 {
			return true
		}
	}
	return false
}

// curve hands the estimate to the rules that want it now.
func (o *Optimizer) curve(cells []*cell, e Evaluation) {
	for _, c := range cells {
		r, ok := c.rule.(Curved)
		h := e.Curvature.Of(c.param.Value)
		if !ok || h == nil || c.updates%max(1, r.CurvatureEvery()) != 0 {
			continue
		}
		if c.slots == nil {
			c.slots = c.empty()
		}
		r.Curve(h.Detach(), c.slots, At{Step: c.updates + 1, Rate: o.Rate(), Scale: e.Scale / o.LossFactor(), Loss: e.Loss, Name: c.name})
	}
}

// Hutchinson estimates the diagonal of the Hessian of a loss with respect to the parameters that it depends on and that
// are not frozen.
//
//	h = u ⊙ ∂⟨∂loss/∂p, u⟩/∂p     u of ±1, drawn by the key and the parameter's name
//
// Its mean over u is the diagonal; of a loss whose Hessian is diagonal, h is exact. It costs about two walks back, and
// memory for both. Call it before [autograd.Backward], which lets go of the history.
//
// Bekas, Kokiopoulou and Saad, An estimator for the diagonal of a matrix, 2007; Yao et al., AdaHessian, 2021
// (arXiv:2006.00719), section 3.
func Hutchinson(loss *tensor.Tensor, params []tensor.Named, key rng.Key) autograd.Grads {
	names := map[*tensor.Tensor]string{}
	for _, p := range params {
		if !p.Buffer && !p.Param.Frozen {
			names[p.Param.Value.Origin()] = p.Name
		}
	}
	var at, u []*tensor.Tensor
	for _, leaf := range leaves(loss) {
		if name, ok := names[leaf.Origin()]; ok {
			at, u = append(at, leaf), append(u, signs(leaf, key.Child(name)))
		}
	}
	h := autograd.Grads{}
	var sum *tensor.Tensor
	for i, g := range autograd.Grad(loss, at...) {
		term := wide(g.Mul(u[i])).Sum()
		if sum == nil {
			sum = term
		} else {
			sum = sum.Add(term)
		}
	}
	if sum == nil {
		return h
	}
	for i, hu := range autograd.Grad(sum, at...) {
		hu, origin := hu.Detach().Mul(u[i].Detach()), at[i].Origin()
		if before := h[origin]; before != nil {
			hu = before.Add(hu)
		}
		h[origin] = hu
	}
	return h
}

// leaves returns the leaves that y depends on, in the order in which they are met.
func leaves(y *tensor.Tensor) (all []*tensor.Tensor) {
	seen, next := map[*tensor.Tensor]bool{y: true}, []*tensor.Tensor{y}
	for len(next) > 0 {
		x := next[len(next)-1]
		next = next[:len(next)-1]
		if x.Leaf() {
			all = append(all, x)
		}
		if x.Node() == nil {
			continue
		}
		for _, in := range x.Node().In {
			if in != nil && in.NeedsGrad() && !seen[in] {
				seen[in] = true
				next = append(next, in)
			}
		}
	}
	return all
}

// signs returns ±1 in the shape of p.
func signs(p *tensor.Tensor, key rng.Key) *tensor.Tensor {
	v := make([]float32, p.Len())
	for i := range v {
		v[i] = 1 - 2*float32(key.Uint64At(uint64(i))&1)
	}
	return tensor.Of(v, p.Shape()...).Cast(p.DType()).To(p.Device())
}

// GaussNewton estimates the diagonal of the Gauss–Newton matrix of a cross-entropy, Sophia-G's way: from the gradients of the
// same sum of losses with targets that were drawn from the model's own probabilities.
//
//	h = g ⊙ g
//
// Its mean over the targets is the diagonal of the sum; unlike [Hutchinson]'s it is never negative, and costs one walk back. It is
// for loops that make an [Evaluation] of their own.
//
// Liu et al., Sophia, 2023 (arXiv:2305.14342), algorithm 2; Bartlett's identities.
func GaussNewton(sampled autograd.Grads) autograd.Grads {
	h := make(autograd.Grads, len(sampled))
	for p, g := range sampled {
		h[p] = g.Detach().Square()
	}
	return h
}
