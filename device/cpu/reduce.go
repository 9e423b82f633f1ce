package cpu

import (
	"slices"
	"sync"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// Reductions are taken in a tree that depends on shapes and strides alone. Rows and columns are cut into parts at
// fixed places, each part is folded by itself, and then the parts in their order.
const (
	rowPart  = 32 << 10 // elements of a row that are folded at a time
	columns  = 2048     // columns that are folded at a time
	rowParts = 64       // most parts of a column
)

// A reducer folds numbers into one: those of a slice, and those at the same place of two slices.
type reducer[T any] struct {
	row  func(x []T) T
	fold func(dst, a, b []T)
	four func(y, a, b, c, d []T) // folds four slices into y, as four calls of fold; or nil
}

type reducers[T any] [4]reducer[T]

var (
	reduce32 = reducers[float32]{
		{kernel.Sum, kernel.Add, kernel.AddFour},
		{kernel.Prod[float32], kernel.Mul, nil},
		{kernel.Max, kernel.Maximum, nil},
		{kernel.Min, kernel.Minimum, nil},
	}
	reduce64 = reducers[float64]{
		{kernel.Sum64, kernel.Add64, kernel.AddFour64},
		{kernel.Prod[float64], kernel.Mul64, nil},
		{kernel.Max64, kernel.Maximum64, nil},
		{kernel.Min64, kernel.Minimum64, nil},
	}
	reduceInt64 = reducersInt[int64]()
	reduceInt32 = reducersInt[int32]()
	reduceUint8 = reducersInt[uint8]()
)

func reducersInt[T kernel.Integer]() reducers[T] {
	return reducers[T]{
		{kernel.SumInt[T], kernel.AddInt[T], nil},
		{kernel.Prod[T], kernel.MulInt[T], nil},
		{kernel.MaxInt[T], kernel.MaximumInt[T], nil},
		{kernel.MinInt[T], kernel.MinimumInt[T], nil},
	}
}

// reduce runs Sum, Prod, Max and Min. Of booleans, Max is any and Min is all.
func reduce(c *device.Call) bool {
	y, x := c.Out[0], c.In[0]
	if y.DType != x.DType || x.DType == device.Bool && (c.Op == device.Sum || c.Op == device.Prod) {
		return false
	}
	i := c.Op - device.Sum
	switch {
	case x.Len() == 0:
		return reduceNothing(c)
	case half(x.DType):
		return settled(c, false)
	}
	switch x.DType {
	case device.Float32:
		fold(y, x, &reduce32[i])
	case device.Float64:
		fold(y, x, &reduce64[i])
	case device.Int64:
		fold(y, x, &reduceInt64[i])
	case device.Int32:
		fold(y, x, &reduceInt32[i])
	default:
		fold(y, x, &reduceUint8[i])
	}
	return true
}

// reduceNothing sets y to the sum or product of nothing.
func reduceNothing(c *device.Call) bool {
	if c.Op != device.Sum && c.Op != device.Prod {
		return c.Out[0].Len() == 0
	}
	one := device.Call{Op: device.Fill, Out: c.Out}
	if c.Op == device.Prod {
		one.Scalars[0] = 1
	}
	return fill(&one)
}

// A reduction is a loop over the outputs, of which operand 1 is the first of the elements that are folded into each,
// and a loop over those.
type reduction struct {
	kept, gone loop
	xKept      device.View
	xGone      device.View
}

var reductions = sync.Pool{New: func() any { return new(reduction) }}

// done makes the memory of a reduction free for another.
func (r *reduction) done() {
	*r = reduction{}
	reductions.Put(r)
}

// plan sets the reduction of x to y. Both loops have operand 1 on the buffer of x; of gone that is the only one.
func (r *reduction) plan(y, x *device.View) {
	r.xKept, r.xGone = *x, *x
	for k := range x.Rank {
		if x.Shape[k] == y.Shape[k] {
			r.xGone.Shape[k] = 1
		} else {
			r.xKept.Shape[k] = 1
		}
	}
	r.kept.plan(y, &r.xKept)
	r.gone.plan(&r.xGone, &r.xGone)
}

// fold reduces x to y by rows, by columns, or element by element, as they lie in memory.
func fold[T any](y, x *device.View, f *reducer[T]) {
	r := reductions.Get().(*reduction)
	defer r.done()
	r.plan(y, x)
	switch {
	case r.gone.n == 1:
		convert(y, x)
	case r.gone.rank == 1 && r.gone.operand[0].stride[0] == 1:
		foldRows(r, f)
	case r.kept.operand[1].stride[0] == 1 && r.kept.shape[0] >= 8 && r.kept.n > 1:
		foldColumns(r, f)
	case r.gone.operand[0].stride[0] == 1 && r.gone.shape[0] >= 8:
		foldTwice(y, x, f)
	default:
		foldGathered(r, f)
	}
}

// foldTwice reduces first along the axis that lies contiguously, which is one of several, and then the rest.
func foldTwice[T any](y, x *device.View, f *reducer[T]) {
	shape := slices.Clone(x.Dims())
	for k, n := range shape {
		if n > 1 && x.Stride[k] == 1 && y.Shape[k] == 1 {
			shape[k] = 1
		}
	}
	rows := temporary(x.DType, shape...)
	fold(rows, x, f)
	fold(y, rows, f)
	release(rows)
}

// foldRows reduces rows that lie contiguously.
func foldRows[T any](r *reduction, f *reducer[T]) {
	n := r.gone.n
	parts := (n + rowPart - 1) / rowPart
	if parts > 1 {
		foldLongRows(r, f, parts)
		return
	}
	if r.kept.n*n <= grain {
		foldShortRows(r, f, 0, r.kept.n)
		return
	}
	parallel.For(r.kept.n, max(1, grain/n), func(lo, hi int) { foldShortRows(r, f, lo, hi) })
}

func foldShortRows[T any](r *reduction, f *reducer[T], lo, hi int) {
	y, x := memory[T](r.kept.operand[0].view), memory[T](&r.xKept)
	n := r.gone.n
	var p piece
	for ; lo < hi; lo++ {
		r.kept.piece(&p, lo, hi)
		at := r.kept.offset(1, &p)
		y[r.kept.offset(0, &p)] = f.row(x[at : at+n])
		kernel.Checkpoint()
	}
}

// foldLongRows reduces each part of a row by itself, and then the parts.
func foldLongRows[T any](r *reduction, f *reducer[T], parts int) {
	y, x := memory[T](r.kept.operand[0].view), memory[T](&r.xKept)
	n := r.gone.n
	folded := make([]T, r.kept.n*parts)
	parallel.For(len(folded), 1, func(lo, hi int) {
		var p piece
		for i := lo; i < hi; i++ {
			r.kept.piece(&p, i/parts, r.kept.n)
			at, from := r.kept.offset(1, &p), i%parts*rowPart
			folded[i] = f.row(x[at+from : at+min(from+rowPart, n)])
			kernel.Checkpoint()
		}
	})
	var p piece
	for i := range r.kept.n {
		r.kept.piece(&p, i, r.kept.n)
		y[r.kept.offset(0, &p)] = f.row(folded[i*parts : (i+1)*parts])
	}
}

// foldGathered reduces elements that lie anywhere: up to a block of them at a time, and then the blocks.
func foldGathered[T any](r *reduction, f *reducer[T]) {
	parallel.For(r.kept.n, max(1, grain/r.gone.n), func(lo, hi int) {
		y, x := memory[T](r.kept.operand[0].view), memory[T](&r.xKept)
		s := scratches.Get().(*scratch)
		var p piece
		for ; lo < hi; lo++ {
			r.kept.piece(&p, lo, hi)
			y[r.kept.offset(0, &p)] = foldOne(r, f, x, r.kept.offset(1, &p), s)
		}
		scratches.Put(s)
	})
}

func foldOne[T any](r *reduction, f *reducer[T], x []T, at int, s *scratch) T {
	gathered, folded := slot[T](s, 0), slot[T](s, 1)[:0]
	var q piece
	for from := 0; from < r.gone.n; from += block {
		if len(folded) == block {
			folded[0] = f.row(folded)
			folded = folded[:1]
		}
		n := min(block, r.gone.n-from)
		locate(&r.gone, &q, from)
		collect(gathered[:n], x, at+r.gone.offset(0, &q)-r.xGone.Offset, &r.gone, 0, q.pos)
		folded = append(folded, f.row(gathered[:n]))
	}
	return f.row(folded)
}

// locate sets the place of p to element number at of a loop.
func locate(l *loop, p *piece, at int) {
	for k := range l.rank {
		p.pos[k] = at % l.shape[k]
		at /= l.shape[k]
	}
}
