package cpu

import (
	"math"
	"slices"
	"sync"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// rowWork is about how many elements a call of a kernel may look at, to stay within 100 µs.
const rowWork = 1 << 19

// An axisTap is a place that a position sees along one axis.
type axisTap struct {
	place  int
	number int // in the window
	count  int // of the elements of the window along the axis, those that count in its mean
}

// A poolSegment is some positions of a row, step apart, that see the same elements of a window.
type poolSegment struct {
	first, step, count int
	taps               []axisTap // of the first
}

// run computes all rows.
func (p *pooling[T]) run() {
	rows, width := p.to.n*p.to.size[0]*p.to.size[1], p.to.size[2]
	work := p.c * width * p.size[0] * p.size[1] * p.size[2]
	if rows*work == 0 {
		return
	}
	p.split()
	parallel.For(rows, max(1, grain/work), func(lo, hi int) {
		r, ok := poolRows.Get().(*poolRow[T])
		if !ok {
			r = new(poolRow[T])
		}
		defer r.done()
		r.pooling = p
		if p.op == device.MaxPool && p.winner == nil {
			r.At = make([]uint8, p.c)
		}
		for ; lo < hi; lo++ {
			r.n, r.at = lo/p.to.size[1]/p.to.size[0], [2]int{lo / p.to.size[1] % p.to.size[0], lo % p.to.size[1]}
			for a := range r.taps {
				r.taps[a] = p.see(r.taps[a][:0], a, r.at[a])
			}
			for i := range p.segments {
				r.segment(&p.segments[i])
			}
		}
	})
}

// pace returns how far what a position sees moves along the last axis from one position of a segment to the next, and how
// far these are apart.
func (p *pooling[T]) pace() (from, to int) {
	if p.gradient() {
		return 1, p.stride[2]
	}
	return p.stride[2], 1
}

// split cuts a row into segments.
func (p *pooling[T]) split() {
	move, step := p.pace()
	var seen []axisTap
	for r := range min(step, p.to.size[2]) {
		var last *poolSegment
		for at := r; at < p.to.size[2]; at += step {
			taps := p.see(seen[:0], 2, at)
			if last != nil && last.continues(taps, move) {
				last.count++
				seen = taps
				continue
			}
			p.segments = append(p.segments, poolSegment{at, step, 1, slices.Clone(taps)})
			last = &p.segments[len(p.segments)-1]
		}
	}
}

// continues reports whether a next position that sees these taps belongs to s.
func (s *poolSegment) continues(taps []axisTap, move int) bool {
	if len(taps) != len(s.taps) {
		return false
	}
	for i, t := range s.taps {
		t.place += move * s.count
		if t != taps[i] {
			return false
		}
	}
	return true
}

// see appends to taps what a position sees along an axis.
func (p *pooling[T]) see(taps []axisTap, axis, at int) []axisTap {
	for k := range p.size[axis] {
		place, count := at*p.stride[axis]-p.pad[axis]+k*p.dilation[axis], p.counted(axis, at)
		if p.gradient() { // the window that has at as its element k
			from := at + p.pad[axis] - k*p.dilation[axis]
			place = from / p.stride[axis]
			if from < 0 || place*p.stride[axis] != from {
				continue
			}
			count = p.counted(axis, place)
		}
		if place >= 0 && place < p.from.size[axis] {
			taps = append(taps, axisTap{place, k, count})
		}
	}
	return taps
}

// counted returns how many elements along an axis of the window at a position count in its mean.
func (p *pooling[T]) counted(axis, at int) int {
	if p.padded {
		return p.size[axis]
	}
	n := 0
	for i := range p.size[axis] {
		if q := at*p.stride[axis] - p.pad[axis] + i*p.dilation[axis]; q >= 0 && q < p.large.size[axis] {
			n++
		}
	}
	return n
}

// A poolRow is the row that one goroutine is at.
type poolRow[T float32 | float64] struct {
	kernel.PoolRow[T]
	*pooling[T]
	n    int
	at   [2]int
	taps [2][]axisTap // along the first two axes
}

// poolRows are rows to use again, with room for taps.
var poolRows sync.Pool

// done gives a row back. It must not keep alive the images.
func (r *poolRow[T]) done() {
	r.pooling, r.PoolRow = nil, kernel.PoolRow[T]{Taps: r.Taps[:0]}
	poolRows.Put(r)
}

// segment computes a segment, a part at a time.
func (r *poolRow[T]) segment(s *poolSegment) {
	p := r.pooling
	move, _ := p.pace()
	r.Channels, r.YStep, r.XStep = p.c, p.to.stride[2]*s.step, p.from.stride[2]*move
	atOnce := max(1, rowWork/(p.c*max(1, len(r.taps[0])*len(r.taps[1])*len(s.taps))))
	for done := 0; done < s.count; done += atOnce {
		first := [3]int{r.at[0], r.at[1], s.first + done*s.step}
		r.Positions = min(atOnce, s.count-done)
		r.X, r.Y = p.x, p.y[p.to.at(r.n, first):]
		switch {
		case p.op == device.MaxPoolGrad:
			r.At, r.AtStep = p.winner, p.mark.stride[2]*move
		case p.winner != nil:
			r.At, r.AtStep = p.winner[p.mark.at(r.n, first):], p.mark.stride[2]*s.step
		}
		r.join(s.taps, done*move)
		if p.op == device.MaxPool && len(r.Taps) == 0 {
			r.nothing()
			continue
		}
		p.kernel(&r.PoolRow)
		kernel.Checkpoint()
	}
}

// join makes the taps of all axes those of the row, moved on along the last.
func (r *poolRow[T]) join(last []axisTap, moved int) {
	p := r.pooling
	r.Taps = r.Taps[:0]
	for _, d := range r.taps[0] {
		for _, h := range r.taps[1] {
			for _, w := range last {
				q := [3]int{d.place, h.place, w.place + moved}
				t := kernel.PoolTap[T]{X: p.from.at(r.n, q), Weight: 1 / T(max(1, d.count*h.count*w.count))}
				t.Mark = uint32((d.number*p.size[1]+h.number)*p.size[2] + w.number)
				if p.op == device.MaxPoolGrad {
					t.At = p.mark.at(r.n, q)
				}
				r.Taps = append(r.Taps, t)
			}
		}
	}
}

// nothing sets the maxima of positions whose windows are all padding to −∞.
func (r *poolRow[T]) nothing() {
	for i := range r.Positions {
		kernel.Fill(r.Y[i*r.YStep:][:r.Channels], T(math.Inf(-1)))
		clear(r.At[i*r.AtStep:][:r.Channels])
	}
}
