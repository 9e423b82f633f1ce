package export

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// few is up to how many bytes constants are compared, so that each is there once.
const few = 1 << 12

// initializer writes a constant, and returns its name.
func (e *emitter) initializer(v *value) string {
	t := v.elements()
	name := v.name
	if !v.param {
		key := fmt.Sprint(v.id)
		if t.Len()*t.DType().Bytes() <= few {
			key = fmt.Sprintf("%v%v%x", t.DType(), t.Shape(), bytesOf(t))
		}
		if name, ok := e.constant[key]; ok {
			return name
		}
		name = e.unique(e.folded(v))
		e.constant[key] = name
	}
	w, err := onnx.FromTensor(name, t, onnx.Undefined)
	if err != nil {
		panic(&Unsupported{v.layer, err.Error()})
	}
	e.graph.Initializers = append(e.graph.Initializers, w)
	return name
}

// folded returns a name for a constant: that of the parameter that it is made of, with an ending.
func (e *emitter) folded(v *value) string {
	var params []string
	var find func(v *value)
	find = func(v *value) {
		switch {
		case v == nil:
		case v.param && !slices.Contains(params, v.name):
			params = append(params, v.name)
		case v.from != nil:
			for _, in := range v.from.in {
				find(in)
			}
		}
	}
	find(v)
	switch {
	case len(params) == 0:
		return "constant"
	case isOp(v, "Transpose") && v.from.in[0].param:
		return params[0] + ".T"
	}
	return params[0] + ".folded"
}

// grown returns a constant whose elements depend on symbols: a number, one number in all places, a progression, or a part of
// a table.
func (e *emitter) grown(v *value) string {
	switch {
	case v.fill != nil && len(v.shape) == 0:
		return e.grownNumber(v)
	case v.fill != nil:
		for _, w := range e.twins[v] {
			if w.fill == nil || *w.fill != *v.fill {
				panic(e.differs(v, "another number is used"))
			}
		}
		number := e.run.graph.number(v.dtype, *v.fill)
		return e.extra(&node{op: "Expand", in: []*value{number, e.shapeList(v)}, layer: v.layer})
	case len(v.shape) == 1 && v.dtype == device.Int64:
		if first, step, ok := progression(v.elements().Ints()); ok && e.sameProgression(v, first, step) {
			l := e.express(v, func(w *value) int64 { return first + step*int64(w.shape[0]) })
			g := e.run.graph
			begin, by := e.name(g.number(device.Int64, float64(first))), e.name(g.number(device.Int64, float64(step)))
			return e.plain("Range", []string{begin, e.scalarOf(l), by})
		}
	}
	return e.partOfTable(v)
}

// grownNumber returns a number that is a length, or a sum or product of lengths.
func (e *emitter) grownNumber(v *value) string {
	l := e.express(v, func(w *value) int64 {
		if w.fill == nil || *w.fill != math.Trunc(*w.fill) || math.Abs(*w.fill) > 1<<52 {
			panic(e.differs(v, "another number is used"))
		}
		return int64(*w.fill)
	})
	name := e.scalarOf(l)
	if v.dtype == device.Int64 {
		return name
	}
	return e.plain("Cast", []string{name}, attr{"to", int64(onnx.TypeOf(v.dtype))})
}

// partOfTable returns the beginning of a table: what it is for a shorter sequence is what it begins with for a longer one.
func (e *emitter) partOfTable(v *value) string {
	var axes, starts []int
	var ends []length
	for k := range v.shape {
		if l := e.dim(v, k); l.s >= 0 {
			axes, starts, ends = append(axes, k), append(starts, 0), append(ends, l)
		}
	}
	whole := v.elements()
	for _, w := range e.twins[v] {
		part, other := whole, w.elements()
		for _, k := range axes {
			if w.shape[k] > v.shape[k] {
				part = nil // it grows with the batch, or beyond the longest sequence
				break
			}
			part = part.Slice(k, 0, w.shape[k])
		}
		if part == nil || other == nil || len(axes) == 0 || !bytes.Equal(bytesOf(part), bytesOf(other)) {
			panic(e.differs(v, fmt.Sprintf("a table of %v has other elements", v.shape)))
		}
	}
	g := e.run.graph
	return e.plain("Slice", []string{e.initializer(v), e.name(g.list(starts...)), e.list(ends), e.name(g.list(axes...))})
}

// shapeList returns the shape of a value as a list, and notes what it is in the other runs.
func (e *emitter) shapeList(v *value) *value {
	l := e.run.graph.list(v.shape...)
	var twins []*value
	for _, w := range e.twins[v] {
		twins = append(twins, e.run.graph.list(w.shape...))
	}
	e.twins[l] = twins
	return l
}

// extra writes a node that no run has.
func (e *emitter) extra(n *node) string {
	w := &onnx.Node{Op: n.op, Inputs: e.inputs(n), Name: e.unique("/" + slashes(n.layer) + n.op)}
	w.Outputs = []string{e.unique(w.Name + "_output_0")}
	e.graph.Nodes = append(e.graph.Nodes, w)
	return w.Outputs[0]
}

func progression(v []int64) (first, step int64, ok bool) {
	if len(v) < 2 {
		return 0, 0, false
	}
	first, step = v[0], v[1]-v[0]
	for i, n := range v {
		if n != first+int64(i)*step {
			return 0, 0, false
		}
	}
	return first, step, step != 0
}

func (e *emitter) sameProgression(v *value, first, step int64) bool {
	for _, w := range e.twins[v] {
		f, s, ok := progression(w.elements().Ints())
		if !ok || f != first || s != step {
			return false
		}
	}
	return true
}

// listOf writes input i of a node, integers that depend on symbols, and returns its name.
func (e *emitter) listOf(n *node, i int) string {
	v := n.in[i]
	all := make([]length, len(v.ints))
	for k := range v.ints {
		all[k] = e.express(v, func(w *value) int64 { return w.ints[k] })
	}
	if len(v.shape) == 0 {
		return e.scalarOf(all[0])
	}
	switch n.op {
	case "Reshape":
		all = e.reshapeTo(n, all)
	case "Expand":
		for k := range all { // 1 leaves a length as it is
			if at := k - len(all) + len(n.in[0].shape); at >= 0 && all[k].s >= 0 && all[k] == e.dim(n.in[0], at) {
				all[k] = length{number: 1, s: -1, b: -1}
			}
		}
	}
	return e.list(all)
}

// dim returns a length of a value's axis.
func (e *emitter) dim(v *value, axis int) length {
	return e.express(v, func(w *value) int64 { return int64(w.shape[axis]) })
}

// reshapeTo says the lengths as a Reshape may: 0 for one that stays where it is, −1 for one that follows from the others.
func (e *emitter) reshapeTo(n *node, all []length) []length {
	number := func(v int64) length { return length{number: v, s: -1, b: -1} }
	var open []int
	for k, l := range all {
		if l.s >= 0 {
			open = append(open, k)
		}
	}
	if len(open) == 1 {
		all[open[0]] = number(-1)
		return all
	}
	left := -1
	for _, k := range open {
		switch {
		case k < len(n.in[0].shape) && all[k] == e.dim(n.in[0], k):
			all[k] = number(0)
		case left < 0:
			left = k
			all[k] = number(-1)
		}
	}
	return all
}

// list writes a list of lengths, and returns its name.
func (e *emitter) list(all []length) string {
	if !slices.ContainsFunc(all, func(l length) bool { return l.s >= 0 }) {
		return e.numbers64(all)
	}
	var parts []string
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].s < 0 {
			to++
		}
		if to > from {
			parts = append(parts, e.numbers64(all[from:to]))
			from = to
			continue
		}
		parts = append(parts, e.lengthOf(all[from]))
		from++
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return e.plain("Concat", parts, attr{"axis", int64(0)})
}

func (e *emitter) numbers64(all []length) string {
	ints := make([]int64, len(all))
	for i, l := range all {
		ints[i] = l.number
	}
	return e.name(e.run.graph.list64(ints))
}

// plain writes a node on names.
func (e *emitter) plain(op string, in []string, attrs ...attr) string {
	n := &onnx.Node{Op: op, Inputs: in, Attributes: attributes(attrs), Name: e.unique("/lengths/" + op)}
	n.Outputs = []string{e.unique(n.Name + "_output_0")}
	e.graph.Nodes = append(e.graph.Nodes, n)
	return n.Outputs[0]
}

// lengthOf writes what computes a length, as a list of one.
func (e *emitter) lengthOf(l length) string {
	if name, ok := e.lengths[l]; ok {
		return name
	}
	name := e.symbol(l.s)
	number := func(v int64) string { return e.name(e.run.graph.list64([]int64{v})) }
	if l.a != 1 {
		name = e.plain("Mul", []string{name, number(l.a)})
	}
	if l.c != 0 {
		name = e.plain("Add", []string{name, number(l.c)})
	}
	if l.b >= 0 {
		name = e.plain("Mul", []string{name, e.symbol(l.b)})
	}
	e.lengths[l] = name
	return name
}

// symbol writes what reads a symbol from an input, as a list of one.
func (e *emitter) symbol(k int) string {
	l := length{s: k, b: -1, a: 1}
	if name, ok := e.lengths[l]; ok {
		return name
	}
	s := e.symbols[k]
	in := e.names[e.run.in[s.input]]
	var name string
	if e.config.Opset >= 15 {
		name = e.plain("Shape", []string{in}, attr{"start", int64(s.axis)}, attr{"end", int64(s.axis + 1)})
	} else {
		number := func(v int) string { return e.name(e.run.graph.list(v)) }
		name = e.plain("Slice", []string{e.plain("Shape", []string{in}), number(s.axis), number(s.axis + 1)})
	}
	e.lengths[l] = name
	return name
}

// scalarOf writes a length as a number of rank 0.
func (e *emitter) scalarOf(l length) string {
	if l.s < 0 {
		return e.name(e.run.graph.number(device.Int64, float64(l.number)))
	}
	g := e.run.graph
	empty := g.value(device.Int64, []int{0})
	empty.data = tensor.Of([]int64{}, 0)
	return e.plain("Reshape", []string{e.lengthOf(l), e.name(empty)})
}

// graphName returns the name of the graph.
func (c *Config) graphName() string {
	if c.Name == "" {
		return "model"
	}
	return strings.ToValidUTF8(c.Name, "?")
}
