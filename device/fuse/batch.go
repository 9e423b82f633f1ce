package fuse

import (
	"slices"
	"sync"

	"github.com/jimu-ml/jimu/device"
)

// A batch is a chain that waits.
type batch struct {
	*loom
	live    int  // how many values are the content of a buffer
	running bool // by some goroutine, which holds no lock
	done    bool
}

// A loom is the memory of a batch, used again.
type loom struct {
	chain
	woven   woven
	content []*Buffer // whose content a value is, or nil
	reads   []*Buffer // whose memory it will read
}

var looms = sync.Pool{New: func() any { return new(loom) }}

// flush runs a batch, or waits for the goroutine that does.
func (d *Device) flush(t *batch) {
	d.turns++
	if t.running {
		for !t.done {
			d.ran.Wait()
		}
		return
	}
	t.running = true
	defer d.finish(t)
	for i, b := range t.content {
		if b == nil {
			continue
		}
		d.ensure(b)
		v := &t.values[i]
		v.keep, v.out = true, t.like
		v.out.Buffer, v.out.DType = b.memory, v.dtype
	}
	if c := t.woven.weave(&t.chain); c != nil && !d.run(t, c) {
		d.refuses = true
	}
}

// run runs the call of a batch, or its calls one by one, without the lock.
func (d *Device) run(t *batch, c *device.Call) (fused bool) {
	d.mu.Unlock()
	defer d.mu.Lock()
	if d.inner.Run(c) {
		return true
	}
	d.onebyone(&t.chain)
	return false
}

// onebyone runs the calls of a chain as they came, for a device that has no programs.
func (d *Device) onebyone(c *chain) {
	var temporary []device.Buffer
	for i := range c.values {
		v := &c.values[i]
		if v.last < 0 {
			continue
		}
		if !v.keep {
			v.out = c.like
			v.out.Buffer, v.out.DType = d.inner.Alloc(v.dtype, c.like.Len()), v.dtype
			temporary = append(temporary, v.out.Buffer)
		}
		call := device.Call{Op: v.op, Out: []*device.View{&v.out}}
		call.Flag, call.Scalars[0] = v.flag, v.scalar
		for _, p := range v.in[:v.op.Elementwise()] {
			if p < 0 {
				call.In = append(call.In, &c.inputs[^p])
			} else {
				call.In = append(call.In, &c.values[p].out)
			}
		}
		if !d.inner.Run(&call) {
			panic(device.BufferError("fuse: " + d.Name() + " has run " + v.op.String() + " before and refuses it now"))
		}
	}
	for _, b := range temporary {
		d.release(b)
	}
}

// finish closes the books of a batch that has run, or whose results nobody wants.
func (d *Device) finish(t *batch) {
	for _, b := range t.content {
		if b != nil {
			b.batch = nil
		}
	}
	for _, b := range t.reads {
		b.reads = slices.DeleteFunc(b.reads, func(o *batch) bool { return o == t })
		d.drop(b)
	}
	d.open = slices.DeleteFunc(d.open, func(o *batch) bool { return o == t })
	l := t.loom
	t.loom, t.done, t.running = nil, true, true
	clear(l.inputs)
	clear(l.values)
	clear(l.woven.views)
	clear(l.content)
	clear(l.reads)
	l.content, l.reads = l.content[:0], l.reads[:0]
	looms.Put(l)
	d.ran.Broadcast()
}

// forget notes that the content that b was to have is not wanted any more.
func (d *Device) forget(b *Buffer) {
	t := b.batch
	if t == nil {
		return
	}
	t.content[b.value] = nil
	b.batch = nil
	if t.live--; t.live == 0 {
		d.finish(t)
	}
}

// gather lets a call wait, if it is one that may.
func (d *Device) gather(c *device.Call, f *frame) bool {
	c = f.added(c)
	if d.refuses || !chainable(c) || !d.knows(c) {
		return false
	}
	out, ok := covered(c.Out[0])
	if !ok || out.freed {
		return false
	}
	for _, v := range c.In {
		if b := ours(v); b == nil || b.freed || b == out && !v.SameLayout(c.Out[0]) {
			return false
		}
	}
	t := d.choose(c, out)
	d.append(t, c, out)
	if len(t.values) >= longest || len(t.inputs) >= broad-3 {
		d.flush(t)
	} else if len(d.open) > waiting {
		d.flush(d.open[0])
	}
	return true
}

// choose returns the batch that a call is added to.
func (d *Device) choose(c *device.Call, out *Buffer) *batch {
	for {
		turn := d.turns
		d.separate(c, out)
		t := d.target(c)
		if turn != d.turns { // the lock was given up: things may be otherwise
			continue
		}
		if t == nil {
			t = &batch{loom: looms.Get().(*loom)}
			t.begin(c.Out[0])
			d.open = append(d.open, t)
		}
		return t
	}
}

// added returns an Accumulate of y + 1·x as the Add in place that it is, and other calls as they are.
func (f *frame) added(c *device.Call) *device.Call {
	if c.Op != device.Accumulate || c.Scalars[0] != 1 {
		return c
	}
	f.sumIn = [2]*device.View{c.Out[0], c.In[0]}
	f.sum = device.Call{Op: device.Add, Out: c.Out, In: f.sumIn[:]}
	return &f.sum
}

// knows reports whether the device is known to have the operation.
func (d *Device) knows(c *device.Call) bool {
	return d.trusts || c.Op.Basis() || d.known[c.Op][kind{c.Out[0].DType, c.Flag}]
}

// covered returns the buffer of a view that is all of it.
func covered(v *device.View) (*Buffer, bool) {
	b := ours(v)
	return b, b != nil && v.Offset == 0 && v.DType == b.dtype && v.Len() == b.n
}

// separate runs the chains that a call cannot be added to: those that make something it reads in another way than
// element by element, and those that read the memory it writes to.
func (d *Device) separate(c *device.Call, out *Buffer) {
	for len(out.reads) > 0 {
		d.flush(out.reads[0])
	}
	d.settle(out)
	for _, v := range c.In {
		b := ours(v)
		d.settle(b)
		if b.batch == nil {
			continue
		}
		_, whole := covered(v)
		if !whole || !v.SameLayout(c.Out[0]) || !fits(c, &b.batch.like) {
			d.flush(b.batch)
		}
	}
}

// target returns the batch of a call's inputs, joined if they are of several, or nil if they are of none.
func (d *Device) target(c *device.Call) *batch {
	var t *batch
	for _, v := range c.In {
		switch b := ours(v); {
		case b.batch == nil || b.batch == t || b.batch.running:
		case t == nil || t.running:
			t = b.batch
		case t.like.SameLayout(&b.batch.like) && len(t.values)+len(b.batch.values) < longest &&
			len(t.inputs)+len(b.batch.inputs) < broad-3:
			d.join(t, b.batch)
		default:
			d.flush(b.batch)
		}
	}
	return t
}

// join makes two batches one.
func (d *Device) join(t, o *batch) {
	n := t.chain.join(&o.chain)
	for i, b := range o.content {
		t.content = append(t.content, b)
		if b != nil {
			b.batch, b.value = t, n+i
			o.content[i] = nil
		}
	}
	t.live += o.live
	for _, b := range o.reads {
		t.read(b)
	}
	d.finish(o)
}

// read notes that the batch reads the memory of b.
func (t *batch) read(b *Buffer) {
	if !slices.Contains(b.reads, t) {
		b.reads = append(b.reads, t)
		t.reads = append(t.reads, b)
	}
}

// append adds a call to a batch.
func (d *Device) append(t *batch, c *device.Call, out *Buffer) {
	var in [3]int
	for i, v := range c.In {
		b := ours(v)
		if b.batch == t {
			in[i] = b.value
			continue
		}
		d.ensure(b)
		w := reshape(v, c.Out[0], &t.like)
		w.Buffer = b.memory
		in[i] = t.input(&w)
		t.read(b)
	}
	d.forgetAs(out, t)
	out.batch, out.value = t, t.add(c, in)
	t.content = append(t.content, out)
	t.live++
}

// forgetAs is forget for a buffer that gets new content from t, which is not closed even if nothing else of it is
// wanted.
func (d *Device) forgetAs(b *Buffer, t *batch) {
	t.live++
	d.forget(b)
	t.live--
}
