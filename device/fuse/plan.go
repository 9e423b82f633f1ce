package fuse

import (
	"errors"
	"sync"

	"github.com/jimu-ml/jimu/device"
)

// ErrRefused is that of a plan with a call that the device does not run.
var ErrRefused = errors.New("the device refuses a call that it was thought to have")

// A Plan is a recording made ready to run again: what depends on nothing but parameters is computed beforehand, what
// follows a convolution or linear map is folded into it, elementwise calls are fused, and all memory is laid out.
//
// Several goroutines may run it at once; each run has an arena of its own. [Plan.Prepare] is for none at that time.
type Plan struct {
	inner   device.Device
	prepare []*recorded // on memory, after which parameters are as the calls want them
	calls   []*recorded // on slots
	result  device.View // shape and layout of the result
	inputs  int
	size    int // of an arena
	memory  Memory

	mu   sync.Mutex
	idle []*arena
}

// Memory tells how many bytes a plan takes.
type Memory struct {
	Arena     int // of each run at the same time
	Unplanned int // of all that the recorded calls compute from inputs, each in memory of its own
	Prepared  int // of what is made of parameters beforehand
}

// PlanConfig says what a plan may do. The zero value keeps every bit.
type PlanConfig struct {
	// Inexact lets factors and summands be folded into weights, which rounds otherwise.
	Inexact bool
}

// Plan returns a plan of what was recorded, whose result is that view. It fails if the recording read a value or wrote
// to what came from outside.
func (r *Recording) Plan(result *device.View, c PlanConfig) (*Plan, error) {
	if r.err != nil {
		return nil, r.err
	}
	r.levels()
	f := &folder{device: r.inner, inexact: c.Inexact, result: cellOf(result)}
	p := &Plan{inner: r.inner, result: *result}
	for _, n := range r.calls {
		switch n.level() {
		case learned:
			f.prepare = append(f.prepare, n)
		case varying:
			f.calls = append(f.calls, n)
		}
	}
	f.calls = alive(f.calls, f.result)
	p.memory.Unplanned = sum(f.calls)
	f.fold()
	p.compile(f, result)
	for _, n := range f.prepare {
		p.prepare = append(p.prepare, on(&n.call))
	}
	p.memory.Prepared = sum(f.prepare)
	return p, p.Prepare()
}

// alive returns the calls that the result depends on.
func alive(calls []*recorded, result *cell) []*recorded {
	wanted := map[*cell]bool{result: true}
	keep := make([]bool, len(calls))
	for i := len(calls) - 1; i >= 0; i-- {
		n := calls[i]
		for k := range n.out {
			keep[i] = keep[i] || wanted[cellOf(&n.out[k])]
		}
		if keep[i] {
			n.each(func(v *device.View) { wanted[cellOf(v)] = true })
			for k := range n.out { // it may work in place
				wanted[cellOf(&n.out[k])] = true
			}
		}
	}
	var left []*recorded
	for i, n := range calls {
		if keep[i] {
			left = append(left, n)
		}
	}
	return left
}

// sum returns the bytes of the cells that calls write.
func sum(calls []*recorded) int {
	seen, n := map[*cell]bool{}, 0
	for _, c := range calls {
		for k := range c.out {
			if o := cellOf(&c.out[k]); !seen[o] {
				seen[o] = true
				n += o.n * o.dtype.Bytes()
			}
		}
	}
	return n
}

// compile makes of the calls those that will run, and lays their memory.
func (p *Plan) compile(f *folder, result *device.View) {
	var calls []*recorded
	for _, n := range f.calls {
		if n != nil {
			calls = append(calls, n)
		}
	}
	end := cellOf(result)
	if direct := end.level == varying && end.input < 0 && result.Offset == 0 && result.Dense() && result.Len() == end.n; !direct {
		y := *result // the result is a window on something, or something from outside: it is copied
		y.Offset = 0
		y.SetLike(result, result.Dims()...)
		y.Buffer = &cell{dtype: y.DType, n: y.Len(), level: varying, input: -1}
		calls = append(calls, note(&device.Call{Op: device.Copy, Out: []*device.View{&y}, In: []*device.View{result}}))
		p.result = y
	}
	e := emit(calls, &p.result)
	if len(e.calls) > 0 { // the fusing device ends with the result in the memory of its buffer
		if s, ok := cellOf(&p.result).buffer.(*Buffer); ok {
			s.memory.(*slot).output = true
		}
	}
	p.size, p.calls = lay(e), e.calls
	p.memory.Arena = p.size
	p.result.Buffer = nil
	for _, n := range p.calls {
		n.each(func(v *device.View) { p.inputs = max(p.inputs, v.Buffer.(*slot).input+1) })
	}
}

// Prepare computes again what depends on parameters alone. It is to be called after they have changed.
func (p *Plan) Prepare() error {
	for _, n := range p.prepare {
		if !p.inner.Run(&n.call) {
			return ErrRefused
		}
	}
	return p.inner.Sync()
}

// Result returns the shape, type and layout of what a run makes.
func (p *Plan) Result() device.View { return p.result }

// Memory returns how many bytes the plan takes.
func (p *Plan) Memory() Memory { return p.memory }

// Calls returns the operations of a run, in order.
func (p *Plan) Calls() []device.Op {
	ops := make([]device.Op, len(p.calls))
	for i, n := range p.calls {
		ops[i] = n.call.Op
	}
	return ops
}
