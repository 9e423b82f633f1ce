package objective

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "MultiSimilarityLoss", objective: MultiSimilarityLoss{Beta: 5}, prediction: left, target: groups, whole: inBatch,
	byHand: []byHand{
		{tensor.Ones(2, 3), tensor.Of([]int64{1, 1}), math.Log(1 + math.Exp(-1)), 2},
		{one3, first, 0, 1},
	},
	misuse: noEmbeddings,
	golden: "MultiSimilarity", names: []string{"embeddings", "target"}, like: func(c *check.Case) Objective {
		return MultiSimilarityLoss{Alpha: c.Float("alpha"), Beta: c.Float("beta"), Base: c.Float("base")}
	},
})
