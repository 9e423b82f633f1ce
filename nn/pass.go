// Package nn holds layers: a struct whose fields are its parameters; Pass, one run through them.
//
// A layer knows nothing of the loop that trains it, of losses, or of other layers. [Params] finds its parameters by
// walking its exported fields.
package nn

import (
	"maps"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Layer makes a tensor from another, reading its parameters through the pass.
type Layer interface {
	Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor
}

// A Pass is one run through a model: its mode, its randomness, the values its parameters have in this run, and the
// memory of what is computed.
//
// What is computed from a parameter read with [Pass.Use] belongs to the pass, and its memory goes back when the pass is
// closed; [Pass.Keep] takes a tensor out. A pass is for one goroutine. One model serves many passes at once.
type Pass struct {
	training bool
	key      rng.Key
	scope    *tensor.Scope
	names    map[*tensor.Param]string
	watched  map[*tensor.Param]bool // gradients wanted; buffers committed
	override map[*tensor.Param]*tensor.Tensor
	used     map[*tensor.Param]*tensor.Tensor
	lowered  map[*tensor.Param]*tensor.Tensor // used, in a precision below that of the parameter
	low      device.DType                     // that precision, or Float32
	staged   map[*tensor.Param]*tensor.Tensor
	calls    map[rng.Key]uint64 // how often randomness was drawn under a layer's key

	// observe runs a Sequential layer by layer, in place of its own way; nil: nobody looks on.
	observe func(p *Pass, s Sequential, x *tensor.Tensor) *tensor.Tensor
}

// PassConfig says what a pass is for. The zero value evaluates: no gradients, no randomness, no change to the model.
type PassConfig struct {
	Training bool
	Key      rng.Key                          // of the run and step; a layer adds its own
	Params   []tensor.Named                   // names for messages
	Watch    []tensor.Named                   // whose gradients are wanted and whose buffers may change; named for messages too
	Override map[*tensor.Param]*tensor.Tensor // values to use in place of the parameters' own

	// Precision is that of products and of what is kept for the walk back: [device.BFloat16], or Float32, the zero value, for
	// the parameters' own. The parameters and their gradients stay as they are; norms, convolutions and recurrences are computed
	// in float32 all the same.
	Precision device.DType

	Memory int64 // how many bytes the tensors of the pass may take at a time; 0: as many as there are
}

// NewPass begins a pass. Close it to give its memory back at once.
func NewPass(c PassConfig) *Pass {
	p := &Pass{
		training: c.Training, key: c.Key, override: c.Override, scope: tensor.NewScope(),
		used: make(map[*tensor.Param]*tensor.Tensor, len(c.Watch)), low: c.Precision,
	}
	p.scope.Limit(c.Memory)
	if len(c.Params)+len(c.Watch) > 0 {
		p.names = make(map[*tensor.Param]string, len(c.Params)+len(c.Watch))
	}
	for _, n := range c.Params {
		p.names[n.Param] = n.Name
	}
	if len(c.Watch) > 0 {
		p.watched = make(map[*tensor.Param]bool, len(c.Watch))
	}
	for _, n := range c.Watch {
		p.names[n.Param] = n.Name
		p.watched[n.Param] = true
	}
	return p
}

// Training reports whether the pass trains: whether dropout drops, and normalization uses the batch.
func (p *Pass) Training() bool { return p.training }

// Use returns the value a parameter has in this pass: its own or its override; a leaf, if its gradient is wanted. The
// value of a buffer that was staged in this pass is the staged one. In a pass of lower precision it is converted to that; the
// gradient flows to the parameter as it is.
//
// A parameter without value, such as the bias of a layer that has none, gives nil.
func (p *Pass) Use(q *tensor.Param) *tensor.Tensor {
	t := p.UseFull(q)
	if p.low == device.Float32 || t == nil || t.DType() != device.Float32 {
		return t
	}
	if low, ok := p.lowered[q]; ok {
		return low
	}
	if p.lowered == nil {
		p.lowered = make(map[*tensor.Param]*tensor.Tensor, len(p.used))
	}
	low := t.Cast(p.low)
	p.lowered[q] = low
	return low
}

// UseFull is [Pass.Use] without regard to the precision of the pass: for what sums over many elements, as norms do.
func (p *Pass) UseFull(q *tensor.Param) *tensor.Tensor {
	if t, ok := p.used[q]; ok {
		return t
	}
	v := q.Value
	if o, ok := p.override[q]; ok {
		v = o
	}
	if v == nil {
		return nil
	}
	if v.NeedsGrad() { // an override that is computed from what is learned: an adapter
		p.used[q] = v
		return v
	}
	t := p.scope.Bring(v)
	if p.watched[q] && !q.Frozen && v.DType().IsFloat() {
		t = t.Watch()
	}
	if name, ok := p.names[q]; ok {
		t.Rename(name)
	}
	p.used[q] = t
	return t
}

// Buffer returns the value a buffer has in this pass, which no gradient flows to.
func (p *Pass) Buffer(q *tensor.Param) *tensor.Tensor {
	if t, ok := p.staged[q]; ok {
		return t
	}
	if o, ok := p.override[q]; ok {
		return p.scope.Bring(o)
	}
	return p.scope.Bring(q.Value)
}

// Stage notes the value a buffer is to have once the step succeeds. Nothing changes until [Pass.Commit].
func (p *Pass) Stage(q *tensor.Param, value *tensor.Tensor) {
	if p.staged == nil {
		p.staged = make(map[*tensor.Param]*tensor.Tensor)
	}
	value = value.Detach()
	value.Hold(1) // a walk back, or a checkpoint, leaves it alone
	p.staged[q] = value
}

// Commit writes the staged buffers of the watched layers into the model, and forgets the others: a generator's step
// leaves no trace in the discriminator it looked through.
func (p *Pass) Commit() {
	for q, v := range p.staged {
		if p.watched[q] && !q.Frozen {
			q.Value.CopyFrom(v)
		}
	}
	clear(p.staged)
}

// Random returns the key for a layer's next random numbers in this pass, from the key the layer was made with. It differs
// from layer to layer, from call to call of one layer, and from step to step.
func (p *Pass) Random(layer rng.Key) rng.Key {
	if p.calls == nil {
		p.calls = make(map[rng.Key]uint64)
	}
	n := p.calls[layer]
	p.calls[layer] = n + 1
	return p.key.At(uint64(layer)).At(n)
}

// Input returns x as a tensor of the pass: what is computed from it belongs to the pass, even without any parameter.
func (p *Pass) Input(x *tensor.Tensor) *tensor.Tensor { return p.scope.Bring(x) }

// Scope returns what the memory of the pass belongs to.
func (p *Pass) Scope() *tensor.Scope { return p.scope }

// Keep returns x as a tensor that outlives the pass, without its history.
func (p *Pass) Keep(x *tensor.Tensor) *tensor.Tensor {
	if !x.OwnsMemory() && x.Scope() != nil {
		x = x.Detach().Clone()
	}
	return p.scope.Keep(x)
}

// Checkpoint returns f(x) without keeping what was computed on the way: the walk back runs f again, with the same random
// numbers. See [autograd.Checkpoint].
func (p *Pass) Checkpoint(f func(x *tensor.Tensor) *tensor.Tensor, x *tensor.Tensor) *tensor.Tensor {
	calls, staged := maps.Clone(p.calls), maps.Clone(p.staged)
	if x.Scope() == nil && !x.NeedsGrad() {
		x = p.Input(x)
	}
	again := false
	return autograd.Checkpoint(func(x []*tensor.Tensor) *tensor.Tensor {
		if again { // as it was the first time, and leave no trace
			defer func(calls map[rng.Key]uint64, staged map[*tensor.Param]*tensor.Tensor) {
				p.calls, p.staged = calls, staged
			}(p.calls, p.staged)
			p.calls, p.staged = maps.Clone(calls), maps.Clone(staged)
		}
		again = true
		return f(x[0])
	}, x)
}

// Close ends the pass and gives its memory back. Tensors of the pass that are used after it panic and say so.
func (p *Pass) Close() { p.scope.Close() }
