package autograd

import (
	"slices"
	"sync/atomic"

	"github.com/jimu-ml/jimu/tensor"
)

// numbers are those that a walk gives to the tensors it goes over, from 0 on. The tensors of a scope carry theirs, since
// a map costs as much as a small operation; a scope is for one goroutine, and no other walk may number them meanwhile.
type numbers struct {
	count  int
	scope  *tensor.Scope          // whose tensors carry their numbers, or nil
	id     uint64                 // of the walk
	others map[*tensor.Tensor]int // the numbers of the others
}

// walks counts the walks that number tensors.
var walks atomic.Uint64

// of returns the number of x, if it has one.
func (m *numbers) of(x *tensor.Tensor) (n int, ok bool) {
	if m.scope != nil && x.Scope() == m.scope {
		return x.Number(m.id)
	}
	n, ok = m.others[x]
	return n, ok
}

// give gives x the next number, and reports whether it had none.
func (m *numbers) give(x *tensor.Tensor) bool {
	if _, ok := m.of(x); ok {
		return false
	}
	if m.scope != nil && x.Scope() == m.scope {
		x.SetNumber(m.id, m.count)
	} else {
		if m.others == nil {
			m.others = make(map[*tensor.Tensor]int)
		}
		m.others[x] = m.count
	}
	m.count++
	return true
}

// topological returns the tensors with history that y depends on, leaves and y included, each after what it depends on,
// and numbers them. It does not look behind those at which to stop.
func (m *numbers) topological(y *tensor.Tensor, stop ...*tensor.Tensor) []*tensor.Tensor {
	type visit struct {
		t    *tensor.Tensor
		next int
	}
	m.give(y)
	stack := []visit{{t: y}}
	var order []*tensor.Tensor
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		n := v.t.Node()
		if n == nil || v.next == len(n.In) || slices.Contains(stop, v.t) {
			order = append(order, v.t)
			stack = stack[:len(stack)-1]
			continue
		}
		x := n.In[v.next]
		v.next++
		if x != nil && x.NeedsGrad() && m.give(x) {
			stack = append(stack, visit{t: x})
		}
	}
	return order
}

// topological is that of a walk that leaves no numbers behind.
func topological(y *tensor.Tensor, stop ...*tensor.Tensor) []*tensor.Tensor {
	return new(numbers).topological(y, stop...)
}
