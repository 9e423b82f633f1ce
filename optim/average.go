package optim

import (
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// An Average holds the running average of a model's parameters, which often predicts better than they do.
//
//	a ← k·a + (1 − k)·p, k = min(d, n/(n + 9)) at update n        for a decay d
//	a ← a + (p − a)/n                                             for a decay of 0: all updates weigh the same
//
// Without the second bound of k, as in torch.optim.swa_utils, a would hold on to the parameters that it began with for
// 1/(1 − d) updates. It is that of TensorFlow's ExponentialMovingAverage, given the number of updates.
//
// Buffers of floats, such as the statistics of batch normalization, are averaged alike. Parameters that are frozen when
// the average is made are left out. A pass sees the average through its overrides: see [Average.Values].
//
// Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992; with equal weights, Izmailov,
// Podoprikhin, Garipov, Vetrov and Wilson, Averaging Weights Leads to Wider Optima, 2018 (arXiv:1803.05407).
type Average struct {
	decay   float64
	params  []tensor.Named
	values  []*tensor.Tensor
	updates int
}

// NewAverage returns the average of parameters that are as they are now. The decay is at least 0 and below 1, such as
// 0.999; a horizon of n steps is 1 − 1/n.
func NewAverage(decay float64, params []tensor.Named) *Average {
	if !(decay >= 0 && decay < 1) {
		panic(tensor.Errorf("optim.NewAverage", "a decay of %v; want at least 0 and below 1", decay))
	}
	a := &Average{decay: decay}
	for _, p := range params {
		if v := p.Param.Value; v.DType().IsFloat() && !p.Param.Frozen {
			a.params = append(a.params, p)
			a.values = append(a.values, tensor.OutputAs(v.DType(), v, v.Shape()))
			a.values[len(a.values)-1].CopyFrom(v)
		}
	}
	return a
}

// Update takes the parameters as they are now into the average: after each step, usually.
func (a *Average) Update() {
	a.updates++
	n := float64(a.updates)
	keep := min(a.decay, n/(n+9))
	if a.decay == 0 {
		keep = 1 - 1/n
	}
	for i, p := range a.params {
		blend(a.values[i], p.Param.Value, keep)
	}
}

// blend sets a = keep·a + (1 − keep)·p in place.
func blend(a, p *tensor.Tensor, keep float64) {
	in := []*tensor.Tensor{a}
	if tensor.Try(device.MulScalar, &device.Attr{Scalars: [8]float64{keep}}, in, a) {
		if tensor.Try(device.Accumulate, &device.Attr{Scalars: [8]float64{1 - keep}}, in, p) {
			return
		}
		a.CopyFrom(a.Add(p.Scale(1 - keep)))
		return
	}
	a.CopyFrom(a.Scale(keep).Add(p.Scale(1 - keep)))
}

// Values returns the averages, to override the parameters in a pass. The tensors are the average's own, and change with
// its next update.
func (a *Average) Values() map[*tensor.Param]*tensor.Tensor {
	values := make(map[*tensor.Param]*tensor.Tensor, len(a.params))
	for i, p := range a.params {
		values[p.Param] = a.values[i]
	}
	return values
}

// State returns what the average remembers, for a checkpoint: step, and each parameter's name with /average.
func (a *Average) State() map[string]*tensor.Tensor {
	state := map[string]*tensor.Tensor{"step": integer(a.updates)}
	for i, p := range a.params {
		state[p.Name+"/average"] = a.values[i]
	}
	return state
}

// Restore makes the average remember a state that [Average.State] gave, of the same parameters. It copies the tensors.
// Its error names all that does not fit, and nothing has changed then.
func (a *Average) Restore(state map[string]*tensor.Tensor) error {
	l := loader{state: state, left: maps.Clone(state)}
	updates := l.integer("step")
	values := slices.Clone(a.values)
	for i, p := range a.params {
		values[i] = tensor.OutputAs(values[i].DType(), values[i], values[i].Shape())
		l.copy(values[i], p.Name+"/average")
	}
	if err := l.err("average"); err != nil {
		return err
	}
	a.updates, a.values = updates, values
	return nil
}
