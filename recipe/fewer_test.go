package recipe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestFirstOf(t *testing.T) {
	labels := []int64{1, 0, 1, 1, 2, 1, 0, 1, 1, 1, 0, 1}
	for n, want := range map[int]string{
		3: "[0 1 4]", 4: "[0 1 2 4]", 6: "[0 1 2 3 4 6]", 11: "[0 1 2 3 4 5 6 7 8 9 10]", 12: "[0 1 2 3 4 5 6 7 8 9 10 11]",
	} {
		if got := fmt.Sprint(firstOf(n, len(labels), labels)); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
		if got := firstOf(n, len(labels), labels); len(got) != n || !slices.IsSorted(got) {
			t.Errorf("%d: %v", n, got)
		}
	}
	if got := firstOf(3, 5, nil); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("without classes: %v", got)
	}
}

// However many are asked for, and however the classes are spread, so many are left, and one of each class if that can be.
func TestFirstOfIsExact(t *testing.T) {
	for trial := range rng.Key(200) {
		s := trial.Source()
		labels := make([]int64, 1+s.Intn(30))
		for i := range labels {
			labels[i] = int64(s.Intn(1+s.Intn(6)) * s.Intn(3))
		}
		for n := 1; n <= len(labels); n++ {
			index := firstOf(n, len(labels), labels)
			kept, all := map[int64]bool{}, map[int64]bool{}
			for _, l := range labels {
				all[l] = true
			}
			for _, i := range index {
				kept[labels[i]] = true
			}
			if len(index) != n || len(slices.Compact(slices.Clone(index))) != n || n >= len(all) && len(kept) != len(all) {
				t.Fatalf("%d of %v: %v", n, labels, index)
			}
		}
	}
}

// Of the pictures as many of each class are left, and the test set is whole.
func TestFewerExamples(t *testing.T) {
	r, err := Builtin("fashion")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"train.examples=50", `data.augment=["horizontal_flip"]`} {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	w, err := r.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sets()
	var count [10]int
	for _, l := range labelsOf(s.Train) {
		count[l]++
	}
	if s.Train.Len() != 50 || s.Test.Len() != 1000 || slices.Max(count[:])-slices.Min(count[:]) > 1 {
		t.Errorf("%d for training, %v, and %d for the test", s.Train.Len(), count, s.Test.Len())
	}
	if err := r.Set("train.examples=6000"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(context.Background()); err == nil || !strings.Contains(err.Error(), "train.examples: want 6000, and the set has 5400") {
		t.Error(err)
	}
}

// Batches by length of a part are of the part's own positions.
func TestFewerBatches(t *testing.T) {
	lengths := []int{3, 9, 1, 4, 2, 8}
	x := tensor.Of(make([]int64, len(lengths)), len(lengths), 1)
	all, err := data.NewTensors(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &Sets{Train: data.Subset{Set: all, Index: []int{5, 4, 3, 2, 1, 0}}, Batcher: data.ByLength{Lengths: lengths, Tokens: 9}}
	if err := s.fewer(4); err != nil {
		t.Fatal(err)
	}
	var seen []int
	for _, b := range s.Batcher.Batches([]int{3, 1, 0, 2}, 7) {
		longest := 0
		for _, k := range b {
			longest = max(longest, lengths[k])
		}
		if longest*len(b) > 9 {
			t.Errorf("the batch %v has %d tokens", b, longest*len(b))
		}
		seen = append(seen, b...)
	}
	slices.Sort(seen)
	if !slices.Equal(seen, []int{0, 1, 2, 3}) {
		t.Errorf("an epoch has %v", seen)
	}
}
