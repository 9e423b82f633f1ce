package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// copyView copies and converts.
func copyView(c *device.Call) bool {
	convert(c.Out[0], c.In[0])
	return true
}

// convert sets y = x, broadcast and converted to y's type.
func convert(y, x *device.View) {
	var l loop
	l.plan(y, x)
	if y.DType == x.DType {
		switch y.DType.Bytes() {
		case 1:
			move[uint8](&l)
		case 2:
			move[uint16](&l)
		case 4:
			move[uint32](&l)
		case 8:
			move[uint64](&l)
		}
		return
	}
	switch x.DType {
	case device.Float32:
		cast32(&l)
	case device.Float64:
		cast[float64](&l)
	case device.BFloat16, device.Float16:
		castHalf(&l)
	case device.Int64:
		cast[int64](&l)
	case device.Int32:
		cast[int32](&l)
	case device.Uint8, device.Bool:
		cast[uint8](&l)
	}
}

// cast runs a loop that converts elements of type S.
func cast[S kernel.Number](l *loop) {
	switch l.operand[0].view.DType {
	case device.Float64:
		run1(l, kernel.Cast[float64, S])
	case device.Int64:
		run1(l, kernel.Cast[int64, S])
	case device.Int32:
		run1(l, kernel.Cast[int32, S])
	case device.Uint8:
		run1(l, kernel.Cast[uint8, S])
	case device.Bool:
		run1(l, kernel.CastBool[S])
	default:
		run1(l, kernel.Cast[float32, S])
	}
}

// cast32 is cast from float32, which has kernels of its own for halves.
func cast32(l *loop) {
	switch l.operand[0].view.DType {
	case device.BFloat16:
		l.bits()
		run1(l, kernel.Float32ToBFloat16)
	case device.Float16:
		l.bits()
		run1(l, kernel.Float32ToFloat16)
	default:
		cast[float32](l)
	}
}

// castHalf is cast from halves.
func castHalf(l *loop) {
	switch {
	case l.operand[0].view.DType != device.Float32:
		cast[float32](l)
	case l.operand[1].view.DType == device.BFloat16:
		l.bits()
		run1(l, kernel.BFloat16ToFloat32)
	default:
		l.bits()
		run1(l, kernel.Float16ToFloat32)
	}
}

// move runs a loop that copies elements of one size.
func move[T any](l *loop) {
	l.bits()
	if j := l.crossed(); j > 0 {
		transpose[T](l, j)
		return
	}
	if l.n <= grain {
		movePart[T](l, 0, l.n)
		return
	}
	big := *l
	if l.rank > 1 && l.limit > block && l.direct(0) && l.direct(1) {
		width := l.shape[0]
		parallel.For(l.n/width, max(1, grain/width), func(lo, hi int) { moveRows[T](&big, lo, hi) })
		return
	}
	parallel.For(l.n, grain, func(lo, hi int) { movePart[T](&big, lo, hi) })
}

func movePart[T any](l *loop, lo, hi int) {
	y, x := memory[T](l.operand[0].view), memory[T](l.operand[1].view)
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		to, from := l.offset(0, &p), l.offset(1, &p)
		switch {
		case l.direct(0):
			collect(y[to:to+p.n], x, from, l, 1, p.pos)
		case l.direct(1):
			spread(y, x[from:from+p.n], to, l, p.pos)
		default:
			s := scratches.Get().(*scratch)
			part := slot[T](s, 0)[:min(p.n, block)]
			p.n = len(part)
			collect(part, x, from, l, 1, p.pos)
			spread(y, part, to, l, p.pos)
			scratches.Put(s)
		}
	}
}

// moveRows is movePart for inner axes that lie contiguously in both, from number lo to hi.
func moveRows[T any](l *loop, lo, hi int) {
	y, x := memory[T](l.operand[0].view), memory[T](l.operand[1].view)
	n, to, from := l.shape[0], l.operand[0].stride[1], l.operand[1].stride[1]
	past := unsafe.Sizeof(y[0]) == 4 && n%tile == 0 && n <= stretch && from > 0 && l.n >= pastCaches/4
	var p piece
	for i := lo; i < hi; {
		locate(l, &p, i*n)
		j, k, rows := l.offset(0, &p), l.offset(1, &p), min(hi-i, l.shape[1]-p.pos[1])
		i += rows
		if past && to > 0 && kernel.Streams(as32(y[j:]), to) {
			for most := max(1, stretch/n); rows > 0; rows -= most {
				kernel.StreamCopy(as32(y[j:]), to, as32(x[k:]), from, min(rows, most), n)
				kernel.Checkpoint()
				j, k = j+most*to, k+most*from
			}
			continue
		}
		for range rows {
			copy(y[j:j+n], x[k:k+n])
			j, k = j+to, k+from
		}
	}
}

// tile is the side of the squares in which a matrix is transposed: one cache line of float32.
const tile = 16

// crossed returns the axis along which the input is contiguous while the output is so along axis 0, if copying by
// tiles of the two is better, else 0.
func (l *loop) crossed() int {
	if l.operand[0].stride[0] != 1 || l.operand[1].stride[0] == 1 || l.n < tile*tile {
		return 0
	}
	for j := 1; j < l.rank; j++ {
		if l.operand[1].stride[j] == 1 {
			return j
		}
	}
	return 0
}

// pastCaches is the size of a result, in bytes, from which on it is written past the caches.
const pastCaches = 32 << 20

// transpose copies by tiles of axis 0 and axis j, in stripes of some columns.
func transpose[T any](l *loop, j int) {
	rest := *l // all other axes, and axis j in stripes
	rows, stripe := l.shape[j], 64
	past := l.n*l.operand[0].view.DType.Bytes() >= pastCaches
	if past {
		stripe = 256 // reads of longer rows; where the columns are written does not matter
	}
	rest.shape[0], rest.shape[j] = 1, (rows+stripe-1)/stripe
	rest.operand[0].stride[j] *= stripe
	rest.operand[1].stride[j] *= stripe
	rest.n = l.n / (l.shape[0] * rows) * rest.shape[j]
	width, from, to := l.shape[0], l.operand[1].stride[0], l.operand[0].stride[j]
	parallel.For(rest.n, max(1, grain/(stripe*width)), func(lo, hi int) {
		y, x := memory[T](rest.operand[0].view), memory[T](rest.operand[1].view)
		var p piece
		for ; lo < hi; lo++ {
			locate(&rest, &p, lo)
			s := turning[T]{y, x, rest.offset(0, &p), rest.offset(1, &p), to, from, past}
			s.run(min(stripe, rows-p.pos[j]*stripe), width)
			kernel.Checkpoint()
		}
	})
}

// A turning is a matrix that is set to the transpose of another: y[j·to + i] = x[i·from + j], counted from yAt and xAt.
type turning[T any] struct {
	y, x     []T
	yAt, xAt int
	to, from int
	past     bool // whether y is too large for the caches
}

func (s *turning[T]) run(rows, width int) {
	if unsafe.Sizeof(s.y[0]) == 4 && s.to > 0 && s.from > 0 {
		y, x := as32(s.y[s.yAt:]), as32(s.x[s.xAt:])
		if s.past && rows%tile == 0 && width >= tile && kernel.Streams(y, s.to) {
			const most = 64 // at once
			for i := 0; i+tile <= width; i += most {
				kernel.StreamTranspose(y[i:], s.to, x[i*s.from:], s.from, min(most, width-i)/tile*tile, rows)
				kernel.Checkpoint()
			}
			if rest := width % tile; rest > 0 {
				i := width - rest
				kernel.PackTranspose(y[i:], s.to, x[i*s.from:], s.from, rest, rows, rest)
			}
			return
		}
		kernel.PackTranspose(as32(s.y[s.yAt:]), s.to, as32(s.x[s.xAt:]), s.from, width, rows, width)
		return
	}
	for i := 0; i < width; i += tile {
		n := min(tile, width-i)
		for j := range rows {
			k := s.xAt + i*s.from + j
			row := s.y[s.yAt+j*s.to+i:][:n]
			for m := range row {
				row[m] = s.x[k]
				k += s.from
			}
		}
	}
}

// as32 returns elements of 32 bits as float32, whatever they are.
func as32[T any](x []T) []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x))
}
