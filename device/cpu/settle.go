package cpu

import (
	"slices"
	"sync/atomic"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// plain reports whether the views of a call, those that are there, are row-major and not of halves.
func plain(c *device.Call) bool {
	for _, v := range c.Out {
		if v != nil && (half(v.DType) || !v.RowMajor()) {
			return false
		}
	}
	for _, v := range c.In {
		if v != nil && (half(v.DType) || !v.RowMajor()) {
			return false
		}
	}
	return true
}

// inHalf reports whether a view of the call is of halves.
func inHalf(c *device.Call) bool {
	is := func(v *device.View) bool { return v != nil && half(v.DType) }
	return slices.ContainsFunc(c.Out, is) || slices.ContainsFunc(c.In, is)
}

// settled runs a call on row-major copies of its views, halves as float32, and copies back what it leaves in the
// outputs. Those of an operation that works in place are read first.
func settled(c *device.Call, inPlace bool) bool {
	s := &device.Call{Op: c.Op, Attr: c.Attr, Out: make([]*device.View, len(c.Out)), In: make([]*device.View, len(c.In))}
	for i, v := range c.In {
		s.In[i] = settle(v, true)
	}
	for i, v := range c.Out {
		s.Out[i] = settle(v, inPlace)
	}
	ok := Device.Run(s)
	unsettle(c, s, ok)
	return ok
}

// settledRows is settled for an operation that does the same to each row of its views, [n …] all of them: for so many rows at a time
// as have their copies in a cache.
func settledRows(c *device.Call) bool {
	n, widest := c.Out[0].Shape[0], 1
	if n == 0 {
		return settled(c, false)
	}
	var refused atomic.Bool
	for _, v := range slices.Concat(c.Out, c.In) {
		widest = max(widest, v.Len()/n)
	}
	parallel.For(n, max(1, grain/widest), func(lo, hi int) {
		s := &device.Call{Op: c.Op, Attr: c.Attr, Out: rowsBetween(c.Out, lo, hi), In: rowsBetween(c.In, lo, hi)}
		if !settled(s, false) {
			refused.Store(true)
		}
	})
	return !refused.Load()
}

// rowsBetween returns views of the rows of others from lo to hi.
func rowsBetween(views []*device.View, lo, hi int) []*device.View {
	rows := make([]*device.View, len(views))
	for i, v := range views {
		w := *v
		w.Shape[0], w.Offset = hi-lo, v.Offset+lo*v.Stride[0]
		rows[i] = &w
	}
	return rows
}

// unsettle gives back the copies that s has of the views of c, and if the call succeeded copies the outputs back.
func unsettle(c, s *device.Call, ok bool) {
	for i, v := range c.Out {
		if w := s.Out[i]; w != v {
			if ok {
				convert(v, w)
			}
			release(w)
		}
	}
	for i, v := range c.In {
		if w := s.In[i]; w != v {
			release(w)
		}
	}
}

// settle returns v if it is row-major and not of halves, else a view of the same shape that is, with the elements of
// v if they are to be read.
func settle(v *device.View, read bool) *device.View {
	if v == nil || !half(v.DType) && v.RowMajor() {
		return v
	}
	w := temporary(inFloat32(v.DType), v.Dims()...)
	if read {
		convert(w, v)
	}
	return w
}

// optional returns view i of a list, or nil if it is absent.
func optional(views []*device.View, i int) *device.View {
	if i >= len(views) {
		return nil
	}
	return views[i]
}

// elements returns the elements of a row-major view, or nil of an absent one.
func elements[T any](v *device.View) []T {
	if v == nil {
		return nil
	}
	return memory[T](v)[v.Offset : v.Offset+v.Len()]
}
