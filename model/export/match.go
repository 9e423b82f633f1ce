package export

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A matcher walks the graphs of several runs side by side.
type matcher struct {
	symbols []symbol
	twins   map[*value][]*value // what a value of the first run is in the others
}

// match notes that v[0] is in the other runs what the others of v are. It panics if they are made in another way.
func (m *matcher) match(v []*value) {
	if v[0] == nil {
		return
	}
	if _, done := m.twins[v[0]]; done {
		return
	}
	m.twins[v[0]] = v[1:]
	n := v[0].from
	for _, w := range v[1:] {
		if w == nil || (w.from == nil) != (n == nil) || w.dtype != v[0].dtype || len(w.shape) != len(v[0].shape) {
			panic(m.differs(v[0], "it is computed in another way"))
		}
	}
	if n == nil {
		return
	}
	for _, w := range v[1:] {
		if w.from.op != n.op || len(w.from.in) != len(n.in) || slices.Index(w.from.out, w) != slices.Index(n.out, v[0]) {
			panic(m.differs(v[0], fmt.Sprintf("%s becomes %s", n.op, w.from.op)))
		}
	}
	for i := range n.in {
		in := make([]*value, len(v))
		for k, w := range v {
			in[k] = w.from.in[i]
		}
		m.match(in)
	}
}

// attrs panics unless a node has the same attributes in all runs.
func (m *matcher) attrs(v *value) {
	for _, w := range m.twins[v] {
		if fmt.Sprint(w.from.attrs) != fmt.Sprint(v.from.attrs) {
			panic(m.differs(v, fmt.Sprintf("%s of %v becomes one of %v", v.from.op, v.from.attrs, w.from.attrs)))
		}
	}
}

func (m *matcher) differs(v *value, how string) *Unsupported {
	name := "the batch"
	if len(m.symbols) > 1 {
		name += " or the sequence"
	}
	return &Unsupported{v.layer, "for another length of " + name + ", " + how + "; fix the lengths"}
}

// same reports whether a known value has the same elements in all runs.
func (m *matcher) same(v *value) bool {
	for _, w := range m.twins[v] {
		if !sameElements(v, w) {
			return false
		}
	}
	return true
}

func sameElements(v, w *value) bool {
	if v == w || !slices.Equal(v.shape, w.shape) {
		return v == w
	}
	switch {
	case v.ints != nil && w.ints != nil:
		return slices.Equal(v.ints, w.ints)
	case v.fill != nil && w.fill != nil:
		return *v.fill == *w.fill || *v.fill != *v.fill && *w.fill != *w.fill
	}
	a, b := v.elements(), w.elements()
	if a == nil || b == nil {
		return false
	}
	if a.View().Offset == b.View().Offset && a.View().SameLayout(b.View()) && sameBuffer(a, b) {
		return true
	}
	return bytes.Equal(bytesOf(a), bytesOf(b))
}

func sameBuffer(a, b *tensor.Tensor) bool {
	x, host := a.View().Buffer.(device.HostBuffer)
	y, too := b.View().Buffer.(device.HostBuffer)
	if !host || !too || len(x.Bytes()) == 0 || len(y.Bytes()) == 0 {
		return false
	}
	return &x.Bytes()[0] == &y.Bytes()[0]
}

// bytesOf returns the elements of a tensor on the host.
func bytesOf(t *tensor.Tensor) []byte {
	t = t.Contiguous()
	size := t.DType().Bytes()
	return t.View().Buffer.(device.HostBuffer).Bytes()[t.View().Offset*size:][:t.Len()*size]
}

// lengths returns a number of each run.
func (m *matcher) numbers(v *value, of func(*value) int64) []int64 {
	all := []int64{of(v)}
	for _, w := range m.twins[v] {
		all = append(all, of(w))
	}
	return all
}

// express is [express] of such a number.
func (m *matcher) express(v *value, of func(*value) int64) length {
	l, ok := express(m.numbers(v, of), m.symbols)
	if !ok {
		panic(m.differs(v, "a length grows in a way that is no sum or product"))
	}
	return l
}
