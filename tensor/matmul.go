package tensor

import "github.com/jimu-ml/jimu/device"

// MatMul returns the matrix product of the last two axes; the leading axes broadcast.
//
//	x [… m k], w [… k n] → y [… m n]
//	dx = dy wᵀ    dw = xᵀ dy
//
// It panics with an [Error] if the inner lengths differ, or if a rank is below 2.
func (x *Tensor) MatMul(w *Tensor) *Tensor {
	if x.Rank() < 2 || w.Rank() < 2 || x.Dim(-1) != w.Dim(-2) {
		panic(Errorf("MatMul", "shapes %v and %v do not fit", x, w))
	}
	if x.view.DType != w.view.DType {
		panic(Errorf("MatMul", "%s %v and %s %v differ in type; Cast one", x.view.DType, x, w.view.DType, w))
	}
	y := OutputRowMajor(x, productShape(x, w), w)
	Run(device.MatMul, nil, []*Tensor{y}, x, w)
	return Record(y, "MatMul", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		g := []*Tensor{nil, nil}
		if x[0].Wanted() {
			g[0] = dy.MatMul(x[1].T()).SumTo(x[0].Shape()...)
		}
		if x[1].Wanted() {
			g[1] = x[0].T().MatMul(dy).SumTo(x[1].Shape()...)
		}
		return g
	}, x, w)
}

func productShape(x, w *Tensor) []int {
	a, b := x.Shape(), w.Shape()
	m, n := a[len(a)-2], b[len(b)-1]
	lead := Broadcast("MatMul", &Tensor{view: shaped(a[:len(a)-2])}, &Tensor{view: shaped(b[:len(b)-2])})
	return append(lead, m, n)
}
