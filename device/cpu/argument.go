package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A seeker finds the place of an extreme element in a slice, or by columns in rows that come one by one.
type seeker[T any] struct {
	row    func(x []T) int
	column func(at []int64, best, x []T, i int64)
}

func seekerOf[T kernel.Number](op device.Op) seeker[T] {
	if op == device.ArgMax {
		return seeker[T]{kernel.ArgMax[T], kernel.ArgMaxRow[T]}
	}
	return seeker[T]{kernel.ArgMin[T], kernel.ArgMinRow[T]}
}

// argument runs ArgMax and ArgMin.
func argument(c *device.Call) bool {
	y, x := c.Out[0], c.In[0]
	switch {
	case y.DType != device.Int64:
		return false
	case y.Len() == 0:
		return true
	case half(x.DType):
		return settled(c, false)
	}
	switch x.DType {
	case device.Float32:
		seek(y, x, seekerOf[float32](c.Op))
	case device.Float64:
		seek(y, x, seekerOf[float64](c.Op))
	case device.Int64:
		seek(y, x, seekerOf[int64](c.Op))
	case device.Int32:
		seek(y, x, seekerOf[int32](c.Op))
	default:
		seek(y, x, seekerOf[uint8](c.Op))
	}
	return true
}

func seek[T any](y, x *device.View, f seeker[T]) {
	r := reductions.Get().(*reduction)
	defer r.done()
	r.plan(y, x)
	n := r.gone.n
	stride := r.gone.operand[0].stride[0]
	if n == 1 || stride == 1 {
		parallel.For(r.kept.n, max(1, grain/n), func(lo, hi int) { seekRows(r, f, lo, hi) })
		return
	}
	width := r.kept.shape[0]
	segments := (width + block - 1) / block
	parallel.For(r.kept.n/width*segments, max(1, grain/(n*min(width, block))), func(lo, hi int) {
		s := scratches.Get().(*scratch)
		for ; lo < hi; lo++ {
			seekColumns(r, f, lo/segments*width+lo%segments*block, min(block, width-lo%segments*block), s)
		}
		scratches.Put(s)
	})
}

// seekRows finds the places in rows that lie contiguously.
func seekRows[T any](r *reduction, f seeker[T], lo, hi int) {
	y, x := memory[int64](r.kept.operand[0].view), memory[T](&r.xKept)
	var p piece
	for ; lo < hi; lo++ {
		locate(&r.kept, &p, lo)
		at := r.kept.offset(1, &p)
		y[r.kept.offset(0, &p)] = int64(f.row(x[at : at+r.gone.n]))
	}
}

// seekColumns finds the places for n outputs, which are neighbours on the inner axis, from number first on.
func seekColumns[T any](r *reduction, f seeker[T], first, n int, s *scratch) {
	y, x := memory[int64](r.kept.operand[0].view), memory[T](&r.xKept)
	places, best, row := slot[int64](s, 0)[:n], slot[T](s, 1)[:n], slot[T](s, 2)[:n]
	var p piece
	locate(&r.kept, &p, first)
	at := r.kept.offset(1, &p)
	for i := range r.gone.n {
		values := row
		if r.kept.operand[1].stride[0] == 1 {
			values = x[at : at+n]
		} else {
			collect(row, x, at, &r.kept, 1, p.pos)
		}
		f.column(places, best, values, int64(i))
		at += r.gone.operand[0].stride[0]
	}
	spread(y, places, r.kept.offset(0, &p), &r.kept, p.pos)
}
