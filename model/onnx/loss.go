package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("NegativeLogLikelihoodLoss", 12, func(c *call) []*Value {
		return c.as(0, c.likelihood(c.x(0)))
	})
	register("SoftmaxCrossEntropyLoss", 12, func(c *call) []*Value {
		logp := op.LogSoftmax(c.x(0), 1)
		return append(c.as(0, c.likelihood(logp)), c.as(0, logp)...)
	})
}

// likelihood returns minus the log-probabilities of the targets, input 1, weighted by class, input 2: each, their sum, or
// their mean by weight.
func (c *call) likelihood(logp *tensor.Tensor) *tensor.Tensor {
	if logp.Rank() < 2 {
		c.fail("the input has shape %v; want classes in axis 1", logp)
	}
	targets, shape := c.longs(1), c.x(1).Shape()
	if want := slices.Concat(logp.Shape()[:1], logp.Shape()[2:]); !slices.Equal(shape, want) {
		c.fail("targets of shape %v for %v", c.x(1), logp)
	}
	ignored, ignores := int64(c.integer("ignore_index", 0)), c.given("ignore_index")
	counts := make([]float64, len(targets))
	for i, t := range targets {
		switch {
		case ignores && t == ignored:
			targets[i] = 0
		case t < 0 || t >= int64(logp.Dim(1)):
			c.fail("there is no class %d of %d", t, logp.Dim(1))
		default:
			counts[i] = 1
		}
	}
	index := c.ofInts(targets, shape...)
	weight := c.ofFloats(logp.DType(), counts, shape...)
	if w := c.maybe(2); w != nil {
		weight = weight.Mul(w.Take(0, index.Reshape(-1)).Reshape(shape...))
	}
	loss := logp.TakeAlong(1, index.Unsqueeze(1)).Squeeze(1).Neg().Mul(weight)
	switch c.choice("reduction", "mean", "none", "sum", "mean") {
	case "none":
		return loss
	case "sum":
		return loss.Sum()
	}
	return loss.Sum().Div(weight.Sum())
}
