package data

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/rng"
)

func TestWeightedSampling(t *testing.T) {
	w := Weighted{Weights: []float64{1, 0, 3, 4}, N: 40000}
	count := make([]float64, 4)
	for _, at := range w.Order(7) {
		count[at]++
	}
	for i, x := range w.Weights {
		want := x / 8 * 40000
		if math.Abs(count[i]-want) > 4*math.Sqrt(want)+0.5 {
			t.Errorf("example %d is taken %v times, want about %v", i, count[i], want)
		}
	}
}

// TestWithoutRepetition: the first of an epoch has the probability of its weight, and none comes twice.
func TestWithoutRepetition(t *testing.T) {
	w := Weighted{Weights: []float64{1, 0, 3, 4}, N: 3, Once: true}
	first := make([]float64, 4)
	for key := range rng.Key(8000) {
		order := w.Order(key)
		first[order[0]]++
		if slices.Sort(order); !slices.Equal(order, []int{0, 2, 3}) {
			t.Fatalf("an epoch of %v", order)
		}
	}
	for i, x := range w.Weights {
		if want := x / 8 * 8000; math.Abs(first[i]-want) > 4*math.Sqrt(want)+0.5 {
			t.Errorf("example %d is the first %v times, want about %v", i, first[i], want)
		}
	}
}

func TestBalanced(t *testing.T) {
	labels := []int64{0, 0, 0, 0, 0, 0, 5, 5, 9}
	b := Balanced(labels)
	b.N = 9000
	count := map[int64]float64{}
	for _, at := range b.Order(3) {
		count[labels[at]]++
	}
	for label, n := range count {
		if math.Abs(n-3000) > 200 {
			t.Errorf("label %d is taken %v times, want about 3000", label, n)
		}
	}
}

// TestLoaderWithSampler: the batches are those of the sampler's order, another one in each epoch.
func TestLoaderWithSampler(t *testing.T) {
	l := Loader{Set: numbered(t, 4), BatchSize: 5, Key: 2, Sampler: Weighted{Weights: []float64{1, 0, 1, 1}, N: 12}}
	if l.Len() != 3 {
		t.Errorf("%d batches, want 3", l.Len())
	}
	first := mustTargets(t, l.Epoch(context.Background(), 0, 0))
	if len(first) != 3 || len(first[2]) != 2 {
		t.Fatalf("batches %v", first)
	}
	if equal(first, mustTargets(t, l.Epoch(context.Background(), 1, 0))) {
		t.Error("two epochs are alike")
	}
	if rest := mustTargets(t, l.Epoch(context.Background(), 0, 1)); !equal(rest, first[1:]) {
		t.Errorf("going on from batch 1 gives %v, want %v", rest, first[1:])
	}
}

func TestByLength(t *testing.T) {
	lengths := []int{5, 1, 7, 2, 3, 3, 8, 1, 2, 4, 6, 3}
	l := Loader{Set: numbered(t, 12), Key: 2, Batcher: ByLength{Lengths: lengths, Tokens: 8}}
	counts := map[int]bool{}
	for epoch := range 5 {
		all := mustTargets(t, l.Epoch(context.Background(), epoch, 0))
		counts[len(all)] = true
		if len(all) != l.Len() {
			t.Errorf("%d batches and Len %d", len(all), l.Len())
		}
		var seen []int64
		for _, b := range all {
			most := 0
			for _, at := range b {
				most = max(most, lengths[at])
			}
			if most*len(b) > 8 {
				t.Errorf("a batch %v of %d tokens", b, most*len(b))
			}
			seen = append(seen, b...)
		}
		if slices.Sort(seen); len(seen) != 12 || seen[0] != 0 || seen[11] != 11 {
			t.Errorf("epoch %d takes %v", epoch, seen)
		}
	}
	if len(counts) != 1 {
		t.Errorf("epochs of %v batches", counts)
	}
	if b := (ByLength{Lengths: lengths, Tokens: 100, Most: 5}).Batches(span(0, 12), 1); len(b) != 3 {
		t.Errorf("%v: want 3 batches of at most 5", b)
	}
}
