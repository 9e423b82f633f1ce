package data

import (
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// A Batcher divides the examples of an epoch into batches of unequal size. How many there are must not depend on the
// order or the key.
type Batcher interface {
	Batches(order []int, key rng.Key) [][]int
}

// ByLength makes batches of examples of about the same length, such as sentences, so that little is padded: as many
// examples as fit a budget of tokens, padding counted.
//
// The batches come in a random order; which examples of one length are together changes from epoch to epoch.
type ByLength struct {
	Lengths []int // of each example of the set, in tokens
	Tokens  int   // of a batch at most: its longest example times its size
	Most    int   // examples of a batch at most; any number if 0
}

// Check reports an example that is longer than a batch may be.
func (b ByLength) Check() error {
	for i, n := range b.Lengths {
		if n > b.Tokens || n < 0 {
			return fmt.Errorf("batches by length: example %d has %d tokens, and a batch at most %d", i, n, b.Tokens)
		}
	}
	return nil
}

// Batches returns the batches of an epoch.
func (b ByLength) Batches(order []int, key rng.Key) [][]int {
	order = slices.Clone(order)
	slices.SortStableFunc(order, func(i, j int) int { return b.Lengths[i] - b.Lengths[j] })
	var all [][]int
	from := 0
	for i := range order {
		n := i - from + 1
		if n > 1 && (n*b.Lengths[order[i]] > b.Tokens || b.Most > 0 && n > b.Most) {
			all = append(all, order[from:i:i])
			from = i
		}
	}
	if from < len(order) {
		all = append(all, order[from:])
	}
	key.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
