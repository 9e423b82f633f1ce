package cpu

import "github.com/jimu-ml/jimu/device"

const (
	operands = 4        // most views of an elementwise call
	block    = 1024     // elements that are gathered at a time
	stretch  = 16 << 10 // elements for one call of a kernel
	grain    = 32 << 10 // elements worth another processor
	short    = 32       // an inner axis shorter than this is gathered
)

// A loop walks over the elements of an output and of the inputs broadcast to it, in the order of the output's memory.
// Axes of length 1 are gone, and neighbours that are one in every operand are joined; the innermost is axis 0.
type loop struct {
	n       int // elements
	rank    int // at least 1
	shape   [device.MaxRank]int
	operand [operands]operand
	used    int  // operands
	whole   bool // pieces do not cross from one inner axis to the next
	limit   int  // elements of a piece
}

// An operand is a view on a loop.
type operand struct {
	view     *device.View
	stride   [device.MaxRank]int
	constant bool // one element for all
	half     bool // stored in 16 bits, computed in float32
}

// plan sets the loop for an output and its inputs.
func (l *loop) plan(views ...*device.View) {
	y := views[0]
	l.used = len(views)
	l.n = y.Len()
	flat := l.n == 1 || y.Dense()
	for i, v := range views {
		o := &l.operand[i]
		o.view = v
		o.half = half(v.DType)
		switch {
		case l.n == 1 || flat && v.SameLayout(y):
			o.stride[0] = 1
		case v.Len() == 1:
			o.constant = true
		default:
			flat = false
		}
	}
	if flat {
		l.rank, l.shape[0] = 1, l.n
	} else {
		l.join(y)
	}
	l.whole = l.rank == 1 || l.shape[0] >= short
	l.bound()
}

// bound sets how long a piece may be.
func (l *loop) bound() {
	l.limit = block
	if l.whole && l.unit() {
		l.limit = stretch
	}
}

// bits makes the loop treat halves as the 16 bits that they are.
func (l *loop) bits() {
	for i := range l.used {
		l.operand[i].half = false
	}
	l.bound()
}

// join finds the axes of the loop: those of y by its strides, joined where all operands allow.
func (l *loop) join(y *device.View) {
	var order [device.MaxRank]int
	axes := byStride(y, &order)
	l.rank = 0
	for _, k := range order[:axes] {
		var stride [operands]int
		grows := l.rank > 0
		for i := range l.used {
			o := &l.operand[i]
			stride[i] = along(o.view, y, k)
			grows = grows && stride[i] == o.stride[l.rank-1]*l.shape[l.rank-1]
		}
		if grows {
			l.shape[l.rank-1] *= y.Shape[k]
			continue
		}
		for i := range l.used {
			l.operand[i].stride[l.rank] = stride[i]
		}
		l.shape[l.rank] = y.Shape[k]
		l.rank++
	}
}

// byStride sets order to the axes of v longer than 1, the one with the smallest stride first, and returns how many.
func byStride(v *device.View, order *[device.MaxRank]int) int {
	n := 0
	for k := v.Rank - 1; k >= 0; k-- {
		if v.Shape[k] == 1 {
			continue
		}
		j := n
		for ; j > 0 && abs(v.Stride[k]) < abs(v.Stride[order[j-1]]); j-- {
			order[j] = order[j-1]
		}
		order[j] = k
		n++
	}
	return n
}

// along returns the stride with which v, broadcast to y, moves along axis k of y.
func along(v, y *device.View, k int) int {
	k -= y.Rank - v.Rank
	if k < 0 || v.Shape[k] == 1 {
		return 0
	}
	return v.Stride[k]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// unit reports whether no operand is gathered or converted.
func (l *loop) unit() bool {
	for i := range l.used {
		o := &l.operand[i]
		if o.half || o.stride[0] != 1 && (o.stride[0] != 0 || i == 0) {
			return false
		}
	}
	return true
}

func half(t device.DType) bool { return t == device.BFloat16 || t == device.Float16 }

// A piece is n elements of a loop from number at on, whose place is pos.
type piece struct {
	at, n int
	pos   [device.MaxRank]int
}

// piece sets p to the part of the loop from number at on that is handled next, before number end.
func (l *loop) piece(p *piece, at, end int) {
	p.at = at
	p.n = min(l.limit, end-at)
	if l.rank == 1 {
		p.pos[0] = at
		return
	}
	for k := range l.rank {
		q := at / l.shape[k]
		p.pos[k] = at - q*l.shape[k]
		at = q
	}
	if l.whole {
		p.n = min(p.n, l.shape[0]-p.pos[0])
	}
}

// offset returns where in its buffer operand i has the first element of a piece.
func (l *loop) offset(i int, p *piece) int {
	o := &l.operand[i]
	at := o.view.Offset
	for k := range l.rank {
		at += p.pos[k] * o.stride[k]
	}
	return at
}

// single reports whether operand i is one element on the whole of every piece.
func (l *loop) single(i int) bool {
	return l.operand[i].constant || l.whole && l.operand[i].stride[0] == 0
}

// direct reports whether operand i, if stored as it is computed with, is used where it lies.
func (l *loop) direct(i int) bool { return l.whole && l.operand[i].stride[0] == 1 }
