package op_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func routed(k int, normalize bool) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor {
		w, _ := op.RouteTopK(x, k, normalize)
		return w
	})
}

// sentTo is an index of two experts of three for each of four tokens; expert 2 is the most wanted.
var sentTo = tensor.Of([]int64{2, 0, 2, 1, 0, 2, 2, 0}, 4, 2)

func dispatched(x []*tensor.Tensor) *tensor.Tensor {
	y, _ := op.Dispatch(x[0], x[1], 3, 2)
	return y
}

var _ = []bool{
	register(sample{
		name: "RouteTopK", in: list(wave(3, 4)), shape: []int{3, 2}, call: routed(2, true), golden: "RouteTopK/", names: []string{"logits"},
		attrs: func(c *check.Case) call { return routed(c.Int("k"), c.Bool("normalize")) },
		misuse: []misuse{
			{"RouteTopK: no 5 experts in [3 4]", func() { op.RouteTopK(wave(3, 4), 5, true) }},
			{"RouteTopK: the input is int64", func() { op.RouteTopK(sentTo, 1, true) }},
		},
	}),
	register(sample{
		name: "RouterBalance", in: list(wave(4, 3), sentTo), shape: []int{}, call: masked(op.RouterBalance), golden: "RouterBalance/", names: []string{"logits", "index"},
		misuse: []misuse{{"RouterBalance: logits [3 3] and index [4 2]", func() { op.RouterBalance(wave(3, 3), sentTo) }}},
	}),
	register(sample{
		name: "RouterZ", in: list(wave(3, 4)), shape: []int{}, call: one(op.RouterZ), golden: "RouterZ/", names: []string{"logits"},
		misuse: []misuse{{"RouterZ: logits [3] are not [n e]", func() { op.RouterZ(wave(3)) }}},
	}),
	register(sample{
		name: "Dispatch", in: list(wave(4, 2), sentTo), shape: []int{3, 2, 2}, call: dispatched,
		misuse: []misuse{{"Dispatch: x [3 2] and index [4 2]", func() { op.Dispatch(wave(3, 2), sentTo, 3, 2) }}},
	}),
	register(sample{
		name: "Combine", in: list(wave(3, 2, 2), tensor.Of([]int64{4, 5, 0, 6, 1, 2, 6, 6}), wave(4, 2)), shape: []int{4, 2},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.Combine(x[0], x[1], x[2]) },
		misuse: []misuse{{"Combine: y [3 2 2], slots [3] and weights [4 2]", func() { op.Combine(wave(3, 2, 2), tensor.Of([]int64{1, 2, 3}), wave(4, 2)) }}},
	}),
}

// TestDispatchByHand: first choices go first, and what finds no room is left out.
func TestDispatchByHand(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4}, 4, 1)
	y, slots := op.Dispatch(x, sentTo, 3, 2)
	if want := []float32{3, 1, 2, 0, 1, 2}; !slices.Equal(y.Floats(), want) {
		t.Errorf("experts get %v, want %v", y.Floats(), want)
	}
	if want := []int64{4, 5, 0, 6, 1, 2, 6, 6}; !slices.Equal(slots.Ints(), want) {
		t.Errorf("slots %v, want %v", slots.Ints(), want)
	}
	weights := tensor.Of([]float32{0.5, 0.5, 1, 0, 1, 0, 1, 1}, 4, 2)
	if z := op.Combine(y, slots, weights).Floats(); !slices.Equal(z, []float32{1, 2, 3, 0}) {
		t.Errorf("tokens get %v back", z)
	}
}

func TestRouteIndex(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "RouteTopK/") {
		c := c.On(t)
		if _, index := op.RouteTopK(goldenTensor(c, "logits"), c.Int("k"), true); !slices.Equal(index.Ints(), c.Int64("index_after")) {
			t.Errorf("%s: experts %v, want %v", c.Name, index.Ints(), c.Int64("index_after"))
		}
	}
}
