package objective

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	maps   = numbers(8, 2, 1, 3)
	masks  = classes(2, 8, 2, 1, 3)
	labels = classes(2, 8, 1, 3)
	full   = tensor.Full(1e4, 1, 1, 4) // predicted everywhere
	corner = tensor.Of([]int64{1, 0, 0, 0}, 1, 1, 4)
)

func noRegions(name string) []misuse {
	return []misuse{
		{numbers(4, 3), numbers(4, 3), name + ": logits float32 of shape [4 3]; want floats [n c …]"},
		{numbers(4, 3, 2), numbers(4, 2), name + ": logits of shape [4 3 2] need a target of that shape, or classes of shape [4 2] as integers, not float32 [4 2]"},
		{numbers(4, 3, 2), classes(4, 4, 2), name + ": the class 3 is not among the 3 of the logits"},
	}
}

func dice(c *check.Case) Objective { return DiceLoss{Smooth: c.Float("smooth")} }

var _ = register(sample{
	name: "DiceLoss", objective: DiceLoss{}, prediction: maps, target: masks,
	byHand: []byHand{{full, corner, 1 - 3./6, 1}, {full.Neg(), tensor.Zeros(1, 1, 4), 0, 1}},
	misuse: noRegions("Dice"), golden: "Dice", like: dice,
})

var _ = register(sample{
	name: "DiceLoss/squared", objective: DiceLoss{Squared: true, Smooth: 0.1}, prediction: maps, target: labels,
	byHand: []byHand{{tensor.Zeros(1, 1, 4), corner, 1 - 1.1/2.1, 1}},
})

var _ = register(sample{
	name: "DiceLoss/generalized", objective: DiceLoss{Generalized: true}, prediction: maps, target: masks,
	byHand: []byHand{ // weights 1 and 1/9, both maps predicted everywhere
		{tensor.Full(1e4, 1, 2, 4), tensor.Of([]int64{1, 0, 0, 0, 0, 1, 1, 1}, 1, 2, 4), 1 - (2*(1+3./9)+1)/(5+7./9+1), 1},
		{tensor.Full(1e4, 1, 1, 4), tensor.Zeros(1, 1, 4), 0, 1},
	},
})

func tversky(c *check.Case) Objective {
	o := TverskyLoss{Alpha: c.Float("alpha"), Beta: c.Float("beta"), Smooth: c.Float("smooth")}
	if c.HasAttr("gamma") {
		o.Gamma = c.Float("gamma")
	}
	return o
}

var _ = register(sample{
	name: "TverskyLoss", objective: TverskyLoss{}, prediction: maps, target: masks,
	byHand: []byHand{{full, corner, 1 - 2/(1+0.9+1), 1}},
	misuse: noRegions("Tversky"), golden: "Tversky", like: tversky,
})

var _ = register(sample{
	name: "TverskyLoss/focal", objective: TverskyLoss{Alpha: 1, Beta: 1, Gamma: 4. / 3}, prediction: maps, target: labels,
	byHand: []byHand{{full, tensor.Ones(1, 1, 4), 5.6234133e-06, 1}}, // (1e-7)^0.75
	golden: "FocalTversky", like: tversky,
})

func TestTverskyRefusesNegativeFocus(t *testing.T) {
	err := tensor.Catch(func() { TverskyLoss{Gamma: -1}.Loss(maps, masks) })
	if err == nil || !strings.Contains(err.Error(), "Tversky: a focus of -1") {
		t.Errorf("error %v", err)
	}
}

// TestDiceIsTversky: with α = β = ½ and half the s.
func TestDiceIsTversky(t *testing.T) {
	a, b := DiceLoss{Smooth: 2}.Loss(maps, masks).Mean(), TverskyLoss{Alpha: 0.5, Beta: 0.5, Smooth: 1}.Loss(maps, masks).Mean()
	check.Close(t, "mean", []float32{float32(a)}, []float32{float32(b)}, 1e-6)
}

var _ = register(sample{
	name: "LovaszHinge", objective: Func(LovaszHinge), prediction: maps, target: masks,
	byHand: []byHand{
		{tensor.Of([]float32{-1, 1, 1, 1, -1, -1}, 1, 6), tensor.Of([]int64{1, 1, 1, 0, 0, 0}, 1, 6), 2 * (1 - 2./4), 1}, // errors of 2 at two
		{tensor.Of([]float32{-1, 0.5}, 1, 2), tensor.Of([]int64{0, 0}, 1, 2), 1.5, 1},
	},
	misuse: []misuse{
		{numbers(4), numbers(4), "LovaszHinge: logits of shape [4]; want [n …]"},
		{numbers(4, 2), numbers(4), "LovaszHinge: predictions of shape [4 2] and targets of shape [4] differ"},
	},
	golden: "LovaszHinge",
})

var _ = register(sample{
	name: "LovaszSoftmax", objective: Func(LovaszSoftmax), prediction: maps, target: labels,
	byHand: []byHand{{tensor.Of([]float32{1e4, 1e4, 0, 0, 0, 0, 1e4, 1e4}, 1, 2, 4), tensor.Of([]int64{0, 1, 1, 1}, 1, 4), (0.5 + 1./3) / 2, 1}},
	misuse: append(noRegions("LovaszSoftmax")[1:], misuse{maps, masks, "LovaszSoftmax: a target of shape [8 2 1 3]; want classes"}),
	golden: "LovaszSoftmax",
})
