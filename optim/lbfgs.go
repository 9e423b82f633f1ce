package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// LBFGS is Newton's method with a Hessian that it infers from the last steps: for small problems and whole data sets, not
// for batches.
//
//	d = −H∇f(p)        H of the last pairs s = p − p′, y = ∇f − ∇f′, and γI, γ = ⟨s, y⟩/⟨y, y⟩ of the last
//	p ← p + td         t found so that strong Wolfe conditions hold:
//	                   f(p + td) ≤ f(p) + c₁t⟨∇f, d⟩,  |⟨∇f(p + td), d⟩| ≤ c₂|⟨∇f(p), d⟩|,  c₁ = 10⁻⁴, c₂ = 0.9
//
// A step is one iteration: about one or two evaluations of the loss, at most 26, by [Optimizer.StepWith], which train.Step
// uses. It must be given the same batch, and no dropout. [Optimizer.Step], without evaluations, goes t = η. Both go a
// shorter way in the first step, η·min(1, 1/‖∇f‖₁). It must have all the parameters that are trained, and computes on the host
// in float64. Where the gradient is below 10⁻⁷ it stays.
//
// PyTorch's LBFGS makes up to 20 iterations a step.
//
// Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989; Nocedal and Wright, Numerical
// Optimization, 2006, algorithms 3.5, 3.6, 7.4 and 7.5.
type LBFGS struct {
	LR      float64 // η; 0 means 1
	History int     // pairs that are kept; 0 means 10
}

// Slots returns direction and before in the parameter's shape, s and y [History …], and numbers [3].
func (r LBFGS) Slots() []string { return []string{"direction", "before", "s", "y", "numbers"} }

// SlotsOf returns direction and before in the parameter's shape, s and y [History …], and numbers [3].
func (r LBFGS) SlotsOf(shape []int) []Slot {
	many := append([]int{r.history()}, shape...)
	return []Slot{{"direction", shape}, {"before", shape}, {"s", many}, {"y", many}, {"numbers", []int{3}}}
}

func (r LBFGS) history() int {
	if r.History <= 0 {
		return 10
	}
	return r.History
}

// Update moves p along g.
func (r LBFGS) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters together, by steps of a fixed rate.
func (r LBFGS) UpdateAll(moves []Move) {
	_ = r.Search(moves, nil) // which fails only where it evaluates
}

// Search moves the parameters together, by a step that it searches for.
func (r LBFGS) Search(moves []Move, again func() (float64, error)) error {
	q := r.recall(moves)
	g := flatGrad(moves)
	if largest(g) <= 1e-7 {
		return nil
	}
	d := q.direction(g)
	slope := dot(g, d)
	if slope > -1e-9 {
		return nil
	}
	t := or(r.LR, 1) * moves[0].At.Rate
	if q.iterations == 0 {
		t *= min(1, 1/norm1(g))
	}
	start := make([]*tensor.Tensor, len(moves))
	for i, x := range moves {
		start[i] = like(x.P)
		start[i].CopyFrom(x.P)
	}
	if again != nil {
		l := line{c1: 1e-4, c2: 0.9, most: 25, change: 1e-9, length: largest(d), at: func(t float64) (point, error) {
			q.place(moves, start, d, t)
			f, err := again()
			if err != nil {
				return point{}, err
			}
			return point{t, f, dot(flatGrad(moves), d)}, nil
		}}
		found, err := l.search(point{0, moves[0].At.Loss, slope}, t)
		if err != nil {
			for i, x := range moves {
				x.P.CopyFrom(start[i])
			}
			return err
		}
		t = found
	}
	q.place(moves, start, d, t)
	q.keep(moves, g, d, t)
	return nil
}

// quasi is what LBFGS remembers, of all parameters one after another.
type quasi struct {
	iterations   int
	s, y         [][]float64 // the oldest first
	before, last []float64   // the gradient and the step of the iteration before
	room         int         // for so many pairs
}

// recall reads the slots.
func (r LBFGS) recall(moves []Move) *quasi {
	q := &quasi{room: r.history()}
	for _, x := range moves {
		if n := tensor.Values[float64](x.Slots[4]); x.At.Step > 1 && int(n[0]) > q.iterations {
			q.iterations = int(n[0])
			q.s, q.y = make([][]float64, int(n[1])), make([][]float64, int(n[1]))
		}
	}
	if q.iterations == 0 {
		return q
	}
	t := 0.0
	for _, x := range moves {
		t = max(t, tensor.Values[float64](x.Slots[4])[2])
		q.last = append(q.last, tensor.Values[float64](x.Slots[0])...)
		q.before = append(q.before, tensor.Values[float64](x.Slots[1])...)
		for i := range q.s {
			q.s[i] = append(q.s[i], tensor.Values[float64](x.Slots[2].Select(0, i))...)
			q.y[i] = append(q.y[i], tensor.Values[float64](x.Slots[3].Select(0, i))...)
		}
	}
	for i := range q.last {
		q.last[i] *= t
	}
	return q
}

// direction takes the last step into the history, and returns −H·g.
func (q *quasi) direction(g []float64) []float64 {
	d := make([]float64, len(g))
	for i := range g {
		d[i] = -g[i]
	}
	if q.iterations == 0 {
		return d
	}
	y := make([]float64, len(g))
	for i := range g {
		y[i] = g[i] - q.before[i]
	}
	if dot(y, q.last) > 1e-10 {
		if len(q.s) == q.room {
			q.s, q.y = q.s[1:], q.y[1:]
		}
		q.s, q.y = append(q.s, q.last), append(q.y, y)
	}
	k := len(q.s)
	if k == 0 {
		return d
	}
	a := make([]float64, k)
	for i := k - 1; i >= 0; i-- {
		a[i] = dot(q.s[i], d) / dot(q.y[i], q.s[i])
		addTo(d, q.y[i], -a[i])
	}
	scale := dot(q.y[k-1], q.s[k-1]) / norm2(q.y[k-1])
	for i := range d {
		d[i] *= scale
	}
	for i := range k {
		addTo(d, q.s[i], a[i]-dot(q.y[i], d)/dot(q.y[i], q.s[i]))
	}
	return d
}

// place puts the parameters at start + t·d.
func (q *quasi) place(moves []Move, start []*tensor.Tensor, d []float64, t float64) {
	for i, x := range moves {
		n := x.P.Len()
		step := tensor.Of(d[:n:n], x.P.Shape()...).Scale(t).Cast(wideType(x.P.DType())).To(x.P.Device())
		x.P.CopyFrom(wide(start[i]).Add(step))
		d = d[n:]
	}
}

// keep writes the slots.
func (q *quasi) keep(moves []Move, g, d []float64, t float64) {
	at := 0
	for _, x := range moves {
		n, shape := x.P.Len(), x.P.Shape()
		put := func(slot *tensor.Tensor, v []float64) {
			slot.CopyFrom(tensor.Of(append([]float64(nil), v[at:at+n]...), shape...).To(x.P.Device()))
		}
		put(x.Slots[0], d)
		put(x.Slots[1], g)
		for i := range q.s {
			put(x.Slots[2].Select(0, i), q.s[i])
			put(x.Slots[3].Select(0, i), q.y[i])
		}
		x.Slots[4].CopyFrom(tensor.Of([]float64{float64(q.iterations + 1), float64(len(q.s)), t}).To(x.P.Device()))
		at += n
	}
}

// flatGrad returns the scaled gradients one after another.
func flatGrad(moves []Move) (g []float64) {
	for _, x := range moves {
		g = append(g, tensor.Values[float64](x.At.grad(x.G))...)
	}
	return g
}

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += float64(x[i] * y[i])
	}
	return sum
}

func addTo(x, y []float64, a float64) {
	for i := range x {
		x[i] += float64(a * y[i])
	}
}

func norm1(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Abs(v)
	}
	return sum
}

func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}
