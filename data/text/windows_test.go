package text

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data"
)

func TestWindows(t *testing.T) {
	tokens := []int64{10, 11, 12, 13, 14, 15, 16}
	for _, c := range []struct{ length, stride, want int }{{3, 0, 2}, {3, 1, 4}, {3, 2, 2}, {6, 0, 1}, {6, 1, 1}, {1, 1, 6}, {2, 0, 3}} {
		w, err := NewWindows(tokens, c.length, c.stride)
		if err != nil {
			t.Fatal(err)
		}
		if w.Len() != c.want {
			t.Errorf("%+v: %d windows", c, w.Len())
		}
		for i := range w.Len() {
			b, err := w.Batch([]int{i, 0}, 0)
			if err != nil || !slices.Equal(b.X.Shape(), []int{2, c.length}) {
				t.Fatal(b.X, err)
			}
			x, y := b.X.Ints(), b.Y.Ints()
			for j := range x {
				if y[j] != x[j]+1 {
					t.Errorf("%+v: after %d comes %d", c, x[j], y[j])
				}
			}
			if x[0] != 10+int64(i*w.Stride) || x[c.length] != 10 {
				t.Errorf("%+v: window %d is %v", c, i, x)
			}
		}
		if _, err := w.Batch([]int{w.Len()}, 0); err == nil {
			t.Errorf("%+v: a window more", c)
		}
	}
	for _, c := range [][2]int{{0, 0}, {7, 0}, {3, -1}, {-1, 1}} {
		if _, err := NewWindows(tokens, c[0], c[1]); err == nil {
			t.Errorf("windows of %d, %d apart", c[0], c[1])
		}
	}
}

func TestWindowsCoverEveryTokenOnce(t *testing.T) {
	tokens := make([]int64, 101)
	for i := range tokens {
		tokens[i] = int64(i)
	}
	w, err := NewWindows(tokens, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	l := data.Loader{Set: w, BatchSize: 3, Key: 1}
	var seen []int64
	for b, err := range l.Epoch(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, b.Y.Ints()...)
	}
	if slices.Sort(seen); !slices.Equal(seen, tokens[1:]) {
		t.Errorf("predicted %v", seen)
	}
}

// With Rest the end of a text that makes no whole window is predicted too, and nothing twice.
func TestWindowsOfTheRest(t *testing.T) {
	for n := 4; n < 30; n++ {
		tokens := make([]int64, n)
		for i := range tokens {
			tokens[i] = int64(i)
		}
		w, err := NewWindows(tokens, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		w.Rest = true
		var seen []int64
		for k := range w.Len() {
			b, err := w.Batch([]int{k}, 0)
			if err != nil {
				t.Fatal(err)
			}
			x, y := b.X.Ints(), b.Y.Ints()
			for j := range y {
				if y[j] == Unlabelled {
					continue
				}
				seen = append(seen, y[j])
				if y[j] != x[j]+1 {
					t.Errorf("of %d: after %d comes %d", n, x[j], y[j])
				}
			}
		}
		if !slices.Equal(seen, tokens[1:]) {
			t.Errorf("of %d tokens are predicted %v", n, seen)
		}
		if _, err := w.Batch([]int{w.Len()}, 0); err == nil {
			t.Errorf("of %d: a window more", n)
		}
	}
}
