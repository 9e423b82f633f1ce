package tensor

import "github.com/jimu-ml/jimu/device"

// On returns a tensor of no scope over memory of a device: the elements that a view shows.
func On(d device.Device, v device.View) *Tensor {
	t := &Tensor{view: v, dev: d}
	t.own.buffer, t.own.dev = v.Buffer, d
	t.mem = &t.own
	return t
}

// Version counts the operations that have written to x's memory. What was computed from x is out of date if it has grown.
func (x *Tensor) Version() uint64 { return x.mem.version }
