package nn

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Run returns what the model makes of x, in a tensor of no scope. It panics with a [tensor.Error] if x has not the shapes
// and types that the model was compiled for, and if x needs a gradient: there is none.
func (m *Compiled) Run(x ...*tensor.Tensor) *tensor.Tensor {
	m.follow()
	m.mu.RLock()
	defer m.mu.RUnlock()
	v := m.plan.Result()
	y := vacant(m.device, &v)
	m.into(y, x)
	return y
}

// RunInto is [Compiled.Run] into y, which has the shape and type of the result, and allocates nothing if it has its layout.
func (m *Compiled) RunInto(y *tensor.Tensor, x ...*tensor.Tensor) {
	m.follow()
	m.mu.RLock()
	defer m.mu.RUnlock()
	v := m.plan.Result()
	if !slices.Equal(y.Shape(), v.Dims()) || y.DType() != v.DType || y.Device() != m.device {
		panic(tensor.Errorf("Compiled.RunInto", "the result is %s %v on %s, not %s %v on %s", v.DType, v.Dims(),
			m.device.Name(), y.DType(), y, y.Device().Name()))
	}
	if y.View().SameLayout(&v) {
		m.into(y, x)
		return
	}
	z := vacant(m.device, &v)
	m.into(z, x)
	y.CopyFrom(z)
}

// into runs the plan.
func (m *Compiled) into(y *tensor.Tensor, x []*tensor.Tensor) {
	m.check(x)
	tensor.NonDifferentiable("Compiled.Run", x...)
	var few [4]*device.View
	views := few[:0]
	for i, t := range x {
		if !t.View().SameLayout(m.examples[i].View()) {
			t = likeness(m.device, m.examples[i].View(), t)
		}
		views = append(views, t.View())
	}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *device.IndexError:
			panic(tensor.Errorf("Compiled.Run", "%v", e))
		default:
			panic(e)
		}
	}()
	if !m.plan.Run(y.View(), views...) {
		panic(tensor.Errorf("Compiled.Run", "%s refuses a call that it has run before", m.device.Name()))
	}
}

// check panics if the inputs are not like the examples.
func (m *Compiled) check(x []*tensor.Tensor) {
	if len(x) != len(m.examples) {
		panic(tensor.Errorf("Compiled.Run", "%d inputs for a model that was compiled for %d", len(x), len(m.examples)))
	}
	for i, t := range x {
		e := m.examples[i]
		if !slices.Equal(t.Shape(), e.Shape()) || t.DType() != e.DType() || t.Device() != m.device {
			panic(tensor.Errorf("Compiled.Run", "input %d is %s %v on %s; the model was compiled for %s %v on %s", i,
				t.DType(), t, t.Device().Name(), e.DType(), e, m.device.Name()))
		}
	}
}

// follow makes the plan one for the parameters as they are now.
func (m *Compiled) follow() {
	m.mu.RLock()
	changed, _ := m.changed()
	m.mu.RUnlock()
	if !changed {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	changed, replaced := m.changed()
	if !changed {
		return
	}
	var err error
	if replaced {
		err = m.record()
	} else {
		for i, q := range m.params {
			m.versions[i] = q.Param.Value.Version()
		}
		err = m.plan.Prepare()
	}
	if err != nil {
		panic(tensor.Errorf("Compiled.Run", "the parameters have changed: %v", err))
	}
}

// changed reports whether a parameter has other elements than when it was last looked at, and whether it is another
// tensor.
func (m *Compiled) changed() (changed, replaced bool) {
	for i, q := range m.params {
		switch v := q.Param.Value; {
		case v != m.values[i]:
			return true, true
		case v.Version() != m.versions[i]:
			changed = true
		}
	}
	return changed, false
}
