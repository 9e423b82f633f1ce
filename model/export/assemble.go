package export

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// whole returns the write that a view shows a part of: the one that it lies in, or all of them put together.
func (g *graph) whole(c *cell, v *device.View) write {
	last := c.writes[len(c.writes)-1]
	if len(c.writes) == 1 {
		return last
	}
	b := newBlocks(c)
	if b == nil {
		panic(&Unsupported{Layer: g.layer, Why: "its parts are put together in a way that the graph has no operation for"})
	}
	if len(b.parts) == 2 && isOp(b.parts[0].value, "Slice") && isOp(b.parts[1].value, "Add") {
		if x := g.assemble(b); isOp(x, "CumSum") || x.from.sums != nil {
			c.writes = []write{{b.frame, x}}
			return c.writes[0]
		}
	}
	if want, ok := b.boxOf(v); ok {
		for i, p := range slices.Backward(b.parts) {
			if p.contains(want) {
				return c.writes[i]
			}
			if p.meets(want) {
				break
			}
		}
	}
	all := write{b.frame, g.assemble(b)}
	c.writes = []write{all}
	return all
}

// blocks are writes to one memory, as boxes in a frame that all of them have the strides of.
type blocks struct {
	frame device.View // its axes in the order of the writes' axes
	parts []box
}

// A box is a part of a frame.
type box struct {
	from, to [device.MaxRank]int
	rank     int
	value    *value
}

// newBlocks returns the writes as boxes, or nil if they do not lie in one frame.
func newBlocks(c *cell) *blocks {
	last := c.writes[len(c.writes)-1].view
	b := &blocks{frame: last}
	b.frame.Offset = 0
	by := make([]int, last.Rank) // axes by stride, the largest first; of equal ones the longer first
	for k := range by {
		by[k] = k
		if last.Stride[k] <= 0 {
			return nil
		}
	}
	slices.SortStableFunc(by, func(i, j int) int {
		return cmp.Or(cmp.Compare(last.Stride[j], last.Stride[i]), cmp.Compare(last.Shape[j], last.Shape[i]))
	})
	whole := c.n
	for _, k := range by {
		if whole%last.Stride[k] != 0 {
			return nil
		}
		b.frame.Shape[k] = whole / last.Stride[k]
		whole = last.Stride[k]
	}
	if whole != 1 {
		return nil
	}
	for _, w := range c.writes {
		p, ok := b.boxOf(&w.view)
		if !ok {
			return nil
		}
		p.value = w.value
		b.parts = append(b.parts, p)
	}
	return b
}

// boxOf returns the part of the frame that a view shows, if it is one with all the frame's axes in their order.
func (b *blocks) boxOf(v *device.View) (p box, ok bool) {
	f := &b.frame
	p.rank = f.Rank
	own, _ := readAxes(f, 0)
	offset := v.Offset
	for _, a := range own {
		p.from[a.at] = offset / a.stride
		offset %= a.stride
	}
	if offset != 0 {
		return p, false
	}
	for k := range f.Rank {
		p.to[k] = p.from[k] + 1
	}
	for k := range v.Rank {
		if v.Shape[k] == 1 {
			continue
		}
		at := slices.IndexFunc(own, func(a axis) bool { return a.stride == v.Stride[k] })
		if at < 0 || p.from[own[at].at]+v.Shape[k] > own[at].length {
			return p, false
		}
		p.to[own[at].at] = p.from[own[at].at] + v.Shape[k]
	}
	return p, true
}

func (p *box) contains(q box) bool {
	for k := range p.rank {
		if q.from[k] < p.from[k] || q.to[k] > p.to[k] {
			return false
		}
	}
	return true
}

func (p *box) meets(q box) bool {
	for k := range p.rank {
		if q.to[k] <= p.from[k] || q.from[k] >= p.to[k] {
			return false
		}
	}
	return true
}

// assemble returns the whole frame.
func (g *graph) assemble(b *blocks) *value {
	frame := box{rank: b.frame.Rank}
	copy(frame.to[:], b.frame.Dims())
	parts := slices.DeleteFunc(slices.Clone(b.parts), func(p box) bool { return slices.Contains(p.shape(), 0) })
	for i := len(parts) - 1; i > 0; i-- { // what is written over everywhere
		if parts[i].contains(frame) {
			parts = parts[i:]
			break
		}
	}
	if x := g.tiled(parts, frame); x != nil {
		return x
	}
	if !parts[0].contains(frame) {
		panic(&Unsupported{Layer: g.layer, Why: "it reads elements that were never written"})
	}
	x := parts[0].in(g)
	for _, p := range parts[1:] {
		x = g.placed(x, p, frame)
	}
	return x
}

func (p *box) shape() []int {
	s := make([]int, p.rank)
	for k := range s {
		s[k] = p.to[k] - p.from[k]
	}
	return s
}

// in returns the value of a part with the frame's axes.
func (p *box) in(g *graph) *value {
	if p.value == nil {
		panic(&Unsupported{Layer: g.layer, Why: "it reads what an operation leaves beside its result"})
	}
	return g.reshape(p.value, p.shape())
}

// tiled returns parts that cover a box side by side, or nil if they do not.
func (g *graph) tiled(parts []box, frame box) *value {
	if len(parts) == 1 {
		if parts[0].contains(frame) && frame.contains(parts[0]) {
			return parts[0].in(g)
		}
		return nil
	}
	for k := range frame.rank {
		rows, ok := along(parts, frame, k)
		if !ok {
			continue
		}
		var values []*value
		for _, row := range rows {
			f := frame
			f.from[k], f.to[k] = row[0].from[k], row[0].to[k]
			v := g.tiled(row, f)
			if v == nil {
				return nil
			}
			values = append(values, v)
		}
		return g.concat(k, values...)
	}
	// All that is under others, in the order of writing, does not count.
	for i := range parts {
		rest := slices.Delete(slices.Clone(parts), i, i+1)
		if parts[i].contains(frame) && i == 0 && covers(rest, frame) {
			return g.tiled(rest, frame)
		}
	}
	return nil
}

// along sorts parts into those that have the same range of an axis, if the ranges follow one another.
func along(parts []box, frame box, k int) (rows [][]box, ok bool) {
	at := map[int][]box{}
	for _, p := range parts {
		at[p.from[k]] = append(at[p.from[k]], p)
	}
	next := frame.from[k]
	for len(at) > 0 {
		row, there := at[next]
		if !there {
			return nil, false
		}
		for _, p := range row {
			if p.to[k] != row[0].to[k] {
				return nil, false
			}
		}
		delete(at, next)
		rows = append(rows, row)
		next = row[0].to[k]
	}
	return rows, next == frame.to[k] && len(rows) > 1
}

// covers reports whether parts that do not meet cover a box.
func covers(parts []box, frame box) bool {
	n, all := 0, 1
	for i, p := range parts {
		size := 1
		for _, d := range p.shape() {
			size *= d
		}
		n += size
		for _, q := range parts[:i] {
			if p.meets(q) {
				return false
			}
		}
	}
	for _, d := range frame.shape() {
		all *= d
	}
	return n == all && len(parts) > 0
}

// placed returns x with a part put over it.
func (g *graph) placed(x *value, p box, frame box) *value {
	y := p.in(g)
	if x.fill != nil && x.from == nil {
		return g.pad(y, *x.fill, p, frame)
	}
	return g.inside(x, y, p, 0)
}

// pad returns a part with one number around it.
func (g *graph) pad(x *value, fill float64, p, frame box) *value {
	before, behind := make([]int, p.rank), make([]int, p.rank)
	for k := range p.rank {
		before[k], behind[k] = p.from[k]-frame.from[k], frame.to[k]-p.to[k]
	}
	in := []*value{x, g.list(append(before, behind...)...)}
	if fill != 0 || !x.dtype.IsFloat() {
		in = append(in, g.number(x.dtype, fill))
	}
	return g.one("Pad", x.dtype, frame.shape(), in)
}

// inside cuts x along the axes from k on, puts y where the part is, and joins the pieces.
func (g *graph) inside(x, y *value, p box, k int) *value {
	if k == p.rank {
		return y
	}
	n := x.shape[k]
	piece := func(from, to int) *value { return g.slice(x, []cut{{k, from, to - from, 1}}) }
	var joined []*value
	if p.from[k] > 0 {
		joined = append(joined, piece(0, p.from[k]))
	}
	joined = append(joined, g.inside(piece(p.from[k], p.to[k]), y, p, k+1))
	if p.to[k] < n {
		joined = append(joined, piece(p.to[k], n))
	}
	return g.concat(k, joined...)
}
