package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// matrix16 is a matrix of bfloat16.
type matrix16 = matrixOf[uint16]

const (
	// parallelHalfFlop is the work below which a product of bfloat16 is not worth a second goroutine.
	parallelHalfFlop = 4_000_000
	// halfK is how many products of bfloat16 are added before the sum goes to memory, at most: a panel of so many rows
	// stays in the first cache.
	halfK = 512
	// halfRows is how many rows are multiplied by a panel before the next panel, at most.
	halfRows = 512
	// halfBlock is how many bytes of A are multiplied by all panels of B, about: they stay in the second cache.
	halfBlock = 1 << 19
	// aliasBytes is a distance of rows of C at which they fall into the same places of the first cache.
	aliasBytes = 4096
	// halfPanels is how many bytes of B are packed at once, about. They stay in the second cache, too.
	halfPanels = 1 << 20
)

// bgemm computes C = A·B of bfloat16, with sums in float32 and an epilogue; C is of float32, or of bfloat16 and then not
// accumulated to. C must not overlap A or B.
//
// The bits of an element of C depend on its row of A and its column of B only, as in [sgemm].
func bgemm[T float32 | uint16](c matrixOf[T], a, b matrix16, ep epilogue) {
	if c.rows == 0 || c.cols == 0 {
		return
	}
	c, a, b = c.plain(), a.plain(), b.plain()
	c.check()
	a.check()
	b.check()
	a, freeA := oneStride(a)
	defer freeA()
	b, freeB := oneStride(b)
	defer freeB()
	if c.colStride != 1 {
		halfIntoColumns(c, a, b, ep)
		return
	}
	p := halfProduct{a: a, b: b, out: outputOf(c), ep: ep}
	// Rows along k lie ready for the kernel, so of two such operands the smaller one is packed.
	if b.rowStride == 1 && a.cols > 1 && (a.colStride != 1 || c.rows < c.cols) {
		p.a, p.b, p.out.swapped = b.transposed(), a.transposed(), true
	}
	p.run()
}

// halfIntoColumns is bgemm for a C whose rows are not contiguous.
func halfIntoColumns[T float32 | uint16](c matrixOf[T], a, b matrix16, ep epilogue) {
	if c.rowStride == 1 && ep.bias == nil {
		bgemm(c.transposed(), b.transposed(), a.transposed(), ep)
		return
	}
	t := matrixOf[T]{make([]T, c.rows*c.cols), c.rows, c.cols, c.cols, 1}
	if ep.accumulate {
		copyMatrix(t, c)
	}
	bgemm(t, a, b, ep)
	copyMatrix(c, t)
}

// oneStride returns m, or a copy if neither stride is 1, and a function to call when it is no longer needed.
func oneStride(m matrix16) (matrix16, func()) {
	if m.rowStride == 1 || m.colStride == 1 {
		return m, func() {}
	}
	room := pool.take(2 * m.rows * m.cols)
	to := matrix16{unsafe.Slice((*uint16)(unsafe.Pointer(&room.bytes[0])), m.rows*m.cols), m.rows, m.cols, m.cols, 1}
	copyMatrix(to, m)
	return to, func() { pool.put(room) }
}

// An output is where a product of bfloat16 goes: the matrix C. With swapped the product is the transpose of it.
type output struct {
	data                 unsafe.Pointer
	rowStride, colStride int // in bytes
	half, swapped        bool
}

func outputOf[T float32 | uint16](c matrixOf[T]) output {
	size := int(unsafe.Sizeof(c.data[0]))
	return output{data: unsafe.Pointer(&c.data[0]), rowStride: size * c.rowStride, colStride: size * c.colStride, half: size == 2}
}

// A halfProduct is the product of a, of which rows are read as they lie or copied, and b, which is packed to panels.
type halfProduct struct {
	a, b matrix16
	out  output
	ep   epilogue
}

// run gives parts of the product to the processors.
func (p *halfProduct) run() {
	rows, cols := p.a.rows, p.b.cols
	if threads := parallel.Threads(); threads > 1 && 2*rows*cols*p.a.cols >= parallelHalfFlop {
		rows, cols = halfParts(rows, cols, threads)
	}
	across := parallel.Blocks(p.b.cols, cols)
	n := parallel.Blocks(p.a.rows, rows) * across
	if n == 1 {
		s := halfWorkspaces.Get().(*halfWorkspace)
		s.multiply(p, 0, p.a.rows, 0, p.b.cols)
		s.put()
		return
	}
	q := *p
	parallel.For(n, 1, func(lo, hi int) {
		s := halfWorkspaces.Get().(*halfWorkspace)
		defer s.put()
		for ; lo < hi; lo++ {
			i, iEnd := parallel.Block(q.a.rows, rows, lo/across)
			j, jEnd := parallel.Block(q.b.cols, cols, lo%across)
			s.multiply(&q, i, iEnd, j, jEnd)
		}
	})
}

// halfParts returns how large the parts of an m by n product are that are given to threads: whole panels and blocks of
// rows, such that few elements are read more than once.
func halfParts(m, n, threads int) (rows, cols int) {
	best := -1
	for down := 1; down <= threads; down++ {
		across := (threads + down - 1) / down
		r, c := upTo((m+down-1)/down, kernel.PanelCols), upTo((n+across-1)/across, kernel.PanelCols)
		parts := parallel.Blocks(m, r) * parallel.Blocks(n, c)
		cost := (parts+threads-1)/threads*threads*r*c/8 + m*parallel.Blocks(n, c) + 2*n*parallel.Blocks(m, r)
		if best < 0 || cost < best {
			best, rows, cols = cost, r, c
		}
	}
	return rows, cols
}

// A halfWorkspace is what one goroutine needs to multiply bfloat16.
type halfWorkspace struct {
	panel            kernel.Panel
	sums             kernel.Sums
	a, b, tail       reused
	room, transposed reused
}

var halfWorkspaces = sync.Pool{New: func() any { return new(halfWorkspace) }}

// put gives a workspace back. It must not keep alive the matrices.
func (s *halfWorkspace) put() {
	s.panel, s.sums = kernel.Panel{}, kernel.Sums{}
	halfWorkspaces.Put(s)
}

// bytes returns n bytes, which may hold anything.
func (b *reused) bytes(n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(b.grow((n+3)/4+1)))), n)
}
