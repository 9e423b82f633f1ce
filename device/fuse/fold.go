package fuse

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// A folder rewrites the calls of a recording that depend on inputs, and adds to those that prepare for them.
type folder struct {
	device  device.Device
	calls   []*recorded // nil where one has been folded into another
	prepare []*recorded
	result  *cell
	inexact bool // rounding may change
}

// fold folds into convolutions and linear maps what follows them: a factor and a summand for each channel, such as
// those of a batch norm, and a rectifier.
func (f *folder) fold() {
	f.count()
	for i, n := range f.calls {
		if n == nil || n.call.Op != device.Conv && n.call.Op != device.Linear {
			continue
		}
		for f.next(i) {
		}
	}
	for _, n := range f.calls {
		switch {
		case n == nil:
		case n.call.Op == device.Linear:
			f.turn(n)
		case n.call.Op == device.Conv:
			f.own(n)
		}
	}
}

// One row is multiplied faster by a weight that lies in memory as the product reads it: along the outputs. Many rows make
// up for what it takes to prepare the weight at each run, and few outputs are not worth it. Between them the device keeps
// what it prepares.
const (
	fewRows     = 16
	manyOutputs = 64
)

// turn makes a linear map read its weight [out in] from a copy in which the outputs are innermost. The bits are the same.
func (f *folder) turn(n *recorded) {
	w := n.call.In[1]
	if cellOf(w).level == varying || !w.RowMajor() || w.Shape[0] < manyOutputs || n.call.Out[0].Len() > fewRows*w.Shape[0] {
		return
	}
	if n.call.Out[0].Len() > w.Shape[0] {
		f.own(n)
		return
	}
	like := *w
	like.Stride[0], like.Stride[1] = 1, w.Shape[0]
	for _, q := range f.prepare { // it has been made for this call
		if cellOf(w).made && q.out[0].Buffer == w.Buffer {
			q.out[0].Stride, w.Stride = like.Stride, like.Stride
			return
		}
	}
	f.set(n, 1, f.made(device.Copy, &like, w))
}

// count counts how often each cell is written and read.
func (f *folder) count() {
	for _, n := range f.calls {
		n.each(func(v *device.View) { cellOf(v).readers++ })
		for i := range n.out {
			cellOf(&n.out[i]).writers++
		}
	}
	f.result.readers++
}

// next folds into call i the only one that reads its result, if that can be.
func (f *folder) next(i int) bool {
	a := f.calls[i]
	y := cellOf(a.call.Out[0])
	if y.readers != 1 || y.writers != 1 || a.call.Flag {
		return false
	}
	for j := i + 1; j < len(f.calls); j++ {
		b := f.calls[j]
		if b == nil {
			continue
		}
		for k, v := range b.call.In {
			if v == nil || cellOf(v) != y {
				continue
			}
			if b.call.Op == device.MaxPool && f.inexact {
				a.call.Flag = f.rectifiesNext(j)
				return false
			}
			if len(b.call.Out) != 1 || *v != *a.call.Out[0] || !v.SameLayout(b.call.Out[0]) || cellOf(b.call.Out[0]).writers != 1 || !f.into(i, b, k) {
				return false
			}
			a.out[0] = b.out[0]
			f.calls[j] = nil
			return true
		}
	}
	return false
}

// rectifiesNext removes the rectifier that alone reads the result of max pool j, if there is one: the largest of what is
// rectified is the same, but for the sign of a zero, and the convolution before the pool rectifies on its way.
func (f *folder) rectifiesNext(j int) bool {
	pool := f.calls[j]
	y := cellOf(pool.call.Out[0])
	if y.readers != 1 || y.writers != 1 || len(pool.out) > 1 && cellOf(&pool.out[1]).readers > 0 {
		return false
	}
	for k := j + 1; k < len(f.calls); k++ {
		c := f.calls[k]
		if c != nil && c.call.Op == device.Relu && *c.call.In[0] == pool.out[0] && c.call.Out[0].SameLayout(&pool.out[0]) && cellOf(c.call.Out[0]).writers == 1 {
			pool.out[0] = c.out[0]
			f.calls[k] = nil
			return true
		}
	}
	return false
}

// into changes call i to do what b does to its result, which is input k of b.
func (f *folder) into(i int, b *recorded, k int) bool {
	a := f.calls[i]
	switch b.call.Op {
	case device.Relu:
		a.call.Flag = true
		return true
	case device.Mul, device.Add:
	default:
		return false
	}
	return len(a.call.In) <= 3 && (f.affine(a, b, k) || b.call.Op == device.Add && f.sum(i, b.call.In[1-k]))
}

// sum makes call i add z to its result, if it is a convolution that sees one position at a time, and z is there before.
// Larger windows are also computed in ways in which the sum costs as much as afterwards.
func (f *folder) sum(i int, z *device.View) bool {
	a := f.calls[i]
	y := a.call.Out[0]
	if a.call.Op != device.Conv || z.DType != y.DType || !z.SameLayout(y) {
		return false
	}
	for _, n := range a.call.Window.Size[:a.call.Window.Axes] {
		if n != 1 {
			return false
		}
	}
	for _, n := range f.calls[i:] {
		if n != nil && n.writes(cellOf(z)) {
			return false
		}
	}
	f.set(a, 3, *z)
	return true
}

// writes reports whether a call writes to a cell.
func (n *recorded) writes(c *cell) bool {
	return slices.ContainsFunc(n.out, func(y device.View) bool { return cellOf(&y) == c })
}

// affine changes call a to multiply its result by a factor for each channel, or add a summand.
func (f *folder) affine(a, b *recorded, k int) bool {
	y, w := a.call.Out[0], a.call.In[1]
	axis := y.Rank - 1
	if a.call.Op == device.Conv {
		axis = 1
	}
	s, ok := perChannel(b.call.In[1-k], y, axis)
	if !f.inexact || !ok || w.DType != y.DType || cellOf(w).level == varying || f.bias(a) != nil && cellOf(f.bias(a)).level == varying {
		return false
	}
	bias := f.bias(a)
	if b.call.Op == device.Mul {
		rows := s
		rows.Rank = w.Rank
		rows.Shape, rows.Stride = [device.MaxRank]int{w.Shape[0]}, [device.MaxRank]int{s.Stride[0]}
		for i := 1; i < w.Rank; i++ {
			rows.Shape[i] = 1
		}
		f.set(a, 1, f.made(device.Mul, w, w, &rows))
		if bias != nil {
			f.set(a, 2, f.made(device.Mul, bias, bias, &s))
		}
		return true
	}
	if bias != nil {
		f.set(a, 2, f.made(device.Add, bias, bias, &s))
	} else {
		f.set(a, 2, f.made(device.Copy, &s, &s))
	}
	return true
}

// bias returns the bias of a convolution or linear map, or nil.
func (f *folder) bias(a *recorded) *device.View {
	if len(a.call.In) < 3 {
		return nil
	}
	return a.call.In[2]
}

// set makes v input i of a call.
func (f *folder) set(a *recorded, i int, v device.View) {
	for len(a.in) <= i {
		a.in = append(a.in, device.View{})
		a.call.In = append(a.call.In, nil)
	}
	a.in[i] = v
	for k := range a.in { // append may have moved them
		if a.call.In[k] != nil || k == i {
			a.call.In[k] = &a.in[k]
		}
	}
}

// own makes a convolution or linear map read its weight from a copy in memory of the device, if it is in somebody else's:
// what the device makes of that it may not keep.
func (f *folder) own(n *recorded) {
	w := n.call.In[1]
	if k, ok := cellOf(w).memory.(device.Keeper); ok && k.Keeps() {
		return
	}
	if cellOf(w).level == learned && cellOf(w).outside {
		f.set(n, 1, f.made(device.Copy, w, w))
	}
}

// made returns what an operation makes of parameters before a plan runs, laid out like a view.
func (f *folder) made(op device.Op, like *device.View, in ...*device.View) device.View {
	y := device.View{DType: like.DType}
	y.SetLike(like, like.Dims()...)
	y.Buffer = &cell{
		memory: f.device.Alloc(y.DType, y.Len()), dtype: y.DType, n: y.Len(), level: learned, input: -1, made: true,
	}
	f.prepare = append(f.prepare, note(&device.Call{Op: op, Out: []*device.View{&y}, In: in}))
	return y
}

// perChannel returns v, which is broadcast to y, as a vector with an element for each position along an axis, if it
// differs along no other axis and depends on no input.
func perChannel(v, y *device.View, axis int) (s device.View, ok bool) {
	if v == nil || cellOf(v).level == varying || v.DType != y.DType || v.Rank > y.Rank {
		return s, false
	}
	s = *v
	s.Rank, s.Shape, s.Stride = 1, [device.MaxRank]int{y.Shape[axis]}, [device.MaxRank]int{}
	for k := range v.Rank {
		switch at := k + y.Rank - v.Rank; {
		case v.Shape[k] == 1 || v.Stride[k] == 0:
		case at == axis:
			s.Stride[0] = v.Stride[k]
		default:
			return s, false
		}
	}
	return s, true
}
