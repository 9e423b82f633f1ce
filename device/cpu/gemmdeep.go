package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

const (
	// deepLength is how many products are added in a row, at most, where the sums of a product are cut into pieces.
	deepLength = 4096
	// deepResult is how many elements C may have for that.
	deepResult = 1 << 16
)

// deep reports whether the sums of a product are cut into pieces that are summed at the same time: if they are long and
// few, so that there are not enough parts of C for all processors, as in the gradient of a small weight. It depends on
// the shapes alone, and so do the pieces.
func deep(m, n, k int) bool { return k >= 4*deepLength && m > 1 && n > 1 && m*n <= deepResult }

// sgemmDeep computes pieces of all sums in parallel, and adds them from the first to the last.
func sgemmDeep(c, a, b matrix, ep epilogue) {
	k := evenly(a.cols, deepLength)
	pieces, size := parallel.Blocks(a.cols, k), c.rows*c.cols
	buffer, room := floats((pieces - 1) * size)
	defer pool.put(buffer)
	parallel.For(pieces, 1, func(lo, hi int) {
		s := workspaces.Get().(*workspace)
		defer s.put()
		for i := lo; i < hi; i++ {
			from, end := parallel.Block(a.cols, k, i)
			to, e := c, epilogue{accumulate: ep.accumulate}
			if i > 0 {
				to, e = matrix{room[(i-1)*size:], c.rows, c.cols, c.cols, 1}, epilogue{}
			}
			s.block(to, a.part(0, from, c.rows, end-from), b.part(from, 0, end-from, c.cols), e, nil)
		}
	})
	parallel.For(c.rows, max(1, 1<<14/(pieces*c.cols)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := c.data[i*c.rowStride:][:c.cols]
			for p := range pieces - 1 {
				kernel.Add(row, row, room[p*size+i*c.cols:][:c.cols])
				kernel.Checkpoint()
			}
			if ep.bias != nil {
				kernel.Add(row, row, ep.bias[:c.cols])
			}
			if ep.relu {
				kernel.Relu(row, row)
			}
		}
	})
}
