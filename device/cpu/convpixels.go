package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// chunkTiles is how many tiles of x are packed at once: they should stay in the second cache, beside all of dy.
const chunkTiles = 4

// A pixelProduct multiplies x, turned, by dy in one block after another. A row of it is what a tap sees of a channel of x,
// and the sums are over the outputs.
type pixelProduct struct {
	kernel.Tiles // for the next block
	s            *weightSum
	x, y         []float32 // the block
	xAt, yAt     int
	count        [4]int // outputs of the block
	pixels       int    // all of them
	lines        []int  // where in x the inner loops begin
	loop         walk   // over x and dy
	buffers      [2]*Buffer
	packed       [2][]float32 // some rows of x, and all of dy of a group
	group        int          // of which dy is packed
}

func (s *weightSum) newProduct() *pixelProduct {
	p := &pixelProduct{s: s}
	pixels := s.extent[0] * s.extent[1] * s.extent[2] * s.extent[3]
	shape := kernel.GemmShape()
	if s.packX {
		p.buffers[0], p.packed[0] = floats(pixels * chunkTiles * shape.TallRows)
	}
	if s.packY {
		p.buffers[1], p.packed[1] = floats(pixels * s.panels * shape.TallCols)
	}
	return p
}

// done gives the memory back.
func (p *pixelProduct) done() {
	for _, b := range p.buffers {
		if b != nil {
			pool.put(b)
		}
	}
}

// begin prepares for a block with so many outputs.
func (p *pixelProduct) begin(count [4]int) {
	s := p.s
	p.group, p.count, p.pixels = -1, count, count[0]*count[1]*count[2]*count[3]
	p.loop = walk{count: count, x: s.sweep.stride, y: s.dy.stride}
	if s.packY {
		p.loop.y = [4]int{p.pixels, count[2] * count[3], count[3], 1} // one row after another
		p.loop.y[0] = p.pixels / count[0]
	}
	for a, step := range s.step {
		p.loop.x[a+1] *= step
	}
	p.loop = p.loop.merged()
	p.lines = p.lines[:0]
	for i := range p.loop.count[0] {
		for j := range p.loop.count[1] {
			for k := range p.loop.count[2] {
				p.lines = append(p.lines, i*p.loop.x[0]+j*p.loop.x[1]+k*p.loop.x[2])
			}
		}
	}
}

// chunks returns in how many pieces the rows of a run are done.
func (s *weightSum) chunks() int {
	rows := chunkTiles * kernel.GemmShape().TallRows
	return (s.length + rows - 1) / rows
}

// unit adds a unit to the sums: some rows of a run, times dy of a group.
func (p *pixelProduct) unit(sum []float32, u int) {
	s := p.s
	chunks, runs := s.chunks(), len(s.offsets)
	group, run, chunk := u/chunks/runs, u/chunks%runs, u%chunks
	if s.packY && p.group != group {
		p.packPanels(group)
	}
	lo, hi := s.length*chunk/chunks, s.length*(chunk+1)/chunks
	p.setX(p.xAt+group*(s.c.inputs/s.c.groups)+s.offsets[run]+lo, hi-lo)
	a := p.A
	for panel := range s.panels {
		p.setY(group, panel)
		p.A, p.C = a, pointer(sum, (group*s.rows+run*s.length+lo)*s.width+panel*kernel.GemmShape().TallCols)
		p.product(hi - lo)
		if s.bias && run == 0 && chunk == 0 {
			p.sumBias(pointer(sum, (group*s.rows+s.rows-1)*s.width+panel*kernel.GemmShape().TallCols))
		}
	}
}

// tileRows returns the rows of tiles that n rows are split into: as equal as can be.
func tileRows(n int) int {
	most := kernel.GemmShape().TallRows
	tiles := max(1, (n+most-1)/most)
	return max(1, (n+tiles-1)/tiles)
}

// setX makes n rows of x the matrix A.
func (p *pixelProduct) setX(at, n int) {
	p.AI = 1
	if !p.s.packX {
		p.A, p.AK, p.K, p.Taps = pointer(p.x, at), p.loop.x[3], p.loop.count[3], len(p.lines)
		p.Offsets = unsafe.Pointer(unsafe.SliceData(p.lines))
		return
	}
	rows := tileRows(n)
	for i := 0; i < n; i += rows {
		m := min(rows, n-i)
		to := p.packed[0][i*p.pixels:]
		for j, line := range p.lines {
			kernel.PackCopy(to[j*p.loop.count[3]*m:], p.x[at+i+line:], p.loop.count[3], m, p.loop.x[3], m)
			kernel.Checkpoint()
		}
	}
	p.A, p.AK, p.K, p.Taps, p.Offsets = pointer(p.packed[0], 0), rows, p.pixels, 1, nil
}

// packPanels packs the panels of dy of a group.
func (p *pixelProduct) packPanels(group int) {
	s, shape := p.s, kernel.GemmShape()
	p.group = group
	outputs := s.c.outputs / s.c.groups
	for panel := range s.panels {
		j := panel * shape.TallCols
		cols := min(shape.TallCols, outputs-j)
		width := shape.Width(cols)
		to := p.packed[1][j*p.pixels:]
		for n := range p.count[0] {
			for d := range p.count[1] {
				for h := range p.count[2] {
					from := p.yAt + group*outputs + j + n*s.dy.stride[0] + d*s.dy.stride[1] + h*s.dy.stride[2]
					kernel.PackCopy(to, p.y[from:], p.count[3], cols, s.dy.stride[3], width)
					to = to[p.count[3]*width:]
					kernel.Checkpoint()
				}
			}
		}
	}
}

// setY makes a panel of dy the matrix B.
func (p *pixelProduct) setY(group, panel int) {
	s, shape := p.s, kernel.GemmShape()
	outputs, j := s.c.outputs/s.c.groups, panel*shape.TallCols
	p.Cols, p.CI = min(shape.TallCols, outputs-j), s.width
	if s.packY {
		p.B, p.BK, p.BTap = pointer(p.packed[1], j*p.pixels), shape.Width(p.Cols), 0
		return
	}
	p.B, p.BK = pointer(p.y, p.yAt+group*outputs+j), p.loop.y[3]
	p.BTap = p.loop.y[2] - p.loop.count[3]*p.BK
}

// product multiplies n rows by a panel.
func (p *pixelProduct) product(n int) {
	t := &p.Tiles
	if !p.s.packX {
		rowTiles(t, n, kernel.GemmShape().TallRows, nil)
		return
	}
	rows := tileRows(n)
	a, c := p.A, p.C
	t.Rows, t.AK, t.Count, t.ATile = rows, rows, n/rows, rows*p.pixels
	kernel.Gemm(t)
	if done := n / rows * rows; done < n {
		t.A, t.C = unsafe.Add(a, 4*done*p.pixels), unsafe.Add(c, 4*done*t.CI)
		t.Rows, t.AK, t.Count = n-done, n-done, 1
		kernel.Gemm(t)
	}
	kernel.Checkpoint()
}

// sumBias sums the outputs of a panel: the product with a row of ones.
func (p *pixelProduct) sumBias(to unsafe.Pointer) {
	w := takeArguments()
	defer w.put()
	t := &w.product
	*t = p.Tiles
	t.A, t.AK, t.ATap, t.Offsets = unsafe.Pointer(&w.one), 0, 0, nil
	t.Rows, t.Count, t.C = 1, 1, to
	kernel.Gemm(t)
	kernel.Checkpoint()
}
