package data

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// numbered returns a set of n examples: example i has X [10i 10i+1] and Y i.
func numbered(t testing.TB, n int) *Tensors {
	t.Helper()
	x, y := make([]float32, 2*n), make([]int64, n)
	for i := range n {
		x[2*i], x[2*i+1], y[i] = float32(10*i), float32(10*i+1), int64(i)
	}
	s, err := NewTensors(tensor.Of(x, n, 2), tensor.Of(y, n))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTensors(t *testing.T) {
	s := numbered(t, 5)
	b, err := s.Batch([]int{4, 0, 4}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(b.X.Floats(), []float32{40, 41, 0, 1, 40, 41}) || !slices.Equal(b.Y.Ints(), []int64{4, 0, 4}) || b.Len() != 3 {
		t.Error(b.X, b.Y)
	}
	if b, err = (&Tensors{X: s.X}).Batch([]int{1}, 0); err != nil || b.Y != nil {
		t.Error(b, err)
	}
	if b, err = s.Batch(nil, 0); err != nil || !slices.Equal(b.X.Shape(), []int{0, 2}) {
		t.Error(b.X, err)
	}
}

func TestTensorsThatDoNotFitAreRefused(t *testing.T) {
	for want, pair := range map[string][2]*tensor.Tensor{
		"a set of examples of shape []: want a first axis":                                   {tensor.Scalar(1), nil},
		"a set of examples of shape [3] with targets of shape [2]: want the same first axis": {tensor.Zeros(3), tensor.Zeros(2)},
		"a set of examples of shape [1] with targets of shape []: want the same first axis":  {tensor.Zeros(1), tensor.Scalar(1)},
	} {
		if _, err := NewTensors(pair[0], pair[1]); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestPositionsOutsideASetAreErrors(t *testing.T) {
	bytes := &Bytes{Data: make([]uint8, 5), Shape: []int{1}, Labels: make([]int64, 5)}
	for _, s := range []Set{numbered(t, 5), bytes, Range(numbered(t, 9), 2, 7)} {
		for _, i := range []int{-1, 5} {
			if _, err := s.Batch([]int{0, i}, 0); err == nil || !strings.Contains(err.Error(), " of a ") {
				t.Errorf("%T: example %d gives %v", s, i, err)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	s := numbered(t, 10)
	parts, err := Split(s, 7, 6, 3)
	if err != nil || parts[0].Len() != 6 || parts[1].Len() != 3 {
		t.Fatal(parts, err)
	}
	var seen []int64
	for _, p := range parts {
		b, err := p.Batch(Range(p, 0, p.Len()).(Subset).Index, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range b.Y.Ints() {
			if b.Index[i] != i || b.X.Floats()[2*i] != float32(10*k) {
				t.Errorf("example %d is %v, target %d", b.Index[i], b.X, k)
			}
		}
		seen = append(seen, b.Y.Ints()...)
	}
	again, _ := Split(s, 7, 6, 3)
	if !slices.Equal(again[1].(Subset).Index, parts[1].(Subset).Index) {
		t.Error("the same key gives other parts")
	}
	other, _ := Split(s, 8, 6, 3)
	if slices.Equal(other[0].(Subset).Index, parts[0].(Subset).Index) {
		t.Error("another key gives the same parts")
	}
	if slices.Sort(seen); len(slices.Compact(seen)) != 9 {
		t.Errorf("an example is in two parts: %v", seen)
	}
	for _, sizes := range [][]int{{6, 5}, {-1}} {
		if _, err := Split(s, 7, sizes...); err == nil {
			t.Errorf("parts of %v from 10", sizes)
		}
	}
}

func TestSubsetAndRange(t *testing.T) {
	b, err := Subset{Range(numbered(t, 10), 3, 9), []int{5, 0}}.Batch([]int{1, 0, 1}, 0)
	if err != nil || !slices.Equal(b.Y.Ints(), []int64{3, 8, 3}) || !slices.Equal(b.Index, []int{1, 0, 1}) {
		t.Error(b.Y, b.Index, err)
	}
	if n := Range(numbered(t, 3), 2, 1).Len(); n != 0 {
		t.Errorf("a range that ends before it begins has %d examples", n)
	}
}

// Augmentation draws from the example's position in the set below, so that a part is augmented as the whole is.
func TestSubsetHandsTheKeyOn(t *testing.T) {
	var at []int
	var with rng.Key
	s := Subset{spy{numbered(t, 5), func(index []int, key rng.Key) { at, with = index, key }}, []int{4, 2}}
	if _, err := s.Batch([]int{1}, 99); err != nil || with != 99 || !slices.Equal(at, []int{2}) {
		t.Error(at, with, err)
	}
}

// A spy is a set that tells what it is asked for.
type spy struct {
	Set
	see func(index []int, key rng.Key)
}

func (s spy) Batch(index []int, key rng.Key) (Batch, error) {
	s.see(index, key)
	return s.Set.Batch(index, key)
}
