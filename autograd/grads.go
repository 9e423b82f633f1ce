// Package autograd walks a history back: gradients, Jacobians, checkpoints, and a check of them.
//
// Gradients are a value: [Backward] returns them, nothing is stored in the tensors, and nothing needs to be zeroed.
package autograd

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Grads maps a leaf to the gradient of a loss with respect to it. Leaves are known by their [tensor.Tensor.Origin], so
// that the gradients of several passes over one parameter have one key.
type Grads map[*tensor.Tensor]*tensor.Tensor

// Of returns the gradient with respect to x, or nil if there is none.
func (g Grads) Of(x *tensor.Tensor) *tensor.Tensor { return g[x.Origin()] }

// Plus returns the sum of two gradients: that of the sum of their losses.
func (g Grads) Plus(h Grads) Grads {
	sum := make(Grads, len(g))
	for x, d := range g {
		sum[x] = d
	}
	for x, d := range h {
		if s := sum[x]; s != nil {
			d = s.Add(d)
		}
		sum[x] = d
	}
	return sum
}

// Keep returns the gradients as tensors that outlive the scope of their pass.
func (g Grads) Keep() Grads {
	kept := make(Grads, len(g))
	for x, d := range g {
		if s := d.Scope(); s != nil {
			if !d.OwnsMemory() {
				d = d.Clone()
			}
			d = s.Keep(d)
		}
		kept[x] = d
	}
	return kept
}
