package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// A Sampler says which examples an epoch takes, and in which order. Both are a function of the epoch's key, so that a run
// which is resumed sees what it would have seen.
type Sampler interface {
	Len() int // of an epoch
	Order(key rng.Key) []int
}

// Weighted takes examples with probabilities in proportion to weights.
type Weighted struct {
	Weights []float64 // of each example, not negative
	N       int       // of an epoch; as many as there are weights if 0
	Once    bool      // no example twice in an epoch
}

// Balanced takes every label equally often, in the mean: the weight of an example is 1 over how many share its label.
func Balanced(labels []int64) Weighted {
	count := map[int64]int{}
	for _, l := range labels {
		count[l]++
	}
	w := Weighted{Weights: make([]float64, len(labels))}
	for i, l := range labels {
		w.Weights[i] = 1 / float64(count[l])
	}
	return w
}

// Check reports weights that are negative, not finite or all 0, and an epoch without repetition that is longer than the set
// has examples of positive weight.
func (w Weighted) Check() error {
	sum, some := 0.0, 0
	for i, x := range w.Weights {
		if !(x >= 0) || math.IsInf(x, 0) {
			return fmt.Errorf("sampling: the weight of example %d is %v", i, x)
		}
		if x > 0 {
			some++
		}
		sum += x
	}
	switch {
	case sum == 0 || math.IsInf(sum, 0):
		return fmt.Errorf("sampling: the weights add up to %v", sum)
	case w.Once && w.Len() > some:
		return fmt.Errorf("sampling: an epoch of %d examples without repetition, and %d have a positive weight", w.Len(), some)
	}
	return nil
}

// Len returns how many examples an epoch takes.
func (w Weighted) Len() int {
	if w.N > 0 {
		return w.N
	}
	return len(w.Weights)
}

// Order returns the positions that an epoch takes. With repetition each is drawn apart; without, the N largest of
// ln(uᵢ)/wᵢ are taken, which is the same as drawing one after another from those left.
//
// Efraimidis and Spirakis, Weighted Random Sampling with a Reservoir, 2006, for the latter.
func (w Weighted) Order(key rng.Key) []int {
	if w.Once {
		return w.without(key)
	}
	sums := make([]float64, len(w.Weights))
	sum := 0.0
	for i, x := range w.Weights {
		sum += x
		sums[i] = sum
	}
	order := make([]int, w.Len())
	for i := range order {
		u := key.Float64At(uint64(i)) * sum
		at, found := slices.BinarySearch(sums, u)
		for found && at < len(sums)-1 && sums[at] <= u { // u lies on a border, which belongs to what is behind
			at++
		}
		order[i] = min(at, len(sums)-1)
	}
	return order
}

func (w Weighted) without(key rng.Key) []int {
	type draw struct {
		at   int
		rank float64
	}
	draws := make([]draw, len(w.Weights))
	for i, x := range w.Weights {
		draws[i] = draw{i, math.Inf(-1)}
		if x > 0 {
			draws[i].rank = math.Log(1-key.Float64At(uint64(i))) / x
		}
	}
	slices.SortStableFunc(draws, func(a, b draw) int {
		switch {
		case a.rank > b.rank:
			return -1
		case a.rank < b.rank:
			return 1
		}
		return 0
	})
	order := make([]int, min(w.Len(), len(draws)))
	for i := range order {
		order[i] = draws[i].at
	}
	return order
}
