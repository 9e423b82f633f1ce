package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// fill sets every element to Scalars[0].
func fill(c *device.Call) bool {
	y, v := c.Out[0], c.Scalars[0]
	switch y.DType {
	case device.Float32:
		fillWith(y, float32(v))
	case device.Float64:
		fillWith(y, v)
	case device.Int64:
		fillWith(y, int64(v))
	case device.Int32:
		fillWith(y, int32(v))
	case device.Uint8:
		fillWith(y, uint8(int64(v)))
	case device.Bool:
		fillWith(y, v != 0)
	default:
		fillHalf(y, float32(v))
	}
	return true
}

func fillHalf(y *device.View, v float32) {
	var h [1]uint16
	if y.DType == device.BFloat16 {
		kernel.Float32ToBFloat16(h[:], []float32{v})
	} else {
		kernel.Float32ToFloat16(h[:], []float32{v})
	}
	fillWith(y, h[0])
}

func fillWith[T comparable](y *device.View, v T) {
	var l loop
	l.plan(y)
	l.bits()
	if l.n <= grain {
		fillPart(&l, v, 0, l.n)
		return
	}
	big := l
	if l.rank == 1 && l.direct(0) && unsafe.Sizeof(v) == 4 && 4*l.n >= pastCaches {
		data := memory[T](y)[l.offset(0, new(piece)):][:l.n]
		parallel.For(l.n, grain, func(lo, hi int) { fillPast(data[lo:hi], v) })
		return
	}
	parallel.For(l.n, grain, func(lo, hi int) { fillPart(&big, v, lo, hi) })
}

// fillPast fills y, of elements of 32 bits, past the caches if it is aligned.
func fillPast[T comparable](y []T, v T) {
	if !kernel.Streams(as32(y), block) {
		kernel.Fill(y, v)
		return
	}
	s := scratches.Get().(*scratch)
	row, rows := slot[T](s, 0), len(y)/block
	kernel.Fill(row, v)
	kernel.StreamCopy(as32(y), block, as32(row), 0, rows, block)
	kernel.Fill(y[rows*block:], v)
	kernel.Checkpoint()
	scratches.Put(s)
}

func fillPart[T comparable](l *loop, v T, lo, hi int) {
	s := l.scratch()
	var p piece
	for ; lo < hi; lo += p.n {
		l.piece(&p, lo, hi)
		kernel.Fill(target[T](l, &p, s), v)
		store[T](l, &p, s)
	}
	s.done()
}

// ramp sets y [n] to Scalars[0] + i·Scalars[1].
func ramp(c *device.Call) bool {
	switch y := c.Out[0]; y.DType {
	case device.Float32:
		count[float32](c)
	case device.Float64:
		count[float64](c)
	case device.Int64:
		count[int64](c)
	case device.Int32:
		count[int32](c)
	case device.Uint8:
		count[uint8](c)
	case device.Bool:
		return false
	default:
		staged(y, device.Float32, func(t *device.View) {
			count[float32](&device.Call{Out: []*device.View{t}, Attr: c.Attr})
		})
	}
	return true
}

func count[T kernel.Number](c *device.Call) {
	y := c.Out[0]
	if !y.RowMajor() {
		staged(y, y.DType, func(t *device.View) {
			count[T](&device.Call{Out: []*device.View{t}, Attr: c.Attr})
		})
		return
	}
	kernel.Iota(memory[T](y)[y.Offset:y.Offset+y.Len()], c.Scalars[0], c.Scalars[1])
}

// random sets y to the stream of Key, in row-major order whatever its strides.
func random(c *device.Call) bool {
	y := c.Out[0]
	switch {
	case !y.DType.IsFloat():
		return false
	case half(y.DType):
		staged(y, device.Float32, func(t *device.View) { stream32(t, c.Key, c.Flag) })
	case !y.RowMajor():
		staged(y, y.DType, func(t *device.View) {
			random(&device.Call{Out: []*device.View{t}, Attr: c.Attr})
		})
	case y.DType == device.Float32:
		stream32(y, c.Key, c.Flag)
	case c.Flag:
		stream(y, c.Key, kernel.Normal64)
	default:
		stream(y, c.Key, kernel.Uniform64)
	}
	return true
}

func stream32(y *device.View, key [2]uint64, normal bool) {
	if normal {
		stream(y, key, kernel.Normal)
	} else {
		stream(y, key, kernel.Uniform)
	}
}

func stream[T any](y *device.View, key [2]uint64, f func(dst []T, key, counter uint64)) {
	data := memory[T](y)[y.Offset : y.Offset+y.Len()]
	parallel.For(len(data), stretch, func(lo, hi int) { f(data[lo:hi], key[0], key[1]+uint64(lo)) })
}

// staged runs f on a row-major view of type t and y's shape, and copies what it leaves there to y.
func staged(y *device.View, t device.DType, f func(*device.View)) {
	v := temporary(t, y.Dims()...)
	f(v)
	convert(y, v)
	release(v)
}

// temporary returns a row-major view of memory with any content.
func temporary(t device.DType, shape ...int) *device.View {
	v := &device.View{DType: t}
	v.SetRowMajor(shape...)
	v.Buffer = pool.take(v.Len() * t.Bytes())
	return v
}

// release gives the memory of a temporary view back.
func release(v *device.View) { pool.put(v.Buffer.(*Buffer)) }
