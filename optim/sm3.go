package optim

import "github.com/jimu-ml/jimu/tensor"

// SM3 is [Adagrad] that keeps one sum for each row and column, not for each element, and so hardly any memory.
//
//	a = g² + minᵢ sᵢ        sᵢ, the sums along axis i, broadcast
//	sᵢ ← max of a over the other axes
//	m ← βm + (1 − β) g/√(a + ε), 0 where a is 0        p ← p − ηm
//
// With β of None it keeps no momentum, and of an [n m] matrix n + m numbers.
//
// Anil, Gupta, Koren and Singer, Memory-Efficient Adaptive Optimization, 2019 (arXiv:1901.11150), algorithm SM3-II.
type SM3 struct {
	LR       float64 // η; 0 means 0.1
	Momentum float64 // β; 0 means 0.9, None 0
	Eps      float64 // ε; 0 means 1e-8
}

// Slots returns sums, and m if there is momentum.
func (r SM3) Slots() []string {
	if r.Momentum < 0 {
		return []string{"sums"}
	}
	return []string{"sums", "m"}
}

// SlotsOf returns sums, those along each axis one after another, and m in the parameter's shape.
func (r SM3) SlotsOf(shape []int) []Slot {
	n := 0
	for _, d := range shape {
		n += d
	}
	if len(shape) == 0 {
		n = 1
	}
	slots := []Slot{{"sums", []int{n}}}
	if r.Momentum >= 0 {
		slots = append(slots, Slot{"m", shape})
	}
	return slots
}

// Update moves p along g.
func (r SM3) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	d, sums := at.grad(g), slots[0]
	shape := d.Shape()
	if len(shape) == 0 {
		shape = []int{1}
	}
	d = d.Reshape(shape...)
	var least *tensor.Tensor
	for i, s := range sums.Split(0, shape...) {
		along := make([]int, len(shape))
		for k := range along {
			along[k] = 1
		}
		along[i] = shape[i]
		if s = s.Reshape(along...); least == nil {
			least = s
		} else {
			least = least.Minimum(s)
		}
	}
	a := d.Square().Add(least)
	var next []*tensor.Tensor
	for i := range shape {
		var others []int
		for k := range shape {
			if k != i {
				others = append(others, k)
			}
		}
		s := a
		if others != nil {
			s = a.Max(others...)
		}
		next = append(next, s)
	}
	sums.CopyFrom(tensor.Concat(0, next...))
	zero := a.FullLike(0)
	up := tensor.Where(a.Greater(zero), d.Div(a.AddScalar(or(r.Eps, 1e-8)).Sqrt()), zero).Reshape(p.Shape()...)
	if r.Momentum >= 0 {
		up = mix(slots[1], up, or(r.Momentum, 0.9))
	}
	p.CopyFrom(wide(p).Sub(up.Scale(at.rate(or(r.LR, 0.1)))))
}
