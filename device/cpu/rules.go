package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// update runs the rules of optimizers, in place. Elements are paired by their place in memory where all views are laid
// out alike.
func update(c *device.Call) bool {
	p := c.Out[0]
	if p.Len() == 0 {
		return true
	}
	if !alike(p, c.Out[1:]) || !alike(p, c.In) {
		if plain(c) {
			return false
		}
		return settled(c, true)
	}
	switch {
	case p.DType == device.Float32 && c.Op == device.SGD:
		step(c, func(v [4][]float32) { kernel.SGD(v[0], v[1], v[3], sgdRule(c)) })
	case p.DType == device.Float32:
		step(c, func(v [4][]float32) { kernel.Adam(v[0], v[1], v[2], v[3], adamRule(c)) })
	case p.DType == device.Float64 && c.Op == device.SGD:
		step(c, func(v [4][]float64) { kernel.SGD64(v[0], v[1], v[3], sgdRule(c)) })
	case p.DType == device.Float64:
		step(c, func(v [4][]float64) { kernel.Adam64(v[0], v[1], v[2], v[3], adamRule(c)) })
	case half(p.DType):
		return settled(c, true)
	default:
		return false
	}
	return true
}

// alike reports whether the views that are there have the type and layout of p, which has no gaps.
func alike(p *device.View, views []*device.View) bool {
	for _, v := range views {
		if v != nil && (v.DType != p.DType || !v.SameLayout(p)) {
			return false
		}
	}
	return p.Dense()
}

// step calls f with parts of up to three outputs and the gradient; an absent one is nil.
func step[T any](c *device.Call, f func(v [4][]T)) {
	var whole [4][]T
	for i, v := range c.Out {
		whole[i] = elements[T](v)
	}
	whole[3] = elements[T](c.In[0])
	parallel.For(len(whole[0]), grain, func(lo, hi int) {
		part := whole
		for i, v := range part {
			if v != nil {
				part[i] = v[lo:hi]
			}
		}
		f(part)
		kernel.Checkpoint()
	})
}

func sgdRule(c *device.Call) kernel.SGDRule {
	s := &c.Scalars
	return kernel.SGDRule{LR: s[0], Momentum: s[1], Dampening: s[2], WeightDecay: s[3], First: s[4] != 0, Scale: s[5], Nesterov: c.Flag}
}

func adamRule(c *device.Call) kernel.AdamRule {
	s := &c.Scalars
	return kernel.AdamRule{LR: s[0], Beta1: s[1], Beta2: s[2], Eps: s[3], WeightDecay: s[4], Step: s[5], Scale: s[6], Decoupled: c.Flag}
}

// accumulate runs y += Scalars[0]·x, x broadcast.
func accumulate(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0]) {
	case device.Float32:
		accumulateAll(c, float32(c.Scalars[0]), kernel.Accumulate)
	case device.Float64:
		accumulateAll(c, c.Scalars[0], kernel.Accumulate64)
	default:
		return false
	}
	return true
}

func accumulateAll[T any](c *device.Call, a T, f func(y, x []T, a T)) {
	var l loop
	l.plan(c.Out[0], c.Out[0], c.In[0])
	if l.single(2) {
		l.limit = block
	}
	if l.n <= grain {
		accumulatePart(&l, a, f, 0, l.n)
		return
	}
	big := l
	parallel.For(l.n, grain, func(lo, hi int) { accumulatePart(&big, a, f, lo, hi) })
}

func accumulatePart[T any](l *loop, a T, f func(y, x []T, a T), lo, hi int) {
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		y := load[T](l, 1, &p, s)
		if dst := target[T](l, &p, s); &dst[0] != &y[0] {
			copy(dst, y)
			y = dst
		}
		f(y, load[T](l, 2, &p, s), a)
		store[T](l, &p, s)
		kernel.Checkpoint()
	}
	s.done()
}

// sumSquare runs Σx² in a tree that depends on the number of elements alone, in the order of memory if there are no gaps.
func sumSquare(c *device.Call) bool {
	y, x := c.Out[0], c.In[0]
	if computed(y, x) == mixed {
		return false
	}
	if half(x.DType) || half(y.DType) || !x.Dense() {
		return settled(c, false)
	}
	switch x.DType {
	case device.Float32:
		memory[float32](y)[y.Offset] = squares(elements[float32](x), kernel.SumSquare, kernel.Sum)
	case device.Float64:
		memory[float64](y)[y.Offset] = squares(elements[float64](x), kernel.SumSquare64, kernel.Sum64)
	default:
		return false
	}
	return true
}

func squares[T any](x []T, square, sum func([]T) T) T {
	if len(x) <= rowPart {
		return square(x)
	}
	parts := make([]T, parallel.Blocks(len(x), rowPart))
	parallel.For(len(x), rowPart, func(lo, hi int) { parts[lo/rowPart] = square(x[lo:hi]) })
	return sum(parts)
}
