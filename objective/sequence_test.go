package objective

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func ctcLoss(o CTCLoss) call {
	return func(x []*tensor.Tensor) Loss { return o.Loss(x[0], x[1], x[2], x[3]) }
}

var words = tensor.Of([]int64{1, 2, 1, 1, 2, 0, 1, 0, 2, 1, 2, 2, 0, 0, 2, 1}, 8, 2)

var ctcInputs = list(numbers(8, 3, 3), words, tensor.Of([]int64{3, 3, 3, 3, 2, 1, 3, 3}), tensor.Of([]int64{2, 2, 1, 1, 2, 1, 0, 2}))

var _ = register(sample{
	name: "CTCLoss", loss: ctcLoss(CTCLoss{}), in: ctcInputs,
	values: []value{
		// Uniform over 3 classes: of 9 paths of two steps, 3 spell "1"; of 27, one spells "11".
		{list(tensor.Zeros(1, 2, 3), tensor.Of([]int64{1}, 1, 1), nil, nil), 2*math.Log(3) - math.Log(3), 1},
		{list(tensor.Zeros(1, 3, 3), tensor.Of([]int64{1, 1}, 1, 2), nil, nil), 3 * math.Log(3), 1},
		{list(tensor.Zeros(1, 2, 3), tensor.Of([]int64{1, 1}, 1, 2), nil, nil), math.Inf(1), 1},
		{list(tensor.Zeros(2, 2, 3), tensor.Of([]int64{}, 2, 0), nil, nil), 4 * math.Log(3), 2},
	},
	wrong: []wrong{
		{list(numbers(4, 3), words, nil, nil), "CTC: logits float32 of shape [4 3]; want floats [n t c]"},
		{list(numbers(4, 3, 3), words, nil, nil), "CTC: a target int64 of shape [8 2]; want [4 s] integers"},
		{list(numbers(8, 3, 2), words, nil, nil), "CTC: the label 2 of sequence 0 is not among the 2 classes, or is the blank"},
		{list(numbers(8, 3, 3), words, nil, nil), "CTC: the label 0 of sequence 2 is not among the 3 classes, or is the blank"},
		{list(numbers(8, 3, 3), words, classes(2, 8), nil), "CTC: a length of 0 among the lengths; want 1 to 3"},
		{list(numbers(8, 3, 3), words, classes(2, 7), nil), "CTC: lengths int64 of shape [7]; want [8] integers"},
		{list(numbers(8, 3, 3), words, nil, classes(4, 8)), "CTC: a length of 3 among the target lengths; want 0 to 2"},
	},
	golden: "CTC", names: []string{"logits", "target", "lengths", "target_lengths", "input_length", "target_length"},
	given: func(c *check.Case) call {
		return func(x []*tensor.Tensor) Loss {
			o := CTCLoss{Blank: c.Int("blank"), ZeroInfinity: true}
			switch {
			case x[4] != nil: // as PyTorch has them
				return o.Loss(x[0].Transpose(0, 1), x[1], x[4], x[5])
			case x[3] == nil: // Keras ends the target at the first blank
				return o.Loss(x[0], x[1], nil, tensor.Of([]int64{3, 2}))
			}
			return o.Loss(x[0], x[1], x[2], x[3])
		}
	},
})

// TestCTCThatDoesNotFit: +Inf without a gradient, or nothing.
func TestCTCThatDoesNotFit(t *testing.T) {
	x, y := numbers(2, 2, 3).Watch(), tensor.Of([]int64{1, 1, 1, 2}, 2, 2)
	l := CTCLoss{}.Loss(x, y, nil, nil)
	g := autograd.Backward(l.Sum).Of(x).Floats()
	if !math.IsInf(l.Sum.Item(), 1) || g[0] != 0 || g[6] == 0 || g[6] != g[6] {
		t.Errorf("loss %v, gradient %v", l.Sum.Item(), g)
	}
	if l := (CTCLoss{ZeroInfinity: true}).Loss(x, y, nil, nil); math.IsInf(l.Sum.Item(), 1) || l.Count != 2 {
		t.Errorf("loss %v over %v", l.Sum.Item(), l.Count)
	}
	if err := tensor.Catch(func() { CTCLoss{Blank: 3}.Loss(x, y, nil, nil) }); err == nil {
		t.Error("a blank that is no class")
	}
}

func transducerLoss(x []*tensor.Tensor) Loss { return TransducerLoss{}.Loss(x[0], x[1], x[2], x[3]) }

var _ = register(sample{
	name: "TransducerLoss", loss: transducerLoss,
	in: list(numbers(8, 2, 3, 3), words, tensor.Of([]int64{2, 1, 2, 2, 2, 1, 2, 2}), tensor.Of([]int64{2, 2, 1, 1, 2, 1, 0, 2})),
	values: []value{
		// Uniform over 2 classes: the label is given in one of 2 steps, and a path has 3 moves.
		{list(tensor.Zeros(1, 2, 2, 2), tensor.Of([]int64{1}, 1, 1), nil, nil), 3*math.Ln2 - math.Ln2, 1},
		{list(tensor.Zeros(1, 3, 1, 2), tensor.Of([]int64{}, 1, 0), nil, nil), 3 * math.Ln2, 1},
	},
	wrong: []wrong{
		{list(numbers(4, 3, 3), words, nil, nil), "Transducer: logits float32 of shape [4 3 3]; want floats [n t u+1 c]"},
		{list(numbers(8, 3, 2, 3), words, nil, nil), "Transducer: logits of shape [8 3 2 3] and a target of shape [8 2]"},
		{list(numbers(8, 2, 3, 2), words, nil, nil), "Transducer: the label 2 of sequence 0 is not among the 2 classes"},
		{list(numbers(8, 2, 3, 3), words, classes(2, 8), nil), "Transducer: a length of 0 among the lengths; want 1 to 2"},
	},
	golden: "Transducer", names: []string{"logits", "target", "lengths", "target_lengths"},
	given: func(*check.Case) call {
		return func(x []*tensor.Tensor) Loss { return TransducerLoss{Blank: 1}.Loss(x[0], x[1], x[2], x[3]) }
	},
})

var mask = tensor.Of([]float32{1, 0, 2, 1, 0, 0, 0.5, 1, 1, 0, 1, 1, 1, 0, 0, 1}, 8, 2)

var _ = register(sample{
	name: "MaskedCrossEntropy", loss: func(x []*tensor.Tensor) Loss { return MaskedCrossEntropy(x[0], x[1], x[2]) },
	in: list(numbers(8, 2, 3), words, mask), free: 1,
	values: []value{
		{list(tensor.Zeros(1, 2, 4), tensor.Of([]int64{1, -100}, 1, 2), tensor.Of([]bool{true, false}, 1, 2)), ln4, 1},
		{list(tensor.Zeros(1, 4), tensor.Of([]int32{3}, 1), tensor.Of([]float32{0.5}, 1)), ln4 / 2, 0.5},
	},
	wrong: []wrong{
		{list(numbers(8, 2, 3), words, mask.Select(1, 0)), "MaskedCrossEntropy: a mask of shape [8] for a target int64 of shape [8 2]"},
		{list(numbers(8, 2, 2), words, mask), "MaskedCrossEntropy: the class 2 is not among the 2 of the logits"},
	},
	golden: "MaskedCrossEntropy", names: []string{"logits", "target", "mask"},
})

// TestMaskIsIgnore: a mask does what a class for padding does.
func TestMaskIsIgnore(t *testing.T) {
	x := numbers(8, 2, 3)
	a := MaskedCrossEntropy(x, words, words.NotEqual(words.FullLike(0)))
	b := CrossEntropyLoss{Ignore: new(0)}.Loss(x, words)
	if a.Count != b.Count || a.Sum.Cast(device.Float32).Item() != b.Sum.Item() {
		t.Errorf("%v over %v and %v over %v", a.Sum.Item(), a.Count, b.Sum.Item(), b.Count)
	}
}

// BenchmarkCTC is a batch of 16 utterances of 4 seconds with 30 letters each, forwards and back.
func BenchmarkCTC(b *testing.B) {
	x, y := numbers(16, 200, 64), classes(63, 16, 30)
	y = y.Cast(device.Float32).AddScalar(1).Cast(device.Int64)
	for b.Loop() {
		x := x.Watch()
		autograd.Backward(CTCLoss{}.Loss(x, y, nil, nil).Sum).Of(x)
	}
}
