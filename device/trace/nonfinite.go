package trace

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
)

// A NonFiniteError says which call first made a NaN or an infinity of numbers that were none.
type NonFiniteError struct {
	Op     device.Op
	Number int       // of the call, from 0
	Output int       // which of the outputs
	Shape  []int     // of that output
	Value  float64   // the first that is not finite
	Inputs [][]int   // the shapes of the inputs, nil for one that is absent
	Scalar []float64 // the attributes of the call that are not 0
}

// Error says it in a line.
func (e *NonFiniteError) Error() string {
	s := fmt.Sprintf("call %d, %s of %v, made %v in output %d of shape %v", e.Number, e.Op, e.Inputs, e.Value, e.Output, e.Shape)
	if len(e.Scalar) > 0 {
		s += fmt.Sprintf(" (with %v)", e.Scalar)
	}
	return s
}

// check notes the call if it is the first to blame: if an output has a NaN and no input has one, or an infinity and
// the inputs are finite. Calls that are asked for such a value are not to blame.
func (d *Device) check(c *device.Call, number int) {
	if c.Op == device.Fill || c.Op == device.Iota || c.Op == device.Copy {
		return
	}
	d.mu.Lock()
	done := d.failed != nil
	d.mu.Unlock()
	if done {
		return
	}
	for i, v := range c.Out {
		worst := d.worst(v)
		if worst == 0 || d.inherited(c, worst) {
			continue
		}
		e := &NonFiniteError{Op: c.Op, Number: number, Output: i, Shape: append([]int{}, v.Dims()...), Value: worst}
		for _, x := range c.In {
			var shape []int
			if x != nil {
				shape = append(shape, x.Dims()...)
			}
			e.Inputs = append(e.Inputs, shape)
		}
		for _, s := range c.Scalars {
			if s != 0 {
				e.Scalar = append(e.Scalar, s)
			}
		}
		d.mu.Lock()
		if d.failed == nil {
			d.failed = e
		}
		d.mu.Unlock()
		return
	}
}

// inherited reports whether an input of the call is as bad as the worst of its outputs.
func (d *Device) inherited(c *device.Call, worst float64) bool {
	for _, v := range c.In {
		if w := d.worst(v); w != 0 && (w != w || worst == worst) {
			return true
		}
	}
	return false
}

// worst returns a NaN if the view has one, else an infinity if it has one, else 0.
func (d *Device) worst(v *device.View) float64 {
	if v == nil || !v.DType.IsFloat() {
		return 0
	}
	n := v.Len()
	words := make([]float64, n+1)
	to := device.View{Buffer: host(unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 8*n)), DType: device.Float64}
	to.SetRowMajor(v.Dims()...)
	d.inner.Run(&device.Call{Op: device.Copy, Out: []*device.View{&to}, In: []*device.View{v}})
	if d.inner.Sync() != nil {
		return 0
	}
	worst := 0.0
	for _, x := range words[:n] {
		if x != x {
			return x
		}
		if math.IsInf(x, 0) {
			worst = x
		}
	}
	return worst
}

// host is memory of this program.
type host []byte

// Bytes returns the memory.
func (h host) Bytes() []byte { return h }
