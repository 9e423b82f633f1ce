package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// An image is a view [n c …] with up to three spatial axes, of which those that are not there come first with length 1.
// Its channels lie contiguously.
type image struct {
	size, stride [3]int
	offset       int
	n, jump      int // pictures, and their distance
}

// imageOf returns v as an image, or false if its channels do not lie contiguously.
func imageOf(v *device.View) (m image, ok bool) {
	m = image{size: [3]int{1, 1, 1}, offset: v.Offset, n: v.Shape[0], jump: v.Stride[0]}
	for k := range v.Rank - 2 {
		at := 3 - (v.Rank - 2) + k
		m.size[at], m.stride[at] = v.Shape[k+2], v.Stride[k+2]
	}
	return m, v.Stride[1] == 1 || v.Shape[1] == 1
}

// at returns where in memory the channels of a position begin.
func (m *image) at(n int, p [3]int) int {
	return m.offset + n*m.jump + p[0]*m.stride[0] + p[1]*m.stride[1] + p[2]*m.stride[2]
}

// positions returns how many positions all pictures have, and place where number i is.
func (m *image) positions() int { return m.n * m.size[0] * m.size[1] * m.size[2] }

func (m *image) place(i int) (n int, p [3]int) {
	for k := 2; k >= 0; k-- {
		p[k] = i % m.size[k]
		i /= m.size[k]
	}
	return i, p
}

// A pooling moves a window over large images, one position for each of small ones.
type pooling[T float32 | float64] struct {
	c            int
	large, small image
	mark         image // of the winners; laid out otherwise than small, perhaps
	x, y         []T   // memory of large and of small
	winner       []uint8
	size, stride [3]int
	dilation     [3]int
	pad          [3]int
	padded       bool // the padding counts in the divisor
	add, larger  func(dst, a, b []T)
	scale        func(dst, x []T, a T)
	accumulate   func(y, x []T, a T)
}

// poolImages runs the pools and their gradients.
func poolImages(c *device.Call) bool {
	large, small := c.In[0], c.Out[0]
	if c.Op == device.MaxPoolGrad || c.Op == device.AvgPoolGrad {
		large, small = small, large
	}
	if c.Window.Axes > 3 || large.Rank != c.Window.Axes+2 {
		return false
	}
	switch computed(large, small) {
	case device.Float32:
		p := &pooling[float32]{add: kernel.Add, larger: kernel.Maximum, scale: kernel.MulScalar, accumulate: kernel.Accumulate}
		return runPooling(c, p, large, small)
	case device.Float64:
		p := &pooling[float64]{add: kernel.Add64, larger: kernel.Maximum64, scale: kernel.MulScalar64, accumulate: kernel.Accumulate64}
		return runPooling(c, p, large, small)
	}
	return false
}

func runPooling[T float32 | float64](c *device.Call, p *pooling[T], large, small *device.View) bool {
	var largeLast, smallLast bool
	winnerLast := true
	p.large, largeLast = imageOf(large)
	p.small, smallLast = imageOf(small)
	var winner *device.View
	switch c.Op {
	case device.MaxPool:
		winner = optional(c.Out, 1)
	case device.MaxPoolGrad:
		winner = c.In[1]
	}
	if winner != nil {
		if winner.DType != device.Uint8 {
			return false
		}
		p.mark, winnerLast = imageOf(winner)
		p.winner = memory[uint8](winner)
	}
	if !largeLast || !smallLast || !winnerLast || half(large.DType) || half(small.DType) {
		return poolSettled(c)
	}
	p.c = large.Shape[1]
	p.x, p.y = memory[T](large), memory[T](small)
	p.window(&c.Window)
	p.padded = c.Flag
	if winner != nil && p.size[0]*p.size[1]*p.size[2] > 256 {
		return false
	}
	switch c.Op {
	case device.MaxPool:
		p.each(&p.small, p.max)
	case device.AvgPool:
		p.each(&p.small, p.mean)
	case device.MaxPoolGrad:
		p.each(&p.large, p.maxGrad)
	default:
		p.each(&p.large, p.meanGrad)
	}
	return true
}

// poolSettled runs a pool on copies with the channels last.
func poolSettled(c *device.Call) bool {
	s := &device.Call{Op: c.Op, Attr: c.Attr, Out: make([]*device.View, len(c.Out)), In: make([]*device.View, len(c.In))}
	for i, v := range c.In {
		s.In[i] = channelsLast(v, true)
	}
	for i, v := range c.Out {
		s.Out[i] = channelsLast(v, false)
	}
	ok := poolImages(s)
	unsettle(c, s, ok)
	return ok
}

// window sets the geometry, with axes that are not there first.
func (p *pooling[T]) window(w *device.Window) {
	p.size, p.stride, p.dilation = [3]int{1, 1, 1}, [3]int{1, 1, 1}, [3]int{1, 1, 1}
	for k := range w.Axes {
		at := 3 - w.Axes + k
		p.size[at], p.stride[at], p.dilation[at] = w.Size[k], w.Stride[k], w.Dilation[k]
		p.pad[at] = w.Pad[k][0]
	}
}

// each calls f for every position of an image, in parallel.
func (p *pooling[T]) each(m *image, f func(n int, at [3]int)) {
	if p.c == 0 {
		return
	}
	work := p.c * p.size[0] * p.size[1] * p.size[2]
	parallel.For(m.positions(), max(1, grain/work), func(lo, hi int) {
		for ; lo < hi; lo++ {
			n, at := m.place(lo)
			f(n, at)
			kernel.Checkpoint()
		}
	})
}

// taps calls f for the positions of the large image that the window at a position of the small one covers, with their
// number in the window.
func (p *pooling[T]) taps(at [3]int, f func(q [3]int, number int)) {
	var q [3]int
	number := 0
	for i := range p.size[0] {
		q[0] = at[0]*p.stride[0] - p.pad[0] + i*p.dilation[0]
		for j := range p.size[1] {
			q[1] = at[1]*p.stride[1] - p.pad[1] + j*p.dilation[1]
			for k := range p.size[2] {
				q[2] = at[2]*p.stride[2] - p.pad[2] + k*p.dilation[2]
				if p.inside(q) {
					f(q, number)
				}
				number++
			}
		}
	}
}

func (p *pooling[T]) inside(q [3]int) bool {
	s := &p.large.size
	return uint(q[0]) < uint(s[0]) && uint(q[1]) < uint(s[1]) && uint(q[2]) < uint(s[2])
}

// cover calls f for the positions of the small image whose windows cover a position of the large one, with its number
// in them.
func (p *pooling[T]) cover(at [3]int, f func(q [3]int, number int)) {
	var q [3]int
	number := 0
	for i := range p.size[0] {
		for j := range p.size[1] {
			for k := range p.size[2] {
				if p.owner(0, at[0], i, &q) && p.owner(1, at[1], j, &q) && p.owner(2, at[2], k, &q) {
					f(q, number)
				}
				number++
			}
		}
	}
}

// owner sets q to the position along axis k whose window has at as its element i, if there is one.
func (p *pooling[T]) owner(k, at, i int, q *[3]int) bool {
	from := at + p.pad[k] - i*p.dilation[k]
	q[k] = from / p.stride[k]
	return from >= 0 && q[k]*p.stride[k] == from && q[k] < p.small.size[k]
}
