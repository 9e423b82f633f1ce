// Package onnx runs ONNX models: architectures by name come from elsewhere, here one is a program that was read from a file.
//
// [Import] checks a graph and binds each node to its operator from a closed table, by the version of the operator set that
// the model names; operators that are not known are named all at once. The floating-point initializers are the parameters of
// the [Program], so an imported model can be trained.
//
// Elements of types that tensors do not have, such as INT8 or FLOAT8E4M3FN, are carried by a wider type and brought back to
// the range and precision of their own after each operation: see [Value].
package onnx

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Program is a model that was read from a file.
type Program struct {
	graph  *graph
	params []tensor.Named
	opsets map[string]int64
	inputs []*proto.ValueInfo
	names  []string // of the outputs
}

var _ model.Program = (*Program)(nil)

// Open reads a model from a file and imports it.
func Open(path string) (*Program, error) {
	f, err := proto.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := Import(f.Model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// Inputs returns the tensors that a run takes, with 1 for lengths that the file does not say. Initializers that the file
// lists as inputs too are not among them.
func (p *Program) Inputs() []model.Port {
	var ports []model.Port
	for _, in := range p.inputs {
		port := model.Port{Name: in.Name, DType: device.Float32}
		if t := in.Type; t != nil && t.Tensor != nil && t.Tensor.Elem.Known() {
			port.DType = t.Tensor.Elem.Carrier()
			port.Shape = shapeOf(t.Tensor.Shape)
		}
		ports = append(ports, port)
	}
	return ports
}

func shapeOf(s *proto.Shape) []int {
	shape := []int{}
	if s == nil {
		return shape
	}
	for _, d := range s.Dims {
		n := 1
		if d.Value != nil && *d.Value >= 0 {
			n = int(*d.Value)
		}
		shape = append(shape, n)
	}
	return shape
}

// Types returns the types of the inputs, as the file says them.
func (p *Program) Types() []*proto.ValueInfo { return p.inputs }

// Outputs returns the names of what a run gives.
func (p *Program) Outputs() []string { return p.names }

// ListParams returns the floating-point initializers, by their names in the file.
func (p *Program) ListParams() []tensor.Named { return p.params }

// Run computes the outputs from the inputs, all of them tensors. What does not fit panics with a [tensor.Error]; so does an
// output that is no tensor.
func (p *Program) Run(pass *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	values := make([]*Value, len(in))
	for i, x := range in {
		values[i] = Of(x)
		if i < len(p.inputs) {
			values[i].Type = elementOf(p.inputs[i].Type, x.DType())
		}
	}
	out := p.run(context.Background(), pass, values)
	tensors := make([]*tensor.Tensor, len(out))
	for i, v := range out {
		if v == nil || v.Tensor == nil {
			panic(tensor.Errorf("Run", "output %s is no tensor", p.names[i]))
		}
		tensors[i] = v.Tensor
	}
	return tensors
}

// elementOf returns the element type of a tensor of ours that is given where a file wants one of type t.
func elementOf(t *proto.Type, d device.DType) proto.DataType {
	if t != nil && t.Tensor != nil && t.Tensor.Elem.Known() && t.Tensor.Elem.Carrier() == d {
		return t.Tensor.Elem
	}
	return proto.TypeOf(d)
}

// Call computes the outputs from the inputs, which may be of any kind; nil stands for one that is absent. It stops between two nodes when
// the context ends. What does not fit is an error that names the node.
//
// The outputs belong to the pass.
func (p *Program) Call(ctx context.Context, pass *nn.Pass, in []*Value) (out []*Value, err error) {
	caught := tensor.Catch(func() {
		out = p.run(ctx, pass, in)
	})
	if caught != nil {
		return nil, caught
	}
	return out, ctx.Err()
}
