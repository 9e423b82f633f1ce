package cpu

import (
	"math"
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// depthwise reports whether every channel is convolved by itself.
func (c *convolution) depthwise() bool {
	return c.groups > 1 && c.groups == c.inputs && c.groups == c.outputs
}

// A depthSweep is a sweep in which every channel has weights of its own, from x to y, both channels-last. It goes row by
// row. The outputs of a row for which the whole window lies within x are done at once, others one by one, with the taps
// that do.
type depthSweep struct {
	sweep
	y      *device.View // of the shape of the grid
	lo, hi int          // outputs of a row that see no column outside
}

func newDepthSweep(s sweep, y *device.View) *depthSweep {
	p := &depthSweep{sweep: s, y: y}
	first, last := s.taps[2][0].at, s.taps[2][len(s.taps[2])-1].at
	p.lo = min(s.grid[2], max(0, (-first+s.step[2]-1)/s.step[2]))
	p.hi = p.lo
	if room := s.x.Shape[4] - 1 - last; room >= 0 {
		p.hi = max(p.lo, min(s.grid[2], room/s.step[2]+1))
	}
	return p
}

// innerChannels returns v, or a copy of it whose channels are adjacent; if it is not to be read, without its elements.
// The buffer of a copy is to be given back.
func innerChannels(v *device.View, read bool) (*device.View, *Buffer) {
	if v.Stride[1] == 1 || v.Shape[1] == 1 {
		return v, nil
	}
	w := *v
	n := 1
	for _, k := range []int{1, 4, 3, 2, 0} {
		w.Stride[k] = n
		n *= w.Shape[k]
	}
	b := pool.take(4 * max(n, 1))
	w.Offset, w.Buffer = 0, b
	if read {
		Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{&w}, In: []*device.View{v}})
	}
	return &w, b
}

// depthWork is what a goroutine needs: the arguments of the kernel, and the taps that it points to.
type depthWork struct {
	row, bias kernel.DepthRow
	taps      []kernel.DepthTap
	one       kernel.DepthTap
}

var depthWorks = sync.Pool{New: func() any { return new(depthWork) }}

// put gives the work back. It must not keep alive what it points to.
func (w *depthWork) put() {
	w.row, w.bias = kernel.DepthRow{}, kernel.DepthRow{}
	depthWorks.Put(w)
}

// rows calls f for the rows of outputs from lo to hi, part by part, with all but the weights, the bias and the floor in
// w.row. There may be no taps.
func (p *depthSweep) rows(lo, hi int, w *depthWork, f func()) {
	w.row.XCol, w.row.YCol, w.row.N = p.step[2]*p.x.Stride[4], p.y.Stride[4], p.channels
	for ; lo < hi; lo++ {
		at := [3]int{lo / p.grid[1] % p.grid[0], lo % p.grid[1], 0}
		n := lo / p.grid[1] / p.grid[0]
		for o := 0; o < p.grid[2]; o += w.row.Outputs {
			w.row.Outputs = 1
			if o == p.lo && p.hi > p.lo {
				w.row.Outputs = p.hi - p.lo
			}
			at[2] = o
			p.part(n, at, w)
			f()
			kernel.Checkpoint()
		}
	}
}

// part makes the outputs from at on, and what they see, the arguments.
func (p *depthSweep) part(n int, at [3]int, w *depthWork) {
	x, y := p.x, p.y
	w.taps = w.taps[:0]
	first, weights := 0, 0
	for _, d := range p.taps[0] {
		for _, h := range p.taps[1] {
			for _, c := range p.taps[2] {
				in := [3]int{at[0]*p.step[0] + d.at, at[1]*p.step[1] + h.at, at[2]*p.step[2] + c.at}
				if uint(in[0]) < uint(x.Shape[2]) && uint(in[1]) < uint(x.Shape[3]) && uint(in[2]) < uint(x.Shape[4]) {
					from := place(x, n, 0, in)
					if len(w.taps) == 0 {
						first = from
					}
					w.taps = append(w.taps, kernel.DepthTap{X: from - first, W: weights})
				}
				weights += p.channels
			}
		}
	}
	w.row.Count = len(w.taps)
	w.row.X, w.row.Taps = pointer(memory[float32](x), first), unsafe.Pointer(unsafe.SliceData(w.taps))
	w.row.Y = pointer(memory[float32](y), place(y, n, 0, at))
}

// depthWeights returns the weights of every tap, beside the channels.
func (p *depthSweep) weights(c *convolution) (*Buffer, []float32) {
	w, data := c.w, memory[float32](c.w)
	b, all := floats(len(p.taps[0]) * len(p.taps[1]) * len(p.taps[2]) * p.channels)
	to := all
	for _, d := range p.taps[0] {
		for _, h := range p.taps[1] {
			for _, x := range p.taps[2] {
				at := w.Offset + d.k*w.Stride[2] + h.k*w.Stride[3] + x.k*w.Stride[4]
				for i := range p.channels {
					to[i] = data[at+i*w.Stride[0]]
				}
				to = to[p.channels:]
			}
		}
	}
	return b, all
}

// depthProduct computes y, of the shape of the grid: the sums of what every channel sees, times its weights.
func depthProduct(c *convolution, s sweep, y *device.View, bias []float32, relu bool) {
	if y.Len() == 0 {
		return
	}
	var xb, yb *Buffer
	to := y
	s.x, xb = innerChannels(s.x, true)
	y, yb = innerChannels(y, false)
	p := newDepthSweep(s, y)
	wb, weights := p.weights(c)
	defer pool.put(wb)
	if bias == nil {
		b, zeros := floats(p.channels)
		defer pool.put(b)
		clear(zeros)
		bias = zeros
	}
	floor := float32(math.Inf(-1))
	if relu {
		floor = 0
	}
	parallel.For(p.n*p.grid[0]*p.grid[1], p.grain(), func(lo, hi int) {
		w := depthWorks.Get().(*depthWork)
		defer w.put()
		w.row.W, w.row.Bias, w.row.Floor = pointer(weights, 0), pointer(bias, 0), floor
		p.rows(lo, hi, w, func() {
			if w.row.Count == 0 {
				w.withoutTaps(bias)
				return
			}
			kernel.DepthForward(&w.row)
		})
	})
	if yb != nil {
		Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{to}, In: []*device.View{y}})
		pool.put(yb)
	}
	if xb != nil {
		pool.put(xb)
	}
}

// grain returns how many rows are worth a block of their own.
func (p *depthSweep) grain() int {
	products := p.grid[2] * p.channels * len(p.taps[0]) * len(p.taps[1]) * len(p.taps[2])
	return max(1, (1<<17)/max(products, 1))
}

// withoutTaps sets outputs that see nothing.
func (w *depthWork) withoutTaps(bias []float32) {
	for o := range w.row.Outputs {
		to := unsafe.Slice((*float32)(unsafe.Add(w.row.Y, 4*o*w.row.YCol)), w.row.N)
		for i := range to {
			to[i] = max(bias[i], w.row.Floor)
		}
	}
}

// depthWeight computes dw, and db if it is there, from x and dy.
func depthWeight(c *convolution, db *device.View) {
	s := c.forward()
	x, xb := innerChannels(s.x, true)
	s.x = x
	dy, yb := innerChannels(c.y, true)
	p := newDepthSweep(s, dy)
	size := (c.taps() + 1) * p.channels
	rows := p.n * p.grid[0] * p.grid[1]
	parts := max(1, min(16, rows/p.grain()))
	sb, sums := floats(parts*size + p.channels)
	defer pool.put(sb)
	clear(sums)
	ones := sums[parts*size:]
	for i := range ones {
		ones[i] = 1
	}
	parallel.For(parts, 1, func(lo, hi int) {
		w := depthWorks.Get().(*depthWork)
		defer w.put()
		for part := lo; part < hi; part++ {
			sum := sums[part*size:][:size]
			w.row.W = pointer(sum, 0)
			p.rows(rows*part/parts, rows*(part+1)/parts, w, func() {
				if w.row.Count > 0 {
					kernel.DepthWeights(&w.row)
				}
				if db == nil {
					return
				}
				b := &w.bias // the gradient of what is 1 everywhere
				*b = w.row
				b.X, b.XCol, b.Y, b.YCol = w.row.Y, w.row.YCol, pointer(ones, 0), 0
				b.W, b.Taps, b.Count = pointer(sum, size-p.channels), unsafe.Pointer(&w.one), 1
				kernel.DepthWeights(b)
			})
		}
	})
	for part := 1; part < parts; part++ {
		kernel.Accumulate(sums[:size], sums[part*size:(part+1)*size], 1)
		kernel.Checkpoint()
	}
	p.store(c, sums, db)
	for _, b := range []*Buffer{xb, yb} {
		if b != nil {
			pool.put(b)
		}
	}
}

// store writes dw and db.
func (p *depthSweep) store(c *convolution, sums []float32, db *device.View) {
	data := memory[float32](c.w)
	each(c.window, func(k [3]int) {
		at := c.w.Offset + k[0]*c.w.Stride[2] + k[1]*c.w.Stride[3] + k[2]*c.w.Stride[4]
		for i, v := range sums[:p.channels] {
			data[at+i*c.w.Stride[0]] = v
		}
		sums = sums[p.channels:]
	})
	if db != nil {
		line{memory[float32](db), db.Offset, db.Stride[0], 0}.write(sums, p.channels, 0, 1)
	}
}
