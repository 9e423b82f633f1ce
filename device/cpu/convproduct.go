package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

const (
	// blockFloats is how much of x a block may see: it should stay in the second cache with a panel of weights.
	blockFloats = 160 << 10

	// sumLength is how long a sum may be that the kernel computes at once, and so how large a panel of weights.
	sumLength = 2560

	// callProducts is how many multiply-adds the kernel may do in a call, to stay within 100 µs.
	callProducts = 6 << 20
)

// A sweepProduct is a sweep in which every output is the sum of the products of what it sees and weights.
type sweepProduct struct {
	sweep
	weights
	conv     *convolution
	gradient bool // whether the weights are those of the convolution backwards
	groups   int
	y        *device.View // [n out d h w], of the shape of the grid
	bias     []float32    // of every channel of y, or nil
	relu     bool
	sum      bool // whether what y holds is added: then no sum is longer than sumLength

	rows, cols int // of a tile, at most
	panels     int // of cols outputs, in a group
	length     int // of a run of taps
	offsets    []int
	packed     []float32
}

// run computes y.
func (p *sweepProduct) run() {
	pixels := p.n * p.grid[0] * p.grid[1] * p.grid[2]
	if pixels == 0 || p.weights.outputs == 0 {
		return
	}
	work := len(p.order) * p.inputs * p.weights.outputs * p.groups // of an output
	p.plan(func(outputs, _ int) bool {
		return outputs >= 96 && outputs*work >= 1<<20 && outputs >= pixels/48
	}, func(_, positions int) bool { return positions*p.channels <= blockFloats })
	p.length, p.offsets = p.runs(p.inputs, sumLength)
	p.tile()

	packed, b := p.form(p.conv, &p.sweep, nil, p.groups*p.panels*p.panel(), p.cols, p.gradient, p.packAll)
	if b != nil {
		defer pool.put(b)
	}
	p.packed = packed

	// Few blocks are not enough for all processors: then each takes some panels of a block.
	blocks, panels := p.blocks(), p.groups*p.panels
	parts := 1
	if threads := parallel.Threads(); threads > 1 {
		parts = min(panels, (4*threads+blocks-1)/blocks)
	}
	parallel.For(blocks*parts, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			part := i % parts
			p.block(i/parts, panels*part/parts, panels*(part+1)/parts)
		}
	})
}

// packAll packs the weights.
func (p *sweepProduct) packAll(to []float32) {
	parallel.For(p.groups*p.panels, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			cols := p.columns(i % p.panels)
			p.pack(to[i*p.panel():], i/p.panels, i%p.panels*p.cols, cols, kernel.GemmShape().Width(cols))
		}
	})
}

// tile chooses the shape of the tiles.
func (p *sweepProduct) tile() {
	shape := kernel.GemmShape()
	p.rows, p.cols = shape.TallRows, shape.TallCols
	if p.stride[3]*p.step[2]%1024 == 0 {
		p.rows, p.cols = shape.Rows, shape.Cols // rows of x a page apart share a place in the first cache: few of them
	}
	p.panels = (p.weights.outputs + p.cols - 1) / p.cols
}

// panel returns the size of a packed panel.
func (p *sweepProduct) panel() int { return len(p.order) * p.inputs * p.cols }

// columns returns how many outputs are in a panel of a group.
func (p *sweepProduct) columns(panel int) int {
	return min(p.cols, p.weights.outputs-panel*p.cols)
}

// block computes the outputs of some panels in a block.
func (p *sweepProduct) block(b, lo, hi int) {
	first, count := p.sweep.block(b)
	rb, room := floats(p.room())
	defer pool.put(rb)
	x, at := p.load(room, first, count)
	out := outputs{memory[float32](p.y), p.place(first), [4]int{p.y.Stride[0], p.y.Stride[2], p.y.Stride[3], p.y.Stride[4]}}
	direct := p.y.Stride[1] == 1 || p.y.Shape[1] == 1
	if !direct {
		yb, y := floats(count[0] * count[1] * count[2] * count[3] * p.y.Shape[1])
		defer pool.put(yb)
		c := p.y.Shape[1]
		out = outputs{y, 0, [4]int{count[1] * count[2] * count[3] * c, count[2] * count[3] * c, count[3] * c, c}}
	}
	loops := walk{count: count, y: out.stride}
	for a, s := range p.stride {
		loops.x[a] = s
		if a > 0 {
			loops.x[a] *= p.step[a-1]
		}
	}
	loops = loops.merged().tiled(p.rows)
	for i := lo; i < hi; i++ {
		next := i + 1
		if next == hi {
			next = lo // of the next block
		}
		next *= p.panel()
		a := aheadOfPacked(p.packed[next:min(len(p.packed), next+p.panel())])
		p.sums(x, at, out, loops, i/p.panels, i%p.panels, &a)
	}
	if !direct {
		p.store(out, first, count, p.channel(lo), p.channel(hi))
	}
}

// outputs is memory in which results of a block are written.
type outputs struct {
	data   []float32
	at     int
	stride [4]int // along n, d, h, w
}

// place returns where in y output o lies.
func (p *sweepProduct) place(o [4]int) int {
	return p.y.Offset + o[0]*p.y.Stride[0] + o[1]*p.y.Stride[2] + o[2]*p.y.Stride[3] + o[3]*p.y.Stride[4]
}

// channel returns the first channel of y in a panel, counted over all groups.
func (p *sweepProduct) channel(panel int) int {
	return panel/p.panels*p.weights.outputs + panel%p.panels*p.cols
}

// store copies the channels [lo, hi) of a block to y.
func (p *sweepProduct) store(out outputs, first, count [4]int, lo, hi int) {
	for n := range count[0] {
		for d := range count[1] {
			for h := range count[2] {
				at := p.place([4]int{first[0] + n, first[1] + d, first[2] + h, first[3]})
				row := line{memory[float32](p.y), at + lo*p.y.Stride[1], p.y.Stride[1], p.y.Stride[4]}
				row.write(out.data[n*out.stride[0]+d*out.stride[1]+h*out.stride[2]+lo:], hi-lo, out.stride[3], count[3])
			}
		}
	}
}

// tiled returns w with the loop innermost that makes the fullest tiles of at most so many rows.
func (w walk) tiled(rows int) walk {
	best, cost := 3, 0
	for a := 3; a >= 0; a-- {
		n := w.count[a]
		c := (n + rows - 1) / rows
		c = (n + 4*c) * w.count[0] * w.count[1] * w.count[2] * w.count[3] / n
		if a == 3 || c < cost {
			best, cost = a, c
		}
	}
	for _, v := range []*[4]int{&w.count, &w.x, &w.y} {
		v[best], v[3] = v[3], v[best]
	}
	return w
}

// sums computes the outputs of a panel in a block.
func (p *sweepProduct) sums(x []float32, at int, out outputs, loops walk, group, panel int, next *ahead) {
	shape := kernel.GemmShape()
	cols := p.columns(panel)
	width := shape.Width(cols)
	channel := group*p.weights.outputs + panel*p.cols
	taps := max(1, sumLength/max(p.length, 1)) // at once
	length := min(p.length, sumLength)
	w := takeArguments()
	defer w.put()
	t := &w.product
	*t = kernel.Tiles{AK: 1, AI: loops.x[3], BK: width, CI: loops.y[3], Cols: cols}
	for tap := 0; tap < len(p.offsets); tap += taps {
		t.Taps = min(taps, len(p.offsets)-tap)
		t.Offsets = unsafe.Pointer(&p.offsets[tap])
		for k := 0; k == 0 || k < p.length; k += length {
			t.K = min(length, p.length-k)
			t.Flags, t.Bias = kernel.TilePadded, nil
			if tap > 0 || k > 0 || p.sum {
				t.Flags |= kernel.TileAccumulate
			}
			if last := tap+t.Taps == len(p.offsets) && k+t.K == p.length; last {
				if p.bias != nil {
					t.Bias = pointer(p.bias, channel)
				}
				if p.relu {
					t.Flags |= kernel.TileReLU
				}
			}
			t.B = pointer(p.packed, (group*p.panels+panel)*p.panel()+(tap*p.length+k)*width)
			loops.run(t, pointer(x, at+group*p.inputs+k), pointer(out.data, out.at+channel), p.rows, next)
		}
	}
}

// run computes the tiles of all loops, the innermost of which runs over their rows.
func (w walk) run(t *kernel.Tiles, x, y unsafe.Pointer, most int, next *ahead) {
	for i := range w.count[0] {
		for j := range w.count[1] {
			for k := range w.count[2] {
				t.A = unsafe.Add(x, 4*(i*w.x[0]+j*w.x[1]+k*w.x[2]))
				t.C = unsafe.Add(y, 4*(i*w.y[0]+j*w.y[1]+k*w.y[2]))
				rowTiles(t, w.count[3], most, next)
			}
		}
	}
}

// rowTiles computes n rows, in tiles of at most so many, and brings nearer what is to be read next, or nothing.
func rowTiles(t *kernel.Tiles, n, most int, next *ahead) {
	a, c := t.A, t.C
	tiles := max(1, (n+most-1)/most)
	rows := max(1, (n+tiles-1)/tiles)                       // as equal as can be
	size := max(256, rows*kernel.GemmShape().Width(t.Cols)) // small tiles are bound by latency
	atOnce := max(1, callProducts/max(1, size*t.K*t.Taps))
	t.Rows, t.ATile = rows, rows*t.AI
	for i := 0; i < n; i += t.Rows * t.Count {
		if t.Count = min(atOnce, (n-i)/rows); t.Count == 0 {
			t.Rows, t.Count = n-i, 1
		}
		if next != nil {
			t.Count = next.next(t)
		}
		t.A, t.C = unsafe.Add(a, 4*i*t.AI), unsafe.Add(c, 4*i*t.CI)
		kernel.Gemm(t)
		kernel.Checkpoint()
	}
}
