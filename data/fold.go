package data

import (
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// A Fold is positions of examples: those to learn from, and those held out to test on.
type Fold struct{ Train, Held []int }

// Of returns the two parts of a set.
func (f Fold) Of(s Set) (train, held Set) { return Subset{s, f.Train}, Subset{s, f.Held} }

// KFold divides n examples at random into k parts that differ by at most one example. Fold i holds out part i.
//
// Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, 1974.
func KFold(n, k int, key rng.Key) ([]Fold, error) {
	if err := checkFolds(n, k); err != nil {
		return nil, err
	}
	part := make([]int, n)
	for i, at := range key.Perm(n) {
		part[at] = i % k
	}
	return folds(part, k), nil
}

// StratifiedKFold is [KFold] with about the same share of each label in every part: the examples of a label differ by at
// most one from part to part, and so do the parts.
//
// A label with fewer examples than parts is an error, since some fold would not be tested on it.
func StratifiedKFold(labels []int64, k int, key rng.Key) ([]Fold, error) {
	if err := checkFolds(len(labels), k); err != nil {
		return nil, err
	}
	part := make([]int, len(labels))
	next := 0 // the examples of all labels are dealt like cards, label after label
	for label, members := range byLabel(labels, key) {
		if len(members) < k {
			return nil, fmt.Errorf("folds: the label %d has %d examples, fewer than the %d parts", label, len(members), k)
		}
		for _, at := range members {
			part[at] = next % k
			next++
		}
	}
	return folds(part, k), nil
}

// GroupKFold divides examples into k parts so that a group, such as all recordings of one speaker, lies in one part. The
// largest groups are placed first, each where the fewest examples are, as in scikit-learn.
func GroupKFold(groups []int64, k int) ([]Fold, error) {
	if err := checkFolds(len(groups), k); err != nil {
		return nil, err
	}
	size := map[int64]int{}
	for _, g := range groups {
		size[g]++
	}
	if len(size) < k {
		return nil, fmt.Errorf("folds: %d groups for %d parts", len(size), k)
	}
	order := make([]int64, 0, len(size))
	for g := range size {
		order = append(order, g)
	}
	slices.SortFunc(order, func(a, b int64) int {
		if size[a] != size[b] {
			return size[b] - size[a]
		}
		return int(max(-1, min(1, a-b)))
	})
	where, filled := map[int64]int{}, make([]int, k)
	for _, g := range order {
		least := 0
		for i := range filled {
			if filled[i] < filled[least] {
				least = i
			}
		}
		where[g] = least
		filled[least] += size[g]
	}
	part := make([]int, len(groups))
	for i, g := range groups {
		part[i] = where[g]
	}
	return folds(part, k), nil
}

// TimeFolds divides a series of n steps, so that what is held out always lies behind what is learned from:
//
//	fold i: learn from the steps before n − (k−i)·t − gap, hold out t steps from n − (k−i)·t on; t = n/(k+1)
//
// A gap leaves out the steps just before those held out, which windows over them would touch. It is scikit-learn's
// TimeSeriesSplit.
func TimeFolds(n, k, gap int) ([]Fold, error) {
	if err := checkFolds(n, k); err != nil {
		return nil, err
	}
	size := n / (k + 1)
	if gap < 0 || size == 0 || n-k*size-gap <= 0 {
		return nil, fmt.Errorf("folds: %d steps are too few for %d folds with a gap of %d", n, k, gap)
	}
	list := make([]Fold, k)
	for i := range list {
		from := n - (k-i)*size
		list[i] = Fold{Train: span(0, from-gap), Held: span(from, from+size)}
	}
	return list, nil
}

func span(lo, hi int) []int {
	list := make([]int, hi-lo)
	for i := range list {
		list[i] = lo + i
	}
	return list
}

func checkFolds(n, k int) error {
	if k < 2 || k > n {
		return fmt.Errorf("folds: %d parts of %d examples; want 2 to as many as there are examples", k, n)
	}
	return nil
}

// folds makes the k folds of examples whose part is known.
func folds(part []int, k int) []Fold {
	list := make([]Fold, k)
	for at, p := range part {
		for i := range list {
			if i == p {
				list[i].Held = append(list[i].Held, at)
			} else {
				list[i].Train = append(list[i].Train, at)
			}
		}
	}
	return list
}
