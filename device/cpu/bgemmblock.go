package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// multiply computes rows i to iEnd and columns j to jEnd of a product in this goroutine.
func (s *halfWorkspace) multiply(p *halfProduct, i, iEnd, j, jEnd int) {
	if p.isDeep() {
		s.deep(p, i, iEnd, j, jEnd)
		return
	}
	size := kernel.PanelBytes(2 * p.a.cols)
	wide := max(1, halfPanels/max(size, 1)) * kernel.PanelCols
	high := rowsOfBlock(iEnd-i, 2*p.a.cols)
	for ; j < jEnd; j += wide {
		n := min(wide, jEnd-j)
		panels := s.b.bytes(size * parallel.Blocks(n, kernel.PanelCols))
		s.packPanels(p.b.part(0, j, p.b.rows, n), panels, size)
		for at := i; at < iEnd; at += high {
			m := min(high, iEnd-at)
			s.rows(p.a.part(at, 0, m, p.a.cols))
			for q := 0; q < n; q += kernel.PanelCols {
				s.panelOf(p, at, j+q, m, min(kernel.PanelCols, n-q), panels[q/kernel.PanelCols*size:])
			}
		}
	}
}

// rowsOfBlock returns how many of m rows of A, of so many bytes, are multiplied by all panels before the next: blocks
// of about the same height.
func rowsOfBlock(m, row int) int {
	most := min(max(halfBlock/max(row, 1), kernel.PanelCols), halfRows)
	blocks := parallel.Blocks(m, most)
	return upTo((m+blocks-1)/blocks, kernel.PanelCols)
}

// packPanels packs b to panels of that size, all of them step by step, so that neighbours are read together.
func (s *halfWorkspace) packPanels(b matrix16, panels []byte, size int) {
	const step = kernel.StepBytes / 2
	for j := 0; b.colStride != 1 && j < b.cols; j += kernel.PanelCols {
		part := b.part(0, j, b.rows, min(kernel.PanelCols, b.cols-j))
		kernel.PackColumns(panels[j/kernel.PanelCols*size:], bytesOf(part.data), 2*b.colStride, part.cols, 2*b.rows)
	}
	for k := 0; b.colStride == 1 && k < b.rows; k += step {
		for j := 0; j < b.cols; j += kernel.PanelCols {
			part := b.part(k, j, min(step, b.rows-k), min(kernel.PanelCols, b.cols-j))
			kernel.PackPairs(panels[j/kernel.PanelCols*size+kernel.PanelBytes(2*k):], part.data, b.rowStride, part.rows, part.cols)
		}
		kernel.Checkpoint()
	}
}

func bytesOf(x []uint16) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}

// rows makes rows of A the argument of the kernel: where they lie, with a copy of what is behind the
// last whole step, or all of it copied.
func (s *halfWorkspace) rows(a matrix16) {
	row := 2 * a.cols
	t := &s.panel
	*t = kernel.Panel{Steps: row / kernel.StepBytes, AI: 2 * a.rowStride, AStep: kernel.StepBytes}
	if a.cols == 0 {
		return
	}
	if a.colStride != 1 {
		// A cache line more, so that the steps do not fall into the same places of the first cache.
		t.Steps, t.AI, t.AStep = (row+kernel.StepBytes-1)/kernel.StepBytes, kernel.StepBytes, (a.rows+1)*kernel.StepBytes
		room := s.a.bytes(t.Steps * t.AStep)
		t.A = unsafe.Pointer(&room[0])
		kernel.PackRows(unsafe.Slice((*uint16)(t.A), len(room)/2), t.AStep/2, a.data, a.colStride, a.cols, a.rows)
		return
	}
	t.A = unsafe.Pointer(&a.data[0])
	whole := t.Steps * kernel.StepBytes / 2
	if whole == a.cols {
		return
	}
	tail := s.tail.bytes(a.rows * kernel.StepBytes)
	clear(tail)
	for i := range a.rows {
		copy(tail[i*kernel.StepBytes:], bytesOf(a.data[i*a.rowStride+whole:i*a.rowStride+a.cols]))
	}
	t.Tail = unsafe.Pointer(&tail[0])
}

// panelOf computes m rows and n columns of the product from (i, j) on, n at most those of a panel.
func (s *halfWorkspace) panelOf(p *halfProduct, i, j, m, n int, panel []byte) {
	t := &s.panel
	o := &p.out
	direct := !o.half && !o.swapped && n == kernel.PanelCols && p.ep.bias == nil && !p.ep.relu && o.rowStride%aliasBytes != 0
	if direct {
		t.C, t.CI = unsafe.Add(o.data, i*o.rowStride+j*o.colStride), o.rowStride
	} else {
		room := s.room.bytes(m * 4 * kernel.PanelCols)
		t.C, t.CI = unsafe.Pointer(&room[0]), 4*kernel.PanelCols
	}
	t.Rows, t.Accumulate = m, 0
	if direct && p.ep.accumulate {
		t.Accumulate = 1
	}
	s.sumOver(kernel.PanelBFloat16, panel)
	if !direct {
		s.putSums(p, i, j, m, n)
	}
}

// putSums takes the m by n sums at the panel's C to those of the product from (i, j) on.
func (s *halfWorkspace) putSums(p *halfProduct, i, j, m, n int) {
	if p.out.swapped {
		s.putTransposed(p, i, j, m, n)
	} else {
		s.putRows(p, s.panel.C, i, j, m, n)
	}
}

// sumOver runs a kernel for blocks of k.
func (s *halfWorkspace) sumOver(product func(*kernel.Panel), panel []byte) {
	const steps = 2 * halfK / kernel.StepBytes
	whole := s.panel
	for from := 0; ; from += steps {
		t := &s.panel
		t.Steps = min(steps, whole.Steps-from)
		if last := from+t.Steps == whole.Steps; !last {
			t.Tail = nil
		} else {
			t.Tail = whole.Tail
		}
		if t.Steps > 0 {
			t.A = unsafe.Add(whole.A, from*whole.AStep)
		}
		if len(panel) > 0 {
			t.B = unsafe.Pointer(&panel[kernel.PanelBytes(from*kernel.StepBytes)])
		}
		product(t)
		kernel.Checkpoint()
		t.Accumulate = 1
		if from+t.Steps == whole.Steps {
			break
		}
	}
	rows, c, ci := s.panel.Rows, s.panel.C, s.panel.CI
	s.panel = whole
	s.panel.Rows, s.panel.C, s.panel.CI = rows, c, ci
}

// putRows takes m rows of n sums to C, from (i, j) on.
func (s *halfWorkspace) putRows(p *halfProduct, from unsafe.Pointer, i, j, m, n int) {
	t, o := &s.sums, &p.out
	*t = kernel.Sums{Dst: unsafe.Add(o.data, i*o.rowStride+j*o.colStride), Stride: o.rowStride, Src: from, Rows: m, Cols: n}
	if p.ep.bias != nil {
		t.Bias = unsafe.Pointer(&p.ep.bias[j])
	}
	if p.ep.relu {
		t.ReLU = 1
	}
	if p.ep.accumulate {
		t.Accumulate = 1
	}
	if o.half {
		kernel.PutBFloat16(t)
	} else {
		kernel.PutFloat32(t)
	}
}

// putTransposed takes m rows of n sums to C, of which they are columns: 32 by 32.
func (s *halfWorkspace) putTransposed(p *halfProduct, i, j, m, n int) {
	const side = kernel.PanelCols
	sums := unsafe.Slice((*float32)(s.panel.C), m*side)
	square := s.transposed.grow(side * side)
	for r := 0; r < m; r += side {
		rows := min(side, m-r)
		kernel.PackTranspose(square, side, sums[r*side:], side, rows, n, side)
		s.putRows(p, unsafe.Pointer(&square[0]), j, i+r, n, rows)
		kernel.Checkpoint()
	}
}
