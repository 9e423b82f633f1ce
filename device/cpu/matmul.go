package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// matMul runs a [… m k] · b [… k n] → y [… m n], the leading axes broadcast.
func matMul(c *device.Call) bool {
	y, a, b := c.Out[0], c.In[0], c.In[1]
	if y.DType != a.DType || y.DType != b.DType || y.DType == device.Bool {
		return false
	}
	if y.DType == device.Float16 {
		return settled(c, false)
	}
	if y.Len() == 0 {
		return true
	}
	if a.Len() == 0 {
		return fill(&device.Call{Op: device.Fill, Out: c.Out})
	}
	switch y.DType {
	case device.Float32:
		products(y, a, b, func(n int, at func(i int) (c, a, b matrix)) { sgemmBatch(n, at, epilogue{}) })
	case device.Float64:
		products(y, a, b, func(n int, at func(i int) (c, a, b matrix64)) { dgemmBatch(n, at, epilogue64{}) })
	case device.BFloat16:
		products(y, a, b, bgemmBatch)
	case device.Int64:
		plainProducts[int64](y, a, b)
	case device.Int32:
		plainProducts[int32](y, a, b)
	default:
		plainProducts[uint8](y, a, b)
	}
	return true
}

// A batch is a loop over the leading axes of a matrix product, of which operands 0 to 2 are y, a and b, and the
// matrices that stand at each element.
type batch struct {
	loop
	lead    [3]device.View
	y, a, b *device.View
}

func newBatch(y, a, b *device.View) *batch {
	t := &batch{lead: [3]device.View{*y, *a, *b}, y: y, a: a, b: b}
	for i := range t.lead {
		t.lead[i].Rank -= 2
	}
	t.plan(&t.lead[0], &t.lead[1], &t.lead[2])
	return t
}

// products multiplies matrices of floats.
func products[T float32 | float64 | uint16](y, a, b *device.View, multiply func(n int, at func(i int) (c, a, b matrixOf[T]))) {
	if y.Stride[y.Rank-1] < 0 || y.Stride[y.Rank-2] < 0 {
		staged(y, y.DType, func(t *device.View) { products(t, a, b, multiply) })
		return
	}
	a, free := forward(a)
	defer free()
	b, free = forward(b)
	defer free()
	t := newBatch(y, a, b)
	ym, am, bm := lastAxes[T](y), lastAxes[T](a), lastAxes[T](b)
	if n := t.evenRows(); n > 1 {
		ym, am = manyRows(ym, n, t.operand[0].stride[0]), manyRows(am, n, t.operand[1].stride[0])
		t.n = 1
	}
	ys, as, bs := memory[T](y), memory[T](a), memory[T](b)
	multiply(t.n, func(i int) (matrixOf[T], matrixOf[T], matrixOf[T]) {
		var p piece
		locate(&t.loop, &p, i)
		c, a, b := ym, am, bm
		c.data, a.data, b.data = ys[t.offset(0, &p):], as[t.offset(1, &p):], bs[t.offset(2, &p):]
		return c, a, b
	})
}

// evenRows returns the length of the batch if b is the same for all of it and the rows of all y and of all a are
// evenly spaced: if it is one matrix product. Otherwise it returns 0.
func (t *batch) evenRows() int {
	if t.rank > 1 || t.operand[2].stride[0] != 0 {
		return 0
	}
	for i, v := range []*device.View{t.y, t.a} {
		m, s := v.Shape[v.Rank-2], t.operand[i].stride[0]
		if s < 0 || m != 1 && s != m*v.Stride[v.Rank-2] {
			return 0
		}
	}
	return t.n
}

// manyRows returns n matrices like m, whose rows are evenly spaced, as one; stride is the distance of two.
func manyRows[T any](m matrixOf[T], n, stride int) matrixOf[T] {
	if m.rows == 1 {
		m.rowStride = stride
	}
	m.rows *= n
	return m
}

// lastAxes returns the first of the matrices in the last two axes of v.
func lastAxes[T any](v *device.View) matrixOf[T] {
	r := v.Rank - 2
	return matrixOf[T]{memory[T](v)[v.Offset:], v.Shape[r], v.Shape[r+1], v.Stride[r], v.Stride[r+1]}
}

// forward returns v, or a copy without negative strides in the last two axes if there are such, and a function to call
// when it is no longer needed.
func forward(v *device.View) (*device.View, func()) {
	if v.Stride[v.Rank-1] >= 0 && v.Stride[v.Rank-2] >= 0 {
		return v, func() {}
	}
	return packed(v)
}

// plainProducts multiplies row-major copies of the matrices with the plain loop.
func plainProducts[T kernel.Number](y, a, b *device.View) {
	t := newBatch(y, a, b)
	m, n, k := y.Shape[y.Rank-2], y.Shape[y.Rank-1], a.Shape[a.Rank-1]
	parallel.For(t.n, max(1, grain/(m*n*k)), func(lo, hi int) {
		var p piece
		for ; lo < hi; lo++ {
			locate(&t.loop, &p, lo)
			a, freeA := packed(single(a, t.offset(1, &p)))
			b, freeB := packed(single(b, t.offset(2, &p)))
			staged(single(y, t.offset(0, &p)), y.DType, func(y *device.View) {
				rows := parallel.Blocks(m, max(1, grain/(n*k)))
				rows = (m + rows - 1) / rows
				parallel.For(m, rows, func(i, end int) {
					kernel.Product(elements[T](y)[i*n:end*n], elements[T](a)[i*k:end*k], elements[T](b), k, n)
				})
			})
			freeA()
			freeB()
		}
	})
}

// single returns the matrix of the last two axes of v that begins at offset.
func single(v *device.View, offset int) *device.View {
	r := v.Rank - 2
	m := &device.View{Buffer: v.Buffer, DType: v.DType, Offset: offset, Rank: 2}
	copy(m.Shape[:], v.Shape[r:v.Rank])
	copy(m.Stride[:], v.Stride[r:v.Rank])
	return m
}

// packed returns v, or if it is not row-major a copy that is, and a function to call when it is no longer needed.
func packed(v *device.View) (*device.View, func()) {
	if v.RowMajor() {
		return v, func() {}
	}
	t := temporary(v.DType, v.Dims()...)
	convert(t, v)
	return t, func() { release(t) }
}
