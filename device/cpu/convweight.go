package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A weightSum computes the gradient of a convolution's weights: for every tap the matrix product of what it sees of x,
// turned, and dy, summed over all outputs.
//
// The blocks of the sweep are split into parts, each of which sums up a gradient of its own, in an order of taps,
// inputs and outputs that suits the kernel. How many depends on the shapes alone. Then the parts are added in turn.
type weightSum struct {
	sweep
	c             *convolution
	dy            sweep // over dy, which block by block lies beside x
	bias          bool  // whether to sum up dy, too
	length        int   // of a run of taps
	offsets       []int
	rows, width   int       // of a gradient of a group: a row for every tap and input, and one for the bias
	panels        int       // of a group
	packX, packY  bool      // whether the operands are packed, which pays if they are used often
	parts, shares int       // in how many shares the products of a part are done
	sums          []float32 // [parts groups rows width]
}

// convWeight computes dw, and db if it is there, from x and dy.
func convWeight(c *convolution, db *device.View) {
	if c.depthwise() {
		depthWeight(c, db)
		return
	}
	if pointWeight(c, db) {
		return
	}
	if w := c.winogradWeightOf(); w != nil {
		winogradWeight(c, w, db)
		return
	}
	s := &weightSum{sweep: c.forward(), c: c, bias: db != nil}
	s.layout()
	b, sums := floats(s.parts * s.c.groups * s.rows * s.width)
	defer pool.put(b)
	s.sums = sums
	parallel.For(s.parts*s.shares, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s.part(i/s.shares, i%s.shares)
		}
	})
	s.store(db)
}

// layout chooses the blocks and parts.
func (s *weightSum) layout() {
	shape := kernel.GemmShape()
	inputs, outputs := s.c.inputs/s.c.groups, s.c.outputs/s.c.groups
	s.sweep.plan(func(outputs, _ int) bool { return outputs >= 256 }, func(outputs, positions int) bool {
		return outputs <= 8192 && positions*s.c.inputs+outputs*s.c.outputs <= 192<<10
	})
	s.dy = sweep{x: s.c.y, n: s.n, channels: s.c.outputs, grid: s.grid, step: [3]int{1, 1, 1}, extent: s.extent}
	for a := range s.dy.taps {
		s.dy.taps[a] = []tap{{}}
	}
	s.dy.layout()
	if !s.dy.even() {
		s.dy.gather()
	}
	s.length, s.offsets = s.runs(inputs, 1<<20)
	s.rows, s.width = len(s.offsets)*s.length, (outputs+15)/16*16
	if s.bias {
		s.rows++
	}
	s.panels = (outputs + shape.TallCols - 1) / shape.TallCols
	s.packY = outputs%16 != 0 || s.rows >= 64 && s.dy.stride[3] > shape.TallCols
	s.packX = s.packY && s.panels >= 4 && s.length > 1

	// A part should be much work beside adding it to the others, and all parts should not be much memory. They depend
	// on the shapes alone, unlike the shares.
	size := s.c.groups * s.rows * s.width
	pixels := s.n * s.grid[0] * s.grid[1] * s.grid[2]
	s.parts = max(1, min(s.blocks(), 16, pixels/768, (4<<20)/max(size, 1)))
	s.shares = 1
	if threads := parallel.Threads(); threads > 1 {
		s.shares = max(1, min(s.units(), (4*threads+s.parts-1)/s.parts))
	}
}

// units returns how many products there are: of some rows of a run with a group.
func (s *weightSum) units() int { return s.c.groups * len(s.offsets) * s.chunks() }

// even reports whether the rows of every block follow one another forwards at equal distances.
func (s *sweep) even() bool {
	next := 0 // where the row after the last would be; 0 if there is one row only
	for a := 3; a >= 0; a-- {
		if s.extent[a] == 1 {
			continue
		}
		if s.stride[a] <= 0 || a < 3 && next != 0 && s.stride[a] != next {
			return false
		}
		if a < 3 {
			next = s.extent[a] * s.stride[a]
		}
	}
	return true
}

// part sums up a share of a part.
func (s *weightSum) part(part, share int) {
	units := s.units()
	lo, hi := units*share/s.shares, units*(share+1)/s.shares
	sum := s.sums[part*s.c.groups*s.rows*s.width:]
	blocks := s.blocks()
	from, to := blocks*part/s.parts, blocks*(part+1)/s.parts
	if (from == to || units == 0) && share == 0 {
		clear(sum[:s.c.groups*s.rows*s.width])
	}
	b, room := floats(s.room() + s.dy.room())
	defer pool.put(b)
	p := s.newProduct()
	defer p.done()
	for b := from; b < to; b++ {
		first, count := s.sweep.block(b)
		p.begin(count)
		p.x, p.xAt = s.load(room[:s.room()], first, count)
		p.y, p.yAt = s.dy.load(room[s.room():], first, count)
		p.Flags = 0
		if b > from {
			p.Flags = kernel.TileAccumulate
		}
		for u := lo; u < hi; u++ {
			p.unit(sum, u)
		}
	}
}

// store adds the parts, and writes dw and db.
func (s *weightSum) store(db *device.View) {
	size := s.c.groups * s.rows * s.width
	parallel.For(size, 16<<10, func(lo, hi int) {
		for part := 1; part < s.parts; part++ {
			kernel.Accumulate(s.sums[lo:hi], s.sums[part*size+lo:part*size+hi], 1)
			kernel.Checkpoint()
		}
	})
	inputs, outputs := s.c.inputs/s.c.groups, s.c.outputs/s.c.groups
	parallel.For(s.c.groups*inputs, max(1, 2048/s.width), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s.storeInput(i/inputs, i%inputs)
		}
	})
	if db == nil {
		return
	}
	for g := range s.c.groups {
		row := s.sums[(g*s.rows+s.rows-1)*s.width:]
		line{memory[float32](db), db.Offset + g*outputs*db.Stride[0], db.Stride[0], 0}.write(row, outputs, 0, 1)
	}
}

// storeInput writes the gradients of the weights of an input in a group: taps by outputs, which are turned.
func (s *weightSum) storeInput(group, input int) {
	w, data := s.c.w, memory[float32](s.c.w)
	inputs, outputs := s.c.inputs/s.c.groups, s.c.outputs/s.c.groups
	from, at := (group*s.rows+input)*s.width, w.Offset+group*outputs*w.Stride[0]+input*w.Stride[1]
	if taps := s.c.taps(); s.c.dense() && w.Stride[0] > 0 {
		kernel.PackTranspose(data[at:], w.Stride[0], s.sums[from:], inputs*s.width, taps, outputs, taps)
		return
	}
	t := 0
	each(s.c.window, func(k [3]int) {
		at := at + k[0]*w.Stride[2] + k[1]*w.Stride[3] + k[2]*w.Stride[4]
		for j, v := range s.sums[from+t*inputs*s.width:][:outputs] {
			data[at+j*w.Stride[0]] = v
		}
		t++
	})
}
