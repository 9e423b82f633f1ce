package fuse

import "github.com/jimu-ml/jimu/device"

// An arena is the memory of one run of a plan at a time, and the calls on it.
type arena struct {
	buffer device.Buffer
	calls  []*recorded
	inputs [][]bound // the views that are on each input
	result []bound
}

// bound is a view that is pointed to memory from outside for the time of a run.
type bound struct {
	view   *device.View
	offset int
}

// arena returns an idle arena, or a new one.
func (p *Plan) arena() *arena {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		a := p.idle[last]
		p.idle = p.idle[:last]
		return a
	}
	a := &arena{inputs: make([][]bound, p.inputs)}
	if p.size > 0 {
		a.buffer = p.inner.Alloc(device.Uint8, p.size)
	}
	for _, n := range p.calls {
		n = note(&n.call)
		for k := range n.out {
			a.place(&n.out[k])
		}
		n.each(a.place)
		a.calls = append(a.calls, n)
	}
	return a
}

// place points a view on a slot to its memory, or notes that it is from outside.
func (a *arena) place(v *device.View) {
	switch s := v.Buffer.(*slot); {
	case s.outside != nil:
		v.Buffer = s.outside
	case s.input >= 0:
		a.inputs[s.input] = append(a.inputs[s.input], bound{v, v.Offset - s.base})
		v.Buffer = nil
	case s.output:
		a.result = append(a.result, bound{v, v.Offset})
		v.Buffer = nil
	default:
		v.Buffer = a.buffer
		v.Offset += s.offset / v.DType.Bytes()
	}
}

// Run computes y from the inputs x. Their layouts are those of the recording, and of [Plan.Result]. It returns false if
// the device refuses a call.
func (p *Plan) Run(y *device.View, x ...*device.View) bool {
	a := p.arena()
	defer p.done(a)
	for i, views := range a.inputs {
		bind(views, x[i])
	}
	bind(a.result, y)
	for _, n := range a.calls {
		if !p.inner.Run(&n.call) && !p.apart(&n.call) {
			return false
		}
	}
	return true
}

// apart runs a convolution that adds something as one that does not, and what follows, for a device that refuses it.
func (p *Plan) apart(c *device.Call) bool {
	if c.Op != device.Conv || len(c.In) <= 3 {
		return false
	}
	y, conv := *c.Out[0], *c
	y.Offset = 0
	y.SetLike(c.Out[0], c.Out[0].Dims()...)
	y.Buffer = p.inner.Alloc(y.DType, y.Len())
	if r, ok := p.inner.(device.Recycler); ok {
		defer r.Free(y.Buffer)
	}
	conv.Flag, conv.Out, conv.In = false, []*device.View{&y}, c.In[:3]
	if conv.In[2] == nil {
		conv.In = conv.In[:2]
	}
	sum := &device.Call{Op: device.Add, Out: c.Out, In: []*device.View{&y, c.In[3]}}
	relu := &device.Call{Op: device.Relu, Out: c.Out, In: c.Out}
	return p.inner.Run(&conv) && p.inner.Run(sum) && (!c.Flag || p.inner.Run(relu))
}

func bind(views []bound, v *device.View) {
	for _, b := range views {
		b.view.Buffer, b.view.Offset = v.Buffer, v.Offset+b.offset
	}
}

// done makes an arena idle, and lets go of the memory that was lent to it.
func (p *Plan) done(a *arena) {
	for _, views := range a.inputs {
		bind(views, &device.View{})
	}
	bind(a.result, &device.View{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, a)
}
