package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// RecurrentConfig says how a recurrent layer reads sequences. The zero value is one layer that reads [n t in] from the
// first step to the last.
type RecurrentConfig struct {
	Layers        int     // one on another; 0 means 1
	Dropout       float64 // in training, of what goes from one layer into the next
	Bidirectional bool    // also from the last to the first, with weights of its own: the results are side by side
	TimeFirst     bool    // x is [t n in], and so the result
	NoBias        bool
	Project       int  // of an [LSTM]: how many numbers are made of the hidden units of each step; 0 means that they stay
	Peepholes     bool // of an [LSTM]: its gates see the cell
	Relu          bool // of an [RNN]: it rectifies, and takes no tanh
}

// Recurrent holds the parameters of an [LSTM], [GRU] or [RNN], with PyTorch's names.
type Recurrent struct {
	RecurrentLayer
	Upper []*RecurrentLayer `nn:",stacked"` // those on the first layer
	Drop  *Dropout          `nn:"-"`        // between the layers; nil drops nothing

	TimeFirst bool
	Relu      bool // of an RNN
}

// RecurrentLayer holds the parameters of one layer of several.
type RecurrentLayer struct {
	WeightIn     tensor.Param `nn:"weight_ih_l#"` // [gates·h in]
	WeightHidden tensor.Param `nn:"weight_hh_l#"` // [gates·h h], or [gates·h p] with a projection
	BiasIn       tensor.Param `nn:"bias_ih_l#"`   // [gates·h], or without value
	BiasHidden   tensor.Param `nn:"bias_hh_l#"`   // [gates·h], or without value
	Project      tensor.Param `nn:"weight_hr_l#"` // [p h], or without value
	Peephole     tensor.Param `nn:"weight_ch_l#"` // [3h], or without value

	// From the last step to the first, or without values.
	BackWeightIn     tensor.Param `nn:"weight_ih_l#_reverse"`
	BackWeightHidden tensor.Param `nn:"weight_hh_l#_reverse"`
	BackBiasIn       tensor.Param `nn:"bias_ih_l#_reverse"`
	BackBiasHidden   tensor.Param `nn:"bias_hh_l#_reverse"`
	BackProject      tensor.Param `nn:"weight_hr_l#_reverse"`
	BackPeephole     tensor.Param `nn:"weight_ch_l#_reverse"`
}

// A RecurrentState is what a recurrent layer knows between two parts of a sequence. The order is PyTorch's: layer by
// layer, in each the forward direction and then the backward.
type RecurrentState struct {
	Hidden *tensor.Tensor // [layers·directions n h], or nil for zeros
	Cell   *tensor.Tensor // of an [LSTM], likewise
}

// init draws all parameters uniformly from ±1/√hidden, as in PyTorch.
func (l *Recurrent) init(r *rng.Rand, gates, in, hidden int, c RecurrentConfig) {
	if gates != 4 && (c.Project > 0 || c.Peepholes) || gates != 1 && c.Relu || c.Layers < 0 || c.Project < 0 || c.Project >= max(hidden, 1) {
		panic(tensor.Errorf("Recurrent", "layers %d, projection %d, peepholes %v and rectifier %v do not fit %d gates of %d units",
			c.Layers, c.Project, c.Peepholes, c.Relu, gates, hidden))
	}
	l.TimeFirst, l.Relu = c.TimeFirst, c.Relu
	l.RecurrentLayer.init(r, gates, in, hidden, c)
	width := hidden
	if c.Project > 0 {
		width = c.Project
	}
	if c.Bidirectional {
		width *= 2
	}
	for range max(c.Layers, 1) - 1 {
		u := new(RecurrentLayer)
		u.init(r, gates, width, hidden, c)
		l.Upper = append(l.Upper, u)
	}
	if c.Dropout > 0 && c.Layers > 1 {
		l.Drop = NewDropout(r, c.Dropout)
	}
}

func (l *RecurrentLayer) init(r *rng.Rand, gates, in, hidden int, c RecurrentConfig) {
	from, out := fanIn(hidden), hidden
	if c.Project > 0 {
		out = c.Project
	}
	fill := func(weightIn, weightHidden, biasIn, biasHidden, project, peephole *tensor.Param) {
		weightIn.Value, weightHidden.Value = from(r.Next(), gates*hidden, in), from(r.Next(), gates*hidden, out)
		if !c.NoBias {
			biasIn.Value, biasHidden.Value = from(r.Next(), gates*hidden), from(r.Next(), gates*hidden)
		}
		if c.Project > 0 {
			project.Value = from(r.Next(), out, hidden)
		}
		if c.Peepholes {
			peephole.Value = from(r.Next(), 3*hidden)
		}
	}
	fill(&l.WeightIn, &l.WeightHidden, &l.BiasIn, &l.BiasHidden, &l.Project, &l.Peephole)
	if c.Bidirectional {
		fill(&l.BackWeightIn, &l.BackWeightHidden, &l.BackBiasIn, &l.BackBiasHidden, &l.BackProject, &l.BackPeephole)
	}
}

// weights returns those of a direction in this pass, in float32 whatever its precision: errors would add up from step to
// step.
func (l *RecurrentLayer) weights(p *Pass, backward bool) op.Recurrence {
	if backward {
		return op.Recurrence{
			WeightIn: p.UseFull(&l.BackWeightIn), WeightHidden: p.UseFull(&l.BackWeightHidden),
			BiasIn: p.UseFull(&l.BackBiasIn), BiasHidden: p.UseFull(&l.BackBiasHidden),
			Project: p.UseFull(&l.BackProject), Peephole: p.UseFull(&l.BackPeephole), Backward: true,
		}
	}
	return op.Recurrence{
		WeightIn: p.UseFull(&l.WeightIn), WeightHidden: p.UseFull(&l.WeightHidden),
		BiasIn: p.UseFull(&l.BiasIn), BiasHidden: p.UseFull(&l.BiasHidden),
		Project: p.UseFull(&l.Project), Peephole: p.UseFull(&l.Peephole),
	}
}
