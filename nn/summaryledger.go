package nn

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/tensor"
)

// A Flow is a model as a graph: its inputs, its layers, and what joins several tensors without parameters, such as the sum at
// the end of a residual block.
type Flow struct {
	Nodes []FlowNode // in the order they ran
	Edges [][2]int   // from a node to one that reads what it makes
}

// A FlowNode is an input, a row of the summary, or an operation.
type FlowNode struct {
	Name string // "input 0", or the operation's name; of a row its path
	Row  int    // in [Summary.Rows]; −1 for anything else
}

// A ledger is a device without elements that books every call on a layer: on the one that Sequential says is running, or on
// that whose parameters the call reads.
type ledger struct {
	*meta.Device
	params  []tensor.Named
	owners  map[*tensor.Param]string // the types of the layers
	booked  Summary
	rows    map[string]int    // the rows of paths
	nodes   []int             // the nodes of rows
	row     int               // that calls are booked on; −1: none yet
	whole   bool              // all calls are booked on row, whoever's parameters they read
	kind    string            // of the whole model
	counted map[string]int    // parameters of paths
	within  map[*Layer]string // the paths of Sequentials, by their first layer
}

// A cell is a buffer of the ledger: it knows where its elements come from.
type cell struct {
	param *tensor.Named // whose value it is; nil: of none
	node  int           // that made it; −1: a constant
}

// Alloc returns a buffer without memory.
func (l *ledger) Alloc(device.DType, int) device.Buffer { return &cell{node: -1} }

func newLedger(model any) *ledger {
	w := newWalker()
	w.owners, w.within = map[*tensor.Param]string{}, map[*Layer]string{}
	l := &ledger{Device: meta.New(), params: w.params(model), owners: w.owners, within: w.within, rows: map[string]int{}, row: -1, kind: kindOf(model), counted: map[string]int{}}
	for _, q := range l.params {
		if q.Buffer {
			l.booked.Buffers += q.Param.Value.Len()
		} else {
			l.counted[pathOf(q.Name)] += q.Param.Value.Len()
		}
	}
	l.booked.Parameters = Count(l.params)
	return l
}

// pathOf returns the path of the layer that has a parameter of that name.
func pathOf(name string) string { return name[:max(0, strings.LastIndexByte(name, '.'))] }

// valuesOn returns tensors without elements in place of the values of parameters.
func valuesOn(d device.Device, params []tensor.Named) map[*tensor.Param]*tensor.Tensor {
	values := make(map[*tensor.Param]*tensor.Tensor, len(params))
	for _, q := range params {
		values[q.Param] = tensor.New(d, q.Param.Value.DType(), q.Param.Value.Shape()...)
	}
	return values
}

// summary runs a model once, and returns what was booked.
func (l *ledger) summary(in []Input, run func(p *Pass, x []*tensor.Tensor) []*tensor.Tensor) (*Summary, error) {
	override := valuesOn(l, l.params)
	for i := range l.params {
		override[l.params[i].Param].View().Buffer.(*cell).param = &l.params[i]
	}
	p := NewPass(PassConfig{Params: l.params, Override: override})
	defer p.Close()
	p.observe = l.sequence
	s := &l.booked
	err := tensor.Catch(func() {
		x := make([]*tensor.Tensor, len(in))
		for i, n := range in {
			x[i] = tensor.New(l, n.DType, n.Shape...)
			x[i].View().Buffer.(*cell).node = l.node(fmt.Sprint("input ", i), -1)
			x[i] = p.Input(x[i])
		}
		if y := run(p, x); len(y) > 0 && y[0] != nil && y[0].Rank() > 0 {
			s.Output = slices.Clone(y[0].Shape()[1:])
		}
	})
	s.FLOPs = l.FLOPs()
	for i := range s.Rows {
		r := &s.Rows[i]
		s.MultiplyAdds += r.MultiplyAdds
		r.Activations = 4 * length(r.Output)
	}
	return s, err
}

// sequence books the layers of a Sequential, wherever it is.
func (l *ledger) sequence(p *Pass, s Sequential, x *tensor.Tensor) *tensor.Tensor {
	path, ok := l.within[&s[0]]
	if !ok || l.whole {
		return s.plain(p, x)
	}
	for i, part := range s {
		x = l.layer(p, part, join(path, fmt.Sprint(i)), x)
	}
	return x
}

// layer runs a layer and books it as a row, or its parts if it is a Sequential or has several layers in it.
func (l *ledger) layer(p *Pass, m Layer, path string, x *tensor.Tensor) *tensor.Tensor {
	if seq, ok := asSequential(m); ok {
		return seq.Forward(p, x)
	}
	params := Params(m)
	for _, q := range params {
		if pathOf(q.Name) != pathOf(params[0].Name) {
			return m.Forward(p, x)
		}
	}
	l.begin(path, kindOf(m))
	l.booked.Rows[l.row].Parameters = Count(params)
	l.whole = true
	y := m.Forward(p, x)
	l.whole = false
	l.booked.Rows[l.row].Output = slices.Clone(y.Shape()[1:])
	y.View().Buffer.(*cell).node = l.nodes[l.row]
	return y
}

// begin goes on with the row of that path.
func (l *ledger) begin(path, kind string) {
	row, ok := l.rows[path]
	if !ok {
		row = len(l.booked.Rows)
		l.rows[path] = row
		l.booked.Rows = append(l.booked.Rows, SummaryRow{Path: path, Kind: kind, Output: []int{}})
		l.nodes = append(l.nodes, l.node(path, row))
	}
	l.row = row
}

func (l *ledger) node(name string, row int) int {
	l.booked.Flow.Nodes = append(l.booked.Flow.Nodes, FlowNode{name, row})
	return len(l.booked.Flow.Nodes) - 1
}

// Run books the call.
func (l *ledger) Run(c *device.Call) bool {
	l.Device.Run(c)
	from, owner := l.sources(c)
	if owner != nil && len(from) == 0 { // made of parameters alone, and so one itself
		for _, v := range c.Out {
			if v != nil {
				v.Buffer.(*cell).param = owner
			}
		}
		return true
	}
	if owner != nil && !l.whole {
		l.begin(pathOf(owner.Name), l.owners[owner.Param])
		r := &l.booked.Rows[l.row]
		r.Parameters = l.counted[r.Path]
		if c.Out[0].Len() >= length(r.Output) {
			r.Output = slices.Clone(c.Out[0].Dims()[min(1, c.Out[0].Rank):])
		}
	}
	made := -1
	switch {
	case l.whole || owner != nil:
		made = l.nodes[l.row]
	case len(from) > 1:
		made = l.node(c.Op.String(), -1)
	case len(from) == 1:
		made = from[0]
	}
	l.book(c, from, made)
	return true
}

// sources returns the nodes that made what a call reads, and the first parameter among it.
func (l *ledger) sources(c *device.Call) (from []int, owner *tensor.Named) {
	for _, v := range c.In {
		if v == nil {
			continue
		}
		b, ok := v.Buffer.(*cell)
		switch {
		case !ok:
		case b.param != nil && owner == nil:
			owner = b.param
		case b.node >= 0 && !slices.Contains(from, b.node):
			from = append(from, b.node)
		}
	}
	return from, owner
}

func (l *ledger) book(c *device.Call, from []int, made int) {
	if made < 0 {
		return
	}
	for _, n := range from {
		if e := [2]int{n, made}; n != made && !slices.Contains(l.booked.Flow.Edges, e) {
			l.booked.Flow.Edges = append(l.booked.Flow.Edges, e)
		}
	}
	if l.row < 0 {
		l.begin("", l.kind)
	}
	r := &l.booked.Rows[l.row]
	if multiplies(c.Op) {
		r.MultiplyAdds += c.FLOPs() / 2
	}
	for _, v := range c.Out {
		if v == nil {
			continue
		}
		if b, ok := v.Buffer.(*cell); ok {
			b.node, b.param = made, nil
		}
	}
}

// multiplies reports whether the work of an operation is multiply-adds.
func multiplies(op device.Op) bool {
	switch op {
	case device.MatMul, device.Linear, device.LinearGelu, device.LinearQuantized, device.LinearInt8, device.Conv, device.ConvInputGrad,
		device.Attention, device.LSTM, device.GRU:
		return true
	}
	return false
}
