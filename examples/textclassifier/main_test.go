package main

import (
	"io"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestItTellsSpam(t *testing.T) {
	masked, err := run(t.Context(), io.Discard, false)
	if err != nil {
		t.Fatal(err)
	}
	padded, err := run(t.Context(), io.Discard, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("accuracy on messages held out: %.4f, with the padding averaged in %.4f", masked, padded)
	if masked < 0.96 {
		t.Errorf("accuracy %.4f", masked)
	}
}

// A message means the same in a longer batch, unless its padding is averaged in.
func TestPaddingIsNotAveragedIn(t *testing.T) {
	v := text.NewVocabulary([]string{"call now to win"}, text.Options{})
	short, _ := v.Batch([]string{"call now", "to win"}, 2)
	long, _ := v.Batch([]string{"call now", "to win"}, 10)
	m := newClassifier(rng.New(1), v.Len(), 4)
	logits := func(ids *tensor.Tensor) []float32 { return m.Forward(nn.NewPass(nn.PassConfig{}), ids).Floats() }
	check.Close(t, "logits of the longer batch", logits(long), logits(short), 1e-6)
	m.padded = true
	for i, z := range logits(long) {
		if d := math.Abs(float64(z - logits(short)[i])); d < 0.01 {
			t.Errorf("with the padding averaged in, message %d differs by %v only", i, d)
		}
	}
}

func TestMaskedMean(t *testing.T) {
	v := tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2)
	mask := tensor.Of([]bool{true, true, false, false, false, false}, 2, 3)
	check.Close(t, "mean", maskedMean(v, mask).Floats(), []float32{2, 3, 0, 0}, 0)
	if err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor { return maskedMean(x[0], mask) }, v); err != nil {
		t.Error(err)
	}
}
