package cpu

import (
	"sort"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// A sweep is a window that moves over images: output o of a grid sees the positions o·step + tap of x, for every tap,
// and zeros outside of x. A convolution is one; its input gradient is one for each position between strides.
//
// It goes block by block. Of each, what it sees lies in channels-last memory: x itself, or a copy with the zeros.
type sweep struct {
	x        *device.View // [n c d h w]
	n        int
	channels int // of x
	grid     [3]int
	step     [3]int
	taps     [3][]tap // by axis, in ascending order, at least one each

	extent  [4]int // outputs of a block along n, d, h, w
	inPlace bool   // whether blocks are read where they lie
	stride  [4]int // from position to position of a block
}

// A tap is a position in the window: how far from the output, and which of the weights.
type tap struct{ at, k int }

// span returns how many positions an output sees along an axis, from the first to the last tap.
func (s *sweep) span(axis int) int {
	t := s.taps[axis]
	return t[len(t)-1].at - t[0].at + 1
}

// seen returns how many positions a number of outputs see along an axis, n being the first.
func (s *sweep) seen(axis, outputs int) int {
	if axis == 0 {
		return outputs
	}
	return (outputs-1)*s.step[axis-1] + s.span(axis-1)
}

// full returns the number of outputs along an axis, n being the first.
func (s *sweep) full(axis int) int {
	if axis == 0 {
		return s.n
	}
	return s.grid[axis-1]
}

// plan makes the blocks grow, rows first, until there is enough in them, or the next size does not fit. Both are asked
// for the outputs in a block and the positions that they see.
func (s *sweep) plan(enough, fits func(outputs, positions int) bool) {
	s.extent = [4]int{1, 1, 1, 1}
	size := func(axis, e int) (outputs, positions int) {
		outputs, positions = 1, 1
		for a := range 4 {
			n := s.extent[a]
			if a == axis {
				n = e
			}
			outputs *= n
			positions *= s.seen(a, n)
		}
		return outputs, positions
	}
	for a := 3; a >= 0; a-- {
		full := s.full(a)
		e := 1 + sort.Search(max(0, full-1), func(e int) bool { return enough(size(a, e+1)) || !fits(size(a, e+2)) })
		parts := max(1, (full+e-1)/e)
		s.extent[a] = max(1, (full+parts-1)/parts)
		if e < full {
			break
		}
	}
	s.layout()
}

// layout decides whether blocks are read in place, and sets their strides.
func (s *sweep) layout() {
	s.inPlace = s.x.Stride[1] == 1 || s.channels == 1
	for a := range 3 {
		first := s.taps[a][0].at
		s.inPlace = s.inPlace && first >= 0 && first+s.seen(a+1, s.grid[a]) <= s.x.Shape[a+2]
	}
	if s.inPlace {
		s.stride = [4]int{s.x.Stride[0], s.x.Stride[2], s.x.Stride[3], s.x.Stride[4]}
	}
	if !s.inPlace {
		s.gather()
	}
}

// gather makes blocks be copied.
func (s *sweep) gather() {
	s.inPlace = false
	n := s.channels
	for a := 3; a >= 0; a-- {
		s.stride[a] = n
		n *= s.seen(a, s.extent[a])
	}
}

// blocks returns how many there are.
func (s *sweep) blocks() int {
	n := 1
	for a, e := range s.extent {
		n *= (s.full(a) + e - 1) / e
	}
	return n
}

// block returns the first output of block b along n, d, h, w, and how many there are.
func (s *sweep) block(b int) (first, count [4]int) {
	for a := 3; a >= 0; a-- {
		parts := (s.full(a) + s.extent[a] - 1) / s.extent[a]
		first[a] = b % parts * s.extent[a]
		count[a] = min(s.extent[a], s.full(a)-first[a])
		b /= parts
	}
	return first, count
}

// room returns how many elements the copy of a block needs.
func (s *sweep) room() int {
	if s.inPlace {
		return 0
	}
	return s.stride[0] * s.extent[0]
}

// load returns memory in which a block lies, and where in it the first tap of its first output is. If the block is not
// read in place, that memory is room.
func (s *sweep) load(room []float32, first, count [4]int) ([]float32, int) {
	var from [4]int // the first position that is seen
	from[0] = first[0]
	for a := range 3 {
		from[a+1] = first[a+1]*s.step[a] + s.taps[a][0].at
	}
	if s.inPlace {
		x := s.x
		return memory[float32](x), x.Offset + from[0]*x.Stride[0] + from[1]*x.Stride[2] + from[2]*x.Stride[3] + from[3]*x.Stride[4]
	}
	width := s.seen(3, count[3])
	for n := range count[0] {
		for d := range s.seen(1, count[1]) {
			for h := range s.seen(2, count[2]) {
				at := n*s.stride[0] + d*s.stride[1] + h*s.stride[2]
				s.loadRow(room[at:at+width*s.channels], [3]int{from[0] + n, from[1] + d, from[2] + h}, from[3], width)
				kernel.Checkpoint()
			}
		}
	}
	return room, 0
}

// loadRow copies width positions from position from of a row of x on, with zeros for those outside of x.
func (s *sweep) loadRow(dst []float32, row [3]int, from, width int) {
	x := s.x
	if uint(row[1]) >= uint(x.Shape[2]) || uint(row[2]) >= uint(x.Shape[3]) {
		clear(dst)
		return
	}
	before := min(max(0, -from), width)
	behind := max(before, min(width, x.Shape[4]-from))
	c := s.channels
	clear(dst[:before*c])
	clear(dst[behind*c:])
	if before < behind {
		at := x.Offset + row[0]*x.Stride[0] + row[1]*x.Stride[2] + row[2]*x.Stride[3] + (from+before)*x.Stride[4]
		line := line{memory[float32](x), at, x.Stride[1], x.Stride[4]}
		line.read(dst[before*c:behind*c], c)
	}
}

// A line is a row of an image in any layout: where it begins, and the strides of channels and positions.
type line struct {
	data              []float32
	at                int
	channel, position int
}

// read copies the positions to dst, channels last.
func (l line) read(dst []float32, channels int) {
	n := len(dst) / channels
	switch {
	case (l.channel == 1 || channels == 1) && l.position == channels:
		copy(dst, l.data[l.at:l.at+len(dst)])
	case l.channel == 1:
		for i := range n {
			copy(dst[i*channels:(i+1)*channels], l.data[l.at+i*l.position:])
		}
	case l.position == 1 && l.channel > 0:
		for c := 0; c < channels; c += 16 {
			m := min(16, channels-c)
			kernel.PackTranspose(dst[c:], channels, l.data[l.at+c*l.channel:], l.channel, m, n, m)
			kernel.Checkpoint()
		}
	default:
		for i := range n {
			for c := range channels {
				dst[i*channels+c] = l.data[l.at+i*l.position+c*l.channel]
			}
		}
	}
}

// write copies n positions of some channels from src, channels last and stride apart.
func (l line) write(src []float32, channels, stride, n int) {
	switch {
	case l.channel == 1:
		for i := range n {
			copy(l.data[l.at+i*l.position:][:channels], src[i*stride:])
		}
	case l.position == 1 && l.channel > 0:
		for i := 0; i < n; i += 16 {
			m := min(16, n-i)
			kernel.PackTranspose(l.data[l.at+i:], l.channel, src[i*stride:], stride, m, channels, m)
			kernel.Checkpoint()
		}
	default:
		for i := range n {
			for c := range channels {
				l.data[l.at+i*l.position+c*l.channel] = src[i*stride+c]
			}
		}
	}
}

// runs returns the taps as runs of adjacent elements in a block: how long they are, and where each begins, counted from
// the first tap. Taps that follow one another along w are one run if the channels of x are, and if it is not longer than limit.
func (s *sweep) runs(inputs, limit int) (length int, offsets []int) {
	d, h, w := s.taps[0], s.taps[1], s.taps[2]
	length = inputs
	across := w
	if s.span(2) == len(w) && s.stride[3] == inputs && len(w)*inputs <= limit {
		length *= len(w)
		across = w[:1]
	}
	for _, d1 := range d {
		for _, h1 := range h {
			for _, w1 := range across {
				offsets = append(offsets, (d1.at-d[0].at)*s.stride[1]+(h1.at-h[0].at)*s.stride[2]+(w1.at-w[0].at)*s.stride[3])
			}
		}
	}
	return length, offsets
}

// A walk is four loops over the outputs of a block, the outermost first: how often they run, and how far two views move.
type walk struct{ count, x, y [4]int }

// merged returns the same walk with the fewest loops: those that run once, or are the continuation of the loop within,
// are gone, and the outermost run once instead.
func (w walk) merged() walk {
	m := walk{count: [4]int{1, 1, 1, 1}}
	to := 4
	for a := 3; a >= 0; a-- {
		if w.count[a] == 1 {
			continue
		}
		if to < 4 && w.x[a] == m.count[to]*m.x[to] && w.y[a] == m.count[to]*m.y[to] {
			m.count[to] *= w.count[a]
			continue
		}
		to--
		m.count[to], m.x[to], m.y[to] = w.count[a], w.x[a], w.y[a]
	}
	return m
}
