package onnx

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// A graph is a list of nodes whose values lie in numbered slots.
type graph struct {
	name      string
	slots     int
	inputs    []int
	outputs   []int
	types     []*proto.Type // of the outputs, as far as the file says them
	nodes     []*node
	constants []constant
	captures  []capture
	foreign   []bool // slots that are not the graph's own: constants and captures
}

// A constant is a slot that has the same value in every run.
type constant struct {
	slot  int
	param *tensor.Param // a floating-point initializer
	value *Value        // anything else
}

// A capture is a value of the graph around.
type capture struct{ outer, slot int }

// A node is an operator with the slots that it reads and writes.
type node struct {
	op, name   string
	version    int64 // of the operator set
	since      int64 // of the operator: the version that it came with
	run        func(c *call) []*Value
	in, out    []int // −1: absent
	attributes map[string]*proto.Attribute
	graphs     map[string]*graph
	body       *graph // of a function
	standard   bool   // an operator of the standard's own domain
	rectified  bool   // a convolution that was fused with what follows
	dead       []int  // slots that nothing behind this node reads
}

// Limits of what is imported.
const (
	maxNesting = 32
	maxNodes   = 1 << 20
)

// UnsupportedError names the operators of a model that are not in the table.
type UnsupportedError struct {
	Operators []string // "Foo", "com.microsoft.Bar", with the version of the operator set
}

// Error names them.
func (e *UnsupportedError) Error() string {
	return "operators that are not known here: " + strings.Join(e.Operators, ", ")
}

// Import checks a model and makes a program of it. The error of operators that are not known is an [UnsupportedError].
func Import(m *proto.Model) (*Program, error) {
	if m.Graph == nil {
		return nil, fmt.Errorf("the model has no graph")
	}
	p := &Program{opsets: versions(m.Opsets)}
	b := &builder{program: p, functions: map[string]*proto.Function{}, unknown: map[string]bool{}}
	for _, f := range m.Functions {
		b.functions[f.Domain+"\x00"+f.Name+"\x00"+f.Overload] = f
	}
	s := &scope{b: b, opsets: p.opsets, slots: map[string]int{}, g: &graph{name: m.Graph.Name}}
	if err := s.graph(m.Graph); err != nil {
		return nil, err
	}
	if len(b.unknown) > 0 {
		e := &UnsupportedError{}
		for name := range b.unknown {
			e.Operators = append(e.Operators, name)
		}
		sort.Strings(e.Operators)
		return nil, e
	}
	p.graph = s.g
	for _, o := range m.Graph.Outputs {
		p.names = append(p.names, o.Name)
	}
	return p, nil
}

func versions(opsets []*proto.OperatorSet) map[string]int64 {
	v := map[string]int64{}
	for _, o := range opsets {
		v[domainOf(o.Domain)] = o.Version
	}
	if len(opsets) == 0 {
		v[""] = 1
	}
	return v
}

func domainOf(d string) string {
	if d == "ai.onnx" {
		return ""
	}
	return d
}

// A builder is what the graphs of one model share while they are made.
type builder struct {
	program   *Program
	functions map[string]*proto.Function
	unknown   map[string]bool
	nodes     int
}

// A scope is the names that can be seen at a place of a graph.
type scope struct {
	b       *builder
	parent  *scope
	g       *graph
	opsets  map[string]int64
	slots   map[string]int
	given   map[string]*proto.Attribute // in a function: the attributes of the node that calls it
	foreign map[int]bool                // slots of constants and captures
	depth   int
}

func (s *scope) slot(name string) int {
	n := s.g.slots
	s.g.slots++
	if name != "" {
		s.slots[name] = n
	}
	return n
}

// resolve returns the slot of a name, which a graph around may have.
func (s *scope) resolve(name string) (int, bool) {
	if n, ok := s.slots[name]; ok {
		return n, true
	}
	if s.parent == nil {
		return 0, false
	}
	outer, ok := s.parent.resolve(name)
	if !ok {
		return 0, false
	}
	n := s.slot(name)
	s.foreign[n] = true
	s.g.captures = append(s.g.captures, capture{outer, n})
	return n, true
}

// graph fills s.g.
func (s *scope) graph(g *proto.Graph) error {
	s.foreign = map[int]bool{}
	if s.depth > maxNesting {
		return fmt.Errorf("graph %q lies more than %d deep", g.Name, maxNesting)
	}
	if err := s.initializers(g); err != nil {
		return err
	}
	for _, in := range g.Inputs {
		if _, ok := s.slots[in.Name]; ok && s.foreign[s.slots[in.Name]] && s.parent == nil && s.given == nil {
			continue // before version 4 of the format initializers were listed as inputs
		}
		if _, ok := s.slots[in.Name]; ok {
			return fmt.Errorf("graph %q has two values named %q", g.Name, in.Name)
		}
		s.g.inputs = append(s.g.inputs, s.slot(in.Name))
		if s.parent == nil && s.given == nil {
			s.b.program.inputs = append(s.b.program.inputs, in)
		}
	}
	if err := s.nodes(g.Nodes); err != nil {
		return err
	}
	names := make([]string, len(g.Outputs))
	for i, o := range g.Outputs {
		names[i] = o.Name
		s.g.types = append(s.g.types, o.Type)
	}
	return s.finish(names)
}

func (s *scope) initializers(g *proto.Graph) error {
	for _, t := range g.Initializers {
		if err := s.initializer(t.Name, t); err != nil {
			return err
		}
	}
	for _, sp := range g.SparseInitializers {
		t, err := sp.Dense(1 << 30)
		if err != nil {
			return err
		}
		if err := s.initializer(t.Name, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *scope) initializer(name string, t *proto.Tensor) error {
	if _, ok := s.slots[name]; ok {
		return fmt.Errorf("two values are named %q", name)
	}
	v, err := FromProto(t)
	if err != nil {
		return err
	}
	c := constant{slot: s.slot(name), value: v}
	s.foreign[c.slot] = true
	if s.parent == nil && v.Tensor != nil && v.Type == proto.TypeOf(v.Tensor.DType()) && v.Tensor.DType().IsFloat() {
		c.param, c.value = &tensor.Param{Value: v.Tensor}, nil
		s.b.program.params = append(s.b.program.params, tensor.Named{Name: name, Param: c.param})
	}
	s.g.constants = append(s.g.constants, c)
	return nil
}

func (s *scope) nodes(nodes []*proto.Node) error {
	for _, n := range nodes {
		if s.b.nodes++; s.b.nodes > maxNodes {
			return fmt.Errorf("the model has more than %d nodes", maxNodes)
		}
		if err := s.node(n); err != nil {
			return err
		}
	}
	return nil
}

func (s *scope) node(n *proto.Node) error {
	made := &node{op: n.Op, name: n.Name, attributes: map[string]*proto.Attribute{}, graphs: map[string]*graph{}}
	if made.name == "" && len(n.Outputs) > 0 {
		made.name = n.Outputs[0]
	}
	for _, name := range n.Inputs {
		slot := -1
		if name != "" {
			var ok bool
			if slot, ok = s.resolve(name); !ok {
				return fmt.Errorf("node %q (%s) reads %q, which nothing before it makes", made.name, n.Op, name)
			}
		}
		made.in = append(made.in, slot)
	}
	if err := s.attributes(n, made); err != nil {
		return err
	}
	if err := s.bind(n, made); err != nil {
		return err
	}
	for _, name := range n.Outputs {
		slot := -1
		if name != "" {
			if old, ok := s.slots[name]; ok && !s.captured(old) {
				return fmt.Errorf("node %q (%s) makes %q, which is there already", made.name, n.Op, name)
			}
			slot = s.slot(name)
		}
		made.out = append(made.out, slot)
	}
	s.g.nodes = append(s.g.nodes, made)
	return nil
}

func (s *scope) captured(slot int) bool {
	return slices.ContainsFunc(s.g.captures, func(c capture) bool { return c.slot == slot })
}

// attributes copies those of the node, in a function with what its caller gave, and makes the graphs among them.
func (s *scope) attributes(n *proto.Node, made *node) error {
	for _, a := range n.Attributes {
		if a.Ref != "" {
			given := s.given[a.Ref]
			if given == nil {
				continue
			}
			copied := *given
			copied.Name = a.Name
			a = &copied
		}
		if made.attributes[a.Name] != nil {
			return fmt.Errorf("node %q (%s) has two attributes %q", made.name, n.Op, a.Name)
		}
		made.attributes[a.Name] = a
		if a.Graph == nil || a.Kind() != proto.AttributeGraph {
			continue
		}
		inner := &scope{b: s.b, parent: s, opsets: s.opsets, slots: map[string]int{}, g: &graph{name: a.Graph.Name}, given: s.given, depth: s.depth + 1}
		if err := inner.graph(a.Graph); err != nil {
			return err
		}
		made.graphs[a.Name] = inner.g
	}
	return nil
}

// bind finds the operator, or the function of the model, that a node stands for.
func (s *scope) bind(n *proto.Node, made *node) error {
	domain := domainOf(n.Domain)
	if f := s.b.functions[n.Domain+"\x00"+n.Op+"\x00"+n.Overload]; f != nil {
		return s.function(f, made)
	}
	version, ok := s.opsets[domain]
	if !ok {
		version = s.b.program.opsets[domain]
	}
	o, ok := lookup(domain, n.Op, version)
	if !ok {
		name := n.Op
		if domain != "" {
			name = domain + "." + name
		}
		s.b.unknown[fmt.Sprintf("%s (version %d)", name, version)] = true
		return nil
	}
	made.version, made.since, made.run, made.standard = version, o.since, o.run, domain == ""
	return nil
}

// function makes the graph of a function as one node calls it.
func (s *scope) function(f *proto.Function, made *node) error {
	inner := &scope{
		b: s.b, g: &graph{name: f.Name}, opsets: versions(f.Opsets), slots: map[string]int{}, depth: s.depth + 1,
		given: map[string]*proto.Attribute{}, foreign: map[int]bool{},
	}
	if inner.depth > maxNesting {
		return fmt.Errorf("function %q lies more than %d deep", f.Name, maxNesting)
	}
	for _, a := range f.Defaults {
		inner.given[a.Name] = a
	}
	for _, name := range f.Required {
		inner.given[name] = nil
	}
	for name, a := range made.attributes {
		inner.given[name] = a
	}
	for _, name := range f.Inputs {
		inner.g.inputs = append(inner.g.inputs, inner.slot(name))
	}
	if err := inner.nodes(f.Nodes); err != nil {
		return err
	}
	if err := inner.finish(f.Outputs); err != nil {
		return err
	}
	made.body = inner.g
	return nil
}

// finish notes the outputs, and after which node each slot is dead.
func (s *scope) finish(outputs []string) error {
	for _, name := range outputs {
		slot, ok := s.resolve(name)
		if !ok {
			return fmt.Errorf("graph %q gives %q, which nothing makes", s.g.name, name)
		}
		s.g.outputs = append(s.g.outputs, slot)
	}
	s.g.foreign = make([]bool, s.g.slots)
	for slot := range s.foreign {
		s.g.foreign[slot] = true
	}
	s.g.fuse()
	last := map[int]*node{}
	for _, n := range s.g.nodes {
		n.reads(func(slot int) { last[slot] = n })
		for _, slot := range n.out {
			last[slot] = n
		}
	}
	for slot, n := range last {
		if slot >= 0 && !s.g.foreign[slot] && !slices.Contains(s.g.outputs, slot) {
			n.dead = append(n.dead, slot)
		}
	}
	return nil
}
