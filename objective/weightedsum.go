package objective

import (
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// A Part is a loss with a name and a weight: one of several on the same batch.
type Part struct {
	Name   string
	Weight float64
	Loss   Loss
}

// Parts are several losses on the same batch, each of an output of its own: a step sums them and reports them one by one.
//
//	parts := objective.Parts{
//		{"masked", 1, objective.MaskedLMLoss{}.Loss(logits, labels)},
//		{"next", 0.5, objective.NextSentence(pairs, follows)},
//	}
//	loss := parts.Sum()
type Parts []Part

// Sum returns the weighted sum of the parts, mean to mean. Its count is that of the first part.
//
//	mean = Σ weight · mean of the part
//
// Over micro-batches it is exact as long as the counts of the parts stay in proportion: see [Loss.With].
func (p Parts) Sum() Loss {
	var sum Loss
	for i, part := range p {
		if i == 0 {
			sum = part.Loss.Scale(part.Weight)
			continue
		}
		sum = sum.With(part.Weight, part.Loss)
	}
	return sum
}

// String returns the parts with their weights and means: "masked 2.31 + 0.5·next 0.693". It waits for the device.
func (p Parts) String() string {
	var b strings.Builder
	for i, part := range p {
		if i > 0 {
			b.WriteString(" + ")
		}
		if part.Weight != 1 {
			fmt.Fprintf(&b, "%.3g·", part.Weight)
		}
		fmt.Fprintf(&b, "%s %.3g", part.Name, part.Loss.Mean())
	}
	return b.String()
}

// A Term is an objective with a name and a weight.
type Term struct {
	Name      string
	Weight    float64
	Objective Objective
}

// WeightedSum is several objectives of the same prediction and target. Its count is that of the first.
//
//	mean = Σ weight · mean of the term
//
// Cross-entropy with Dice is one. For several outputs, each with its own target, see [Parts].
type WeightedSum []Term

// Loss returns the loss of a batch.
func (o WeightedSum) Loss(prediction, target *tensor.Tensor) Loss {
	return o.Parts(prediction, target).Sum()
}

// Parts returns the losses of the terms, to be reported one by one.
func (o WeightedSum) Parts(prediction, target *tensor.Tensor) Parts {
	parts := make(Parts, len(o))
	for i, t := range o {
		parts[i] = Part{t.Name, t.Weight, t.Objective.Loss(prediction, target)}
	}
	return parts
}
