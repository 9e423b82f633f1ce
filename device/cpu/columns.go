package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A columnwise reduction folds rows into one: rows of the inner axis of the outputs, which lies contiguously in x.
type columnwise[T any] struct {
	*reduction
	f        *reducer[T]
	x        []T
	folded   []T // of each part of the rows, a row of the outputs
	rows     int // in a part
	parts    int
	width    int // of the inner axis
	segments int // that it is cut into
}

// foldColumns reduces columns. The rows that are folded into one are cut into parts at places that depend on the
// shape alone, and their results are folded in order.
func foldColumns[T any](r *reduction, f *reducer[T]) {
	c := columnwise[T]{reduction: r, f: f, x: memory[T](&r.xKept), width: r.kept.shape[0]}
	c.segments = (c.width + columns - 1) / columns
	c.rows = max((r.gone.n+rowParts-1)/rowParts, max(16, grain/c.width))
	c.parts = (r.gone.n + c.rows - 1) / c.rows
	outer := r.kept.n / c.width
	t := temporary(r.xKept.DType, c.parts, r.kept.n)
	c.folded = memory[T](t)
	work := min(c.width, columns) * min(c.rows, r.gone.n)
	parallel.For(outer*c.segments*c.parts, max(1, grain/work), func(lo, hi int) {
		for ; lo < hi; lo++ {
			c.part(lo)
		}
	})
	for p := 1; p < c.parts; p++ {
		f.fold(c.folded[:r.kept.n], c.folded[:r.kept.n], c.folded[p*r.kept.n:(p+1)*r.kept.n])
		kernel.Checkpoint()
	}
	c.deliver()
	release(t)
}

// part folds the rows of one part, on one segment of the columns.
func (c *columnwise[T]) part(i int) {
	part, i := i%c.parts, i/c.parts
	segment, outer := i%c.segments, i/c.segments
	from := segment * columns
	n := min(columns, c.width-from)
	var p, q piece
	locate(&c.kept, &p, outer*c.width)
	at := c.kept.offset(1, &p) + from
	sum := c.folded[part*c.kept.n+outer*c.width+from:][:n]
	first := part * c.rows
	locate(&c.gone, &q, first)
	off := c.gone.offset(0, &q) - c.xGone.Offset
	n = min(c.rows, c.gone.n-first)
	if len(sum) <= narrow && c.gone.rank == 1 && c.gone.operand[0].stride[0] == len(sum) && n*len(sum) >= 2*block {
		c.wide(sum, c.x[at+off:][:n*len(sum)])
		return
	}
	next := func() (row []T) {
		row = c.x[at+off:][:len(sum)]
		off = c.gone.carry(&c.gone.operand[0].stride, &q.pos, off, 1)
		return row
	}
	copy(sum, next())
	n--
	for ; n >= 4 && c.f.four != nil; n -= 4 {
		w, x, y, z := next(), next(), next(), next()
		c.f.four(sum, w, x, y, z)
		kernel.Checkpoint()
	}
	for range n {
		c.f.fold(sum, sum, next())
		kernel.Checkpoint()
	}
}

// narrow is the width up to which several rows, one behind the other in memory, are folded as one.
const narrow = block / 4

// wide folds the rows that x holds one behind the other: first several at a time into a block, and then the rows of
// the block, and the rest.
func (c *columnwise[T]) wide(sum, x []T) {
	width := len(sum)
	size := block / width * width
	s := scratches.Get().(*scratch)
	wide := slot[T](s, 0)[:size]
	copy(wide, x)
	x = c.each(wide, x[size:])
	copy(sum, wide)
	c.each(sum, wide[width:])
	c.each(sum, x)
	scratches.Put(s)
}

// each folds the parts of x that are as long as sum into it, one by one, and returns what is left.
func (c *columnwise[T]) each(sum, x []T) []T {
	n := len(sum)
	for ; len(x) >= 4*n && c.f.four != nil; x = x[4*n:] {
		c.f.four(sum, x, x[n:], x[2*n:], x[3*n:])
		kernel.Checkpoint()
	}
	for ; len(x) >= n; x = x[n:] {
		c.f.fold(sum, sum, x[:n])
		kernel.Checkpoint()
	}
	return x
}

// deliver puts the results, which lie in the order of the loop, into the output.
func (c *columnwise[T]) deliver() {
	y := memory[T](c.kept.operand[0].view)
	var p piece
	spread(y, c.folded[:c.kept.n], c.kept.offset(0, &p), &c.kept, p.pos)
}
