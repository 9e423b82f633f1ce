// Package fuse wraps a device: it gathers calls, fuses and plans them, and runs them when a value is asked for.
//
// Elementwise calls wait, and run together with those that take their results: as one [device.Fused], which goes
// through memory once. What is given back before it was needed outside is never written to memory at all. Everything
// else runs at once, after what it reads. The results have the bits of the wrapped device: it runs the same steps.
//
// A [Recording] is what a run of calls was, to be planned and run again and again.
package fuse

import (
	"sync"

	"github.com/jimu-ml/jimu/device"
)

// waiting is how many chains may wait at a time; then the oldest runs. It bounds what is held for results that nobody
// asks for.
const waiting = 16

// A Device runs the calls of another, elementwise ones together.
type Device struct {
	inner device.Device

	mu      sync.Mutex
	ran     sync.Cond                 // a chain has run
	open    []*batch                  // chains that wait, the oldest first
	turns   int                       // how often the lock was given up on the way of a call
	known   [device.Ops]map[kind]bool // optional operations that the device has run
	refuses bool                      // programs: then nothing waits
	trusts  bool                      // that the device has every operation
}

// A kind is what may decide whether a device has an optional operation.
type kind struct {
	t    device.DType
	flag bool
}

// New returns a device that runs calls on d.
func New(d device.Device) *Device {
	f := &Device{inner: d}
	f.ran.L = &f.mu
	return f
}

// Name returns the name of the wrapped device: messages are about that one.
func (d *Device) Name() string { return d.inner.Name() }

// A Buffer is memory of the wrapped device, from when it is needed.
type Buffer struct {
	dtype device.DType
	n     int
	freed bool

	memory device.Buffer // or nil
	batch  *batch        // that will make its content, or nil
	value  int           // of the batch
	reads  []*batch      // chains that will read the memory
}

// Alloc returns a buffer for n elements of type t. Memory is taken only when its content is.
func (d *Device) Alloc(t device.DType, n int) device.Buffer { return &Buffer{dtype: t, n: n} }

// ensure gives a buffer memory.
func (d *Device) ensure(b *Buffer) {
	if b.freed {
		panic(device.BufferError("fuse: a buffer is used that was given back"))
	}
	if b.memory == nil {
		b.memory = d.inner.Alloc(b.dtype, b.n)
	}
}

// Free gives back a buffer that no call will use any more. What it was to hold is not computed, unless another result
// needs it.
func (d *Device) Free(buffer device.Buffer) {
	b, ok := buffer.(*Buffer)
	if !ok {
		d.release(buffer)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if b.freed {
		panic(device.BufferError("Free: this buffer has been given back before"))
	}
	d.settle(b)
	b.freed = true
	d.forget(b)
	d.drop(b)
}

// drop releases the memory of a buffer that was given back, unless a chain that waits is to read it.
func (d *Device) drop(b *Buffer) {
	if b.freed && b.memory != nil && len(b.reads) == 0 {
		d.release(b.memory)
		b.memory = nil
	}
}

// release gives memory back to the device, if it takes it.
func (d *Device) release(b device.Buffer) {
	if r, ok := d.inner.(device.Recycler); ok {
		r.Free(b)
	}
}

// Sync runs what waits, waits for the device, and reports the first call that failed.
func (d *Device) Sync() error {
	d.runAll()
	return d.inner.Sync()
}

func (d *Device) runAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.open) > 0 {
		d.flush(d.open[0])
	}
}

// Run runs a call, or lets it wait.
func (d *Device) Run(c *device.Call) bool {
	if c.Op == device.Fused {
		return false // its steps, called one by one, fuse with their neighbours too
	}
	f := frames.Get().(*frame)
	defer f.done()
	if d.waits(c, f) {
		return true
	}
	ok := d.inner.Run(&f.call)
	if ok && c.Op.Elementwise() > 0 && !c.Op.Basis() {
		d.learn(c)
	}
	return ok
}

// waits lets a call wait, or makes it ready to run.
func (d *Device) waits(c *device.Call, f *frame) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gather(c, f) {
		return true
	}
	f.translate(d, c)
	return false
}

// learn notes that the device has an optional operation, so that from now on it may wait.
func (d *Device) learn(c *device.Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known[c.Op] == nil {
		d.known[c.Op] = map[kind]bool{}
	}
	d.known[c.Op][kind{c.Out[0].DType, c.Flag}] = true
}

// A frame is the memory of one call on the wrapped device, used again.
type frame struct {
	call    device.Call
	views   []device.View
	out, in []*device.View
	sum     device.Call // an Accumulate as an Add
	sumIn   [2]*device.View
}

var frames = sync.Pool{New: func() any { return new(frame) }}

func (f *frame) done() {
	clear(f.views)
	clear(f.out)
	clear(f.in)
	f.call, f.sum, f.sumIn = device.Call{}, device.Call{}, [2]*device.View{}
	frames.Put(f)
}

// translate makes the call one on the memory of the wrapped device, whose contents are there.
func (f *frame) translate(d *Device, c *device.Call) {
	for _, v := range c.In {
		if b := ours(v); b != nil {
			d.settle(b)
			d.demand(b)
		}
	}
	for _, v := range c.Out {
		if b := ours(v); b != nil {
			d.demand(b)
			for len(b.reads) > 0 {
				d.flush(b.reads[0])
			}
		}
	}
	f.views = f.views[:0]
	f.out, f.in = f.list(d, f.out[:0], c.Out), f.list(d, f.in[:0], c.In)
	f.point(f.out, 0)
	f.point(f.in, len(c.Out))
	f.call.Op, f.call.Attr, f.call.Out, f.call.In = c.Op, c.Attr, f.out, f.in
}

// list appends views on the memory of the wrapped device. Until [frame.point], absent views are nil and others are not
// yet where they will be.
func (f *frame) list(d *Device, list, views []*device.View) []*device.View {
	for _, v := range views {
		list = append(list, v)
		f.views = append(f.views, device.View{})
		if v == nil {
			continue
		}
		w := &f.views[len(f.views)-1]
		*w = *v
		if b, ok := v.Buffer.(*Buffer); ok {
			d.ensure(b)
			w.Buffer = b.memory
		}
	}
	return list
}

func (f *frame) point(list []*device.View, first int) {
	for i := range list {
		if list[i] != nil {
			list[i] = &f.views[first+i]
		}
	}
}

// ours returns the buffer of a view, if it is one of a Device.
func ours(v *device.View) *Buffer {
	if v == nil {
		return nil
	}
	b, _ := v.Buffer.(*Buffer)
	return b
}

// settle waits until no other goroutine runs the chain that makes the content of b.
func (d *Device) settle(b *Buffer) {
	for b.batch != nil && b.batch.running {
		d.turns++
		d.ran.Wait()
	}
}

// demand makes the content of b be in its memory.
func (d *Device) demand(b *Buffer) {
	if b.batch != nil {
		d.flush(b.batch)
	}
}
