package objective

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func linearLoss(o LinearCrossEntropyLoss) call {
	return func(x []*tensor.Tensor) Loss { return o.Loss(x[0], x[1], x[2], x[3]) }
}

var _ = register(sample{
	name: "LinearCrossEntropyLoss", loss: linearLoss(LinearCrossEntropyLoss{Rows: 3}),
	in: list(left, numbers(4, 3), numbers(4).Scale(0.5), classes(4, 8)), shared: []int{1, 2},
	values: []value{
		{list(one3, tensor.Zeros(4, 3), nil, first), ln4, 1},
		{list(tensor.Zeros(0, 3), tensor.Zeros(4, 3), nil, tensor.Of([]int64{}, 0)), 0, 0},
	},
	wrong: []wrong{
		{list(left, numbers(4, 2), nil, groups), "LinearCrossEntropy: x float32 of shape [8 3] and weights of shape [4 2]; want floats [… d] and [c d]"},
		{list(left, numbers(4, 3), nil, left), "LinearCrossEntropy: x of shape [8 3] needs classes of shape [8] as integers, not float32 [8 3]"},
		{list(left, numbers(3, 3), nil, groups), "the class 3 is not among the 3 of the logits"},
	},
	golden: "LinearCrossEntropy", names: []string{"x", "weight", "bias", "target"},
	given: func(c *check.Case) call {
		o := LinearCrossEntropyLoss{Rows: 2}
		if c.HasAttr("ignore") {
			o.Ignore = new(c.Int("ignore"))
		}
		return linearLoss(o)
	},
})

// TestChunksAreTheWhole: the value and the gradients are those of all logits at once, however they are cut.
func TestChunksAreTheWhole(t *testing.T) {
	x, w := left.Watch(), numbers(4, 3).Watch()
	l := CrossEntropy(op.Linear(x, w, nil), classes(4, 8))
	want := autograd.Backward(l.Sum)
	for _, rows := range []int{1, 5, 8, 100} { // the last two at once
		a, b := left.Watch(), numbers(4, 3).Watch()
		m := LinearCrossEntropyLoss{Rows: rows}.Loss(a, b, nil, classes(4, 8))
		if m.Count != l.Count || math.Abs(m.Sum.Item()-l.Sum.Item()) > 1e-5 {
			t.Errorf("by %d: %v over %v, want %v over %v", rows, m.Sum.Item(), m.Count, l.Sum.Item(), l.Count)
		}
		got := autograd.Backward(m.Sum)
		check.Close(t, "dx", got.Of(a).Floats(), want.Of(x).Floats(), 2e-6)
		check.Close(t, "dweight", got.Of(b).Floats(), want.Of(w).Floats(), 2e-6)
	}
}

// TestSmoothingIsThatOfCrossEntropy: with padding and a bias, the value and the gradients are those of the smoothed logits.
func TestSmoothingIsThatOfCrossEntropy(t *testing.T) {
	y := tensor.Of([]int64{3, 0, -1, 2, 1, -1, 0, 3}, 8)
	x, w, b := left.Watch(), numbers(4, 3).Watch(), numbers(4).Watch()
	l := CrossEntropyLoss{Smoothing: 0.2, Ignore: new(-1)}.Loss(op.Linear(x, w, b), y)
	want := autograd.Backward(l.Sum)
	for _, rows := range []int{3, 8} {
		u, v, c := left.Watch(), numbers(4, 3).Watch(), numbers(4).Watch()
		m := LinearCrossEntropyLoss{Rows: rows, Smoothing: 0.2, Ignore: new(-1)}.Loss(u, v, c, y)
		if m.Count != 6 || math.Abs(m.Sum.Item()-l.Sum.Item()) > 1e-5 {
			t.Errorf("by %d: %v over %v, want %v over %v", rows, m.Sum.Item(), m.Count, l.Sum.Item(), l.Count)
		}
		got := autograd.Backward(m.Sum)
		check.Close(t, "dx", got.Of(u).Floats(), want.Of(x).Floats(), 2e-6)
		check.Close(t, "dweight", got.Of(v).Floats(), want.Of(w).Floats(), 2e-6)
		check.Close(t, "dbias", got.Of(c).Floats(), want.Of(b).Floats(), 2e-6)
	}
}
