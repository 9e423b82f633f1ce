package data

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// byLabel returns the labels in ascending order, each with the positions of its examples in a random order.
func byLabel(labels []int64, key rng.Key) iter.Seq2[int64, []int] {
	members := map[int64][]int{}
	for at, l := range labels {
		members[l] = append(members[l], at)
	}
	order := make([]int64, 0, len(members))
	for l := range members {
		order = append(order, l)
	}
	slices.Sort(order)
	return func(yield func(int64, []int) bool) {
		for _, l := range order {
			m := members[l]
			key.At(uint64(l)).Shuffle(len(m), func(i, j int) { m[i], m[j] = m[j], m[i] })
			if !yield(l, m) {
				return
			}
		}
	}
}

// StratifiedSplit divides a set at random into parts of those shares, with the same share of every label in each, to within
// one example. What the shares leave of 1 is left out; a share such as 0.8 of 0.8 and 0.2 takes the rest.
func StratifiedSplit(s Set, labels []int64, key rng.Key, shares ...float64) ([]Set, error) {
	if len(labels) != s.Len() {
		return nil, fmt.Errorf("split: %d labels for a set of %d", len(labels), s.Len())
	}
	if err := checkShares(shares); err != nil {
		return nil, err
	}
	index := make([][]int, len(shares))
	for _, members := range byLabel(labels, key) {
		from, sum := 0, 0.0
		for i, share := range shares {
			sum += share
			to := min(int(math.Round(sum*float64(len(members)))), len(members))
			index[i] = append(index[i], members[from:to]...)
			from = to
		}
	}
	return subsets(s, index, key), nil
}

// GroupSplit divides a set at random into parts of about those shares, so that a group, such as all pictures of one person,
// lies in one part. Groups are taken whole, until a part has at least its share.
func GroupSplit(s Set, groups []int64, key rng.Key, shares ...float64) ([]Set, error) {
	if len(groups) != s.Len() {
		return nil, fmt.Errorf("split: %d groups for a set of %d", len(groups), s.Len())
	}
	if err := checkShares(shares); err != nil {
		return nil, err
	}
	var whole [][]int
	for _, members := range byLabel(groups, key) {
		whole = append(whole, members)
	}
	key.Shuffle(len(whole), func(i, j int) { whole[i], whole[j] = whole[j], whole[i] })
	index := make([][]int, len(shares))
	taken, sum, next := 0, 0.0, 0
	for i, share := range shares {
		sum += share
		for next < len(whole) && float64(taken) < sum*float64(s.Len())-0.5 {
			index[i] = append(index[i], whole[next]...)
			taken += len(whole[next])
			next++
		}
	}
	return subsets(s, index, key), nil
}

func checkShares(shares []float64) error {
	sum := 0.0
	for _, x := range shares {
		if !(x > 0) {
			return fmt.Errorf("split: shares of %v; want each above 0", shares)
		}
		sum += x
	}
	if sum > 1+1e-9 {
		return fmt.Errorf("split: shares of %v are more than the whole", shares)
	}
	return nil
}

// subsets returns the parts, each in a random order.
func subsets(s Set, index [][]int, key rng.Key) []Set {
	parts := make([]Set, len(index))
	for i, at := range index {
		key.Child("part").At(uint64(i)).Shuffle(len(at), func(a, b int) { at[a], at[b] = at[b], at[a] })
		parts[i] = Subset{s, at}
	}
	return parts
}
