package objective

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "AsymmetricLoss", objective: AsymmetricLoss{Positive: 1, Negative: 2}, prediction: numbers(9, 2), target: bits,
	byHand: []byHand{
		{half, tensor.Of([]float32{1, 0}, 1, 2), 0.5*math.Ln2 - 0.45*0.45*math.Log(0.55), 2},
		{tensor.Of([]float32{-4, -4}, 1, 2), tensor.Zeros(1, 2), 0, 2}, // likely by less than 0.05
	},
	misuse: differing("Asymmetric"),
	golden: "Asymmetric", like: func(c *check.Case) Objective {
		return AsymmetricLoss{Positive: c.Float("positive"), Negative: c.Float("negative"), Shift: new(c.Float("shift"))}
	},
})

func TestAsymmetricRefusesNegativeFocus(t *testing.T) {
	err := tensor.Catch(func() { AsymmetricLoss{Positive: -1}.Loss(numbers(9, 2), bits) })
	if err == nil || !strings.Contains(err.Error(), "Asymmetric: a focus of -1") {
		t.Errorf("error %v", err)
	}
}
