package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A winogradSum computes the gradient of a convolution's weights from transformed tiles of x and dy: for each of the n²
// points the matrix product of the one, turned, and the other, summed over all tiles.
//
//	dw = Gᵀ·[Σ (Bᵀ·x·B) ⊙ (A·dy·Aᵀ)]·G
//
// The tiles are split into parts, each of which sums up products of its own. How many depends on the shapes alone. Then
// the parts are added in turn.
type winogradSum struct {
	x, dy           winogradGrid
	scheme          *kernel.Winograd
	inputs, outputs int
	bias            bool
	width, plane    int // of the sums: a row for every input, a plane for every point, and a row for the bias behind all
	size            int // of a part
	parts           int
	sums            []float32
}

const (
	// winogradSumNear is how many elements of sums stay in the second cache, so that parts can have their own.
	winogradSumNear = 192 << 10
	// winogradSumTiles is how many tiles are multiplied at once.
	winogradSumTiles = 224
)

// winogradWeight computes dw, and db if it is there.
func winogradWeight(c *convolution, w *kernel.Winograd, db *device.View) {
	s := c.winogradSum(w)
	s.bias = db != nil
	b, sums := floats(s.parts * s.size)
	defer pool.put(b)
	s.sums = sums
	parallel.For(s.parts, 1, func(lo, hi int) {
		for part := lo; part < hi; part++ {
			s.part(sums[part*s.size:][:s.size], s.x.tiles*part/s.parts, s.x.tiles*(part+1)/s.parts)
		}
	})
	parallel.For(s.size, 16<<10, func(lo, hi int) {
		for part := 1; part < s.parts; part++ {
			kernel.Accumulate(sums[lo:hi], sums[part*s.size+lo:part*s.size+hi], 1)
			kernel.Checkpoint()
		}
	})
	if db != nil {
		row := sums[w.Points()*w.Points()*s.plane:]
		line{memory[float32](db), db.Offset, db.Stride[0], 0}.write(row, s.outputs, 0, 1)
	}
	s.store(c)
}

// winogradSum lays out the sums.
func (c *convolution) winogradSum(w *kernel.Winograd) *winogradSum {
	x, dy := c.forward(), c.gradients()
	s := &winogradSum{x: newWinogradGrid(&x, w), dy: newWinogradGrid(&dy, w), scheme: w, inputs: c.inputs, outputs: c.outputs}
	s.width = (c.outputs + 15) / 16 * 16
	s.plane = c.inputs*s.width + 80 // no multiple of a page
	points := w.Points() * w.Points()
	s.size = points*s.plane + s.width
	s.parts = 1
	if s.size <= winogradSumNear {
		s.parts = max(1, min(16, s.x.tiles/(2*winogradSumTiles)))
	}
	return s
}

// gradients returns the sweep over dy in which every output sees itself.
func (c *convolution) gradients() sweep {
	return sweep{x: c.y, n: c.n, channels: c.outputs, grid: c.out, step: [3]int{1, 1, 1}, taps: [3][]tap{{{}}, {{}}, {{}}}}
}

// part sums up the tiles from lo to hi. If it is the only one, the threads share its work.
func (s *winogradSum) part(sums []float32, lo, hi int) {
	if lo == hi {
		clear(sums)
	}
	most := winogradSumTiles
	if s.parts > 1 {
		most = max(28, min(most, winogradNear/(s.x.n*s.x.n*(s.inputs+s.outputs))/14*14))
	}
	blocks := max(1, (hi-lo+most-1)/most)
	for i := range blocks {
		s.block(sums, lo+(hi-lo)*i/blocks, lo+(hi-lo)*(i+1)/blocks, i > 0)
	}
}

// block adds the products of some tiles to the sums.
func (s *winogradSum) block(sums []float32, lo, hi int, add bool) {
	n, points := hi-lo, s.x.n*s.x.n
	var x, dy winogradPlane
	x.row, x.stride = planeSize(n, s.inputs)
	dy.row, dy.stride = planeSize(n, s.outputs)
	b, data := floats(points * (x.stride + dy.stride))
	defer pool.put(b)
	x.data, dy.data = data[:points*x.stride], data[points*x.stride:]
	s.x.transform(x, lo, hi, s.scheme.Input)
	s.dy.transform(dy, lo, hi, s.scheme.OutputGrad)

	rows := (s.inputs + winogradSumRows - 1) / winogradSumRows
	parallel.For(points*rows, 1, func(i, j int) {
		w := takeArguments()
		defer w.put()
		for ; i < j; i++ {
			point, row := i/rows, i%rows*winogradSumRows
			s.product(&w.product, sums[point*s.plane+row*s.width:], x.at(point, 0).from(row), dy.at(point, 0), min(winogradSumRows, s.inputs-row), n, add)
		}
	})
	if s.bias {
		s.sumBias(sums[points*s.plane:], dy, n, add)
	}
}

// winogradSumRows is how many inputs are multiplied at once.
const winogradSumRows = 14 * 8

// product multiplies some rows of x, turned, by all of dy.
func (s *winogradSum) product(t *kernel.Tiles, sums []float32, x, dy winogradPlane, rows, n int, add bool) {
	cols := kernel.GemmShape().TallCols
	*t = kernel.Tiles{K: n, Taps: 1, AK: x.row, AI: 1, BK: dy.row, CI: s.width}
	if add {
		t.Flags = kernel.TileAccumulate
	}
	for j := 0; j < s.outputs; j += cols {
		t.Cols = min(cols, s.outputs-j)
		t.A, t.B, t.C = pointer(x.data, 0), pointer(dy.data, j), pointer(sums, j)
		rowTiles(t, rows, kernel.GemmShape().TallRows, nil)
	}
}

// sumBias adds the sums of dy: those of a tile are its value at the point 1.
func (s *winogradSum) sumBias(sums []float32, dy winogradPlane, n int, add bool) {
	w, cols := takeArguments(), kernel.GemmShape().TallCols
	defer w.put()
	t := &w.product
	*t = kernel.Tiles{K: n, Taps: 1, A: unsafe.Pointer(&w.one), AI: 1, BK: dy.row, CI: s.width, Rows: 1, Count: 1}
	if add {
		t.Flags = kernel.TileAccumulate
	}
	plane := dy.at(s.x.n+1, 0)
	for j := 0; j < s.outputs; j += cols {
		t.Cols = min(cols, s.outputs-j)
		t.B, t.C = pointer(plane.data, j), pointer(sums, j)
		kernel.Gemm(t)
		kernel.Checkpoint()
	}
}

// store transforms the sums to gradients, and writes dw.
func (s *winogradSum) store(c *convolution) {
	r := s.scheme.Window
	d := &weightSum{c: c, parts: 1, rows: r * r * s.inputs, width: s.width}
	b, gradients := floats(d.rows * d.width)
	defer pool.put(b)
	d.sums = gradients
	parallel.For(s.inputs, max(1, 1024/s.width), func(lo, hi int) {
		w := takeArguments()
		defer w.put()
		w.tiles = kernel.WinogradTiles{
			Src: pointer(s.sums, lo*s.width), SrcRow: s.scheme.Points() * s.plane, SrcCol: s.plane, SrcTile: s.width,
			Dst: pointer(gradients, lo*s.width), DstRow: r * s.inputs * s.width, DstCol: s.inputs * s.width, DstTile: s.width,
			N: s.outputs, Count: hi - lo,
		}
		s.scheme.WeightsGrad(&w.tiles)
	})
	d.store(nil)
}
