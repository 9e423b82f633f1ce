package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// RecurrentConfig says how a recurrent layer reads sequences. The zero value reads [n t in] from the first step to the
// last.
type RecurrentConfig struct {
	Bidirectional bool // also from the last to the first, with weights of its own: the results are side by side
	TimeFirst     bool // x is [t n in], and so the result
	NoBias        bool
}

// Recurrent holds the parameters of an [LSTM] or [GRU], with the names that PyTorch gives those of one layer.
type Recurrent struct {
	WeightIn     tensor.Param `nn:"weight_ih_l0"` // [gates·h in]
	WeightHidden tensor.Param `nn:"weight_hh_l0"` // [gates·h h]
	BiasIn       tensor.Param `nn:"bias_ih_l0"`   // [gates·h], or without value
	BiasHidden   tensor.Param `nn:"bias_hh_l0"`   // [gates·h], or without value

	// From the last step to the first, or without values.
	BackWeightIn     tensor.Param `nn:"weight_ih_l0_reverse"`
	BackWeightHidden tensor.Param `nn:"weight_hh_l0_reverse"`
	BackBiasIn       tensor.Param `nn:"bias_ih_l0_reverse"`
	BackBiasHidden   tensor.Param `nn:"bias_hh_l0_reverse"`

	TimeFirst bool
}

// init draws all parameters uniformly from ±1/√hidden, as in PyTorch.
func (l *Recurrent) init(r *rng.Rand, gates, in, hidden int, c RecurrentConfig) {
	l.TimeFirst = c.TimeFirst
	from := fanIn(hidden)
	fill := func(weightIn, weightHidden, biasIn, biasHidden *tensor.Param) {
		weightIn.Value, weightHidden.Value = from(r.Next(), gates*hidden, in), from(r.Next(), gates*hidden, hidden)
		if !c.NoBias {
			biasIn.Value, biasHidden.Value = from(r.Next(), gates*hidden), from(r.Next(), gates*hidden)
		}
	}
	fill(&l.WeightIn, &l.WeightHidden, &l.BiasIn, &l.BiasHidden)
	if c.Bidirectional {
		fill(&l.BackWeightIn, &l.BackWeightHidden, &l.BackBiasIn, &l.BackBiasHidden)
	}
}

// weights returns those of a direction in this pass, in float32 whatever its precision: errors would add up from step to
// step.
func (l *Recurrent) weights(p *Pass, backward bool) op.Recurrence {
	if backward {
		return op.Recurrence{
			WeightIn: p.UseFull(&l.BackWeightIn), WeightHidden: p.UseFull(&l.BackWeightHidden),
			BiasIn: p.UseFull(&l.BackBiasIn), BiasHidden: p.UseFull(&l.BackBiasHidden), Backward: true,
		}
	}
	return op.Recurrence{
		WeightIn: p.UseFull(&l.WeightIn), WeightHidden: p.UseFull(&l.WeightHidden),
		BiasIn: p.UseFull(&l.BiasIn), BiasHidden: p.UseFull(&l.BiasHidden),
	}
}

// forward runs f in each direction over x [n t in], and joins the results.
func (l *Recurrent) forward(p *Pass, x *tensor.Tensor, f func(x *tensor.Tensor, w op.Recurrence) *tensor.Tensor) *tensor.Tensor {
	if l.TimeFirst {
		x = x.Transpose(0, 1)
	}
	x = p.like(p.UseFull(&l.WeightIn), x)
	y := f(x, l.weights(p, false))
	if l.BackWeightIn.Value != nil {
		y = tensor.Concat(-1, y, f(x, l.weights(p, true)))
	}
	if l.TimeFirst {
		y = y.Transpose(0, 1)
	}
	return y
}
