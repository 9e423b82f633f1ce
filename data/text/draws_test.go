package text

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/rng"
)

// A drawn window is a piece of the text with what comes next, the same for the same key, and any window can come.
func TestDraws(t *testing.T) {
	tokens := []int64{10, 11, 12, 13, 14, 15}
	d, err := NewDraws(tokens, 3, 200)
	if err != nil {
		t.Fatal(err)
	}
	index := make([]int, d.Len())
	for i := range index {
		index[i] = i
	}
	b, err := d.Batch(index, rng.KeyOf(1))
	if err != nil || !slices.Equal(b.X.Shape(), []int{200, 3}) || !slices.Equal(b.Y.Shape(), []int{200, 3}) {
		t.Fatal(b.X, err)
	}
	begins := map[int64]int{}
	x, y := b.X.Ints(), b.Y.Ints()
	for i := range x {
		if y[i] != x[i]+1 || i%3 > 0 && x[i] != x[i-1]+1 {
			t.Fatalf("windows %v with the targets %v", x, y)
		}
		if i%3 == 0 {
			begins[x[i]]++
		}
	}
	if len(begins) != 3 || min(begins[10], begins[11], begins[12]) < 40 {
		t.Errorf("of 200 windows so many begin with each token: %v", begins)
	}
	one, _ := d.Batch([]int{7}, rng.KeyOf(1))
	other, _ := d.Batch(index, rng.KeyOf(2))
	if !slices.Equal(one.X.Ints(), x[21:24]) || slices.Equal(other.X.Ints(), x) {
		t.Error("a window does not depend on the key and its position alone")
	}
	if _, err := d.Batch([]int{200}, 0); err == nil {
		t.Error("a window more")
	}
	for _, c := range [][2]int{{0, 1}, {6, 1}, {3, 0}, {-1, 1}} {
		if _, err := NewDraws(tokens, c[0], c[1]); err == nil {
			t.Errorf("%d windows of %d", c[1], c[0])
		}
	}
}
