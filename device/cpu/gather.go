package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A picking is what Gather and ScatterAdd have in common: a dense tensor y or x with an axis along which index counts,
// and another tensor with that axis as long as the index. The other axes make a loop, with the former as operand 1 and
// the latter as operand 0.
type picking struct {
	rest       loop
	few, many  device.View // without the axis
	index      []int64
	step, jump int // strides along the axis: of the picked, and of the other
	outer      int // elements of rest, but for its inner axis
	length     int // of the axis that index counts along
}

// plan checks the index and sets the loop.
func (g *picking) plan(op device.Op, picked, whole, index *device.View, axis int) {
	length := whole.Shape[axis]
	g.length = length
	for _, i := range g.index {
		if i < 0 || i >= int64(length) {
			panic(&device.IndexError{Op: op, Index: int(i), Length: length})
		}
	}
	g.few, g.many = *picked, *whole
	g.step, g.jump = picked.Stride[axis], whole.Stride[axis]
	g.few.Shape[axis], g.many.Shape[axis] = 1, 1
	g.rest.plan(&g.few, &g.many)
	g.outer = g.rest.n / g.rest.shape[0]
}

// indices returns the elements of a view of integers, and a function to call when they are no longer needed.
func indices(v *device.View) ([]int64, func()) {
	if v.DType == device.Int64 && v.RowMajor() {
		return memory[int64](v)[v.Offset : v.Offset+v.Len()], func() {}
	}
	t := temporary(device.Int64, v.Dims()...)
	convert(t, v)
	return memory[int64](t)[:t.Len()], func() { release(t) }
}

func countable(t device.DType) bool { return t == device.Int64 || t == device.Int32 }

// gather sets y[…, i, …] = x[…, index[i], …]. It panics with a [device.IndexError] before it changes anything.
func gather(c *device.Call) bool {
	y, x, index := c.Out[0], c.In[0], c.In[1]
	if y.DType != x.DType || !countable(index.DType) {
		return false
	}
	if y.Len() == 0 {
		return true
	}
	g := new(picking)
	var done func()
	g.index, done = indices(index)
	defer done()
	g.plan(c.Op, y, x, index, c.Axis)
	switch y.DType.Bytes() {
	case 1:
		gatherAll[uint8](g)
	case 2:
		gatherAll[uint16](g)
	case 4:
		gatherAll[uint32](g)
	case 8:
		gatherAll[uint64](g)
	}
	return true
}

func gatherAll[T any](g *picking) {
	n := len(g.index)
	width := g.rest.shape[0]
	if g.outer*n*width <= grain {
		gatherPart[T](g, 0, g.outer*n)
		return
	}
	if g.step == 1 && g.jump == 1 && g.rest.operand[1].stride[0] != 1 {
		parallel.For(g.rest.n, max(1, grain/n), func(lo, hi int) { gatherRows[T](g, lo, hi) })
		return
	}
	parallel.For(g.outer*n, max(1, grain/width), func(lo, hi int) { gatherPart[T](g, lo, hi) })
}

// gatherRows picks along an axis whose elements lie side by side, for the elements of the rest from number lo to hi.
func gatherRows[T any](g *picking, lo, hi int) {
	y, x := memory[T](&g.few), memory[T](&g.many)
	width, ys, xs := g.rest.shape[0], g.rest.operand[0].stride[0], g.rest.operand[1].stride[0]
	for lo < hi {
		var p piece
		locate(&g.rest, &p, lo/width*width)
		to, from := g.rest.offset(0, &p), g.rest.offset(1, &p)
		first := lo % width
		last := min(width, first+hi-lo)
		for j := first; j < last; j++ {
			row, picked := x[from+j*xs:], y[to+j*ys:][:len(g.index)]
			for i, at := range g.index {
				picked[i] = row[at]
			}
		}
		lo += last - first
	}
}

// gatherPart copies the inner axis for the pairs of an outer element and an index from number lo to hi.
func gatherPart[T any](g *picking, lo, hi int) {
	y, x := memory[T](&g.few), memory[T](&g.many)
	width, ys, xs := g.rest.shape[0], g.rest.operand[0].stride[0], g.rest.operand[1].stride[0]
	for n := len(g.index); lo < hi; {
		var p piece
		locate(&g.rest, &p, lo/n*width)
		to, from := g.rest.offset(0, &p), g.rest.offset(1, &p)
		first := lo % n
		last := min(n, first+hi-lo)
		if width == 1 {
			for i := first; i < last; i++ {
				y[to+i*g.step] = x[from+int(g.index[i])*g.jump]
			}
			lo += last - first
			continue
		}
		for i := first; i < last; i++ {
			to, from := to+i*g.step, from+int(g.index[i])*g.jump
			if ys == 1 && xs == 1 {
				copy(y[to:to+width], x[from:])
				continue
			}
			for range width {
				y[to] = x[from]
				to, from = to+ys, from+xs
			}
		}
		lo += last - first
	}
}

// scatterAdd sets y[…, index[i], …] += x[…, i, …] in the order of i. It panics with a [device.IndexError] before it
// changes anything.
func scatterAdd(c *device.Call) bool {
	y, x, index := c.Out[0], c.In[0], c.In[1]
	if y.DType != x.DType || !countable(index.DType) || y.DType == device.Bool {
		return false
	}
	if half(y.DType) {
		return settled(c, true)
	}
	if x.Len() == 0 {
		return true
	}
	g := new(picking)
	var done func()
	g.index, done = indices(index)
	defer done()
	g.plan(c.Op, x, y, index, c.Axis)
	switch y.DType {
	case device.Float32:
		scatterAll(g, kernel.Add)
	case device.Float64:
		scatterAll(g, kernel.Add64)
	case device.Int64:
		scatterAll(g, kernel.AddInt[int64])
	case device.Int32:
		scatterAll(g, kernel.AddInt[int32])
	default:
		scatterAll(g, kernel.AddInt[uint8])
	}
	return true
}

// columnGrain is the least part of the inner axis that a processor takes alone.
const columnGrain = 64

// scatterAll splits the destinations: outer elements and parts of the inner axis, each of which goes through the whole
// index, so that every element is added to in the order of the index.
func scatterAll[T kernel.Number](g *picking, add func(dst, a, b []T)) {
	width := g.rest.shape[0]
	if g.sortable() {
		scatterSorted(g, add)
		return
	}
	if g.rest.n*len(g.index) <= grain {
		scatterPart(g, add, 0, g.rest.n)
		return
	}
	part := max(columnGrain, min(width, grain/len(g.index)))
	segments := (width + part - 1) / part
	parallel.For(g.outer*segments, max(1, grain/(len(g.index)*part)), func(lo, hi int) {
		for ; lo < hi; lo++ {
			from := lo%segments*part + lo/segments*width
			scatterPart(g, add, from, min(from+part, (lo/segments+1)*width))
		}
	})
}

// scatterPart adds to the elements of rest from number lo to hi.
func scatterPart[T kernel.Number](g *picking, add func(dst, a, b []T), lo, hi int) {
	x, y := memory[T](&g.few), memory[T](&g.many)
	width, xs, ys := g.rest.shape[0], g.rest.operand[0].stride[0], g.rest.operand[1].stride[0]
	for ; lo < hi; lo += min(hi-lo, width-lo%width) {
		n := min(hi-lo, width-lo%width)
		var p piece
		locate(&g.rest, &p, lo)
		from, to := g.rest.offset(0, &p), g.rest.offset(1, &p)
		for i, at := range g.index {
			from, to := from+i*g.step, to+int(at)*g.jump
			if ys == 1 && xs == 1 && n >= 4 {
				add(y[to:to+n], y[to:to+n], x[from:from+n])
				kernel.Checkpoint()
				continue
			}
			for range n {
				y[to] += x[from]
				to, from = to+ys, from+xs
			}
		}
	}
}
