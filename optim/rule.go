// Package optim turns gradients to updates, one rule a file; rates, clipping, averages.
//
// A [Rule] says how one parameter moves along its gradient. An [Optimizer] applies rules to the parameters of a model,
// and keeps what they remember. It knows no models: parameters come as a list of names.
package optim

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A Rule updates one parameter. It is a value of hyperparameters, and keeps nothing itself.
type Rule interface {
	// Slots names what the rule remembers of a parameter: tensors of its shape that are zeros at first.
	Slots() []string

	// Update moves the parameter p along its gradient g, in place, and the slots with it.
	Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At)
}

// At says when and how an update happens.
type At struct {
	Step  int     // of this parameter, 1 for its first update
	Rate  float64 // multiplies the rule's learning rate: what a [Schedule] says
	Scale float64 // multiplies the gradient before anything else: 1/count of the loss, and clipping
	Loss  float64 // the mean loss where the gradient was taken; NaN if [Optimizer.StepWith] was not told
	Name  string  // of the parameter
}

// None stands for 0 in a field of a rule whose zero value means a default other than 0: AdamW{WeightDecay: None}.
const None = -1

// or returns the default of a hyperparameter that is 0, and 0 for one that is [None].
func or(x, standard float64) float64 {
	switch {
	case x == 0:
		return standard
	case x < 0:
		return 0
	}
	return x
}

// rate returns the learning rate of an update: lr, or 1e-3 if it is not given, by the schedule.
func (a At) rate(lr float64) float64 {
	if lr == 0 {
		lr = 1e-3
	}
	return lr * a.Rate
}

// grad returns the gradient as rules see it.
func (a At) grad(g *tensor.Tensor) *tensor.Tensor { return wide(g).Scale(a.Scale) }

// elementwise runs an update that takes each element by itself with one pass over the memory, where the device can.
func elementwise(p, g *tensor.Tensor, slots []*tensor.Tensor, update func(p, g *tensor.Tensor, slots []*tensor.Tensor)) {
	out := append([]*tensor.Tensor{p}, slots...)
	tensor.OnePassInto(out, func(x []*tensor.Tensor) []*tensor.Tensor {
		update(x[0], x[len(out)], x[1:len(out)])
		return x[:len(out)]
	}, append(out[:len(out):len(out)], g)...)
}

// mix makes a slot the running average keep·slot + (1 − keep)·x, and returns it.
func mix(slot, x *tensor.Tensor, keep float64) *tensor.Tensor {
	slot.CopyFrom(slot.Scale(keep).Add(x.Scale(1 - keep)))
	return slot
}

// debias is 1 − βᵗ, what an average of t numbers that began at zero lacks.
func debias(beta float64, t int) float64 { return 1 - math.Pow(beta, float64(t)) }

// decay applies a weight decay to a parameter w and its gradient d: through the gradient, or apart from it.
func decay(w, d *tensor.Tensor, lambda, lr float64, apart bool) (*tensor.Tensor, *tensor.Tensor) {
	switch {
	case lambda == 0:
		return w, d
	case apart:
		return w.Scale(1 - float64(lr*lambda)), d
	}
	return w, d.Add(w.Scale(lambda))
}

// wideType is the type in which updates are computed, and slots kept, for parameters of type t.
func wideType(t device.DType) device.DType {
	if t == device.Float64 {
		return t
	}
	return device.Float32
}

// wide returns x in the type in which updates are computed.
func wide(x *tensor.Tensor) *tensor.Tensor { return x.Cast(wideType(x.DType())) }
