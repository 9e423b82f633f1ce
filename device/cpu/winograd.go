package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A winogradGrid cuts the outputs of a sweep over images into tiles of m by m, each of which sees n by n positions. The
// last ones of a row or column may see and compute more than there is.
type winogradGrid struct {
	*sweep
	scheme     *kernel.Winograd
	m, n       int
	seen       int // positions that a tile sees: n, or m of those that see none but themselves
	tall, wide int // tiles of an image
	tiles      int // of all
}

func newWinogradGrid(s *sweep, w *kernel.Winograd) winogradGrid {
	g := winogradGrid{sweep: s, scheme: w, m: w.Out, n: w.Points(), seen: w.Out + len(s.taps[1]) - 1}
	g.tall, g.wide = (s.grid[1]+g.m-1)/g.m, (s.grid[2]+g.m-1)/g.m
	g.tiles = s.n * s.grid[0] * g.tall * g.wide
	return g
}

// A winogradRun is some tiles of a row of them, from tile number tile on.
type winogradRun struct {
	tile, count int
	n, d        int // image
	row, col    int // of the first tile
}

// runs calls f for the tiles from lo to hi, row by row, at most so many at once.
func (g *winogradGrid) runs(lo, hi, most int, f func(r winogradRun)) {
	for lo < hi {
		r := winogradRun{tile: lo, col: lo % g.wide, row: lo / g.wide % g.tall}
		image := lo / g.wide / g.tall
		r.n, r.d = image/g.grid[0], image%g.grid[0]
		r.count = min(hi-lo, g.wide-r.col, most)
		f(r)
		lo += r.count
	}
}

// part returns the tiles of r from i on, count of them.
func (r winogradRun) part(i, count int) winogradRun {
	r.tile, r.col, r.count = r.tile+i, r.col+i, count
	return r
}

// most returns how many tiles of so many channels a call of a transformation, or a copy, may have.
func (g *winogradGrid) most(channels int) int { return max(1, min(64, 8192/max(1, channels))) }

// A winogradPlane is memory for transformed tiles: n² planes of tiles by channels.
type winogradPlane struct {
	data        []float32
	row, stride int // from tile to tile and from plane to plane
}

// planeSize returns the strides for so many tiles of channels. They are not multiples of a page, so that tiles, and
// planes, do not fall into the same places of the first cache.
func planeSize(tiles, channels int) (row, stride int) {
	row = (channels + 15) / 16 * 16
	if row%256 == 0 {
		row += 16
	}
	return row, (tiles*row+1023)/1024*1024 + 80
}

// transform transforms the tiles from lo to hi.
func (g *winogradGrid) transform(v winogradPlane, lo, hi int, f func(*kernel.WinogradTiles)) {
	parallel.For(hi-lo, max(4, 4096/g.channels), func(i, j int) {
		most := g.most(g.channels)
		b, room := floats(g.room(most, g.channels))
		defer pool.put(b)
		w := takeArguments()
		defer w.put()
		g.runs(lo+i, lo+j, most, func(r winogradRun) { g.load(v, r.tile-lo, r, &w.tiles, room, f) })
	})
}

// load transforms the tiles of a run of x: those within it where they lie, others from a copy with the zeros.
func (g *winogradGrid) load(v winogradPlane, at int, r winogradRun, t *kernel.WinogradTiles, room []float32, f func(*kernel.WinogradTiles)) {
	x := g.x
	top, left := r.row*g.m+g.taps[1][0].at, r.col*g.m+g.taps[2][0].at
	first, last := r.count, r.count // the tiles within
	if (x.Stride[1] == 1 || g.channels == 1) && top >= 0 && top+g.seen <= x.Shape[3] {
		first = min(r.count, max(0, (-left+g.m-1)/g.m))
		last = max(first, min(r.count, (x.Shape[4]-left-g.seen)/g.m+1))
		if x.Shape[4]-left < g.seen {
			last = first
		}
	}
	*t = kernel.WinogradTiles{N: g.channels, DstRow: g.n * v.stride, DstCol: v.stride, DstTile: v.row}
	if first < last {
		t.SrcRow, t.SrcCol, t.SrcTile, t.Count = x.Stride[3], x.Stride[4], g.m*x.Stride[4], last-first
		from := x.Offset + r.n*x.Stride[0] + r.d*x.Stride[2] + top*x.Stride[3] + (left+first*g.m)*x.Stride[4]
		t.Src, t.Dst = pointer(memory[float32](x), from), pointer(v.data, (at+first)*v.row)
		f(t)
	}
	g.loadCopy(v, at, r.part(0, first), t, room, f)
	g.loadCopy(v, at+last, r.part(last, r.count-last), t, room, f)
	kernel.Checkpoint()
}

// loadCopy transforms tiles from a copy.
func (g *winogradGrid) loadCopy(v winogradPlane, at int, r winogradRun, t *kernel.WinogradTiles, room []float32, f func(*kernel.WinogradTiles)) {
	if r.count == 0 {
		return
	}
	width := (r.count-1)*g.m + g.seen
	for i := range g.seen {
		row := [3]int{r.n, r.d, r.row*g.m + g.taps[1][0].at + i}
		g.loadRow(room[i*width*g.channels:(i+1)*width*g.channels], row, r.col*g.m+g.taps[2][0].at, width)
	}
	t.SrcRow, t.SrcCol, t.SrcTile, t.Count = width*g.channels, g.channels, g.m*g.channels, r.count
	t.Src, t.Dst = pointer(room, 0), pointer(v.data, at*v.row)
	f(t)
}

// room returns how many elements the copy of a run with so many tiles needs.
func (g *winogradGrid) room(tiles, channels int) int {
	return g.seen * ((tiles-1)*g.m + g.seen) * channels
}

// A winogradProduct is a sweep in which every output is the sum of the products of what it sees and weights, computed
// from transformed tiles.
type winogradProduct struct {
	winogradGrid
	weights *winogradWeights
	outputs int
	y       *device.View // [n out d h w], of the shape of the grid
	bias    []float32    // of every channel of y
	floor   float32
}

// winogradForward computes y, of the shape of the grid.
func winogradForward(c *convolution, s *sweep, w *kernel.Winograd, y *device.View, bias []float32, relu, gradient bool) {
	p := &winogradProduct{winogradGrid: newWinogradGrid(s, w), outputs: y.Shape[1], y: y, bias: bias, floor: float32(math.Inf(-1))}
	if p.tiles == 0 || p.outputs == 0 {
		return
	}
	if relu {
		p.floor = 0
	}
	if bias == nil {
		b, zeros := floats(p.outputs)
		defer pool.put(b)
		clear(zeros)
		p.bias = zeros
	}
	p.weights = newWinogradWeights(c, s, w, gradient)
	defer p.weights.done()

	size := p.blockTiles()
	blocks := (p.tiles + size - 1) / size
	size = (p.tiles + blocks - 1) / blocks
	if blocks >= 2*parallel.Threads() {
		parallel.For(p.tiles, size, p.block)
		return
	}
	for i := range blocks { // few blocks: the threads share each
		p.block(parallel.Block(p.tiles, size, i))
	}
}

const (
	// winogradNear is how many elements of transformed tiles stay in the second cache beside others.
	winogradNear = 200 << 10

	// winogradPanel is how many tiles are multiplied by a panel of the weights before their results are transformed.
	winogradPanel = 56

	// winogradFar is how many tiles are done at once where even few do not stay in the second cache: a walk through the
	// weights should be worth it.
	winogradFar = 112
)

// near reports whether transformed tiles of x stay in the second cache while they are multiplied by all weights.
func (p *winogradProduct) near() bool { return p.n*p.n*p.channels*28 <= winogradNear }

// blockTiles returns how many tiles are done at once.
func (p *winogradProduct) blockTiles() int {
	if p.near() {
		return winogradNear / (p.n * p.n * p.channels) / 14 * 14
	}
	return winogradFar
}

// block computes the tiles from lo to hi.
func (p *winogradProduct) block(lo, hi int) {
	n := hi - lo
	v := winogradPlane{}
	v.row, v.stride = planeSize(n, p.channels)
	vb, data := floats(p.n * p.n * v.stride)
	defer pool.put(vb)
	v.data = data

	p.transform(v, lo, hi, p.scheme.Input)
	if p.near() {
		p.byPanel(v, lo, hi)
	} else {
		p.byPoint(v, lo, hi)
	}
}

// byPanel multiplies the tiles by one panel of the weights after another, and transforms each result while it is near.
func (p *winogradProduct) byPanel(v winogradPlane, lo, hi int) {
	n := hi - lo
	chunks := (n + winogradPanel - 1) / winogradPanel
	size := (n + chunks - 1) / chunks
	parallel.For(p.weights.panels*chunks, 1, func(i, j int) {
		points := p.n * p.n
		m := winogradPlane{row: p.weights.cols, stride: size*p.weights.cols + 16}
		mb, data := floats(points*m.stride + p.room(p.most(p.weights.cols), p.weights.cols))
		defer pool.put(mb)
		m.data = data
		w := takeArguments()
		defer w.put()
		for ; i < j; i++ {
			panel, from := i/chunks, i%chunks*size
			to := min(from+size, n)
			for point := range points {
				p.product(&w.product, v.at(point, from), m.at(point, 0), to-from, point, panel, p.weights.part((point+1)%points, panel+(point+1)/points))
			}
			p.output(m, lo+from, lo+to, panel*p.weights.cols, min(p.outputs, (panel+1)*p.weights.cols), w, data[points*m.stride:])
		}
	})
}

// byPoint multiplies one plane of the tiles after another by all weights, and transforms all results at the end.
func (p *winogradProduct) byPoint(v winogradPlane, lo, hi int) {
	n, points := hi-lo, p.n*p.n
	m := winogradPlane{}
	m.row, m.stride = planeSize(n, p.outputs)
	mb, data := floats(points * m.stride)
	defer pool.put(mb)
	m.data = data

	panels := p.weights.panels
	parts := min(panels, max(1, (4*parallel.Threads()+points-1)/points))
	parallel.For(points*parts, 1, func(i, j int) {
		w := takeArguments()
		defer w.put()
		for ; i < j; i++ {
			point, part := i/parts, i%parts
			for q := panels * part / parts; q < panels*(part+1)/parts; q++ {
				p.product(&w.product, v.at(point, 0), m.at(point, 0).from(q*p.weights.cols), n, point, q, p.weights.part(point+(q+1)/panels, (q+1)%panels))
			}
		}
	})
	parallel.For(n, max(4, 4096/p.outputs), func(i, j int) {
		b, room := floats(p.room(p.most(p.outputs), p.outputs))
		defer pool.put(b)
		w := takeArguments()
		defer w.put()
		p.output(m.from(i*m.row), lo+i, lo+j, 0, p.outputs, w, room)
	})
}

// at returns a plane from a tile on.
func (v winogradPlane) at(point, tile int) winogradPlane {
	return v.from(point*v.stride + tile*v.row)
}

// from returns the same from an element on.
func (v winogradPlane) from(i int) winogradPlane {
	v.data = v.data[i:]
	return v
}

// product multiplies n tiles of a plane by a panel of the weights. The next one is brought nearer meanwhile.
func (p *winogradProduct) product(t *kernel.Tiles, v, m winogradPlane, n, point, panel int, next []float32) {
	u, shape := p.weights, kernel.GemmShape()
	*t = kernel.Tiles{AK: 1, AI: v.row, CI: m.row, K: p.channels, Taps: 1, Cols: min(u.cols, p.outputs-panel*u.cols)}
	t.BK = shape.Width(t.Cols)
	t.A, t.B, t.C = pointer(v.data, 0), pointer(u.data, point*u.plane+panel*u.panel), pointer(m.data, 0)
	a := aheadOfPacked(next)
	rowTiles(t, n, shape.TallRows, &a)
}

// output transforms the products of the tiles from lo to hi, of which m holds the channels from first to end.
func (p *winogradProduct) output(m winogradPlane, lo, hi, first, end int, w *arguments, room []float32) {
	p.runs(lo, hi, p.most(end-first), func(r winogradRun) {
		p.store(m.from((r.tile-lo)*m.row), r, first, end-first, &w.tiles, room)
	})
}

// store transforms the products of a run to some channels of the outputs: whole tiles where they belong, others by way
// of room.
func (p *winogradProduct) store(m winogradPlane, r winogradRun, first, channels int, t *kernel.WinogradTiles, room []float32) {
	y := p.y
	top, left := r.row*p.m, r.col*p.m
	rows, whole := min(p.m, p.grid[1]-top), 0
	to := y.Offset + r.n*y.Stride[0] + first*y.Stride[1] + r.d*y.Stride[2] + top*y.Stride[3] + left*y.Stride[4]
	if (y.Stride[1] == 1 || p.outputs == 1) && rows == p.m {
		whole = min(r.count, (p.grid[2]-left)/p.m)
	}
	*t = kernel.WinogradTiles{
		N: channels, SrcRow: p.n * m.stride, SrcCol: m.stride, SrcTile: m.row, Bias: pointer(p.bias, first), Floor: p.floor,
	}
	if whole > 0 {
		t.DstRow, t.DstCol, t.DstTile, t.Count = y.Stride[3], y.Stride[4], p.m*y.Stride[4], whole
		t.Src, t.Dst = pointer(m.data, 0), pointer(memory[float32](y), to)
		p.scheme.Output(t)
	}
	if count := r.count - whole; count > 0 {
		width := count * p.m * channels
		t.DstRow, t.DstCol, t.DstTile, t.Count = width, channels, p.m*channels, count
		t.Src, t.Dst = pointer(m.data, whole*m.row), pointer(room, 0)
		p.scheme.Output(t)
		cols := min(count*p.m, p.grid[2]-left-whole*p.m)
		for i := range rows {
			row := line{memory[float32](y), to + i*y.Stride[3] + whole*p.m*y.Stride[4], y.Stride[1], y.Stride[4]}
			row.write(room[i*width:], channels, channels, cols)
		}
	}
	kernel.Checkpoint()
}
