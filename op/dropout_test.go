package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func dropout(rate float64) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Dropout(x, rate, rng.KeyOf(7)) })
}

var _ = []bool{
	register(sample{
		name: "Dropout", in: list(wave(4, 7)), call: dropout(0.4), shape: []int{4, 7},
		misuse: []misuse{
			{"Dropout: rate 1 for shape [2]; want 0 ≤ rate < 1", func() { op.Dropout(wave(2), 1, 0) }},
			{"Dropout: rate NaN", func() { op.Dropout(wave(2), math.NaN(), 0) }},
			{"Dropout: the input is int64", func() { op.Dropout(integers, 0.5, 0) }},
		},
	}),
	register(sample{name: "Dropout/images", in: list(wave(2, 3, 4, 5)), call: dropout(0.5), shape: []int{2, 3, 4, 5}}),
	register(sample{name: "Dropout/none", in: list(wave(3)), call: dropout(0), shape: []int{3}}),
}

func TestDropoutRate(t *testing.T) {
	x := tensor.Ones(100, 1000)
	y := op.Dropout(x, 0.3, rng.KeyOf(3))
	dropped := 0
	for _, v := range y.Floats() {
		switch v {
		case 0:
			dropped++
		case float32(1 / (1 - 0.3)):
		default:
			t.Fatalf("an element is %g", v)
		}
	}
	if p := float64(dropped) / 1e5; math.Abs(p-0.3) > 0.006 {
		t.Errorf("dropped %.4f of the elements, want 0.3", p)
	}
	if !slices.Equal(y.Floats(), op.Dropout(x, 0.3, rng.KeyOf(3)).Floats()) {
		t.Error("the same key drops others")
	}
	if slices.Equal(y.Floats(), op.Dropout(x, 0.3, rng.KeyOf(4)).Floats()) {
		t.Error("another key drops the same")
	}
}
