package optim

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// SOAP is [Adam] in the directions in which [Shampoo] scales.
//
//	L ← βL + (1 − β)GGᵀ    R ← βR + (1 − β)GᵀG        Q, the eigenvectors of L on the left, of R on the right
//	M ← β₁M + (1 − β₁)G    V ← β₂V + (1 − β₂)(QᵀGQ)²
//	P ← P − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) Q (QᵀMQ/(√V + ε)) Qᵀ,    then P ← P − ηλP
//
// The first call only makes L, R and Q, as its authors' does; t counts from the second. Every so many updates Q follows
// L and R by a step of power iteration and a QR decomposition. What has more than two axes is seen as [n the others]. Vectors
// and axes longer than Largest are not turned. Eigenvectors and QR are computed on the host, in float64.
//
// Vyas et al., SOAP: Improving and Stabilizing Shampoo using Adam, 2024 (arXiv:2409.11321), algorithm 3.
type SOAP struct {
	LR          float64 // η; 0 means 3e-3
	Beta1       float64 // β₁; 0 means 0.95, None 0
	Beta2       float64 // β₂; 0 means 0.95
	Beta        float64 // β, of L and R; 0 means β₂
	Eps         float64 // ε; 0 means 1e-8, None 0
	Every       int     // 0 means 10
	Largest     int     // 0 means 1024
	WeightDecay float64 // λ; 0 means 0.01, None 0
}

// Slots returns m, v, and left and right with their bases.
func (r SOAP) Slots() []string { return append([]string{"m", "v"}, sides("", "_basis")...) }

// SlotsOf returns m and v in the parameter's shape, and square matrices for each side.
func (r SOAP) SlotsOf(shape []int) []Slot {
	slots := []Slot{{"m", shape}, {"v", shape}}
	if len(shape) < 2 {
		return slots
	}
	return append(slots, sidesOf(shape, r.Largest, "", "_basis")...)
}

// Update moves p along g.
func (r SOAP) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	x := at.grad(g).Reshape(asMatrix(g.Shape())...)
	if at.Step == 1 {
		r.follow(x, p.Shape(), slots, 0)
		return
	}
	t, lr, beta1, beta2 := at.Step-1, at.rate(or(r.LR, 3e-3)), or(r.Beta1, 0.95), or(r.Beta2, 0.95)
	m := mix(slots[0], x.Reshape(p.Shape()...), beta1).Reshape(x.Shape()...)
	v := mix(slots[1], r.turn(x, p.Shape(), slots, false).Square().Reshape(p.Shape()...), beta2).Reshape(x.Shape()...)
	up := r.turn(r.turn(m, p.Shape(), slots, false).Div(v.Sqrt().AddScalar(or(r.Eps, 1e-8))), p.Shape(), slots, true)
	size := lr * math.Sqrt(debias(beta2, t)) / debias(beta1, t)
	w := wide(p).Sub(up.Reshape(p.Shape()...).Scale(size))
	p.CopyFrom(w.Scale(1 - float64(lr*or(r.WeightDecay, 0.01))))
	r.follow(x, p.Shape(), slots, t)
}

// turn returns x in the bases, or back from them.
func (r SOAP) turn(x *tensor.Tensor, shape []int, slots []*tensor.Tensor, back bool) *tensor.Tensor {
	if len(slots) == 2 {
		return x
	}
	for side, i := range places(shape, r.Largest) {
		if i < 0 {
			continue
		}
		q := slots[2+2*i+1]
		switch {
		case side == 0 && back:
			x = q.MatMul(x)
		case side == 0:
			x = q.T().MatMul(x)
		case back:
			x = x.MatMul(q.T())
		default:
			x = x.MatMul(q)
		}
	}
	return x
}

// follow takes a gradient into L and R, and lets the bases follow in update 0 and every so many.
func (r SOAP) follow(x *tensor.Tensor, shape []int, slots []*tensor.Tensor, t int) {
	if len(slots) == 2 {
		return
	}
	every := r.Every
	if every <= 0 {
		every = 10
	}
	for side, i := range places(shape, r.Largest) {
		if i < 0 {
			continue
		}
		sum, q := slots[2+2*i], slots[2+2*i+1]
		y := x
		if side == 1 {
			y = x.T()
		}
		mix(sum, y.MatMul(y.T()), or(r.Beta, or(r.Beta2, 0.95)))
		n := sum.Dim(0)
		switch {
		case t == 0:
			_, basis := eigen(tensor.Values[float64](sum), n)
			q.CopyFrom(square(basis, n, q))
		case t%every == 0:
			power := sum.MatMul(q)
			order := fallingOrder(tensor.Values[float64](q.Mul(power).Sum(0)))
			v := slots[1].Reshape(x.Shape()...)
			slots[1].CopyFrom(v.Take(side, order.To(v.Device())).Reshape(shape...))
			basis := orthonormal(tensor.Values[float64](power.Take(1, order.To(power.Device()))), n)
			q.CopyFrom(square(basis, n, q))
		}
	}
}

// fallingOrder returns the places of numbers, the largest first.
func fallingOrder(x []float64) *tensor.Tensor {
	order := make([]int64, len(x))
	for i := range order {
		order[i] = int64(i)
	}
	slices.SortStableFunc(order, func(i, j int64) int {
		switch {
		case x[i] > x[j]:
			return -1
		case x[i] < x[j]:
			return 1
		}
		return 0
	})
	return tensor.Of(order, len(order))
}
