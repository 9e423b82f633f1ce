package onnx

import (
	"context"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// residual is two convolutions, the second added to its input and rectified, with parameters.
func residual(t *testing.T) *Program {
	t.Helper()
	var weights []*proto.Tensor
	for i, name := range []string{"v", "w"} {
		x, err := proto.FromTensor(name, check.Formula(uint64(i), 0, 1, 2, 2, 3, 3), proto.Undefined)
		if err != nil {
			t.Fatal(err)
		}
		weights = append(weights, x)
	}
	pads := &proto.Attribute{Name: "pads", Type: proto.AttributeInts, Ints: []int64{1, 1, 1, 1}}
	m := graphOf([]*proto.Node{
		{Op: "Conv", Inputs: []string{"x", "v"}, Outputs: []string{"a"}, Attributes: []*proto.Attribute{pads}},
		{Op: "Relu", Inputs: []string{"a"}, Outputs: []string{"b"}},
		{Op: "Conv", Inputs: []string{"b", "w"}, Outputs: []string{"c"}, Attributes: []*proto.Attribute{pads}},
		{Op: "Add", Inputs: []string{"b", "c"}, Outputs: []string{"d"}},
		{Op: "Relu", Inputs: []string{"d"}, Outputs: []string{"y"}},
	}, weights...)
	m.Graph.Inputs[0].Type = proto.Tensors(proto.Float, 1, 2, 5, 5)
	p, err := Import(m)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What was fused gives what the nodes give one after another, and has their gradients; so an imported model can be trained.
func TestFusedConvolutions(t *testing.T) {
	p := residual(t)
	if len(p.graph.nodes) != 2 {
		t.Errorf("there are %d nodes left, want 2", len(p.graph.nodes))
	}
	x := check.Formula(7, 0, 1, 1, 2, 5, 5)
	longhand := func(x, v, w *tensor.Tensor) *tensor.Tensor {
		b := op.Relu(op.Conv(x, v, nil, op.ConvConfig{Pad: 1}))
		return op.Relu(b.Add(op.Conv(b, w, nil, op.ConvConfig{Pad: 1})))
	}
	params := nn.Params(p)
	if len(params) != 2 || params[0].Name != "v" || params[1].Name != "w" {
		t.Fatalf("the parameters are %s", nn.Describe(params))
	}
	v, w := params[0].Param.Value, params[1].Param.Value
	pass := nn.NewPass(nn.PassConfig{})
	defer pass.Close()
	out, err := p.Call(context.Background(), pass, []*Value{Of(x)})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseScaled(t, "y", out[0].Tensor.Floats(), longhand(x, v, w).Floats(), 1e-6)

	training := nn.NewPass(nn.PassConfig{Training: true, Watch: params})
	defer training.Close()
	loss := p.Run(training, []*tensor.Tensor{x})[0].Square().Sum()
	got := autograd.Backward(loss)
	own, other := v.Watch(), w.Watch()
	want := autograd.Backward(longhand(x, own, other).Square().Sum())
	check.CloseScaled(t, "gradient of v", got.Of(training.Use(params[0].Param)).Floats(), want.Of(own).Floats(), 1e-5)
	check.CloseScaled(t, "gradient of w", got.Of(training.Use(params[1].Param)).Floats(), want.Of(other).Floats(), 1e-5)
}
