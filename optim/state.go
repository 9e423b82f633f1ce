package optim

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// State returns what the optimizer remembers, for a checkpoint:
//
//	step                       [] of int64, the steps taken
//	blocks.3.attn.bias/step    [] of int64, the updates of that parameter
//	blocks.3.attn.bias/m       the slots of its rule, once it was updated
//	blocks.3.attn.bias/slow    the slow weights, with [Lookahead]
//	schedule, loss_scale       [n] of float64, what a [Watcher] and a [LossScale] remember
//
// The slots are the optimizer's own tensors, and change with the next step. Hyperparameters are not part of it.
func (o *Optimizer) State() map[string]*tensor.Tensor {
	state := map[string]*tensor.Tensor{"step": integer(o.steps)}
	for _, c := range o.cells {
		state[c.name+"/step"] = integer(c.updates)
		if c.slow != nil {
			state[c.name+"/slow"] = c.slow
		}
		if c.slots == nil {
			continue
		}
		for i, s := range slotsOf(c.rule, c.param.Value.Shape()) {
			state[c.name+"/"+s.Name] = c.slots[i]
		}
	}
	for name, m := range o.memories() {
		state[name] = tensor.Of(m.memory())
	}
	return state
}

// Restore makes the optimizer remember a state that [Optimizer.State] gave, of the same parameters and rules. It copies
// the tensors. Its error names all that is missing, too much or of another shape, and nothing has changed then.
func (o *Optimizer) Restore(state map[string]*tensor.Tensor) error {
	l := loader{state: state, left: maps.Clone(state)}
	steps := l.integer("step")
	updates := make([]int, len(o.cells))
	slots := make([][]*tensor.Tensor, len(o.cells))
	slow := make([]*tensor.Tensor, len(o.cells))
	for i, c := range o.cells {
		if _, ok := state[c.name+"/slow"]; ok && o.Lookahead != nil {
			slow[i] = wideLike(c.param.Value)
			l.copy(slow[i], c.name+"/slow")
		}
		if updates[i] = l.integer(c.name + "/step"); updates[i] == 0 {
			continue
		}
		slots[i] = c.empty()
		for k, s := range slotsOf(c.rule, c.param.Value.Shape()) {
			l.copy(slots[i][k], c.name+"/"+s.Name)
		}
	}
	memories := o.memories()
	numbers := map[string][]float64{}
	for name, m := range memories {
		numbers[name] = l.numbers(name, len(m.memory()))
	}
	if err := l.err("optimizer"); err != nil {
		return err
	}
	o.steps = steps
	for i, c := range o.cells {
		c.updates, c.slots, c.slow = updates[i], slots[i], slow[i]
	}
	for name, m := range memories {
		m.remember(numbers[name])
	}
	return nil
}

// A memory is a thing beside the rules that remembers numbers.
type memory interface {
	memory() []float64
	remember(v []float64)
}

// memories returns the things that remember numbers, by name.
func (o *Optimizer) memories() map[string]memory {
	all := map[string]memory{}
	if o.LossScale != nil {
		all["loss_scale"] = o.LossScale
	}
	if w := watchers(o.Schedule); len(w) > 0 {
		all["schedule"] = w
	}
	return all
}

// like returns a tensor of the shape and type of x, of no pass.
func like(x *tensor.Tensor) *tensor.Tensor { return tensor.OutputAs(x.DType(), x, x.Shape()) }

// wideLike returns a tensor of the shape of x in the type of updates, of no pass.
func wideLike(x *tensor.Tensor) *tensor.Tensor {
	return tensor.OutputAs(wideType(x.DType()), x, x.Shape())
}

func integer(n int) *tensor.Tensor { return tensor.Of([]int64{int64(n)}).Reshape() }

// A loader reads tensors by name and notes what does not fit.
type loader struct {
	state, left map[string]*tensor.Tensor
	bad         []string
}

func (l *loader) take(name string) *tensor.Tensor {
	t := l.state[name]
	if t == nil {
		l.bad = append(l.bad, name+" is missing")
	}
	delete(l.left, name)
	return t
}

func (l *loader) integer(name string) int {
	t := l.take(name)
	if t == nil {
		return 0
	}
	if t.Rank() != 0 || t.DType() != device.Int64 || t.Ints()[0] < 0 {
		l.bad = append(l.bad, name+" is not a number of steps")
		return 0
	}
	return int(t.Ints()[0])
}

func (l *loader) numbers(name string, n int) []float64 {
	t := l.take(name)
	if t == nil {
		return nil
	}
	if t.Rank() != 1 || t.Dim(0) != n || t.DType() != device.Float64 {
		l.bad = append(l.bad, fmt.Sprintf("%s is %s %v, not %s [%d]", name, t.DType(), t.Shape(), device.Float64, n))
		return nil
	}
	return tensor.Values[float64](t)
}

func (l *loader) copy(to *tensor.Tensor, name string) {
	switch t := l.take(name); {
	case t == nil:
	case !slices.Equal(t.Shape(), to.Shape()) || !t.DType().IsFloat():
		l.bad = append(l.bad, fmt.Sprintf("%s is %s %v, not %s %v", name, t.DType(), t.Shape(), to.DType(), to.Shape()))
	default:
		to.CopyFrom(t)
	}
}

// err returns an error that names what did not fit, and what was not asked for.
func (l *loader) err(what string) error {
	for _, name := range slices.Sorted(maps.Keys(l.left)) {
		l.bad = append(l.bad, name+" is unknown")
	}
	if l.bad == nil {
		return nil
	}
	const most = 10
	n := len(l.bad) - most
	s := strings.Join(l.bad[:min(most, len(l.bad))], "; ")
	if n > 0 {
		s += fmt.Sprintf("; and %d more", n)
	}
	return fmt.Errorf("optim: the state does not fit this %s: %s", what, s)
}
