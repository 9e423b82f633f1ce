package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// sgemmParallel gives parts of C to the processors.
func sgemmParallel(c, a, b matrix, ep epilogue, ready []float32) {
	shape := *kernel.GemmShape()
	if ready != nil {
		shape.Lanes = shape.Cols // borders must be those of the panels
	}
	rows, cols := partOf(c.rows, c.cols, a.cols, parallel.Threads(), &shape)
	across := parallel.Blocks(c.cols, cols)
	parallel.For(parallel.Blocks(c.rows, rows)*across, 1, func(lo, hi int) {
		s := workspaces.Get().(*workspace)
		defer s.put()
		for p := lo; p < hi; p++ {
			i, iEnd := parallel.Block(c.rows, rows, p/across)
			j, jEnd := parallel.Block(c.cols, cols, p%across)
			e := ep
			if e.bias != nil {
				e.bias = e.bias[j:jEnd]
			}
			var r []float32
			if ready != nil {
				r = ready[j*a.cols:]
			}
			s.block(c.part(i, j, iEnd-i, jEnd-j), a.part(i, 0, iEnd-i, a.cols), b.part(0, j, b.rows, jEnd-j), e, r)
		}
	})
}

// partOf returns how large the parts of an m by n matrix are that are given to threads: such that every thread has
// something to do, two or more parts where they are large, and few elements of A and B are read more than once.
func partOf(m, n, k, threads int, s *kernel.TileShape) (rows, cols int) {
	if threads <= 1 {
		return m, n
	}
	parts := threads
	for parts < 4*threads && m*n*k/parts > 1<<26 {
		parts += threads
	}
	best := -1
	rows, cols = m, n
	for down := 1; down <= parts; down++ {
		across := (parts + down - 1) / down
		r, c := upTo((m+down-1)/down, s.Rows), upTo((n+across-1)/across, s.Lanes)
		if c > 6*s.Cols {
			c = upTo(c, s.Cols)
		}
		// What is read, and how much longer than the mean the last thread works.
		down, across := (m+r-1)/r, (n+c-1)/c
		rounds := (down*across + threads - 1) / threads
		cost := rounds*threads*min(r, m)*min(c, n)/8 + m*across + n*down
		if best < 0 || cost < best {
			best, rows, cols = cost, r, c
		}
	}
	return rows, cols
}

// upTo returns n rounded up to a multiple of unit.
func upTo(n, unit int) int { return (n + unit - 1) / unit * unit }
