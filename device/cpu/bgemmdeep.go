package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

const (
	// deepSums is how many bytes of sums are kept while a product goes on along k, about.
	deepSums = 1 << 22
	// deepK is how many rows of B are packed at once, at least.
	deepK = 2 * halfK
	// deepCols is how many columns are worth going along k for: a matrix whose rows lie ready may be read again for each so many.
	deepCols = 96
)

// isDeep reports whether a product is so long along k that A would be read, and copied if it must be, for each few columns: as many as
// have their panels in a cache.
func (p *halfProduct) isDeep() bool {
	wide := halfPanels / (2 * max(p.a.cols, 1))
	return p.a.cols > deepK && wide < p.b.cols && (p.a.colStride != 1 || wide < deepCols)
}

// deep is multiply by blocks of k, each for many columns, where the sums wait in memory. They are taken in the same order.
func (s *halfWorkspace) deep(p *halfProduct, i, iEnd, j, jEnd int) {
	for wide := halfPanels / (2 * deepK); j < jEnd; j += wide {
		n := min(wide, jEnd-j)
		most := upTo(deepSums/(4*n), kernel.PanelCols)
		for at := i; at < iEnd; at += most {
			s.alongK(p, at, min(most, iEnd-at), j, n)
		}
	}
}

// alongK computes m rows and n columns of a product from (i, j) on.
func (s *halfWorkspace) alongK(p *halfProduct, i, m, j, n int) {
	panels := parallel.Blocks(n, kernel.PanelCols)
	depth := max(deepK, halfPanels/(2*n)/halfK*halfK)
	size := kernel.PanelBytes(2 * depth)
	sums := s.room.grow(panels * m * kernel.PanelCols) // [panels][m][PanelCols]
	for k := 0; k < p.a.cols; k += depth {
		long := min(depth, p.a.cols-k)
		b := s.b.bytes(size * panels)
		s.packPanels(p.b.part(k, j, long, n), b, size)
		high := rowsOfBlock(m, 2*long)
		for at := 0; at < m; at += high {
			rows := min(high, m-at)
			s.rows(p.a.part(i+at, k, rows, long))
			for q := range panels {
				t := &s.panel
				t.C, t.CI = unsafe.Pointer(&sums[(q*m+at)*kernel.PanelCols]), 4*kernel.PanelCols
				t.Rows, t.Accumulate = rows, min(k, 1)
				s.sumOver(kernel.PanelBFloat16, b[q*size:])
			}
		}
	}
	for q := range panels {
		s.panel.C = unsafe.Pointer(&sums[q*m*kernel.PanelCols])
		s.putSums(p, i, j+q*kernel.PanelCols, m, min(kernel.PanelCols, n-q*kernel.PanelCols))
	}
}
