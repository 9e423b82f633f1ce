package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Mechanic finds the rate of any rule, by betting on how far along its path from the start to go. Leave the rule's own rate at
// a usual one; a schedule is the rule's.
//
//	Δ, the sum of the rule's steps so far; p = p₀ + (Σs)Δ
//	g ← g + λ(Σs)‖g‖ p/‖p‖    h = ⟨g, −Δ⟩        Δ before this step
//	m ← max(βm, |h| + ε)    v ← β²v + h²    r ← βr + s clip(h, ±m′)        m′, the m before
//	s ← (s₀/n · m + max(r, 0))/(√v + ε)        for each of n = 6 β = 1 − 10⁻¹ … 1 − 10⁻⁶
//	p ← p₀ + (Σs)(Δ + the rule's step)
//
// Norms and ⟨·⟩ are over all parameters: see [Joint]. The rule inside sees the parameters where they stand, and must be a plain
// one: no [Joint], [Twin] or [Curved].
//
// Cutkosky, Defazio and Mehta, Mechanic: A Learning Rate Tuner, 2023 (arXiv:2306.00144), algorithm 1.
type Mechanic struct {
	Rule  Rule    // nil means AdamW
	Decay float64 // λ; 0 means 0.01, None 0
	Eps   float64 // ε; 0 means 1e-8
	S0    float64 // s₀; 0 means 1e-6
}

const mechanicBetas = 6

func (r Mechanic) inner() Rule {
	if r.Rule == nil {
		return AdamW{}
	}
	return r.Rule
}

// Slots returns the rule's, start in the parameter's shape, and the numbers s, m, v and r.
func (r Mechanic) Slots() []string {
	return append(append([]string(nil), r.inner().Slots()...), "mechanic_start", "mechanic")
}

// SlotsOf returns the rule's, mechanic_start in the parameter's shape, and mechanic [4 6].
func (r Mechanic) SlotsOf(shape []int) []Slot {
	return append(slotsOf(r.inner(), shape), Slot{"mechanic_start", shape}, Slot{"mechanic", []int{4, mechanicBetas}})
}

// Update moves p along g.
func (r Mechanic) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters along their paths.
func (r Mechanic) UpdateAll(moves []Move) {
	eps, s0 := or(r.Eps, 1e-8), or(r.S0, 1e-6)
	state := make([]float64, 4*mechanicBetas) // s, m, v, r
	for i := range mechanicBetas {
		state[i] = s0
	}
	for _, x := range moves {
		if x.At.Step > 1 {
			state = tensor.Values[float64](x.Slots[len(x.Slots)-1])
			break
		}
	}
	far := sum(state[:mechanicBetas])
	var gg, pp, gd, pd []*tensor.Tensor
	for _, x := range moves {
		w, g, start := wide(x.P), x.At.grad(x.G), x.Slots[len(x.Slots)-2]
		if x.At.Step == 1 {
			start.CopyFrom(w)
		}
		back := start.Sub(w).Scale(1 / (far + eps)) // −Δ
		gg, pp = append(gg, g.Square().Sum()), append(pp, w.Square().Sum())
		gd, pd = append(gd, g.Mul(back).Sum()), append(pd, w.Mul(back).Sum())
	}
	pull := or(r.Decay, 0.01) * far * math.Sqrt(total(gg)) / (math.Sqrt(total(pp)) + eps)
	bet(state, total(gd)+float64(pull*total(pd)), s0, eps)
	next := sum(state[:mechanicBetas])
	for _, x := range moves {
		w, start, n := wide(x.P), x.Slots[len(x.Slots)-2], len(x.Slots)
		back := start.Sub(w).Scale(1 / (far + eps))
		ahead := wideLike(x.P)
		ahead.CopyFrom(w)
		r.inner().Update(ahead, x.G.Cast(ahead.DType()), x.Slots[:n-2], x.At)
		x.P.CopyFrom(start.Sub(back.Sub(ahead.Sub(w)).Scale(next)))
		x.Slots[n-1].CopyFrom(tensor.Of(append([]float64(nil), state...), 4, mechanicBetas).To(x.P.Device()))
	}
}

// bet takes h into s, m, v and r.
func bet(state []float64, h, s0, eps float64) {
	for i := range mechanicBetas {
		beta := 1 - math.Pow(0.1, float64(i+1))
		s, m, v, r := &state[i], &state[mechanicBetas+i], &state[2*mechanicBetas+i], &state[3*mechanicBetas+i]
		clipped := math.Max(-*m, math.Min(h, *m))
		*m = math.Max(beta**m, math.Abs(h)+eps)
		*v = float64(beta*beta**v) + float64(h*h)
		*r = float64(beta**r) + float64(clipped**s)
		*s = (s0/mechanicBetas**m + math.Max(0, *r)) / (math.Sqrt(*v) + eps)
	}
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}
