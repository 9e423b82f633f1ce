package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// A suite is the kernels for the steps of a program on elements of type T.
type suite[T any] struct {
	unary   *unaryTable[T]
	binary  *binaryTable[T, T]
	compare *binaryTable[bool, T]

	addScalar, mulScalar func(dst, x []T, s T)
	geluTanh             func(dst, x []T)
	geluTanhGrad         *kernels2[T, T]
}

var (
	suite32 = suite[float32]{
		&unary32, &binary32, &compare32, kernel.AddScalar, kernel.MulScalar, kernel.GeluTanh, &geluTanhGrad,
	}
	suite64 = suite[float64]{
		&unary64, &binary64, &compare64, kernel.AddScalar64, kernel.MulScalar64, kernel.GeluTanh64, &geluTanhGrad64,
	}
	suiteBool = suite[bool]{unary: &unaryBool, binary: &binaryBool}
)

// known reports whether there are kernels for a step: on float32, float64 or booleans, never on halves, which would
// not be rounded between the steps.
func (w *weave) known(st *device.Step) bool {
	to, in := w.types[st.To], w.types[st.In[0]]
	switch st.Op {
	case device.Where:
		return in == device.Bool && to.Bytes() != 2 && to == w.types[st.In[1]] && to == w.types[st.In[2]]
	case device.Copy:
		return woven(to) && woven(in)
	}
	if st.Op.Elementwise() == 2 && w.types[st.In[1]] != in {
		return false
	}
	switch in {
	case device.Float32:
		return suite32.has(st, in, to)
	case device.Float64:
		return suite64.has(st, in, to)
	case device.Bool:
		return suiteBool.has(st, in, to)
	}
	return false
}

func woven(t device.DType) bool {
	return t == device.Float32 || t == device.Float64 || t == device.Bool
}

func (f *suite[T]) has(st *device.Step, in, to device.DType) bool {
	switch st.Op {
	case device.Equal, device.Less, device.LessEqual:
		return f.compare != nil && to == device.Bool
	case device.AddScalar, device.MulScalar:
		return f.addScalar != nil && to == in
	}
	if st.Op.Elementwise() == 1 {
		return f.unary[st.Op] != nil && to == in
	}
	return f.binary[st.Op].both != nil && to == in
}

// sides reports whether a step takes its right or its left operand, an input that is one element for a whole block, as
// a number.
func (w *weave) sides(st *device.Step) (right, left bool) {
	if st.Op.Elementwise() != 2 {
		return false, false
	}
	hasRight, hasLeft := false, false
	switch t := w.types[st.In[0]]; {
	case w.types[st.To] != t: // a comparison
	case t == device.Float32:
		hasRight, hasLeft = suite32.binary[st.Op].right != nil, suite32.binary[st.Op].left != nil
	case t == device.Float64:
		hasRight, hasLeft = suite64.binary[st.Op].right != nil, suite64.binary[st.Op].left != nil
	}
	right = hasRight && w.single(st.In[1])
	return right, hasLeft && !right && w.single(st.In[0])
}

func (w *weave) single(place uint8) bool {
	return int(place) < len(w.strands) && w.strands[place].single
}

// run runs a step on a block.
func (w *weave) run(m *machine, st *device.Step) {
	switch st.Op {
	case device.Where:
		w.choose(m, st)
		return
	case device.Copy:
		w.cast(m, st)
		return
	}
	switch w.types[st.In[0]] {
	case device.Float32:
		sew(w, m, st, &suite32)
	case device.Float64:
		sew(w, m, st, &suite64)
	default:
		sew(w, m, st, &suiteBool)
	}
}

func sew[T any](w *weave, m *machine, st *device.Step, f *suite[T]) {
	right, left := w.sides(st)
	if left {
		f.binary[st.Op].left(cells[T](m, st.To, m.n), cells[T](m, st.In[1], m.n), cells[T](m, st.In[0], 1)[0])
		return
	}
	a := cells[T](m, st.In[0], m.n)
	if right {
		f.binary[st.Op].right(cells[T](m, st.To, m.n), a, cells[T](m, st.In[1], 1)[0])
		return
	}
	if st.Op == device.Equal || st.Op == device.Less || st.Op == device.LessEqual {
		f.compare[st.Op].both(cells[bool](m, st.To, m.n), a, cells[T](m, st.In[1], m.n))
		return
	}
	dst := cells[T](m, st.To, m.n)
	switch st.Op {
	case device.AddScalar:
		f.addScalar(dst, a, number[T](st.Scalar))
		return
	case device.MulScalar:
		f.mulScalar(dst, a, number[T](st.Scalar))
		return
	}
	if st.Op.Elementwise() == 1 {
		if st.Op == device.Gelu && st.Flag {
			f.geluTanh(dst, a)
			return
		}
		f.unary[st.Op](dst, a)
		return
	}
	both := &f.binary[st.Op]
	if st.Op == device.GeluGrad && st.Flag {
		both = f.geluTanhGrad
	}
	both.both(dst, a, cells[T](m, st.In[1], m.n))
}

// number converts the number of a step.
func number[T any](v float64) (x T) {
	switch p := any(&x).(type) {
	case *float32:
		*p = float32(v)
	case *float64:
		*p = v
	}
	return x
}

// choose runs Where.
func (w *weave) choose(m *machine, st *device.Step) {
	cond := cells[bool](m, st.In[0], m.n)
	switch w.types[st.To].Bytes() {
	case 1:
		kernel.Where(cells[uint8](m, st.To, m.n), cond, cells[uint8](m, st.In[1], m.n), cells[uint8](m, st.In[2], m.n))
	case 4:
		kernel.Where(cells[uint32](m, st.To, m.n), cond, cells[uint32](m, st.In[1], m.n), cells[uint32](m, st.In[2], m.n))
	default:
		kernel.Where(cells[uint64](m, st.To, m.n), cond, cells[uint64](m, st.In[1], m.n), cells[uint64](m, st.In[2], m.n))
	}
}

// cast runs Copy.
func (w *weave) cast(m *machine, st *device.Step) {
	switch w.types[st.In[0]] {
	case device.Float32:
		castTo(w, m, st, cells[float32](m, st.In[0], m.n))
	case device.Float64:
		castTo(w, m, st, cells[float64](m, st.In[0], m.n))
	default:
		castTo(w, m, st, cells[uint8](m, st.In[0], m.n))
	}
}

func castTo[S kernel.Number](w *weave, m *machine, st *device.Step, x []S) {
	switch w.types[st.To] {
	case device.Float32:
		kernel.Cast(cells[float32](m, st.To, m.n), x)
	case device.Float64:
		kernel.Cast(cells[float64](m, st.To, m.n), x)
	default:
		kernel.CastBool(cells[uint8](m, st.To, m.n), x)
	}
}
