package optim

import (
	"path"

	"github.com/jimu-ml/jimu/tensor"
)

// Group gives the parameters that which selects a rule of their own, and returns o:
//
//	opt.Group(optim.AdamW{LR: 3e-4, WeightDecay: optim.None}, optim.Vectors)
//	opt.Group(optim.SGD{LR: 0.01}, optim.Match("head.*", "*.bias"))
//
// The last group that selects a parameter counts. What was remembered of a parameter is kept if the new rule has the
// same slots. It panics with a [tensor.Error] if no parameter is selected: a misspelt name would go unnoticed.
func (o *Optimizer) Group(rule Rule, which func(p tensor.Named) bool) *Optimizer {
	found := false
	o.groups++
	for _, c := range o.cells {
		if !which(tensor.Named{Name: c.name, Param: c.param}) {
			continue
		}
		found = true
		if c.slots != nil && !sameSlots(c.rule, rule, c.param.Value.Shape()) {
			c.slots, c.updates = nil, 0
		}
		c.rule, c.group = rule, o.groups
	}
	if !found {
		panic(tensor.Errorf("optim.Group", "no parameter is selected"))
	}
	return o
}

// Vectors selects the parameters with at most one axis: biases, and the gains of normalizations.
func Vectors(p tensor.Named) bool { return p.Param.Value.Rank() <= 1 }

// Matrices selects the parameters with two axes or more, for rules of matrices such as [Muon]. Embeddings are among them.
func Matrices(p tensor.Named) bool { return p.Param.Value.Rank() >= 2 }

// Match selects the parameters whose names match one of the patterns, as [path.Match] does: * stands for any characters,
// dots included. It panics with a [tensor.Error] if a pattern is malformed.
func Match(patterns ...string) func(p tensor.Named) bool {
	for _, s := range patterns {
		if _, err := path.Match(s, ""); err != nil {
			panic(tensor.Errorf("optim.Match", "the pattern %q is malformed", s))
		}
	}
	return func(p tensor.Named) bool {
		for _, s := range patterns {
			if ok, _ := path.Match(s, p.Name); ok {
				return true
			}
		}
		return false
	}
}
