package export

import (
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/format/onnx"
)

// An emitter writes a graph down as the format has it.
type emitter struct {
	matcher
	config   Config
	run      *run
	graph    onnx.Graph
	names    map[*value]string
	taken    map[string]bool
	constant map[string]string // names of constants by their elements
	kept     map[*value]bool   // known values that stay nodes
	lengths  map[length]string // names of what computes them
	readers  map[*value]bool   // what something takes
	runs     []*run
}

func newEmitter(c Config, symbols []symbol, runs []*run) *emitter {
	e := &emitter{
		matcher: matcher{symbols, map[*value][]*value{}}, config: c, run: runs[0],
		names: map[*value]string{}, taken: map[string]bool{}, constant: map[string]string{}, kept: map[*value]bool{},
		lengths: map[length]string{}, runs: runs,
	}
	return e
}

func ith(runs []*run, of func(r *run) *value) []*value {
	v := make([]*value, len(runs))
	for k, r := range runs {
		v[k] = of(r)
	}
	return v
}

// emit writes all nodes that the outputs need.
func (e *emitter) emit() {
	for i := range e.run.in {
		e.match(ith(e.runs, func(r *run) *value { return r.in[i] }))
	}
	for i := range e.run.out {
		e.match(ith(e.runs, func(r *run) *value { return r.out[i] }))
	}
	e.keep()
	for v := range e.twins {
		if v.param {
			e.taken[v.name] = true
		}
	}
	for _, v := range e.run.in {
		e.names[v] = e.unique(v.name)
		e.graph.Inputs = append(e.graph.Inputs, e.info(e.names[v], v))
	}
	need := e.needed()
	for _, n := range e.run.graph.nodes {
		if need[n] {
			e.node(n)
		}
	}
}

// needed returns the nodes that are to be written: those that the outputs need, but for what makes constants.
func (e *emitter) needed() map[*node]bool {
	need := map[*node]bool{}
	var want func(v *value)
	want = func(v *value) {
		if v == nil || v.from == nil || need[v.from] || e.folds(v) {
			return
		}
		need[v.from] = true
		for _, in := range v.from.in {
			want(in)
		}
	}
	for _, v := range e.run.out {
		want(v)
	}
	return need
}

// folds reports whether a value becomes an initializer, and not what makes it.
func (e *emitter) folds(v *value) bool {
	return !v.varies && !e.kept[v] && (v.ints != nil || v.fill != nil || v.data != nil) && e.same(v)
}

// large is from how many bytes on a parameter is not written in two shapes.
const large = 1 << 16

// keep finds the known values that stay nodes: what parameters are turned and cut to that are used as they are too, and
// what is only repeated.
func (e *emitter) keep() {
	uses := map[*value]map[*value]bool{} // of parameters
	var note func(root, v *value)
	note = func(root, v *value) {
		if v == nil || v.varies {
			return
		}
		if v.param {
			if uses[v] == nil {
				uses[v] = map[*value]bool{}
			}
			uses[v][root] = true
		}
		if v.from != nil {
			for _, in := range v.from.in {
				note(root, in)
			}
		}
	}
	roots := map[*value]bool{}
	for _, n := range e.run.graph.used(e.run.out) {
		for _, o := range n.out {
			if !o.varies {
				continue
			}
			for _, in := range n.in {
				if in != nil && !in.varies {
					roots[in] = true
					note(in, in)
				}
			}
		}
	}
	for v := range roots {
		if isOp(v, "Expand") && size(v.shape) > 4*size(v.from.in[0].shape) {
			e.kept[v] = true
			continue
		}
		for isOp(v, "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Slice") {
			in := v.from.in[0]
			if in.param && len(uses[in]) > 1 && size(in.shape)*in.dtype.Bytes() >= large {
				e.keepDown(v)
			}
			v = in
		}
	}
}

// keepDown keeps a value and what it is made of, as far as there are nodes.
func (e *emitter) keepDown(v *value) {
	for v.from != nil {
		e.kept[v] = true
		v = v.from.in[0]
	}
}

// node writes one node.
func (e *emitter) node(n *node) {
	first := n.out[0]
	e.attrs(first)
	w := &onnx.Node{Op: n.op, Attributes: attributes(n.attrs)}
	w.Inputs = e.inputs(n)
	w.Name = e.unique("/" + slashes(n.layer) + n.op)
	for i, o := range n.out {
		e.names[o] = e.unique(fmt.Sprintf("%s_output_%d", w.Name, i))
		w.Outputs = append(w.Outputs, e.names[o])
	}
	for i := len(w.Outputs) - 1; i > 0 && !e.reads(n.out[i]); i-- {
		w.Outputs = w.Outputs[:i]
	}
	e.graph.Nodes = append(e.graph.Nodes, w)
}

// reads reports whether something takes a value.
func (e *emitter) reads(v *value) bool {
	if e.readers == nil {
		e.readers = map[*value]bool{}
		for _, n := range e.run.graph.used(e.run.out) {
			for _, in := range n.in {
				e.readers[in] = true
			}
		}
		for _, o := range e.run.out {
			e.readers[o] = true
		}
	}
	return e.readers[v]
}

func slashes(path string) string {
	b := []byte(path)
	for i, c := range b {
		if c == '.' {
			b[i] = '/'
		}
	}
	if len(b) > 0 {
		b = append(b, '/')
	}
	return string(b)
}

// inputs returns the names of a node's inputs.
func (e *emitter) inputs(n *node) []string {
	var names []string
	for i, v := range n.in {
		switch {
		case v == nil:
			names = append(names, "")
		case v.ints != nil && !e.same(v):
			names = append(names, e.listOf(n, i))
		default:
			names = append(names, e.name(v))
		}
	}
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	return names
}

// name returns the name of a value, which is written now if it is a constant.
func (e *emitter) name(v *value) string {
	if name, ok := e.names[v]; ok {
		return name
	}
	var name string
	switch {
	case v.ints != nil || v.data != nil || v.fill != nil:
		if e.same(v) {
			name = e.initializer(v)
		} else {
			name = e.grown(v)
		}
	default:
		panic(&Unsupported{v.layer, "a value of " + fmt.Sprint(v.shape) + " is read that nothing has computed"})
	}
	e.names[v] = name
	return name
}

// unique returns a name that nothing has.
func (e *emitter) unique(name string) string {
	free := name
	for k := 1; e.taken[free]; k++ {
		free = fmt.Sprintf("%s_%d", name, k)
	}
	e.taken[free] = true
	return free
}

// info says what is known of a value.
func (e *emitter) info(name string, v *value) *onnx.ValueInfo {
	t := onnx.Tensors(onnx.TypeOf(v.dtype), v.shape...)
	for k, d := range t.Tensor.Shape.Dims {
		if l := e.express(v, func(w *value) int64 { return int64(w.shape[k]) }); l.s >= 0 {
			text := l.text(e.symbols)
			d.Value, d.Param = nil, &text
		}
	}
	return &onnx.ValueInfo{Name: name, Type: t}
}

// attributes returns those of a node as the format has them.
func attributes(attrs []attr) []*onnx.Attribute {
	var all []*onnx.Attribute
	for _, a := range attrs {
		w := &onnx.Attribute{Name: a.name}
		switch v := a.value.(type) {
		case int64:
			w.Type, w.Int = onnx.AttributeInt, v
		case float64:
			w.Type, w.Float = onnx.AttributeFloat, float32(v)
		case string:
			w.Type, w.String = onnx.AttributeString, []byte(v)
		case []int64:
			w.Type, w.Ints = onnx.AttributeInts, slices.Clone(v)
		}
		all = append(all, w)
	}
	return all
}
