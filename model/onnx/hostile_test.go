package onnx

import (
	"context"
	"strings"
	"testing"
	"time"

	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// ints returns an initializer of integers.
func ints(name string, v ...int64) *proto.Tensor {
	return &proto.Tensor{Name: name, Type: proto.Int64, Dims: []int64{int64(len(v))}, Ints64: v}
}

// graphOf returns a model of version 21 with an input x [2 2] and an output y.
func graphOf(nodes []*proto.Node, initializers ...*proto.Tensor) *proto.Model {
	return &proto.Model{IRVersion: 8, Opsets: []*proto.OperatorSet{{Version: 21}}, Graph: &proto.Graph{
		Name: "g", Nodes: nodes, Initializers: initializers,
		Inputs:  []*proto.ValueInfo{{Name: "x", Type: proto.Tensors(proto.Float, 2, 2)}},
		Outputs: []*proto.ValueInfo{{Name: "y"}},
	}}
}

// node returns a node of one output, y if it has no other.
func nodeOf(op string, in string, attributes ...*proto.Attribute) *proto.Node {
	return &proto.Node{Op: op, Inputs: strings.Fields(in), Outputs: []string{"y"}, Attributes: attributes}
}

// runLimited runs a model on four numbers with a megabyte of memory.
func runLimited(ctx context.Context, m *proto.Model) error {
	p, err := Import(m)
	if err != nil {
		return err
	}
	pass := nn.NewPass(nn.PassConfig{Memory: 1 << 20})
	defer pass.Close()
	_, err = p.Call(ctx, pass, []*Value{Of(tensor.Of([]float32{1, 2, 3, 4}, 2, 2))})
	return err
}

// A few bytes that ask for much memory are refused before it is allocated, in each way that they can ask.
func TestBombs(t *testing.T) {
	big := int64(1) << 20
	pads := &proto.Attribute{Name: "pads", Type: proto.AttributeInts, Ints: []int64{1 << 20, 1 << 20}}
	for _, c := range []struct {
		name string
		m    *proto.Model
	}{
		{"Tile", graphOf([]*proto.Node{nodeOf("Tile", "x n")}, ints("n", big, big))},
		{"Tile, beyond 64 bits", graphOf([]*proto.Node{nodeOf("Tile", "x n")}, ints("n", 1<<62, 1<<62))},
		{"Expand", graphOf([]*proto.Node{nodeOf("Expand", "x n")}, ints("n", big, big, 2, 2))},
		{"ConstantOfShape", graphOf([]*proto.Node{nodeOf("ConstantOfShape", "n")}, ints("n", big, big))},
		{"ConstantOfShape, negative", graphOf([]*proto.Node{nodeOf("ConstantOfShape", "n")}, ints("n", -1, big))},
		{"Range", graphOf([]*proto.Node{nodeOf("Range", "a b c")}, scalarOf("a", 0), scalarOf("b", 1<<60), scalarOf("c", 1))},
		{"Range, without end", graphOf([]*proto.Node{nodeOf("Range", "a b c")}, scalarOf("a", 0), scalarOf("b", 1), scalarOf("c", 0))},
		{"Pad", graphOf([]*proto.Node{nodeOf("Pad", "x n")}, ints("n", big, big, big, big))},
		{"OneHot", graphOf([]*proto.Node{nodeOf("OneHot", "i n v")}, ints("i", 1, 2, 3), scalarOf("n", 1<<40), ints("v", 0, 1))},
		{"Reshape", graphOf([]*proto.Node{nodeOf("Reshape", "x n")}, ints("n", 1<<62, 1<<62))},
		{"Gather", graphOf([]*proto.Node{
			{Op: "Expand", Inputs: []string{"i", "n"}, Outputs: []string{"j"}}, nodeOf("Gather", "x j"),
		}, ints("i", 0), ints("n", 1<<17, 1))},
		{"ConvTranspose", graphOf([]*proto.Node{
			{Op: "Reshape", Inputs: []string{"x", "n"}, Outputs: []string{"z"}},
			nodeOf("ConvTranspose", "z z", &proto.Attribute{Name: "strides", Type: proto.AttributeInts, Ints: []int64{1 << 29, 1 << 29}}),
		}, ints("n", 1, 1, 2, 2))},
		{"MaxPool", graphOf([]*proto.Node{
			{Op: "Reshape", Inputs: []string{"x", "n"}, Outputs: []string{"z"}},
			nodeOf("MaxPool", "z", &proto.Attribute{Name: "kernel_shape", Type: proto.AttributeInts, Ints: []int64{1}}, pads),
		}, ints("n", 1, 1, 4))},
		{"Loop", bombLoop("Concat")},
	} {
		begun := time.Now()
		err := runLimited(context.Background(), c.m)
		if err == nil || time.Since(begun) > 10*time.Second {
			t.Errorf("%s: %v after %v", c.name, err, time.Since(begun))
		}
		var unknown *UnsupportedError
		if err != nil && strings.Contains(err.Error(), "not known") {
			t.Errorf("%s: %v %v", c.name, err, unknown)
		}
	}
}

func scalarOf(name string, v int64) *proto.Tensor {
	return &proto.Tensor{Name: name, Type: proto.Int64, Ints64: []int64{v}}
}

// bombLoop doubles its state, or leaves it, for ever.
func bombLoop(how string) *proto.Model {
	inner := &proto.Node{Op: "Identity", Inputs: []string{"s"}, Outputs: []string{"t"}}
	if how == "Concat" {
		inner = &proto.Node{Op: "Concat", Inputs: []string{"s", "s"}, Outputs: []string{"t"}, Attributes: []*proto.Attribute{{Name: "axis", Type: proto.AttributeInt}}}
	}
	body := &proto.Graph{
		Name: "body", Nodes: []*proto.Node{inner, {Op: "Identity", Inputs: []string{"c"}, Outputs: []string{"d"}}},
		Inputs:  []*proto.ValueInfo{{Name: "i"}, {Name: "c"}, {Name: "s"}},
		Outputs: []*proto.ValueInfo{{Name: "d"}, {Name: "t"}},
	}
	return graphOf([]*proto.Node{{Op: "Loop", Inputs: []string{"", "", "x"}, Outputs: []string{"y"}, Attributes: []*proto.Attribute{{Name: "body", Type: proto.AttributeGraph, Graph: body}}}})
}

// A loop without end ends with its context, and does not gather memory on the way.
func TestLoopWithoutEnd(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer stop()
	begun := time.Now()
	if err := runLimited(ctx, bombLoop("Identity")); err == nil || !strings.Contains(err.Error(), "deadline") || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

// Graphs that are none are refused with the reason.
func TestImportRefuses(t *testing.T) {
	deep := &proto.Graph{Name: "inner", Nodes: []*proto.Node{nodeOf("Identity", "x")}, Outputs: []*proto.ValueInfo{{Name: "y"}}}
	for range maxNesting + 1 {
		n := nodeOf("If", "x", &proto.Attribute{Name: "then_branch", Type: proto.AttributeGraph, Graph: deep})
		deep = &proto.Graph{Name: "deep", Nodes: []*proto.Node{n}, Outputs: []*proto.ValueInfo{{Name: "y"}}}
	}
	recursive := graphOf([]*proto.Node{{Op: "F", Domain: "own", Inputs: []string{"x"}, Outputs: []string{"y"}}})
	recursive.Functions = []*proto.Function{{Name: "F", Domain: "own", Inputs: []string{"a"}, Outputs: []string{"b"}, Nodes: []*proto.Node{{Op: "F", Domain: "own", Inputs: []string{"a"}, Outputs: []string{"b"}}}}}
	for _, c := range []struct {
		m    *proto.Model
		want string
	}{
		{&proto.Model{}, "no graph"},
		{graphOf([]*proto.Node{nodeOf("Abs", "z")}), `reads "z", which nothing before it makes`},
		{graphOf([]*proto.Node{nodeOf("Abs", "x"), nodeOf("Abs", "x")}), `makes "y", which is there already`},
		{graphOf([]*proto.Node{nodeOf("Abs", "x")}, ints("a", 1), ints("a", 1)), "two values"},
		{graphOf(nil), `gives "y", which nothing makes`},
		{graphOf([]*proto.Node{nodeOf("Foo", "x"), {Op: "Bar", Domain: "d", Outputs: []string{"z"}}}), "Foo (version 21), d.Bar (version 0)"},
		{graphOf([]*proto.Node{nodeOf("Abs", "x", &proto.Attribute{Name: "a"}, &proto.Attribute{Name: "a"})}), "two attributes"},
		{graphOf([]*proto.Node{nodeOf("If", "x", &proto.Attribute{Name: "then_branch", Type: proto.AttributeGraph, Graph: deep})}), "deep"},
		{recursive, "deep"},
		{graphOf([]*proto.Node{nodeOf("Abs", "x")}, &proto.Tensor{Name: "w", Type: proto.Float, Dims: []int64{1 << 40}}), "0 are there"},
	} {
		if _, err := Import(c.m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// What an operator cannot take is an error that names it and its node, whatever it is.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		m    *proto.Model
		want string
	}{
		{graphOf([]*proto.Node{nodeOf("MatMul", "x n")}, ints("n", 1)), "MatMul: the inputs are FLOAT[2 2] and INT64[1] (layer y"},
		{graphOf([]*proto.Node{nodeOf("Add", "x")}), "Add: input 1 is missing"},
		{graphOf([]*proto.Node{nodeOf("Reshape", "x n")}, ints("n", 3, -1)), "does not fit"},
		{graphOf([]*proto.Node{nodeOf("Div", "n n")}, ints("n", 0)), "divided by 0"},
		{graphOf([]*proto.Node{nodeOf("Gather", "x n")}, ints("n", 5)), "no position 5 of 2"},
		{graphOf([]*proto.Node{nodeOf("Transpose", "x", &proto.Attribute{Name: "perm", Type: proto.AttributeInts, Ints: []int64{0, 0}})}), "stands twice"},
		{graphOf([]*proto.Node{nodeOf("Conv", "x x")}), "Conv"},
		{graphOf([]*proto.Node{nodeOf("Softmax", "x", &proto.Attribute{Name: "axis", Type: proto.AttributeString, String: []byte("1")})}), "attribute axis has type 3"},
		{graphOf([]*proto.Node{nodeOf("Loop", "x")}), "no graph body"},
		{graphOf([]*proto.Node{nodeOf("Constant", "")}), "no value"},
		{graphOf([]*proto.Node{nodeOf("Cast", "x", &proto.Attribute{Name: "to", Type: proto.AttributeInt, Int: 99})}), "cannot become"},
	} {
		if err := runLimited(context.Background(), c.m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
