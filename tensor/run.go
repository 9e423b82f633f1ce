package tensor

import (
	"sync"

	"github.com/jimu-ml/jimu/device"
)

// frame is the memory of one call, used again.
type frame struct {
	call device.Call
	out  [4]*device.View
	in   [8]*device.View
}

var frames = sync.Pool{New: func() any { return new(frame) }}

// Try runs a primitive into the tensors out, which are freshly made, and returns false if the device refuses it. A nil
// tensor stands for an absent input. Attributes may be nil.
//
// It panics with an [Error] if the tensors are not all on one device, or gone.
func Try(op device.Op, attr *device.Attr, out []*Tensor, in ...*Tensor) bool {
	f := frames.Get().(*frame)
	d := out[0].dev
	for i, t := range out {
		t.alive()
		t.mem.version++
		f.out[i] = &t.view
	}
	for i, t := range in {
		if t == nil {
			f.in[i] = nil
			continue
		}
		t.alive()
		if t.dev != d && op != device.Copy {
			panic(Errorf(op.String(), "tensors on %s and %s; move one with To", d.Name(), t.dev.Name()))
		}
		f.in[i] = &t.view
	}
	f.call.Op = op
	f.call.Out = f.out[:len(out)]
	f.call.In = f.in[:len(in)]
	if attr != nil {
		f.call.Attr = *attr
	} else {
		f.call.Attr = device.Attr{}
	}
	if op == device.Copy && len(in) == 1 {
		d = copier(out[0], in[0])
	}
	ok := d.Run(&f.call)
	clear(f.out[:len(out)])
	clear(f.in[:len(in)])
	frames.Put(f)
	return ok
}

// copier returns the device that copies from x to y: the one that is not the host's.
func copier(y, x *Tensor) device.Device {
	if _, host := x.mem.buffer.(device.HostBuffer); host {
		return y.dev
	}
	return x.dev
}

// Run is [Try] for a primitive of the basis: it panics with an [Error] if the device refuses it.
func Run(op device.Op, attr *device.Attr, out []*Tensor, in ...*Tensor) {
	if !Try(op, attr, out, in...) {
		var x *Tensor
		if len(in) > 0 {
			x = in[0]
		} else {
			x = out[0]
		}
		panic(Errorf(op.String(), "%s has no such operation for %s tensors of shape %v", x.dev.Name(), x.view.DType, x))
	}
}

// Tracked reports whether any of x needs a gradient: whether an operation on them is recorded. Operations that are
// recorded with a VJP made of others ask it to choose between a fused gradient and one that can be differentiated.
func Tracked(x ...*Tensor) bool {
	for _, t := range x {
		if t != nil && t.NeedsGrad() {
			return true
		}
	}
	return false
}
