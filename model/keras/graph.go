package keras

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A value is what goes from a layer to the next: a tensor, and which of its steps count, if not all do.
type value struct {
	*tensor.Tensor
	mask *tensor.Tensor // [n t] of bool, or nil
}

// A layer is one of those in the table.
type layer interface {
	build(r *rng.Rand, in [][]int) // makes the parameters for inputs of these shapes, batch and all
	forward(p *nn.Pass, in []value, c call) []value
	weights() []slot
}

// A placed layer has its name, and is built when it is first met with an input.
type placed struct {
	Name  string `nn:"-"`
	Layer layer
	class string
	built bool
}

// A call is one use of a layer in a model.
type call struct {
	layer  int
	in     []operand
	masks  map[int]operand // which steps of an input count, where the file says so
	causal bool            // of an attention: what comes later is not seen
}

// An operand is where an input of a call comes from: which output of which call, or a number.
type operand struct {
	call, output int
	constant     *float64
}

// A ref names an operand as files do.
type ref struct {
	layer        string
	node, output int
	constant     *float64
}

// A Graph is a model's layers, and how they follow each other.
type Graph struct {
	Layers  []*placed
	calls   []call // each after those whose outputs it takes
	inputs  []int  // calls of input layers
	outputs []operand
}

// run computes the outputs of a graph.
func (g *Graph) run(p *nn.Pass, in []value, do func(l *placed, in []value, c call) []value) []value {
	if len(in) != len(g.inputs) {
		panic(tensor.Errorf("Run", "the model has %d inputs, and %d are given", len(g.inputs), len(in)))
	}
	results := make([][]value, len(g.calls))
	for i, c := range g.calls {
		if k := slices.Index(g.inputs, i); k >= 0 {
			results[i] = []value{in[k]}
			continue
		}
		values := g.pick(results, c.in)
		for k, o := range c.masks {
			if k < len(values) {
				values[k].mask = g.pick(results, []operand{o})[0].Tensor
			}
		}
		results[i] = do(g.Layers[c.layer], values, c)
	}
	return g.pick(results, g.outputs)
}

func (g *Graph) pick(results [][]value, from []operand) []value {
	list := make([]value, len(from))
	var like *tensor.Tensor
	for i, o := range from {
		if o.constant != nil {
			continue
		}
		if o.output >= len(results[o.call]) {
			panic(tensor.Errorf("Run", "layer %s has %d outputs, and output %d is wanted", g.Layers[g.calls[o.call].layer].Name, len(results[o.call]), o.output))
		}
		list[i] = results[o.call][o.output]
		like = list[i].Tensor
	}
	for i, o := range from {
		if o.constant != nil && like != nil {
			list[i].Tensor = like.FullLike(*o.constant, 1)
		}
	}
	return list
}

// plain runs a layer that is built.
func plain(p *nn.Pass) func(l *placed, in []value, c call) []value {
	return func(l *placed, in []value, c call) []value { return l.Layer.forward(p, in, c) }
}

// A node is one use of a layer as a file describes it.
type node struct {
	in     []ref
	masks  map[int]ref
	causal bool
}

// functional reads the graph of a functional model.
func functional(d *description, old bool) (*Graph, error) {
	layers, err := d.layers()
	if err != nil {
		return nil, err
	}
	g := &Graph{}
	b := &linker{graph: g, layers: map[string]int{}, done: map[ref]int{}}
	for _, l := range layers {
		made, err := place(l, old)
		if err != nil {
			return nil, err
		}
		if _, twice := b.layers[made.Name]; twice {
			return nil, fmt.Errorf("two layers are called %q", made.Name)
		}
		nodes, err := nodesOf(l.Nodes)
		if err != nil {
			return nil, fmt.Errorf("layer %q: %w", made.Name, err)
		}
		b.layers[made.Name] = len(g.Layers)
		g.Layers, b.nodes = append(g.Layers, made), append(b.nodes, nodes)
	}
	inputs, err := refsOf(d.Config["input_layers"])
	if err != nil || len(inputs) == 0 {
		return nil, fmt.Errorf("the model's inputs are %.100s", d.Config["input_layers"])
	}
	for _, r := range inputs {
		o, err := b.link(r, 0)
		if err != nil {
			return nil, err
		}
		g.inputs = append(g.inputs, o.call)
	}
	outputs, err := refsOf(d.Config["output_layers"])
	if err != nil || len(outputs) == 0 {
		return nil, fmt.Errorf("the model's outputs are %.100s", d.Config["output_layers"])
	}
	for _, r := range outputs {
		o, err := b.link(r, 0)
		if err != nil {
			return nil, err
		}
		g.outputs = append(g.outputs, o)
	}
	return g, b.complete()
}

// A linker brings the calls of a graph into an order in which they can be run.
type linker struct {
	graph  *Graph
	layers map[string]int // by name
	nodes  [][]node       // of each layer
	done   map[ref]int    // calls, by layer and node; −1: under way
}

// link returns where an operand comes from, with all that it needs before it.
func (b *linker) link(r ref, depth int) (operand, error) {
	if r.constant != nil {
		return operand{constant: r.constant}, nil
	}
	i, ok := b.layers[r.layer]
	if !ok {
		return operand{}, fmt.Errorf("an input comes from layer %q, and there is none", r.layer)
	}
	key := ref{layer: r.layer, node: r.node}
	if at, ok := b.done[key]; ok {
		if at < 0 {
			return operand{}, fmt.Errorf("layer %q takes what follows from it", r.layer)
		}
		return operand{call: at, output: r.output}, nil
	}
	if depth > 20000 {
		return operand{}, fmt.Errorf("layer %q comes after too many others", r.layer)
	}
	c := call{layer: i}
	if _, input := b.graph.Layers[i].Layer.(*inputLayer); !input {
		if r.node < 0 || r.node >= len(b.nodes[i]) || r.output < 0 {
			return operand{}, fmt.Errorf("use %d of layer %q is wanted, and there are %d", r.node, r.layer, len(b.nodes[i]))
		}
		b.done[key] = -1
		var err error
		if c, err = b.use(c, b.nodes[i][r.node], depth+1); err != nil {
			return operand{}, err
		}
	}
	b.done[key] = len(b.graph.calls)
	b.graph.calls = append(b.graph.calls, c)
	return operand{call: b.done[key], output: r.output}, nil
}

// use fills in where the inputs of a call come from.
func (b *linker) use(c call, n node, depth int) (call, error) {
	c.causal = n.causal
	for _, in := range n.in {
		o, err := b.link(in, depth)
		if err != nil {
			return c, err
		}
		c.in = append(c.in, o)
	}
	if !slices.ContainsFunc(n.in, func(r ref) bool { return r.constant == nil }) {
		return c, fmt.Errorf("layer %q has no input", b.graph.Layers[c.layer].Name)
	}
	for k, in := range n.masks {
		o, err := b.link(in, depth)
		if err != nil {
			return c, err
		}
		if c.masks == nil {
			c.masks = map[int]operand{}
		}
		c.masks[k] = o
	}
	return c, nil
}

// complete reports inputs that the model uses and does not list.
func (b *linker) complete() error {
	for i, c := range b.graph.calls {
		l := b.graph.Layers[c.layer]
		if _, input := l.Layer.(*inputLayer); input && !slices.Contains(b.graph.inputs, i) {
			return fmt.Errorf("layer %q is an input that the model does not list", l.Name)
		}
	}
	return nil
}

// sequential reads a model of layers one after another.
func sequential(d *description, old bool) (*Graph, error) {
	layers, err := d.layers()
	if err != nil {
		return nil, err
	}
	g := &Graph{Layers: []*placed{{Name: "input", Layer: &inputLayer{}, class: "InputLayer"}}, calls: []call{{}}, inputs: []int{0}}
	var shape json.RawMessage
	for i, l := range layers {
		if i == 0 {
			for _, s := range []json.RawMessage{l.Config["batch_shape"], l.Config["batch_input_shape"], d.Config["build_input_shape"], d.Build.Shape, l.Build.Shape} {
				if len(shape) == 0 || string(shape) == "null" {
					shape = s
				}
			}
		}
		made, err := place(l, old)
		if err != nil {
			return nil, err
		}
		if in, ok := made.Layer.(*inputLayer); ok && i == 0 {
			g.Layers[0] = made
			made.Layer = in
			continue
		}
		g.calls = append(g.calls, call{layer: len(g.Layers), in: []operand{{call: len(g.calls) - 1}}})
		g.Layers = append(g.Layers, made)
	}
	in := g.Layers[0].Layer.(*inputLayer)
	if in.shape == nil && len(shape) > 0 {
		if err := in.read(shape, firstType(layers)); err != nil {
			return nil, err
		}
	}
	g.outputs = []operand{{call: len(g.calls) - 1}}
	return g, nil
}

// firstType returns the type that the first layer says it takes.
func firstType(layers []*description) string {
	h := &hyper{values: layers[0].Config}
	var s string
	if h.has("dtype") && json.Unmarshal(h.values["dtype"], &s) != nil {
		return "float32" // the policy that the layer computes by
	}
	return s
}
