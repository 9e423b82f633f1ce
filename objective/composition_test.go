package objective

import (
	"fmt"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var twoTerms = WeightedSum{{"squared", 2, Func(MeanSquaredError)}, {"absolute", 0.5, Func(MeanAbsoluteError)}}

var _ = register(sample{
	name: "WeightedSum", objective: twoTerms, prediction: numbers(9, 2), target: numbers(18).Scale(0.3).Reshape(9, 2),
	byHand: []byHand{{tensor.Of([]float32{1, 2, 3}), tensor.Of([]float32{1, 4, 3}), 2*4 + 0.5*2, 3}},
	misuse: []misuse{{numbers(3), numbers(3, 1), "predictions of shape [3] and targets of shape [3 1] differ"}},
})

// partsOf is two heads with targets of their own.
func partsOf(in []*tensor.Tensor) Parts {
	return Parts{{"class", 1, CrossEntropy(in[0], in[2])}, {"place", 0.5, MeanSquaredError(in[1], in[3])}}
}

var _ = register(sample{
	name: "Parts", loss: func(in []*tensor.Tensor) Loss { return partsOf(in).Sum() }, free: 2,
	in: list(numbers(9, 3), numbers(9, 2), classes(3, 9), numbers(9, 2).Flip(0)),
	values: []value{
		{list(uneven, tensor.Zeros(1, 2), tensor.Of([]int64{0}, 1), tensor.Full(2, 1, 2)), math.Ln2 + 0.5*4, 1},
	},
})

func ExampleParts() {
	logits, place := tensor.Of([]float32{2, 0, 0, 1, 1, 1}, 2, 3), tensor.Of([]float32{0.5, 2}, 2, 1)
	parts := Parts{
		{"class", 1, CrossEntropy(logits, tensor.Of([]int64{0, 2}))},
		{"place", 0.5, MeanSquaredError(place, tensor.Zeros(2, 1))},
	}
	fmt.Println(parts)
	fmt.Printf("%.4f over %v", parts.Sum().Mean(), parts.Sum().Count)
	// Output:
	// class 0.669 + 0.5·place 2.12
	// 1.7316 over 2
}

func TestPartsOfNothing(t *testing.T) {
	if l := (Parts{}).Sum(); l.Sum != nil || l.Count != 0 {
		t.Errorf("the sum of no parts is %v", l)
	}
	got := WeightedSum{{"mse", 3, Func(MeanSquaredError)}}.Parts(numbers(3), numbers(3).AddScalar(2))
	if len(got) != 1 || got[0].Name != "mse" || math.Abs(got[0].Loss.Mean()-4) > 1e-5 || got.String() != "3·mse 4" {
		t.Errorf("%v", got)
	}
}

// uncertain is the loss with the log-variances as the first input.
func uncertain(in []*tensor.Tensor) Loss {
	o := NewUncertaintyLoss(2)
	return o.Loss(func(p *tensor.Param) *tensor.Tensor {
		if p != &o.LogVariance {
			panic("another parameter")
		}
		return in[0]
	}, CrossEntropy(in[1], in[3]), MeanSquaredError(in[2], in[4]).Scale(0.5))
}

var _ = register(sample{
	name: "UncertaintyLoss", loss: uncertain, free: 3, whole: "the first axis is of the tasks; TestUncertaintyAddsUp",
	in: list(tensor.Of([]float32{0.3, -0.7}), numbers(9, 3), numbers(9, 2), classes(3, 9), numbers(9, 2).Flip(0)),
	values: []value{
		{list(tensor.Zeros(2), uneven, tensor.Zeros(1, 2), tensor.Of([]int64{0}, 1), tensor.Full(2, 1, 2)), math.Ln2 + 2, 1},
		{list(tensor.Full(math.Ln2, 2), uneven, tensor.Zeros(1, 2), tensor.Of([]int64{0}, 1), tensor.Full(2, 1, 2)), math.Ln2/2 + 1 + math.Ln2, 1},
	},
	wrong:    []wrong{{list(tensor.Zeros(3), uneven, tensor.Zeros(1), tensor.Of([]int64{0}, 1), tensor.Zeros(1)), "Uncertainty: 2 losses for log-variances of shape [3]"}},
	extremes: list(tensor.Of([]float32{80, -60}), extreme(5, 9, 3), extreme(3, 9, 2)),
})

func TestUncertaintyAddsUp(t *testing.T) {
	in := list(tensor.Of([]float32{0.3, -0.7}).Watch(), numbers(9, 3), numbers(9, 2), classes(3, 9), numbers(9, 2).Flip(0))
	whole := uncertain(in)
	var sum Loss
	for at := 0; at < 9; at += 2 {
		part := list(in[0])
		for _, x := range in[1:] {
			part = append(part, x.Slice(0, at, min(at+2, 9)))
		}
		sum = sum.Plus(uncertain(part))
	}
	check.Close(t, "sum", sum.Sum.Floats(), whole.Sum.Floats(), 2e-6)
	check.Close(t, "gradient", autograd.Backward(sum.Sum).Of(in[0]).Floats(), autograd.Backward(whole.Sum).Of(in[0]).Floats(), 2e-6)
}

// TestUncertaintySettles: where the derivative by s vanishes, exp s is twice the task's loss; a task without examples says nothing.
func TestUncertaintySettles(t *testing.T) {
	o := NewUncertaintyLoss(2)
	o.LogVariance.Value = tensor.Of([]float32{float32(math.Log(6)), float32(math.Log(0.5))})
	s := o.LogVariance.Value.Watch()
	l := o.Loss(func(*tensor.Param) *tensor.Tensor { return s }, loss(6, 2), loss(2, 8))
	check.Close(t, "gradient", autograd.Backward(l.Sum).Of(s).Floats(), []float32{0, 0}, 1e-6)
	if l := o.Loss(nil, Loss{}, loss(2, 8)); l.Count != 8 || math.Abs(l.Mean()-(0.25/0.5+math.Log(0.5)/2)) > 1e-6 {
		t.Errorf("mean %v over %v without the first task", l.Mean(), l.Count)
	}
}

func heavier(o Objective) call {
	return func(in []*tensor.Tensor) Loss { return ExampleWeights{o}.Loss(in[0], in[1], in[2]) }
}

var someWeights = tensor.Of([]float32{1, 2, 0, 0.5, 2, 1, 1, 2, 0.5})

var _ = register(sample{
	name: "ExampleWeights", loss: heavier(Func(MeanSquaredError)), free: 2,
	in: list(numbers(9, 2), numbers(18).Scale(0.3).Reshape(9, 2), someWeights),
	values: []value{
		{list(tensor.Of([]float32{1, 2, 3}, 3, 1), tensor.Of([]float32{2, 4, 9}, 3, 1), tensor.Of([]float32{1, 0.25, 0})), 1 + 0.25*4, 1.25},
		{list(tensor.Of([]float32{1, 2}, 2, 1), tensor.Of([]float32{2, 4}, 2, 1), tensor.Of([]int64{3, 3})), 3 * 5, 6},
		{list(tensor.Of([]float32{1, 2}, 2, 1), tensor.Of([]float32{2, 4}, 2, 1), tensor.Zeros(2)), 0, 0},
	},
	wrong: []wrong{
		{list(numbers(4), numbers(4), numbers(3)), "ExampleWeights: weights of shape [3] for predictions of shape [4] and targets of shape [4]"},
		{list(numbers(4), numbers(3), numbers(4)), "targets of shape [3]; want one for each example"},
	},
})

var _ = register(sample{
	name: "ExampleWeights/ignored classes", loss: heavier(CrossEntropyLoss{Ignore: new(1)}),
	in: list(numbers(9, 2, 3), classes(3, 9, 2), someWeights), free: 1,
	values: []value{{list(tensor.Concat(0, uneven, uneven, uneven), tensor.Of([]int64{0, 2, 1}), tensor.Of([]float32{1, 3, 9})), math.Ln2 + 3*ln4, 4}},
})

// TestWeightsAsCopies: an example of weight 2 is the same as two of weight 1.
func TestWeightsAsCopies(t *testing.T) {
	x, y := numbers(3, 4), classes(4, 3)
	at := tensor.Of([]int64{0, 1, 1, 2, 2, 2})
	want := CrossEntropy(x.Take(0, at), y.Take(0, at))
	got := ExampleWeights{Func(CrossEntropy)}.Loss(x, y, tensor.Of([]float32{1, 2, 3}))
	if math.Abs(got.Sum.Item()-want.Sum.Item()) > 1e-5 || got.Count != want.Count {
		t.Errorf("%v over %v, want %v over %v", got.Sum.Item(), got.Count, want.Sum.Item(), want.Count)
	}
}
