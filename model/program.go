package model

import (
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Port is one input of a program.
type Port struct {
	Name  string
	DType device.DType
	Shape []int // of an example, with a batch of 1
	Below int   // of integers: all are below it, such as the number of tokens; 0 for anything else
}

// A Program is a model as tensors in, tensors out: what has more than one of either, such as an encoder with its decoder, a
// detector, or a graph that was read from a file.
type Program interface {
	Inputs() []Port
	Outputs() []string

	// Run computes the outputs, in their order, from the inputs, in theirs. Shapes that do not fit panic with a [tensor.Error].
	Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor
}

// AsProgram returns a layer as a program of one input, x, and one output, y; or the layer itself, if it is one.
func AsProgram(l nn.Layer, of Examples) Program {
	if p, ok := l.(Program); ok {
		return p
	}
	return &Single{Layer: l, Of: of}
}

// Single is a layer as a program.
type Single struct {
	nn.Layer
	Of Examples
}

// Inputs returns x, as the examples have it.
func (s *Single) Inputs() []Port {
	port := Port{Name: "x", DType: device.Float32, Shape: append([]int{1}, s.Of.Input...), Below: s.Of.Tokens}
	if s.Of.Tokens > 0 {
		port.DType = device.Int64
	}
	return []Port{port}
}

// Outputs returns y.
func (s *Single) Outputs() []string { return []string{"y"} }

// Run returns what the layer makes of the input.
func (s *Single) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{s.Forward(p, in[0])}
}

// Check runs a program once on the meta device, for its examples. What does not fit is an error that names the layer.
func Check(m Program) error {
	d := meta.New()
	params := nn.Params(m)
	override := make(map[*tensor.Param]*tensor.Tensor, len(params))
	for _, q := range params {
		v := q.Param.Value
		override[q.Param] = tensor.New(d, v.DType(), v.Shape()...)
	}
	p := nn.NewPass(nn.PassConfig{Params: params, Override: override})
	defer p.Close()
	var out []*tensor.Tensor
	err := tensor.Catch(func() {
		var in []*tensor.Tensor
		for _, port := range m.Inputs() {
			in = append(in, p.Input(tensor.New(d, port.DType, port.Shape...)))
		}
		out = m.Run(p, in)
	})
	if err == nil && len(out) != len(m.Outputs()) {
		err = fmt.Errorf("it has %d outputs, and its run gave %d", len(m.Outputs()), len(out))
	}
	return err
}
