package cpu

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// Convolutions pack and transform their weights. In inference the weights are the same from call to call, and so is what
// is made of them. It is kept with the buffer that it was made from, under that buffer's version, which is another after
// every call that writes into the buffer, and after every [Buffer.Bytes]. Memory of others, see [Of], has no versions.

// patience is how often a form of weights is made anew before it is kept: in training they change at every step.
const patience = 3

// keeps is what is known of a buffer whose elements have been used as weights.
type keeps struct {
	version atomic.Uint64
	mu      sync.Mutex
	forms   []*form
}

// A form is what some views of a buffer are made into for the kernels.
type form struct {
	key      formKey
	version  uint64    // of the buffer that data was made from, or would have been
	uses     int       // of this version
	patience int       // how many uses there must be before it is kept
	data     []float32 // nil if it is not kept
}

// formKey says what is made of a buffer's elements, and how.
type formKey struct {
	offset        int
	shape, stride [device.MaxRank]int
	window        *kernel.Winograd  // nil if the weights are not transformed
	tiles         *kernel.TileShape // that they are packed for
	cols          int               // of a panel
	taps          [3][2]tap         // the first and last along each axis
	counts        [3]int            // and how many
	channels      [2]int            // in and out of a group
	gradient      bool
}

// mostForms is how many forms of one buffer are remembered.
const mostForms = 8

// written gives the buffers of a call's outputs new versions. It is called before and after the call: what is made of
// the elements in between has a version that is never current again.
func written(out []*device.View) {
	for _, v := range out {
		if v == nil {
			continue
		}
		if b, ok := v.Buffer.(*Buffer); ok {
			b.written()
		}
	}
}

func (b *Buffer) written() {
	if k := b.keeps.Load(); k != nil {
		k.version.Add(1)
	}
}

// form returns what fill makes of a buffer, in size elements: kept from an earlier call, or made now. If the second
// result is not nil, it is a buffer for the caller to give back.
func (b *Buffer) form(key *formKey, size int, fill func(to []float32)) ([]float32, *Buffer) {
	if data := b.kept(key, size, fill); data != nil {
		return data, nil
	}
	t, data := floats(size)
	fill(data)
	return data, t
}

// kept is form if it is worth to keep that; otherwise it returns nil.
func (b *Buffer) kept(key *formKey, size int, fill func(to []float32)) []float32 {
	if b.class == foreign {
		return nil
	}
	k := b.keeps.Load()
	if k == nil {
		b.keeps.CompareAndSwap(nil, new(keeps))
		k = b.keeps.Load()
	}
	f, u := k.use(key)
	if u.data != nil || !u.worth {
		return u.data
	}
	bytes := aligned(4 * size)
	data := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(bytes))), size)
	fill(data)
	k.keep(f, u.version, data)
	return data
}

// A use is one call's of a form.
type use struct {
	version uint64
	data    []float32 // nil if it is not kept
	worth   bool      // whether it should be
}

// use finds a form, or begins to remember it, and counts its use.
func (k *keeps) use(key *formKey) (*form, use) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var f *form
	for _, g := range k.forms {
		if g.key == *key {
			f = g
		}
	}
	version := k.version.Load()
	if f == nil {
		f = &form{key: *key, version: version, patience: patience}
		if len(k.forms) == mostForms {
			k.forms = append(k.forms[:0], k.forms[1:]...)
		}
		k.forms = append(k.forms, f)
	}
	if f.version != version {
		if f.data != nil {
			f.patience *= 2 // it was not worth it
		}
		f.version, f.uses, f.data = version, 0, nil
	}
	f.uses++
	return f, use{version, f.data, f.uses > f.patience}
}

// keep keeps data, made of the elements of that version.
func (k *keeps) keep(f *form, version uint64, data []float32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.version == version && k.version.Load() == version {
		f.data = data
	}
}

// form returns what fill makes of the weights of a sweep, as [Buffer.form] does.
func (w *weights) form(c *convolution, s *sweep, scheme *kernel.Winograd, size, cols int, gradient bool, fill func(to []float32)) ([]float32, *Buffer) {
	b, ok := c.w.Buffer.(*Buffer)
	if !ok {
		t, data := floats(size)
		fill(data)
		return data, t
	}
	key := &formKey{
		offset: c.w.Offset, shape: c.w.Shape, stride: c.w.Stride, window: scheme, tiles: kernel.GemmShape(),
		cols: cols, channels: [2]int{w.inputs, w.outputs}, gradient: gradient,
	}
	for a, t := range s.taps {
		key.taps[a], key.counts[a] = [2]tap{t[0], t[len(t)-1]}, len(t)
	}
	return b.form(key, size, fill)
}
