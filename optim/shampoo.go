package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Shampoo turns and scales the gradient of a matrix by what its rows and its columns were like so far.
//
//	L ← L + GGᵀ    R ← R + GᵀG        εI at first
//	P ← P − η L^−¼ G R^−¼
//
// Of a vector it takes L^−½ g: full-matrix [Adagrad]. What has more than two axes is seen as [n the others]. An axis longer
// than Largest has no preconditioner; the other's exponent is −½ then. The roots are computed on the host, in float64, which
// takes time as the cube of the axis: see Every. While the sums are young, roots are also computed in updates 2, 4, 8 and so
// on: old ones would take huge steps in directions that are new.
//
// Its steps have Adagrad's length, and are best warmed up; the authors' later version takes the length of another rule's
// step. [SOAP] is its heir.
//
// Gupta, Koren and Singer, Shampoo: Preconditioned Stochastic Tensor Optimization, 2018 (arXiv:1802.09568), algorithm 1.
type Shampoo struct {
	LR          float64 // η; 0 means 0.1
	Eps         float64 // ε; 0 means 1e-4
	Every       int     // updates from one computation of the roots to the next; 0 means 1
	Largest     int     // 0 means 1024
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns left, right and their roots.
func (r Shampoo) Slots() []string { return sides("", "_root") }

// SlotsOf returns square matrices, one and its root for each side.
func (r Shampoo) SlotsOf(shape []int) []Slot { return sidesOf(shape, r.Largest, "", "_root") }

// Update moves p along g.
func (r Shampoo) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr := at.rate(or(r.LR, 0.1))
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, false)
	x := d.Reshape(asMatrix(d.Shape())...)
	up := x
	for side, i := range places(p.Shape(), r.Largest) {
		if i < 0 {
			continue
		}
		sum, root := slots[2*i], slots[2*i+1]
		n := sum.Dim(0)
		if at.Step == 1 {
			sum.CopyFrom(eye(n, or(r.Eps, 1e-4), sum))
		}
		if side == 0 {
			sum.CopyFrom(sum.Add(x.MatMul(x.T())))
		} else {
			sum.CopyFrom(sum.Add(x.T().MatMul(x)))
		}
		if every := max(1, r.Every); (at.Step-1)%every == 0 || at.Step < every && at.Step&(at.Step-1) == 0 {
			root.CopyFrom(inverseRoot(sum, 0.5/float64(len(slots)/2)))
		}
		if side == 0 {
			up = root.MatMul(up)
		} else {
			up = up.MatMul(root)
		}
	}
	p.CopyFrom(w.Sub(up.Reshape(p.Shape()...).Scale(lr)))
}

// inverseRoot returns a^−power of a symmetric matrix that is positive.
func inverseRoot(a *tensor.Tensor, power float64) *tensor.Tensor {
	n := a.Dim(0)
	values, v := eigen(tensor.Values[float64](a), n)
	scaled := make([]float64, n*n)
	for i := range n {
		for j := range n {
			scaled[i*n+j] = v[i*n+j] * math.Pow(max(values[j], 1e-30), -power/2)
		}
	}
	half := tensor.Of(scaled, n, n)
	return half.MatMul(half.T()).Cast(a.DType()).To(a.Device())
}

// eye returns v times the identity [n n], of the type and on the device of x.
func eye(n int, v float64, x *tensor.Tensor) *tensor.Tensor {
	all := make([]float64, n*n)
	for i := range n {
		all[i*n+i] = v
	}
	return square(all, n, x)
}

// asMatrix returns the shape [n the others] of a parameter; of a vector [n 1].
func asMatrix(shape []int) []int {
	if len(shape) == 0 {
		return []int{1, 1}
	}
	rest := 1
	for _, n := range shape[1:] {
		rest *= n
	}
	return []int{shape[0], rest}
}

// places returns which of the pairs of slots is that of the left and of the right side; −1 if a side has none.
func places(shape []int, largest int) [2]int {
	if largest <= 0 {
		largest = 1024
	}
	at, n := [2]int{-1, -1}, 0
	for side, length := range asMatrix(shape) {
		if length <= largest && (side == 0 || len(shape) > 1) {
			at[side] = n
			n++
		}
	}
	return at
}

var sideNames = [2]string{"left", "right"}

func sides(endings ...string) (names []string) {
	for _, side := range sideNames {
		for _, e := range endings {
			names = append(names, side+e)
		}
	}
	return names
}

func sidesOf(shape []int, largest int, endings ...string) (slots []Slot) {
	matrix := asMatrix(shape)
	for side, i := range places(shape, largest) {
		for _, e := range endings {
			if i >= 0 {
				slots = append(slots, Slot{sideNames[side] + e, []int{matrix[side], matrix[side]}})
			}
		}
	}
	return slots
}
