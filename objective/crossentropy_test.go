package objective

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	ln4    = math.Log(4)
	uneven = tensor.Of([]float32{float32(math.Log(2)), 0, 0}, 1, 3) // probabilities 1/2, 1/4, 1/4
)

var _ = register(sample{
	name:       "CrossEntropy",
	objective:  Func(CrossEntropy),
	prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{
		{uneven, tensor.Of([]int64{0}, 1), math.Ln2, 1},
		{uneven, tensor.Of([]int32{2}, 1), ln4, 1},
		{uneven, tensor.Of([]uint8{1}, 1), ln4, 1},
		{uneven.Reshape(3), tensor.Of([]int64{1}).Reshape(), ln4, 1},
		{uneven.Reshape(1, 1, 3), tensor.Of([]int64{1}, 1, 1), ln4, 1},
		{uneven, tensor.Of([]float32{0.5, 0.5, 0}, 1, 3), (math.Ln2 + ln4) / 2, 1},
		{tensor.Zeros(0, 3), tensor.Of([]int64{}), 0, 0},
	},
	misuse: []misuse{
		{numbers(4, 3), classes(3, 5), "logits of shape [4 3] with the classes on axis 1 need classes of shape [4], not [5]"},
		{numbers(4, 3), numbers(4), "need probabilities of that shape, or classes as integers, not float32 [4]"},
		{numbers(4, 3, 2, 2), classes(3, 4, 2, 2), "for classes on axis 1 say CrossEntropyLoss{Axis: 1}"},
		{numbers(2, 3), tensor.Of([]int64{0, 3}), "the class 3 is not among the 3 of the logits"},
		{numbers(2, 3), tensor.Of([]int64{-100, 2}), "CrossEntropyLoss{Ignore: new(-100)} would leave it out"},
		{classes(3, 4, 3), classes(3, 4), "no classes on axis"},
		{tensor.Scalar(1), classes(3, 1), "no classes on axis"},
	},
})

var _ = register(sample{
	name:       "CrossEntropyLoss/zero value",
	objective:  CrossEntropyLoss{},
	prediction: numbers(9, 2, 5), target: classes(5, 9, 2),
	golden: "CrossEntropy",
	like: func(c *check.Case) Objective {
		var o CrossEntropyLoss
		if c.HasAttr("ignore") {
			o.Ignore = new(c.Int("ignore"))
		}
		if c.HasAttr("smoothing") {
			o.Smoothing = c.Float("smoothing")
		}
		o.Weight = floats(c, "weight")
		return o
	},
})

var _ = register(sample{
	name:       "CrossEntropyLoss/ignore",
	objective:  CrossEntropyLoss{Ignore: new(0)},
	prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{
		{tensor.Concat(0, uneven, uneven), tensor.Of([]int64{0, 1}), ln4, 1},
		{tensor.Concat(0, uneven, uneven), tensor.Of([]int64{0, 0}), 0, 0},
	},
})

var _ = register(sample{
	name:       "CrossEntropyLoss/weight",
	objective:  CrossEntropyLoss{Weight: []float64{1, 0.25, 2, 0, 3}},
	prediction: numbers(9, 5), target: classes(5, 9),
	misuse: []misuse{
		{numbers(4, 3), classes(3, 4), "5 weights for the 3 classes of logits [4 3]"},
		{numbers(1, 5), tensor.Of([]int64{5}, 1), "the class 5 is not among the 5"},
	},
})

var _ = register(sample{
	name:       "CrossEntropyLoss/smoothing, weight and ignore",
	objective:  CrossEntropyLoss{Smoothing: 0.1, Weight: []float64{1, 0.25, 2, 0, 3}, Ignore: new(1)},
	prediction: numbers(9, 5), target: classes(5, 9),
})

var _ = register(sample{
	name:       "CrossEntropyLoss/probabilities",
	objective:  CrossEntropyLoss{Smoothing: 0.1},
	prediction: numbers(9, 5), target: shares(9, 5),
	byHand: []byHand{{uneven, tensor.Of([]float32{1, 0, 0}, 1, 3), 0.9*math.Ln2 + 0.1*(math.Ln2+2*ln4)/3, 1}},
})

var _ = register(sample{
	name:       "CrossEntropyLoss/axis",
	objective:  CrossEntropyLoss{Axis: 1, Ignore: new(3)},
	prediction: numbers(8, 5, 2, 3), target: classes(5, 8, 2, 3),
	misuse: []misuse{{numbers(4, 3, 2), classes(3, 4, 3), "with the classes on axis 1 need classes of shape [4 2], not [4 3]"}},
})

// TestAxisIsOnlyAnOrder: classes on axis 1 give what the same logits, transposed, give with the classes last.
func TestAxisIsOnlyAnOrder(t *testing.T) {
	x, y := numbers(4, 3, 5), classes(3, 4, 5)
	a := CrossEntropyLoss{Axis: 1}.Loss(x, y)
	b := CrossEntropy(x.Transpose(1, 2).Contiguous(), y)
	if a.Sum.Item() != b.Sum.Item() || a.Count != 20 || b.Count != 20 {
		t.Errorf("%v over %v and %v over %v", a.Sum.Item(), a.Count, b.Sum.Item(), b.Count)
	}
}

// TestGradientOfTargets: probabilities as targets receive a gradient, as distillation of a live teacher needs.
func TestGradientOfTargets(t *testing.T) {
	q := shares(3, 4).Watch()
	l := CrossEntropy(numbers(3, 4), q)
	if g := autograd.Backward(l.Sum).Of(q); g == nil {
		t.Error("no gradient")
	}
}

// Logits of 16 bits are not widened as a whole: the loss is that of the same logits in float32, and the gradient that one rounded.
func TestLogitsOfHalves(t *testing.T) {
	for _, o := range []CrossEntropyLoss{{}, {Ignore: new(2)}, {Weight: []float64{1, 2, 3, 4, 5}}, {Smoothing: 0.1}} {
		half := numbers(9, 5).Cast(device.BFloat16).Watch()
		whole := half.Detach().Cast(device.Float32).Watch()
		got, want := o.Loss(half, classes(5, 9)), o.Loss(whole, classes(5, 9))
		if got.Sum.DType() != device.Float32 || got.Sum.Item() != want.Sum.Item() || got.Count != want.Count {
			t.Errorf("%+v: %s %v over %v, want %v over %v", o, got.Sum.DType(), got.Sum.Item(), got.Count, want.Sum.Item(), want.Count)
		}
		dx := autograd.Backward(want.Sum).Of(whole).Cast(device.BFloat16).Floats()
		check.Close(t, "gradient", autograd.Backward(got.Sum).Of(half).Floats(), dx, 0)
	}
}
