package optim

import (
	"errors"
	"math"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

// A Move is one parameter in a step: what [Rule.Update] takes.
type Move struct {
	P, G  *tensor.Tensor
	Slots []*tensor.Tensor
	At    At
}

// A Joint rule moves all its parameters together, because the step of one depends on the others. Those that one call of
// [New] or [Optimizer.Group] gave the rule belong together. Its Update is UpdateAll of one parameter.
type Joint interface {
	Rule

	// UpdateAll moves the parameters and their slots in place.
	UpdateAll(moves []Move)
}

// A Searching rule evaluates the loss at other points before it decides for one.
type Searching interface {
	Joint

	// Search moves the parameters and their slots in place. Again evaluates the loss where the parameters stand, puts the
	// gradients there into the moves, and returns the loss. If it fails, the parameters and slots are as they were.
	Search(moves []Move, again func() (float64, error)) error
}

// An Evaluation is what is known of a loss where the parameters stand.
type Evaluation struct {
	Loss      float64        // the mean; NaN if nobody knows
	Grads     autograd.Grads // of the sum
	Scale     float64        // 1/count
	Curvature autograd.Grads // an estimate of the Hessian's diagonal of the sum, in a step that [Optimizer.WantsCurvature]
}

// StepWith is [Optimizer.Step] for rules that evaluate the loss more than once in a step, such as [SAM] and [LBFGS]:
// evaluate computes the loss and its gradients where the parameters stand, of the same batch each time. It returns the
// loss before the step. If it fails, nothing has changed.
func (o *Optimizer) StepWith(evaluate func() (Evaluation, error)) (loss float64, err error) {
	e, err := evaluate()
	if err != nil {
		return 0, err
	}
	loss = e.Loss
	if o.SAM != nil {
		e, err = o.climb(e, evaluate)
		if o.LossScale != nil && err != nil && o.LossScale.saw(err) {
			return loss, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return loss, o.step(e, evaluate)
}

// move lets the rules move their parameters.
func (o *Optimizer) move(cells []*cell, g []*tensor.Tensor, at At, again func() (Evaluation, error)) error {
	together := map[int][]int{} // the places of the cells of a joint rule, by group
	for i, c := range cells {
		if _, ok := c.rule.(Joint); ok {
			together[c.group] = append(together[c.group], i)
		}
	}
	if err := o.search(cells, g, at, again, together); err != nil {
		return err
	}
	for i, c := range cells {
		switch places := together[c.group]; {
		case places == nil:
			m := c.begin(g[i], at)
			c.rule.Update(m.P, m.G, m.Slots, m.At)
		case places[0] == i:
			moves := make([]Move, len(places))
			for k, j := range places {
				moves[k] = cells[j].begin(g[j], at)
			}
			c.rule.(Joint).UpdateAll(moves)
		}
	}
	return nil
}

// search lets a rule that searches move its parameters, and takes its group out of together.
func (o *Optimizer) search(cells []*cell, g []*tensor.Tensor, at At, again func() (Evaluation, error), together map[int][]int) error {
	for group, places := range together {
		s, ok := cells[places[0]].rule.(Searching)
		if !ok || again == nil {
			continue
		}
		if len(places) != len(cells) || o.SAM != nil {
			return errors.New("optim: a rule that searches moves all parameters, and without SAM")
		}
		moves := make([]Move, len(cells))
		for i, c := range cells {
			moves[i] = c.begin(g[i], at)
		}
		err := s.Search(moves, func() (float64, error) {
			e, err := again()
			if err != nil {
				return 0, err
			}
			_, g, err := o.gather(e.Grads)
			for i := range g {
				moves[i].G, moves[i].At.Scale, moves[i].At.Loss = g[i], e.Scale/o.LossFactor(), e.Loss
			}
			return e.Loss, err
		})
		if err != nil {
			for _, c := range cells {
				c.updates--
			}
			return err
		}
		together[group] = []int{-1}
	}
	return nil
}

// norm2 returns the sum of the squares of some numbers, in an order that does not depend on anything but their places.
func norm2(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v * v)
	}
	return sum
}

// known reports whether a loss was given.
func (a At) known() bool { return !math.IsNaN(a.Loss) }
