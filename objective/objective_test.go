package objective

import (
	"fmt"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name:       "Func",
	objective:  Func(MeanSquaredError),
	prediction: numbers(7, 2), target: numbers(14).Neg().Reshape(7, 2),
})

func loss(sum, count float64) Loss { return Loss{tensor.Scalar(sum), count} }

func TestLossOfNothing(t *testing.T) {
	var nothing Loss
	if !math.IsNaN(nothing.Mean()) {
		t.Errorf("the mean of nothing is %v", nothing.Mean())
	}
	for _, l := range []Loss{nothing.Plus(loss(6, 3)), loss(6, 3).Plus(nothing), loss(6, 3).With(2, nothing)} {
		if l.Mean() != 2 || l.Count != 3 {
			t.Errorf("6 over 3 with nothing: mean %v over %v", l.Mean(), l.Count)
		}
	}
	if nothing.Scale(2).Sum != nil {
		t.Error("twice nothing is something")
	}
}

// TestUnequalMicroBatches: the mean of means is not the mean.
func TestUnequalMicroBatches(t *testing.T) {
	l := loss(7, 7).Plus(loss(6, 3))
	if l.Mean() != 1.3 {
		t.Errorf("mean %v of 7 items of 1 and 3 of 2, want 1.3", l.Mean())
	}
}

func TestScaleAndWith(t *testing.T) {
	if l := loss(6, 3).Scale(0.5); l.Mean() != 1 || l.Count != 3 {
		t.Errorf("half of 2: mean %v over %v", l.Mean(), l.Count)
	}
	if l := loss(6, 3).With(0.5, loss(40, 10)); l.Mean() != 4 || l.Count != 3 {
		t.Errorf("2 + 0.5·4: mean %v over %v", l.Mean(), l.Count)
	}
}

func Example() {
	logits := tensor.Of([]float32{2, 0, 0, 1, 1, 1}, 2, 3)
	loss := CrossEntropy(logits, tensor.Of([]int64{0, 2}))
	fmt.Printf("%.4f nats over %v examples", loss.Mean(), loss.Count)
	// Output: 0.6691 nats over 2 examples
}
