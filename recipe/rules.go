package recipe

import (
	"reflect"
	"slices"

	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// further are the rules beside the three that recipes mostly name.
var further = []row[optim.Rule]{
	rule("rmsprop", "the gradient over the root of its running mean square", optim.RMSProp{LR: 0.01, Alpha: 0.99, Eps: 1e-8}),
	rule("adagrad", "the gradient over the root of the sum of its squares", optim.Adagrad{LR: 0.01, Eps: 1e-10}),
	rule("adadelta", "steps as large as its own recent ones", optim.Adadelta{LR: 1, Rho: 0.9, Eps: 1e-6}),
	rule("adamax", "Adam with the largest recent gradient", optim.Adamax{LR: 2e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("amsgrad", "Adam whose second moment never falls", optim.AMSGrad{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("nadam", "Adam with Nesterov's momentum", optim.NAdam{LR: 2e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, MomentumDecay: 4e-3}),
	rule("radam", "Adam that waits for its second moment", optim.RAdam{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("adabelief", "Adam that divides by the gradient's surprise", optim.AdaBelief{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-16}),
	rule("acprop", "AdaBelief that divides by the scale of the step before", optim.ACProp{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("yogi", "Adam whose second moment changes slowly", optim.Yogi{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-3, Initial: 1e-6}),
	rule("adan", "Adam with Nesterov's momentum of gradients", optim.Adan{LR: 1e-3, Beta1: 0.98, Beta2: 0.92, Beta3: 0.99, Eps: 1e-8}),
	rule("ademamix", "AdamW with a second, longer momentum", optim.AdEMAMix{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Beta3: 0.9999, Alpha: 5, Eps: 1e-8}),
	rule("optimistic_adam", "Adam with optimism, for games", optim.OptimisticAdam{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("adafactor", "Adam with one number a row and column", optim.Adafactor{LR: 0.01, Decay: 0.8, Eps1: 0x1p-23, Eps2: 1e-3, Clip: 1}),
	rule("sm3", "Adagrad with one sum a row and column", optim.SM3{LR: 0.1, Momentum: 0.9, Eps: 1e-8}),
	rule("lion", "along the signs of a momentum", optim.Lion{LR: 1e-4, Beta1: 0.9, Beta2: 0.99}),
	rule("signsgd", "along the signs of the gradient", optim.SignSGD{LR: 1e-3}),
	rule("noisy_sgd", "SGD with noise that falls", optim.NoisySGD{LR: 0.1, Noise: 0.01, Gamma: 0.55}),
	rule("asgd", "SGD that averages its parameters", optim.ASGD{LR: 0.01, Lambda: 1e-4, Alpha: 0.75, Start: 1e6}),
	rule("rprop", "a step of its own for each weight, for whole sets", optim.Rprop{LR: 0.01, Grow: 1.2, Shrink: 0.5, Least: 1e-6, Most: 50}),
	rule("lamb", "AdamW with steps as long as the parameter, for large batches", optim.LAMB{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-6}),
	rule("lars", "SGD with steps as long as the parameter, for large batches", optim.LARS{LR: 0.1, Momentum: 0.9, Trust: 1e-3}),
	rule("fromage", "steps that are a share of the parameter", optim.Fromage{LR: 0.01}),
	rule("novograd", "the gradient over the norm of each parameter's", optim.NovoGrad{LR: 1e-3, Beta1: 0.9, Beta2: 0.25, Eps: 1e-6}),
	rule("ftrl", "follow the regularized leader, for sparse linear models", optim.Ftrl{LR: 1e-3, Initial: 0.1}),
	rule("cocob", "coin betting: no rate", optim.COCOB{Alpha: 100, Eps: 1e-8}),
	rule("prodigy", "AdamW that finds its rate", optim.Prodigy{Scale: 1, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, D0: 1e-6, Coef: 1}),
	rule("dadapt_adamw", "AdamW that finds its rate, by D-adaptation", optim.DAdaptAdamW{Scale: 1, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, D0: 1e-6}),
	rule("dog", "SGD that finds its rate: distance over gradients", optim.DoG{Scale: 1, Rho: 1e-6, Eps: 1e-8}),
	rule("dowg", "SGD that finds its rate: weighted distance over gradients", optim.DoWG{Scale: 1, Eps: 1e-4}),
	rule("momo", "momentum with a rate from a model of the loss", optim.MoMo{Most: 1, Momentum: 0.9}),
	rule("polyak_sgd", "SGD with Polyak's step", optim.PolyakSGD{Scale: 1, Most: 1}),
	rule("schedule_free_sgd", "SGD that averages, and needs no schedule", optim.ScheduleFreeSGD{LR: 1, Beta: 0.9}),
	rule("schedule_free_adamw", "AdamW that averages, and needs no schedule", optim.ScheduleFreeAdamW{LR: 2.5e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("sophia", "a momentum over the curvature, clipped", optim.Sophia{LR: 1e-3, Beta1: 0.96, Beta2: 0.99, Gamma: 0.01, Eps: 1e-12, Every: 10, WeightDecay: 0.1}),
	rule("lbfgs", "a quasi-Newton method with a line search, for whole sets", optim.LBFGS{LR: 1, History: 10}),
	made("muon", "orthogonal steps for matrices, AdamW at vector_lr for the rest",
		muon{optim.Muon{LR: 0.02, Momentum: 0.95, Steps: 5, Eps: 1e-7, WeightDecay: 0.1}, 1e-3}, func(c muon) optim.Rule {
			return byShape{c.Muon, optim.AdamW{LR: c.VectorLR}}
		}),
	made("shampoo", "steps scaled by rows and columns, AdamW at vector_lr for vectors",
		shampoo{optim.Shampoo{LR: 0.1, Eps: 1e-4, Every: 10, Largest: 1024}, 1e-3}, func(c shampoo) optim.Rule {
			return byShape{c.Shampoo, optim.AdamW{LR: c.VectorLR}}
		}),
	made("mechanic", "AdamW whose rate is found by betting", mechanic{optim.AdamW{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01}, 1e-6}, func(c mechanic) optim.Rule {
		return optim.Mechanic{Rule: c.AdamW, S0: c.S0}
	}),
	rule("soap", "AdamW in Shampoo's directions, plain for vectors", optim.SOAP{LR: 3e-3, Beta1: 0.95, Beta2: 0.95, Eps: 1e-8, Every: 10, Largest: 1024, WeightDecay: 0.01}),
}

type muon struct {
	optim.Muon
	VectorLR float64
}

type shampoo struct {
	optim.Shampoo
	VectorLR float64
}

type mechanic struct {
	optim.AdamW
	S0 float64
}

// made returns the row of a rule that is made of its hyperparameters.
func made[C any](name, about string, defaults C, rule func(c C) optim.Rule) row[optim.Rule] {
	return row[optim.Rule]{name, about, defaults, func(path string, o object) (optim.Rule, error) {
		c := defaults
		if err := fill(&c, o, path); err != nil {
			return nil, err
		}
		if err := settle(reflect.ValueOf(&c).Elem(), reflect.ValueOf(defaults), path); err != nil {
			return nil, err
		}
		return rule(c), nil
	}}
}

// byShape is one rule for parameters with two axes or more and another for the rest.
type byShape struct{ matrix, rest optim.Rule }

func (r byShape) of(rank int) optim.Rule {
	if rank >= 2 {
		return r.matrix
	}
	return r.rest
}

// Slots returns the names of both rules.
func (r byShape) Slots() []string { return append(slices.Clone(r.matrix.Slots()), r.rest.Slots()...) }

// SlotsOf returns what the rule for the shape remembers.
func (r byShape) SlotsOf(shape []int) (slots []optim.Slot) {
	rule := r.of(len(shape))
	if s, ok := rule.(optim.Shaped); ok {
		return s.SlotsOf(shape)
	}
	for _, name := range rule.Slots() {
		slots = append(slots, optim.Slot{Name: name, Shape: shape})
	}
	return slots
}

// Update lets the rule for the shape update p.
func (r byShape) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at optim.At) {
	r.of(p.Rank()).Update(p, g, slots, at)
}
