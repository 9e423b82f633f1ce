package text

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestMaskingShares: of 20 000 tokens, 15 of 100 are chosen, and of these 80, 10 and 10 become the mask, another token, themselves.
func TestMaskingShares(t *testing.T) {
	tokens := make([]int64, 20_000)
	for i := range tokens {
		tokens[i] = int64(5 + i%95)
	}
	m := Masking{Mask: 4, Vocab: 1_000_000, Special: []int64{7}}
	input, labels := m.Apply(tokens, rng.KeyOf(1))
	var chosen, masked, same float64
	for i, id := range tokens {
		switch {
		case labels[i] == Unlabelled:
			if input[i] != id {
				t.Fatalf("token %d was changed without being asked for", i)
			}
			continue
		case labels[i] != id || id == 7:
			t.Fatalf("token %d, %d, is asked for as %d", i, id, labels[i])
		case input[i] == 4:
			masked++
		case input[i] == id:
			same++
		}
		chosen++
	}
	for _, c := range []struct {
		what           string
		got, of, share float64
	}{
		{"chosen", chosen, 20_000 * 94 / 95, 0.15}, {"masked", masked, chosen, 0.8}, {"kept", same, chosen, 0.1},
	} {
		if d := 4 * math.Sqrt(c.of*c.share*(1-c.share)); math.Abs(c.got-c.of*c.share) > d {
			t.Errorf("%s: %v of %v, want %v ± %v", c.what, c.got, c.of, c.of*c.share, d)
		}
	}
}

func TestMaskingExactly(t *testing.T) {
	tokens := []int64{1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 2, 0, 0}
	m := Masking{Mask: 4, Vocab: 20, Special: []int64{0, 1, 2}, Rate: 0.3, Exact: true}
	for seed := range uint64(50) {
		_, labels := m.Apply(tokens, rng.KeyOf(seed))
		n := 0
		for i, l := range labels {
			if l != Unlabelled {
				n++
				if i == 0 || i > 10 {
					t.Fatalf("special token %d is asked for", i)
				}
			}
		}
		if n != 3 {
			t.Fatalf("%d tokens of 10 with a rate of 0.3", n)
		}
	}
	if _, labels := m.Apply([]int64{0, 0}, 1); labels[0] != Unlabelled || labels[1] != Unlabelled {
		t.Errorf("of special tokens alone %v are asked for", labels)
	}
}

// TestMaskedSet: what an example becomes depends on its position and the epoch's key, not on the batch it is in.
func TestMaskedSet(t *testing.T) {
	x := make([]int64, 6*40)
	for i := range x {
		x[i] = int64(10 + i)
	}
	set, err := data.NewTensors(tensor.Of(x, 6, 40), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := Masking{Mask: 4, Vocab: 1000}.Of(set)
	at := func(key rng.Key, index ...int) ([]int64, []int64) {
		b, err := s.Batch(index, key)
		if err != nil {
			t.Fatal(err)
		}
		return b.X.Ints(), b.Y.Ints()
	}
	all, labels := at(1, 0, 1, 2, 3, 4, 5)
	one, label := at(1, 4)
	if !slices.Equal(one, all[160:200]) || !slices.Equal(label, labels[160:200]) {
		t.Error("an example alone is masked otherwise than among others")
	}
	if again, _ := at(2, 4); slices.Equal(one, again) {
		t.Error("the next epoch masks the same tokens")
	}
	floats, _ := data.NewTensors(tensor.Zeros(2, 3), nil)
	if _, err := (Masking{}).Of(floats).Batch([]int{0}, 1); err == nil {
		t.Error("floats were masked")
	}
}

func TestHidePrefix(t *testing.T) {
	for n, want := range map[int][]int64{0: {5, 6, 7}, 2: {-100, -100, 7}, 9: {-100, -100, -100}, -1: {5, 6, 7}} {
		if got := HidePrefix([]int64{5, 6, 7}, n); !slices.Equal(got, want) {
			t.Errorf("%d of 3 hidden: %v", n, got)
		}
	}
}

func ExampleMasking() {
	m := Masking{Mask: 103, Vocab: 1000, Rate: 0.3, Exact: true, Special: []int64{101, 102}}
	input, labels := m.Apply([]int64{101, 7, 8, 9, 10, 11, 12, 102}, rng.KeyOf(4))
	fmt.Println(input)
	fmt.Println(labels)
	// Output:
	// [101 7 8 9 103 103 12 102]
	// [-100 -100 -100 -100 10 11 -100 -100]
}
