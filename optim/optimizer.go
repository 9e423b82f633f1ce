package optim

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

// An Optimizer applies rules to the parameters of a model.
//
//	opt := optim.New(optim.AdamW{LR: 3e-4}, nn.Params(m))
//	opt.ClipNorm = 1
//	opt.Schedule = optim.WarmUp{Steps: 100, Then: optim.Cosine{Steps: 5000, Low: 0.1}}
//
// Its fields may be changed between steps. It is for one goroutine.
type Optimizer struct {
	Schedule    Schedule // of the learning rate; nil leaves the rules' own
	ClipNorm    float64  // the largest Euclidean norm of all gradients together; 0 means any
	ClipValue   float64  // the largest magnitude of an element of a gradient; 0 means any
	CheckFinite bool     // a step fails if a gradient is not finite; so it does wherever ClipNorm is set

	ClipEach     float64       // the largest Euclidean norm of the gradient of one parameter; 0 means any
	ClipAdaptive *AdaptiveClip // the largest norm of a gradient beside its parameter's; nil means any
	SAM          *SAM          // nil: gradients are taken where the parameters stand
	Lookahead    *Lookahead    // nil: none
	LossScale    *LossScale    // nil: losses are not scaled

	params []tensor.Named
	cells  []*cell
	groups int
	steps  int
	norm   float64
}

// A cell is a parameter with its rule and what that remembers.
type cell struct {
	name    string
	param   *tensor.Param
	rule    Rule
	group   int              // of those that one call gave the rule
	slots   []*tensor.Tensor // nil before the first update
	updates int
	slow    *tensor.Tensor // the slow weights of Lookahead; nil before the first
}

// New returns an optimizer that updates the parameters by the rule. Buffers among them are left alone; so are
// parameters while they are frozen.
//
// It panics with a [tensor.Error] if two have one name, or if one is there twice.
func New(rule Rule, params []tensor.Named) *Optimizer {
	o := &Optimizer{params: slices.Clone(params)}
	names, seen := map[string]bool{}, map[*tensor.Param]bool{}
	for _, p := range params {
		if names[p.Name] || seen[p.Param] {
			panic(tensor.Errorf("optim.New", "the parameter %s is there twice", p.Name))
		}
		names[p.Name], seen[p.Param] = true, true
		if !p.Buffer && p.Param.Value.DType().IsFloat() {
			o.cells = append(o.cells, &cell{name: p.Name, param: p.Param, rule: rule})
		}
	}
	return o
}

// Params returns the parameters, buffers included, that the optimizer was made with: what a pass of its step watches.
func (o *Optimizer) Params() []tensor.Named { return slices.Clone(o.params) }

// Steps returns how many steps were taken.
func (o *Optimizer) Steps() int { return o.steps }

// Rate returns what the schedule says for the next step: the factor on the rules' learning rates.
func (o *Optimizer) Rate() float64 {
	if o.Schedule == nil {
		return 1
	}
	return o.Schedule.Rate(o.steps)
}

// Norm returns the Euclidean norm of all gradients together in the last step, scaled but not clipped to it; 0 if neither
// ClipNorm nor CheckFinite asked for it.
func (o *Optimizer) Norm() float64 { return o.norm }

// Step updates every parameter that is not frozen. Scale multiplies the gradients: 1/count for those of a loss's sum.
//
// If a parameter has no gradient, it returns a [MissingGradient]; if a gradient is not finite and CheckFinite or ClipNorm
// is set, a [NotFinite]; and an error if the scale is not finite. Nothing has changed then. Rules that need the loss, or
// evaluate it again, go with [Optimizer.StepWith]. It panics with a [tensor.Error] if a gradient has not the shape of
// its parameter.
func (o *Optimizer) Step(grads autograd.Grads, scale float64) error {
	if o.SAM != nil {
		return errors.New("optim: SAM evaluates the loss twice in a step: use StepWith, or train.Step")
	}
	return o.step(Evaluation{Loss: math.NaN(), Grads: grads, Scale: scale}, nil)
}

func (o *Optimizer) step(e Evaluation, again func() (Evaluation, error)) error {
	scale := e.Scale
	if math.IsNaN(scale) || math.IsInf(scale, 0) {
		return fmt.Errorf("optim: step %d: the gradients are scaled by %v: the loss is over no items", o.steps+1, scale)
	}
	cells, g, err := o.gather(e.Grads)
	if err != nil {
		return err
	}
	scale, err = o.clip(cells, g, scale/o.LossFactor())
	if o.LossScale != nil && o.LossScale.saw(err) {
		return nil
	}
	if err != nil {
		return err
	}
	at := At{Rate: o.Rate(), Scale: scale, Loss: e.Loss}
	o.curve(cells, e)
	if o.Lookahead != nil {
		o.Lookahead.start(cells)
	}
	if err := o.move(cells, g, at, again); err != nil {
		return err
	}
	o.steps++
	if o.Lookahead != nil {
		o.Lookahead.follow(o.steps, cells)
	}
	return nil
}

// gather returns the cells to update and their gradients.
func (o *Optimizer) gather(grads autograd.Grads) (cells []*cell, g []*tensor.Tensor, err error) {
	var missing []string
	for _, c := range o.cells {
		if c.param.Frozen {
			continue
		}
		d := grads.Of(c.param.Value)
		if d == nil {
			missing = append(missing, c.name)
			continue
		}
		if !slices.Equal(d.Shape(), c.param.Value.Shape()) {
			panic(tensor.Errorf("optim.Step", "a gradient of shape %v for the parameter %s of shape %v", d, c.name, c.param.Value))
		}
		cells, g = append(cells, c), append(g, d.Detach().Cast(c.param.Value.DType()))
	}
	if missing != nil {
		return nil, nil, &MissingGradient{Names: missing}
	}
	return cells, g, nil
}

// begin returns what the next update of a parameter is about.
func (c *cell) begin(g *tensor.Tensor, at At) Move {
	if c.slots == nil {
		c.slots = c.empty()
	}
	c.updates++
	at.Step, at.Name = c.updates, c.name
	return Move{c.param.Value, g, c.slots, at}
}

// empty returns the rule's slots as they are at first.
func (c *cell) empty() []*tensor.Tensor {
	p := c.param.Value
	all := slotsOf(c.rule, p.Shape())
	slots := make([]*tensor.Tensor, len(all))
	for i, s := range all {
		slots[i] = tensor.OutputAs(wideType(p.DType()), p, s.Shape).Fill(0)
	}
	return slots
}

// A MissingGradient is the error of a step in which trainable parameters received no gradient: the loss does not depend
// on them, or a gradient was lost on the way. Freeze them, if that is meant.
type MissingGradient struct {
	Names []string
}

// Error names the parameters.
func (e *MissingGradient) Error() string {
	const most = 4
	names := strings.Join(e.Names[:min(most, len(e.Names))], ", ")
	if n := len(e.Names) - most; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	return "optim: no gradient for " + names + ": the loss does not depend on it; freeze it if that is meant"
}

// A NotFinite is the error of a step in which a gradient is infinite or no number, or too large to square.
type NotFinite struct {
	Step int    // 1 for the first
	Name string // of the first such parameter
}

// Error names the step and the parameter, and what to try.
func (e *NotFinite) Error() string {
	return fmt.Sprintf("optim: step %d: the gradient of %s is not finite; try a smaller learning rate, or look for bad numbers in the data", e.Step, e.Name)
}
