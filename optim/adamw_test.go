package optim

import "github.com/jimu-ml/jimu/internal/check"

var _ = register(sample{
	name:   "AdamW/defaults",
	rule:   AdamW{LR: 0.1},
	paper:  adam(0.1, 0.9, 0.999, 1e-8, 0, 0.01),
	golden: "AdamW",
	like: func(c *check.Case) Rule {
		r := AdamW{LR: c.Float("lr"), Eps: c.Float("eps"), WeightDecay: c.Float("weight_decay")}
		r.Beta1, r.Beta2 = betas(c)
		return r
	},
	valley: AdamW{LR: 0.02, WeightDecay: None},
	below:  1e-2,
})

var _ = register(sample{
	name:   "AdamW/none",
	rule:   AdamW{LR: 0.1, Beta1: 0.8, Beta2: 0.95, Eps: 1e-3, WeightDecay: None},
	paper:  adam(0.1, 0.8, 0.95, 1e-3, 0, 0),
	valley: AdamW{LR: 0.02, WeightDecay: 1e-4},
	below:  1e-2,
})
