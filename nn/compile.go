package nn

import (
	"fmt"
	"sync"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/tensor"
)

// Compile records one run of a model in evaluation, for inputs of the shape, type and memory layout of the example, and
// plans it: memory is laid out once, elementwise operations are fused, what depends on parameters alone is computed
// beforehand, and a batch norm behind a convolution or linear layer is folded into its weight, which rounds otherwise
// by some units in the last place. See [Compiler] for results that are the model's to the bit.
//
// It fails with [fuse.ErrValue] if the model reads elements that depend on the input or on parameters: it may decide by
// them what to do, and a recording would always decide the same. Randomness is that of the recorded run. Tensors that
// the model makes itself are to be on the input's device, as FullLike and To make them.
func Compile(model Layer, example *tensor.Tensor) (*Compiled, error) {
	return Compiler{}.Compile(model, example)
}

// A Compiler says how models are compiled. The zero value is that of [Compile].
type Compiler struct {
	// Exact forbids what changes the rounding: the results are the model's to the bit.
	Exact bool
}

// A Compiled model runs a recorded evaluation again and again, without history and without allocating anything but its
// result.
//
// It follows its parameters: if a step, a checkpoint or [tensor.Tensor.CopyFrom] has changed them, or if they have got
// another value, the next run sees it, and takes longer. They must not change while a run is under way. Writes behind
// the back of package tensor, to a slice that a parameter was made of, it cannot see.
//
// Several goroutines may run it at once. Each has memory of its own, which is kept for later.
type Compiled struct {
	compiler Compiler
	run      func(p *Pass, x []*tensor.Tensor) *tensor.Tensor
	params   []tensor.Named
	examples []*tensor.Tensor
	device   device.Device

	mu       sync.RWMutex // a run reads; what follows the parameters writes
	plan     *fuse.Plan
	values   []*tensor.Tensor // of the parameters, when they were last looked at
	versions []uint64
}

// Compile is [Compile] in the compiler's way.
func (c Compiler) Compile(model Layer, example *tensor.Tensor) (*Compiled, error) {
	return c.CompileFunc(Params(model), func(p *Pass, x []*tensor.Tensor) *tensor.Tensor {
		return model.Forward(p, x[0])
	}, example)
}

// CompileFunc compiles a function of several inputs, which reads those parameters through the pass.
func (c Compiler) CompileFunc(params []tensor.Named, f func(p *Pass, x []*tensor.Tensor) *tensor.Tensor, example ...*tensor.Tensor) (*Compiled, error) {
	m := &Compiled{compiler: c, run: f, params: params}
	for _, x := range example {
		m.device = x.Device()
		m.examples = append(m.examples, likeness(x.Device(), x.View(), x))
	}
	if err := m.record(); err != nil {
		return nil, fmt.Errorf("nn.Compile: %w", err)
	}
	return m, nil
}

// likeness returns a copy of x with the layout of a view.
func likeness(d device.Device, v *device.View, x *tensor.Tensor) *tensor.Tensor {
	y := vacant(d, v)
	y.CopyFrom(x)
	return y
}

// vacant returns a tensor with any content and the layout of a view.
func vacant(d device.Device, v *device.View) *tensor.Tensor {
	w := *v
	w.Offset = 0
	w.SetLike(v, v.Dims()...)
	w.Buffer = d.Alloc(w.DType, w.Len())
	return tensor.On(d, w)
}

// record runs the model on the examples, and plans it.
func (m *Compiled) record() (err error) {
	override := make(map[*tensor.Param]*tensor.Tensor, len(m.params))
	m.values, m.versions = nil, nil
	for _, q := range m.params {
		v := q.Param.Value
		if v.Device() != m.device {
			return tensor.Errorf("Compile", "parameter %s is on %s and the example on %s", q.Name, v.Device().Name(), m.device.Name())
		}
		override[q.Param] = v
		m.values, m.versions = append(m.values, v), append(m.versions, v.Version())
	}
	if m.plan, err = m.planned(override); err != nil {
		return err
	}
	return m.try()
}

// planned returns a plan of one run with those values of the parameters.
func (m *Compiled) planned(values map[*tensor.Param]*tensor.Tensor) (plan *fuse.Plan, err error) {
	r := fuse.Record(m.device)
	override := make(map[*tensor.Param]*tensor.Tensor, len(values))
	for q, v := range values {
		override[q] = tensor.On(r, r.Parameter(v.View()))
	}
	p := NewPass(PassConfig{Params: m.params, Override: override})
	defer p.Close()
	e := tensor.Catch(func() {
		x := make([]*tensor.Tensor, len(m.examples))
		for i, t := range m.examples {
			x[i] = p.Input(tensor.On(r, r.Input(i, t.View())))
		}
		plan, err = r.Plan(m.run(p, x).View(), fuse.PlanConfig{Inexact: !m.compiler.Exact})
	})
	if e != nil {
		return nil, e
	}
	return plan, err
}

// try runs the plan once, so that what a device refuses is known now.
func (m *Compiled) try() error {
	y := m.plan.Result()
	if !m.plan.Run(vacant(m.device, &y).View(), m.views(m.examples)...) {
		return fuse.ErrRefused
	}
	return m.device.Sync()
}

func (m *Compiled) views(x []*tensor.Tensor) []*device.View {
	v := make([]*device.View, len(x))
	for i, t := range x {
		v[i] = t.View()
	}
	return v
}

// Memory returns how many bytes the model takes beside its parameters.
func (m *Compiled) Memory() fuse.Memory {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.plan.Memory()
}

// Operations returns the primitive operations of a run, in order.
func (m *Compiled) Operations() []device.Op {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.plan.Calls()
}
