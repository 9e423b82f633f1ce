package data

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// fold returns the number of the fold that holds each example out, −1 where none does, having checked that each fold is
// whole.
func foldOf(t *testing.T, n int, list []Fold) []int64 {
	t.Helper()
	part := make([]int64, n)
	for i := range part {
		part[i] = -1
	}
	for i, f := range list {
		for _, at := range f.Held {
			if part[at] >= 0 || slices.Contains(f.Train, at) {
				t.Errorf("fold %d: example %d is held out twice, or learned from", i, at)
			}
			part[at] = int64(i)
		}
	}
	return part
}

func TestGroupKFoldGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "GroupKFold/") {
		groups := c.Int64("groups")
		list, err := GroupKFold(groups, c.Int("k"))
		if err != nil {
			t.Fatal(err)
		}
		got, want := foldOf(t, len(groups), list), c.Int64("fold")
		// Groups of one size may be placed in another order: the sizes of the parts are what counts.
		if a, b := sizes(got), sizes(want); !slices.Equal(a, b) {
			t.Errorf("%s: parts of %v, want %v", c.Name, a, b)
		}
		where := map[int64]int64{}
		for i, g := range groups {
			if f, ok := where[g]; ok && f != got[i] {
				t.Errorf("%s: group %d is in two parts", c.Name, g)
			}
			where[g] = got[i]
		}
	}
}

func sizes(part []int64) []int {
	count := map[int64]int{}
	for _, p := range part {
		count[p]++
	}
	var list []int
	for _, n := range count {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

func TestTimeFoldsGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "TimeSeriesSplit/") {
		list, err := TimeFolds(c.Int("n"), c.Int("k"), c.Int("gap"))
		if err != nil {
			t.Fatal(err)
		}
		if got := foldOf(t, c.Int("n"), list); !slices.Equal(got, c.Int64("fold")) {
			t.Errorf("%s: held out %v, want %v", c.Name, got, c.Int64("fold"))
		}
		for i, f := range list {
			if len(f.Train) != int(c.Int64("learned")[i]) || !slices.Equal(f.Train, span(0, len(f.Train))) {
				t.Errorf("%s, fold %d: learns from %v, want the first %d", c.Name, i, f.Train, c.Int64("learned")[i])
			}
		}
	}
}

// labelsOf returns n labels: 0 for a half of them, 1 for a third, 2 for the rest.
func labelsOf(n int) []int64 {
	labels := make([]int64, n)
	for i := range labels {
		labels[i] = []int64{0, 1, 0, 1, 0, 2}[i%6]
	}
	return labels
}

func TestKFolds(t *testing.T) {
	labels := labelsOf(47)
	plain, err := KFold(47, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	stratified, err := StratifiedKFold(labels, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string][]Fold{"plain": plain, "stratified": stratified} {
		part := foldOf(t, 47, list)
		if got := sizes(part); !slices.Equal(got, []int{11, 12, 12, 12}) {
			t.Errorf("%s: parts of %v", name, got)
		}
		if slices.IsSorted(part) {
			t.Errorf("%s: the parts are not at random", name)
		}
	}
	for label := range int64(3) {
		count := make([]int, 4)
		for i, p := range foldOf(t, 47, stratified) {
			if labels[i] == label {
				count[p]++
			}
		}
		if slices.Max(count)-slices.Min(count) > 1 {
			t.Errorf("label %d: %v examples in the parts", label, count)
		}
	}
	if again, _ := KFold(47, 4, 3); !slices.Equal(foldOf(t, 47, again), foldOf(t, 47, plain)) {
		t.Error("one key, two divisions")
	}
	if other, _ := KFold(47, 4, 4); slices.Equal(foldOf(t, 47, other), foldOf(t, 47, plain)) {
		t.Error("two keys, one division")
	}
}

func TestStratifiedAndGroupSplit(t *testing.T) {
	labels := labelsOf(60)
	s := numbered(t, 60)
	parts, err := StratifiedSplit(s, labels, 5, 0.5, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for i, want := range [][]int{{15, 10, 5}, {6, 4, 2}} {
		got := make([]int, 3)
		for _, at := range parts[i].(Subset).Index {
			if seen[at] {
				t.Errorf("example %d is in two parts", at)
			}
			seen[at] = true
			got[labels[at]]++
		}
		if !slices.Equal(got, want) {
			t.Errorf("part %d has %v examples of the labels, want %v", i, got, want)
		}
	}
	groups := make([]int64, 60)
	for i := range groups {
		groups[i] = int64(i / 4)
	}
	parts, err = GroupSplit(s, groups, 5, 0.6, 0.4)
	if err != nil {
		t.Fatal(err)
	}
	where := map[int64]int{}
	for i, p := range parts {
		for _, at := range p.(Subset).Index {
			if j, ok := where[groups[at]]; ok && j != i {
				t.Errorf("group %d is in two parts", groups[at])
			}
			where[groups[at]] = i
		}
	}
	if parts[0].Len() != 36 || parts[1].Len() != 24 {
		t.Errorf("parts of %d and %d examples, want 36 and 24", parts[0].Len(), parts[1].Len())
	}
}

func TestFoldMistakes(t *testing.T) {
	s := numbered(t, 4)
	for says, call := range map[string]func() error{
		"5 parts of 4 examples":                 func() error { _, err := KFold(4, 5, 0); return err },
		"1 parts of 4 examples":                 func() error { _, err := StratifiedKFold(make([]int64, 4), 1, 0); return err },
		"the label 1 has 1 examples":            func() error { _, err := StratifiedKFold([]int64{0, 0, 1, 0}, 2, 0); return err },
		"1 groups for 2 parts":                  func() error { _, err := GroupKFold(make([]int64, 4), 2); return err },
		"too few for 3 folds with a gap of 1":   func() error { _, err := TimeFolds(4, 3, 1); return err },
		"3 labels for a set of 4":               func() error { _, err := StratifiedSplit(s, make([]int64, 3), 0, 1); return err },
		"more than the whole":                   func() error { _, err := StratifiedSplit(s, make([]int64, 4), 0, 0.8, 0.4); return err },
		"want each above 0":                     func() error { _, err := GroupSplit(s, make([]int64, 4), 0, 0.8, 0); return err },
		"the weight of example 1 is -1":         func() error { return Weighted{Weights: []float64{1, -1}}.Check() },
		"add up to 0":                           func() error { return Weighted{Weights: []float64{0}}.Check() },
		"and 1 have a positive weight":          func() error { return Weighted{Weights: []float64{0, 1}, Once: true}.Check() },
		"example 1 has 9 tokens, and a batch a": func() error { return ByLength{Lengths: []int{3, 9}, Tokens: 8}.Check() },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
