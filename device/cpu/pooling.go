package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// An image is a view [n c …] with up to three spatial axes, of which those that are not there come first with length 1.
// Its channels lie contiguously, and no stride is negative.
type image struct {
	size, stride [3]int
	offset       int
	n, jump      int // pictures, and their distance
}

// imageOf returns v as an image, or false if it is none.
func imageOf(v *device.View) (m image, ok bool) {
	m = image{size: [3]int{1, 1, 1}, offset: v.Offset, n: v.Shape[0], jump: v.Stride[0]}
	for k := range v.Rank - 2 {
		at := 3 - (v.Rank - 2) + k
		m.size[at], m.stride[at] = v.Shape[k+2], v.Stride[k+2]
	}
	forwards := min(m.jump, m.stride[0], m.stride[1], m.stride[2]) >= 0
	return m, forwards && (v.Stride[1] == 1 || v.Shape[1] == 1)
}

// at returns where in memory the channels of a position begin.
func (m *image) at(n int, p [3]int) int {
	return m.offset + n*m.jump + p[0]*m.stride[0] + p[1]*m.stride[1] + p[2]*m.stride[2]
}

// A pooling moves a window over large images, one position for each of small ones. It computes one of the two, row by row:
// to, from what each of its positions sees of from.
type pooling[T float32 | float64] struct {
	op           device.Op
	c            int
	large, small image
	mark         image // of the winners; laid out otherwise than small, perhaps
	to, from     *image
	y, x         []T // memory of to and of from
	winner       []uint8
	size, stride [3]int
	dilation     [3]int
	pad          [3]int
	padded       bool                     // the padding counts in the divisor
	kernel       func(*kernel.PoolRow[T]) // computes a row, or a part of it
	segments     []poolSegment            // of a row
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
		return runPooling(c, large, small, poolKernels[float32]{kernel.MaxPool, kernel.MaxPoolGrad, kernel.MeanPool})
	case device.Float64:
		return runPooling(c, large, small, poolKernels[float64]{kernel.MaxPool64, kernel.MaxPoolGrad64, kernel.MeanPool64})
	}
	return false
}

type poolKernels[T float32 | float64] struct{ max, maxGrad, mean func(*kernel.PoolRow[T]) }

func runPooling[T float32 | float64](c *device.Call, large, small *device.View, k poolKernels[T]) bool {
	p := &pooling[T]{op: c.Op, c: large.Shape[1], padded: c.Flag}
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
	p.window(&c.Window)
	if winner != nil && p.size[0]*p.size[1]*p.size[2] > 256 {
		return false
	}
	p.to, p.from, p.y, p.x = &p.small, &p.large, memory[T](small), memory[T](large)
	if p.gradient() {
		p.to, p.from, p.y, p.x = p.from, p.to, p.x, p.y
	}
	switch c.Op {
	case device.MaxPool:
		p.kernel = k.max
	case device.MaxPoolGrad:
		p.kernel = k.maxGrad
	default:
		p.kernel = k.mean
	}
	p.run()
	return true
}

// gradient reports whether the large image is computed from the small one.
func (p *pooling[T]) gradient() bool { return p.op == device.MaxPoolGrad || p.op == device.AvgPoolGrad }

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
