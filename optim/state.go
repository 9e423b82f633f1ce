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
//
// The slots are the optimizer's own tensors, and change with the next step. Hyperparameters are not part of it.
func (o *Optimizer) State() map[string]*tensor.Tensor {
	state := map[string]*tensor.Tensor{"step": integer(o.steps)}
	for _, c := range o.cells {
		state[c.name+"/step"] = integer(c.updates)
		if c.slots == nil {
			continue
		}
		for i, s := range c.rule.Slots() {
			state[c.name+"/"+s] = c.slots[i]
		}
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
	for i, c := range o.cells {
		if updates[i] = l.integer(c.name + "/step"); updates[i] == 0 {
			continue
		}
		slots[i] = c.empty()
		for k, s := range c.rule.Slots() {
			l.copy(slots[i][k], c.name+"/"+s)
		}
	}
	if err := l.err("optimizer"); err != nil {
		return err
	}
	o.steps = steps
	for i, c := range o.cells {
		c.updates, c.slots = updates[i], slots[i]
	}
	return nil
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
