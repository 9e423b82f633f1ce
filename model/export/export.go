// Package export writes a model as ONNX.
//
// The model runs once, in evaluation, on a device that writes down what it is told to do: every call of a primitive becomes
// one node or a few, every view of memory the reshapes, transpositions and cuts that it is. What depends on parameters alone
// is computed beforehand. Run at two sizes of the batch, what is the same in both is a graph for any.
//
// Parameters keep their names; the names of nodes are the paths of layers. See [Model].
package export

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config says how a model is written. The zero value is opset 17, for batches of any size.
type Config struct {
	Opset    int               // of the operators, 13 to 23; 0 means 17
	Batch    int               // the size of the batch, fixed; 0 means any
	Sequence bool              // sequences of any length up to the example's: axis 1 of all inputs of integers or booleans with two axes
	Name     string            // of the graph
	About    string            // what is said of it, one line or more
	Producer string            // the version of what writes it
	Metadata map[string]string // other properties
}

// The opsets that can be written.
const (
	leastOpset, mostOpset, usualOpset = 13, 23, 17
)

// Model returns a program as ONNX: its inputs and outputs under their names, its parameters as initializers under theirs.
// Those that the operators want in another shape have a name with an ending, such as ".T" for the transposed.
//
// The error is an [Unsupported] if the model does what a graph cannot hold, such as deciding by elements that it has
// computed, or if it computes something else for each size of the batch and c fixes none.
func Model(m model.Program, c Config) (*onnx.Model, error) {
	if c.Opset == 0 {
		c.Opset = usualOpset
	}
	if c.Opset < leastOpset || c.Opset > mostOpset {
		return nil, fmt.Errorf("export: opset %d; want %d to %d", c.Opset, leastOpset, mostOpset)
	}
	file, err := c.export(m, 0)
	if c.Sequence && IsUnsupported(err) {
		return c.export(m, 1)
	}
	return file, err
}

// export returns a program as ONNX, run on sequences that are so much shorter than the example's.
func (c Config) export(m model.Program, less int) (*onnx.Model, error) {
	symbols := c.symbols(m.Inputs(), less)
	var runs []*run
	for k := -1; k < len(symbols); k++ {
		r, err := trace(m, c.Opset, c.shapes(m.Inputs(), symbols, k))
		if err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
		runs = append(runs, r)
	}
	e := newEmitter(c, symbols, runs)
	if err := caught(e.emit); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return e.model(m.Outputs()), nil
}

// A run is what was written down while a program ran.
type run struct {
	graph   *graph
	in, out []*value
}

// trace runs a program on inputs of those shapes.
func trace(m model.Program, opset int, shapes [][]int) (*run, error) {
	t := &run{graph: newGraph(opset)}
	r := &recorder{graph: t.graph}
	params := nn.Params(m)
	override := make(map[*tensor.Param]*tensor.Tensor, len(params))
	for _, q := range params {
		if q.Param.Value.Device().Name() == "meta" {
			return nil, fmt.Errorf("parameter %s has no elements; load the model's weights first", q.Name)
		}
		override[q.Param] = r.parameter(q.Name, q.Param.Value)
	}
	p := nn.NewPass(nn.PassConfig{Params: params, Override: override})
	defer p.Close()
	err := caught(func() {
		var in []*tensor.Tensor
		for i, port := range m.Inputs() {
			x, v := r.input(port.Name, port.DType, shapes[i])
			in, t.in = append(in, p.Input(x)), append(t.in, v)
		}
		for _, y := range m.Run(p, in) {
			if y.Device() != device.Device(r) {
				panic(&Unsupported{Why: "an output lies on " + y.Device().Name() + " whatever the inputs are"})
			}
			t.graph.layer = ""
			t.out = append(t.out, t.graph.expand(t.graph.see(y.View()), y.Shape()))
		}
	})
	if err == nil && len(t.out) != len(m.Outputs()) {
		err = fmt.Errorf("it has %d outputs, and its run gave %d", len(m.Outputs()), len(t.out))
	}
	return t, err
}

// caught returns what f panics with, if it is misuse of tensors or something that a graph cannot hold.
func caught(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Unsupported:
			err = e
		default:
			panic(e)
		}
	}()
	return tensor.Catch(f)
}

// A symbol is a length that may be anything.
type symbol struct {
	name        string
	base, other int         // the lengths that it had while the program ran
	input, axis int         // where it is read from
	at          map[int]int // inputs that have it, and along which axis
}

// symbols returns the lengths that are to be free.
//
// Sequences as long as the example's are tried first. Where these fill a table of places, no cut of it is seen, and shorter
// ones tell.
func (c *Config) symbols(ports []model.Port, less int) []symbol {
	var all []symbol
	if c.Batch == 0 {
		s := symbol{name: "batch", base: 2, other: 3, at: map[int]int{}}
		for i, p := range ports {
			if len(p.Shape) > 0 {
				s.at[i] = 0
			}
		}
		all = append(all, s)
	}
	if c.Sequence {
		for i, p := range ports {
			if len(p.Shape) != 2 || p.DType.IsFloat() {
				continue
			}
			n := p.Shape[1] - less
			k := slices.IndexFunc(all, func(s symbol) bool { return s.name != "batch" && s.base == n })
			if k < 0 && n > 2 {
				k = len(all)
				name := "sequence"
				if k > 1 {
					name += fmt.Sprint(k)
				}
				all = append(all, symbol{name: name, base: n, other: n - 1, input: i, axis: 1, at: map[int]int{}})
			}
			if k >= 0 {
				all[k].at[i] = 1
			}
		}
	}
	return all
}

// shapes returns those of the inputs, in which one symbol has its other length, or none.
func (c *Config) shapes(ports []model.Port, symbols []symbol, other int) [][]int {
	var all [][]int
	for i, p := range ports {
		shape := slices.Clone(p.Shape)
		if c.Batch > 0 && len(shape) > 0 {
			shape[0] = c.Batch
		}
		for k, s := range symbols {
			if axis, ok := s.at[i]; ok {
				shape[axis] = s.base
				if k == other {
					shape[axis] = s.other
				}
			}
		}
		all = append(all, shape)
	}
	return all
}

// IsUnsupported reports whether an error says that a graph cannot hold what the model does.
func IsUnsupported(err error) bool {
	var u *Unsupported
	return errors.As(err, &u)
}
