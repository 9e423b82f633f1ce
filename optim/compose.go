package optim

import (
	"sort"

	"github.com/jimu-ml/jimu/tensor"
)

// Func is a schedule of any function: the factor in a step, 0 being the first.
type Func func(step int) float64

// Rate returns f(step).
func (f Func) Rate(step int) float64 { return f(step) }

// Product multiplies schedules: a warm-up times a decay that does not wait for it, for one.
type Product []Schedule

// Rate returns the product of the factors in a step.
func (p Product) Rate(step int) float64 {
	rate := 1.0
	for _, s := range p {
		rate *= s.Rate(step)
	}
	return rate
}

// Parts returns the schedules.
func (p Product) Parts() []Schedule { return p }

// Sequence follows one schedule after another: Of[i] from step At[i−1] on, where its own step is 0.
//
//	optim.Sequence{Of: []optim.Schedule{optim.Linear{Start: 0.1, End: 1, Steps: 5}, optim.Cosine{Steps: 95}}, At: []int{5}}
type Sequence struct {
	Of []Schedule
	At []int // rising, one fewer than Of
}

// Rate returns the factor in a step. It panics with a [tensor.Error] if At does not fit Of.
func (s Sequence) Rate(step int) float64 {
	i := place("Sequence", s.At, len(s.Of), step)
	if i > 0 {
		step -= s.At[i-1]
	}
	return s.Of[i].Rate(step)
}

// Parts returns the schedules.
func (s Sequence) Parts() []Schedule { return s.Of }

// Piecewise is constant between steps: Rates[i] from step At[i−1] on.
type Piecewise struct {
	Rates []float64
	At    []int // rising, one fewer than Rates
}

// Rate returns the factor in a step. It panics with a [tensor.Error] if At does not fit Rates.
func (p Piecewise) Rate(step int) float64 {
	return p.Rates[place("Piecewise", p.At, len(p.Rates), step)]
}

// place returns how many of the rising steps have come.
func place(what string, at []int, n, step int) int {
	if len(at) != n-1 || !sort.IntsAreSorted(at) {
		panic(tensor.Errorf("optim."+what, "%d parts that change at the steps %v; want one fewer, rising", n, at))
	}
	return sort.Search(len(at), func(i int) bool { return at[i] > step })
}
