package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// depthStretch is about how many elements the kernel is called with: a few positions of all channels.
const depthStretch = 512

// depthwise reports whether every channel is convolved by itself.
func (c *convolution) depthwise() bool {
	return c.groups > 1 && c.groups == c.inputs && c.groups == c.outputs
}

// A depthSweep is a sweep in which every channel has weights of its own. They lie beside the channels, for several
// positions one after another, so that the kernel multiplies long rows.
type depthSweep struct {
	sweep
	positions int       // of a stretch
	zero      []float32 // a stretch of zeros
}

// newDepthSweep returns the sweep with its blocks.
func newDepthSweep(s sweep) *depthSweep {
	p := &depthSweep{sweep: s, positions: 1}
	outputs := s.n * s.grid[0] * s.grid[1] * s.grid[2]
	p.plan(func(n, _ int) bool { return n*s.channels >= 1<<14 && n >= outputs/48 },
		func(_, positions int) bool { return positions*s.channels <= blockFloats })
	if p.step[2] == 1 && p.stride[3] == s.channels {
		p.positions = max(1, min(depthStretch/s.channels, p.extent[3]))
	}
	return p
}

// stretch returns the length of a stretch.
func (p *depthSweep) stretch() int { return p.positions * p.channels }

// offsets returns where in a block each tap is, counted from the first.
func (p *depthSweep) offsets() (offsets []int) {
	t := p.taps
	for _, d := range t[0] {
		for _, h := range t[1] {
			for _, w := range t[2] {
				offsets = append(offsets, (d.at-t[0][0].at)*p.stride[1]+(h.at-t[1][0].at)*p.stride[2]+(w.at-t[2][0].at)*p.stride[3])
			}
		}
	}
	return offsets
}

// spread returns the weights of every tap for a stretch, then the bias or zeros, then zeros.
func (p *depthSweep) spread(c *convolution, bias []float32) (*Buffer, []float32) {
	w, data, n := c.w, memory[float32](c.w), p.stretch()
	b, all := floats((len(p.offsets()) + 2) * n)
	rows := all
	put := func(at func(channel int) float32) {
		for i := range n {
			rows[i] = at(i % p.channels)
		}
		rows = rows[n:]
	}
	for _, d := range p.taps[0] {
		for _, h := range p.taps[1] {
			for _, x := range p.taps[2] {
				at := w.Offset + d.k*w.Stride[2] + h.k*w.Stride[3] + x.k*w.Stride[4]
				put(func(channel int) float32 { return data[at+channel*w.Stride[0]] })
			}
		}
	}
	if bias != nil {
		put(func(channel int) float32 { return bias[channel] })
	} else {
		clear(rows[:n])
		rows = rows[n:]
	}
	clear(rows)
	p.zero = rows
	return b, all
}

// depthProduct computes y, of the shape of the grid: the sums of what every channel sees, times its weights.
func depthProduct(c *convolution, s sweep, y *device.View, bias []float32, relu bool) {
	if y.Len() == 0 {
		return
	}
	p := newDepthSweep(s)
	wb, weights := p.spread(c, bias)
	defer pool.put(wb)
	offsets, n := p.offsets(), p.stretch()
	parallel.For(p.blocks(), 1, func(lo, hi int) {
		xb, room := floats(p.room())
		defer pool.put(xb)
		yb, row := floats(p.extent[3] * p.channels)
		defer pool.put(yb)
		for b := lo; b < hi; b++ {
			first, count := p.block(b)
			x, at := p.load(room, first, count)
			each([3]int(count[:3]), func(i [3]int) {
				at := at + i[0]*p.stride[0] + i[1]*p.step[0]*p.stride[1] + i[2]*p.step[1]*p.stride[2]
				row := row[:count[3]*p.channels]
				for o := 0; o < len(row); o += n {
					sum := row[o:min(o+n, len(row))]
					copy(sum, weights[len(offsets)*n:])
					for t, offset := range offsets {
						from := at + o/p.channels*p.step[2]*p.stride[3] + offset
						kernel.CenteredProduct(sum, weights[t*n:], x[from:], p.zero) // sum += weights · (x − 0)
					}
					kernel.Checkpoint()
				}
				if relu {
					kernel.Relu(row, row)
				}
				to := y.Offset + (first[0]+i[0])*y.Stride[0] + (first[1]+i[1])*y.Stride[2] + (first[2]+i[2])*y.Stride[3] + first[3]*y.Stride[4]
				line{memory[float32](y), to, y.Stride[1], y.Stride[4]}.write(row, p.channels, p.channels, count[3])
			})
		}
	})
}

// depthWeight computes dw, and db if it is there, from x and dy.
func depthWeight(c *convolution, db *device.View) {
	dy := sweep{x: c.y, n: c.n, channels: c.outputs, grid: c.out, step: [3]int{1, 1, 1}, taps: [3][]tap{{{}}, {{}}, {{}}}}
	p := newDepthSweep(c.forward())
	dy.extent = p.extent
	dy.layout()
	if dy.stride[3] != dy.channels {
		dy.gather()
	}
	offsets, n := p.offsets(), p.stretch()
	size := (len(offsets) + 1) * n
	parts := max(1, min(16, p.blocks()))
	sb, sums := floats(parts*size + n)
	defer pool.put(sb)
	clear(sums)
	p.zero = sums[parts*size:]
	parallel.For(parts, 1, func(lo, hi int) {
		b, room := floats(p.room() + dy.room())
		defer pool.put(b)
		for part := lo; part < hi; part++ {
			for b := p.blocks() * part / parts; b < p.blocks()*(part+1)/parts; b++ {
				first, count := p.block(b)
				x, xat := p.load(room[:p.room()], first, count)
				y, yat := dy.load(room[p.room():], first, count)
				each([3]int(count[:3]), func(i [3]int) {
					xat := xat + i[0]*p.stride[0] + i[1]*p.step[0]*p.stride[1] + i[2]*p.step[1]*p.stride[2]
					yat := yat + i[0]*dy.stride[0] + i[1]*dy.stride[1] + i[2]*dy.stride[2]
					p.sumRow(sums[part*size:], offsets, x, xat, y[yat:yat+count[3]*p.channels])
				})
			}
		}
	})
	for part := 1; part < parts; part++ {
		kernel.Accumulate(sums[:size], sums[part*size:(part+1)*size], 1)
		kernel.Checkpoint()
	}
	p.store(c, sums, db)
}

// sumRow adds the products of a row of dy and what every tap sees, and dy itself.
func (p *depthSweep) sumRow(sums []float32, offsets []int, x []float32, at int, dy []float32) {
	n := p.stretch()
	for o := 0; o < len(dy); o += n {
		dy := dy[o:min(o+n, len(dy))]
		for t, offset := range offsets {
			from := at + o/p.channels*p.step[2]*p.stride[3] + offset
			kernel.CenteredProduct(sums[t*n:][:len(dy)], dy, x[from:], p.zero) // sums += dy · (x − 0)
		}
		kernel.Add(sums[len(offsets)*n:][:len(dy)], sums[len(offsets)*n:], dy)
		kernel.Checkpoint()
	}
}

// store adds the positions of a stretch, and writes dw and db.
func (p *depthSweep) store(c *convolution, sums []float32, db *device.View) {
	n, data := p.stretch(), memory[float32](c.w)
	fold := func(row []float32) {
		for i := 1; i < p.positions; i++ {
			kernel.Add(row[:p.channels], row, row[i*p.channels:])
			kernel.Checkpoint()
		}
	}
	row := sums
	each(c.window, func(k [3]int) {
		fold(row)
		at := c.w.Offset + k[0]*c.w.Stride[2] + k[1]*c.w.Stride[3] + k[2]*c.w.Stride[4]
		for i, v := range row[:p.channels] {
			data[at+i*c.w.Stride[0]] = v
		}
		row = row[n:]
	})
	if db != nil {
		fold(row)
		line{memory[float32](db), db.Offset, db.Stride[0], 0}.write(row, p.channels, 0, 1)
	}
}
