package cpu

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// The parts that threads are given cover every product once, their borders are those of tiles, and where there is
// enough to do no thread has much more of it than another.
func TestPartsOfProducts(t *testing.T) {
	shape := &kernel.TileShape{Rows: 8, Cols: 48, Lanes: 16}
	for _, threads := range []int{1, 2, 3, 4, 7, 8, 16, 48, 64, 96, 128} {
		for _, m := range []int{1, 7, 8, 64, 100, 1000, 2048, 5000, 8192} {
			for _, n := range []int{1, 10, 48, 100, 1000, 2048, 30522} {
				for _, k := range []int{1, 64, 512, 4096} {
					checkParts(t, m, n, k, threads, shape)
				}
			}
		}
	}
}

func checkParts(t *testing.T, m, n, k, threads int, shape *kernel.TileShape) {
	t.Helper()
	rows, cols := partOf(m, n, k, threads, shape)
	if rows < 1 || cols < 1 {
		t.Fatalf("%d×%d×%d in %d threads: parts of %d×%d", m, n, k, threads, rows, cols)
	}
	if rows < m && rows%shape.Rows != 0 || cols < n && cols%16 != 0 {
		t.Errorf("%d×%d×%d in %d threads: parts of %d×%d have borders within tiles", m, n, k, threads, rows, cols)
	}
	down, across := parallel.Blocks(m, rows), parallel.Blocks(n, cols)
	covered := 0
	for p := range down * across {
		i, iEnd := parallel.Block(m, rows, p/across)
		j, jEnd := parallel.Block(n, cols, p%across)
		if i >= iEnd || j >= jEnd || iEnd > m || jEnd > n {
			t.Fatalf("%d×%d×%d in %d threads: part %d is [%d %d)×[%d %d)", m, n, k, threads, p, i, iEnd, j, jEnd)
		}
		covered += (iEnd - i) * (jEnd - j)
	}
	// Parts are blocks of a grid, so that they cannot overlap if they add up.
	if covered != m*n {
		t.Errorf("%d×%d×%d in %d threads: %d elements are computed, not %d", m, n, k, threads, covered, m*n)
	}
	if m*n < 16*16*shape.Rows*threads { // too little for even parts
		return
	}
	rounds := (down*across + threads - 1) / threads
	busiest, mean := float64(rounds*min(rows, m)*min(cols, n)), float64(m*n)/float64(threads)
	if busiest > 1.5*mean {
		t.Errorf("%d×%d×%d in %d threads: parts of %d×%d, the busiest thread has %.2f times the mean", m, n, k, threads, rows, cols, busiest/mean)
	}
}
