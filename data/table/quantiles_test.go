package table

import (
	"math"
	"testing"
)

// The expected numbers are of scikit-learn's formula by hand: norm.ppf of the shares 0, 1/4, 1/2, 3/4 and 1.
func TestQuantiles(t *testing.T) {
	nan := float32(math.NaN())
	f := &Features{Names: []string{"long tail", "flag"}, Rows: 6, X: []float32{1, 0, 2, 1, 10, 0, 100, 1, 1e6, 0, nan, 1}}
	q := FitQuantiles(f, 0)
	got := &Features{Names: f.Names, Rows: 8, X: []float32{1, 0, 2, 1, 10, 0, 100, 1, 1e6, 0, nan, 1, -7, 0, 6, 1}}
	if err := q.Apply(got); err != nil {
		t.Fatal(err)
	}
	want := []float64{-5.199338, -0.674490, 0, 0.674490, 5.199338, math.NaN(), -5.199338, -0.318639}
	for i, w := range want {
		if x := float64(got.X[2*i]); math.Abs(x-w) > 1e-5 && !(math.IsNaN(x) && math.IsNaN(w)) {
			t.Errorf("row %d: %v, want %v", i, x, w)
		}
		if got.X[2*i+1] != float32(i%2) {
			t.Errorf("row %d: the flag became %v", i, got.X[2*i+1])
		}
	}
	if q.Apply(&Features{Names: []string{"one"}, X: []float32{1}, Rows: 1}) == nil {
		t.Error("quantiles of two columns were applied to one")
	}
}

// Equal numbers get the middle of their ranks.
func TestQuantilesOfTies(t *testing.T) {
	f := &Features{Names: []string{"x"}, Rows: 5, X: []float32{1, 2, 2, 2, 3}}
	if err := FitQuantiles(f, 0).Apply(f); err != nil {
		t.Fatal(err)
	}
	if f.X[1] != 0 || f.X[0] != -f.X[4] {
		t.Errorf("got %v", f.X)
	}
}
