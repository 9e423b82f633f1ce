package objective

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// outsideClasses is the misuse of all objectives of classes.
func outsideClasses(name string) []misuse {
	return []misuse{
		{numbers(4, 3), classes(3, 5), name + ": logits of shape [4 3] need classes of shape [4] as integers, not int64 [5]"},
		{numbers(4, 3), numbers(4), name + ": logits of shape [4 3] need classes of shape [4] as integers, not float32 [4]"},
		{numbers(2, 3), tensor.Of([]int64{0, 3}), name + ": the class 3 is not among the 3 of the logits"},
		{classes(3, 4, 3), classes(3, 4), name + ": no classes on the last axis"},
	}
}

func differing(name string) []misuse {
	return []misuse{{numbers(4, 1), numbers(4), name + ": predictions of shape [4 1] and targets of shape [4] differ"}}
}

var (
	half  = tensor.Of([]float32{0, 0}, 1, 2) // probabilities 1/2, 1/2
	first = tensor.Of([]int64{0}, 1)
)

var _ = register(sample{
	name: "FocalLoss", objective: FocalLoss{}, prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{{half, first, 0.25 * math.Ln2, 1}, {tensor.Zeros(0, 3), tensor.Of([]int64{}), 0, 0}},
	misuse: outsideClasses("Focal"),
	golden: "Focal", like: func(c *check.Case) Objective { return FocalLoss{Gamma: c.Float("gamma")} },
})

var _ = register(sample{
	name: "FocalLoss/ignore", objective: FocalLoss{Ignore: new(2)}, prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{
		{tensor.Concat(0, half, half), tensor.Of([]int64{2, 1}), 0.25 * math.Ln2, 1},
		{half, tensor.Of([]int64{2}, 1), 0, 0},
	},
	misuse: []misuse{{numbers(2, 3), tensor.Of([]int64{2, 3}), "Focal: the class 3 is not among the 3 of the logits"}},
	golden: "FocalIgnore", like: func(c *check.Case) Objective { return FocalLoss{Ignore: new(c.Int("ignore"))} },
})

var _ = register(sample{
	name: "FocalLoss/weight", objective: FocalLoss{Gamma: 0.7, Weight: []float64{1, 3, 0, 2, 0.5}}, prediction: numbers(9, 5), target: classes(5, 9),
	misuse: []misuse{{numbers(4, 3), classes(3, 4), "Focal: 5 weights for 3 classes"}},
})

var _ = register(sample{
	name: "BinaryFocalLoss", objective: BinaryFocalLoss{}, prediction: numbers(9, 2), target: bits,
	byHand: []byHand{{half, tensor.Of([]float32{1, 0}, 1, 2), 0.5 * math.Ln2, 2}},
	misuse: differing("BinaryFocal"),
	golden: "BinaryFocal", like: func(c *check.Case) Objective {
		return BinaryFocalLoss{Gamma: c.Float("gamma"), Balance: c.Float("balance")}
	},
})

var _ = register(sample{
	name: "PolyLoss", objective: PolyLoss{}, prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{{half, first, math.Ln2 + 1, 1}},
	misuse: outsideClasses("Poly"),
	golden: "Poly", like: func(c *check.Case) Objective { return PolyLoss{Epsilon: c.Float("epsilon")} },
})

var _ = register(sample{
	name: "GeneralizedCrossEntropyLoss", objective: GeneralizedCrossEntropyLoss{}, prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{{half, first, (1 - math.Pow(0.5, 0.7)) / 0.7, 1}},
	misuse: outsideClasses("GeneralizedCrossEntropy"),
	golden: "GeneralizedCrossEntropy", like: func(c *check.Case) Objective { return GeneralizedCrossEntropyLoss{Q: c.Float("q")} },
})

var _ = register(sample{
	name: "CategoricalHinge", objective: Func(CategoricalHinge), prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{{tensor.Of([]float32{-3, -5, -2.5}, 1, 3), first, 1.5, 1}},
	misuse: outsideClasses("CategoricalHinge"),
	golden: "CategoricalHinge",
})

var _ = register(sample{
	name: "MultiMarginLoss", objective: MultiMarginLoss{}, prediction: numbers(9, 5), target: classes(5, 9),
	byHand: []byHand{{tensor.Of([]float32{1, 0.5, 3, -2}, 1, 4), first, (0.5 + 3) / 4, 1}},
	misuse: outsideClasses("MultiMargin"),
	golden: "MultiMargin", like: func(c *check.Case) Objective {
		return MultiMarginLoss{Margin: c.Float("margin"), Squared: c.Bool("squared"), Weight: floats(c, "weight")}
	},
})

var _ = register(sample{
	name: "MultiMarginLoss/squared", objective: MultiMarginLoss{Margin: 0.5, Squared: true, Weight: []float64{1, 2, 3, 4, 5}},
	prediction: numbers(9, 5), target: classes(5, 9),
	misuse: []misuse{{numbers(4, 3), classes(3, 4), "MultiMargin: 5 weights for 3 classes"}},
})

var _ = register(sample{
	name: "MultiLabelMargin", objective: Func(MultiLabelMargin), prediction: numbers(9, 2), target: bits, free: 1,
	byHand: []byHand{{tensor.Of([]float32{0.1, 0.2, 0.4}, 1, 3), tensor.Of([]int64{1, 0, 1}, 1, 3), (1.1 + 0.8) / 3, 1}},
	misuse: append(differing("MultiLabelMargin"), misuse{numbers(4), numbers(4), "MultiLabelMargin: logits of shape [4]; want [n c]"}),
	golden: "MultiLabelMargin",
})

var _ = register(sample{
	name: "BinaryCrossEntropyLoss/several labels", objective: BinaryCrossEntropyLoss{}, prediction: numbers(9, 2), target: bits,
	golden: "MultiLabelSoftMargin",
})

var _ = register(sample{
	name: "BinaryCrossEntropyLoss/probabilities", objective: BinaryCrossEntropyLoss{Probabilities: true}, prediction: shares(9, 2), target: bits,
	byHand: []byHand{{tensor.Of([]float32{0.5, 0}, 1, 2), tensor.Of([]float32{1, 1}, 1, 2), math.Ln2 + 7*math.Log(10), 2}},
	golden: "BinaryProbabilities", like: func(*check.Case) Objective { return BinaryCrossEntropyLoss{Probabilities: true} },
})

var _ = register(sample{
	name: "Hinge", objective: Func(Hinge), prediction: numbers(9, 2), target: bits, free: 1,
	byHand: []byHand{{tensor.Of([]float32{0.5, 0.5, 3}), tensor.Of([]float32{1, -1, 1}), 2, 3}},
	misuse: differing("Hinge"), golden: "Hinge",
})

var _ = register(sample{
	name: "SquaredHinge", objective: Func(SquaredHinge), prediction: numbers(9, 2), target: bits, free: 1,
	byHand: []byHand{{tensor.Of([]float32{0.5, 0.5, 3}), tensor.Of([]float32{1, -1, 1}), 2.5, 3}},
	misuse: differing("SquaredHinge"), golden: "SquaredHinge",
})

var _ = register(sample{
	name: "SoftMargin", objective: Func(SoftMargin), prediction: numbers(9, 2), target: bits, free: 1,
	byHand: []byHand{{tensor.Of([]float32{0, 1e4}), tensor.Of([]float32{1, -1}), math.Ln2 + 1e4, 2}},
	misuse: differing("SoftMargin"), golden: "SoftMargin",
})

var _ = register(sample{
	name: "HingeEmbeddingLoss", objective: HingeEmbeddingLoss{}, prediction: numbers(9, 2), target: bits, free: 1,
	byHand: []byHand{{tensor.Of([]float32{0.3, 0.3, 3}), tensor.Of([]float32{1, -1, -1}), 1, 3}},
	misuse: differing("HingeEmbedding"),
	golden: "HingeEmbedding", like: func(c *check.Case) Objective { return HingeEmbeddingLoss{Margin: c.Float("margin")} },
})

var _ = register(sample{
	name: "KLDivergence", objective: Func(KLDivergence), prediction: shares(9, 4).Log(), target: shares(36, 1).Add(numbers(36, 1).Square()).Reshape(9, 4).Scale(0.1),
	byHand: []byHand{{half, tensor.Of([]float32{1, 0}, 1, 2), 0, 1}},
	misuse: append(differing("KLDivergence"), misuse{tensor.Scalar(1), tensor.Scalar(1), "KLDivergence: no classes on the last axis"}),
	golden: "KLDivergence", names: []string{"logp", "target"},
})

var _ = register(sample{
	name: "JensenShannon", objective: Func(JensenShannon), prediction: numbers(9, 4), target: numbers(36).Scale(0.5).Flip(0).Reshape(9, 4),
	byHand: []byHand{{tensor.Of([]float32{1e4, 0}, 1, 2), tensor.Of([]float32{0, 1e4}, 1, 2), math.Ln2, 1}, {half, half, 0, 1}},
	misuse: differing("JensenShannon"),
	golden: "JensenShannon",
})

func TestClassesOutOfBounds(t *testing.T) {
	for _, c := range []struct {
		o    Objective
		says string
	}{
		{FocalLoss{Gamma: -1}, "a focus of -1"},
		{BinaryFocalLoss{Gamma: -1}, "a focus of -1"},
		{GeneralizedCrossEntropyLoss{Q: 2}, "an exponent of 2"},
	} {
		target := classes(3, 4)
		if _, ok := c.o.(BinaryFocalLoss); ok {
			target = numbers(4, 3)
		}
		if err := tensor.Catch(func() { c.o.Loss(numbers(4, 3), target) }); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%T: error %v", c.o, err)
		}
	}
}
