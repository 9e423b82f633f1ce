package optim

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// A Slot is a tensor that a rule remembers of a parameter. It holds zeros at first.
type Slot struct {
	Name  string
	Shape []int
}

// A Shaped rule remembers tensors that have not the shape of their parameter, such as sums over rows. Its Update gets
// the slots in the order of SlotsOf.
type Shaped interface {
	Rule

	// SlotsOf says what the rule remembers of a parameter of a shape: some of the names of Slots.
	SlotsOf(shape []int) []Slot
}

// slotsOf says what a rule remembers of a parameter of a shape.
func slotsOf(r Rule, shape []int) []Slot {
	if s, ok := r.(Shaped); ok {
		return s.SlotsOf(shape)
	}
	names := r.Slots()
	all := make([]Slot, len(names))
	for i, name := range names {
		all[i] = Slot{name, shape}
	}
	return all
}

// sameSlots reports whether two rules remember the same of a parameter of a shape.
func sameSlots(a, b Rule, shape []int) bool {
	return slices.EqualFunc(slotsOf(a, shape), slotsOf(b, shape), func(x, y Slot) bool {
		return x.Name == y.Name && slices.Equal(x.Shape, y.Shape)
	})
}

// A Twin rule trains one point and predicts with another, which it makes of the first and of its slots.
type Twin interface {
	Rule

	// Eval returns the parameter to predict with.
	Eval(p *tensor.Tensor, slots []*tensor.Tensor) *tensor.Tensor
}

// Values returns what to predict with instead of the parameters, to override them in a pass: nothing but for rules that
// are a [Twin]. The tensors are new ones.
func (o *Optimizer) Values() map[*tensor.Param]*tensor.Tensor {
	var values map[*tensor.Param]*tensor.Tensor
	for _, c := range o.cells {
		twin, ok := c.rule.(Twin)
		if !ok || c.slots == nil {
			continue
		}
		if values == nil {
			values = map[*tensor.Param]*tensor.Tensor{}
		}
		values[c.param] = twin.Eval(c.param.Value, c.slots).Cast(c.param.Value.DType())
	}
	return values
}
