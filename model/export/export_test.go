package export_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/export"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// text writes a graph down, a node a line.
func text(m *onnx.Model) string {
	var b strings.Builder
	short := func(names []string) string {
		short := slices.Clone(names)
		for i, s := range short {
			short[i] = strings.TrimSuffix(s, "_output_0")
		}
		return strings.Join(short, ", ")
	}
	for _, v := range m.Graph.Inputs {
		fmt.Fprintf(&b, "in %s %s\n", v.Name, typeOf(v))
	}
	for _, n := range m.Graph.Nodes {
		var attrs []string
		for _, a := range n.Attributes {
			switch a.Kind() {
			case onnx.AttributeInt:
				attrs = append(attrs, fmt.Sprintf("%s=%d", a.Name, a.Int))
			case onnx.AttributeInts:
				attrs = append(attrs, fmt.Sprintf("%s=%d", a.Name, a.Ints))
			case onnx.AttributeFloat:
				attrs = append(attrs, fmt.Sprintf("%s=%g", a.Name, a.Float))
			default:
				attrs = append(attrs, fmt.Sprintf("%s=%s", a.Name, a.String))
			}
		}
		fmt.Fprintf(&b, "%s = %s(%s)", short(n.Outputs), n.Op, short(n.Inputs))
		if len(attrs) > 0 {
			fmt.Fprintf(&b, " %s", strings.Join(attrs, " "))
		}
		b.WriteByte('\n')
	}
	for _, v := range m.Graph.Outputs {
		fmt.Fprintf(&b, "out %s %s\n", v.Name, typeOf(v))
	}
	return b.String()
}

func typeOf(v *onnx.ValueInfo) string {
	var dims []string
	for _, d := range v.Type.Tensor.Shape.Dims {
		if d.Param != nil {
			dims = append(dims, *d.Param)
		} else {
			dims = append(dims, fmt.Sprint(*d.Value))
		}
	}
	return fmt.Sprintf("%v [%s]", v.Type.Tensor.Elem, strings.Join(dims, " "))
}

// initializers lists them with their shapes.
func initializers(m *onnx.Model) string {
	var all []string
	for _, t := range m.Graph.Initializers {
		all = append(all, fmt.Sprintf("%s%v", t.Name, t.Dims))
	}
	return strings.Join(all, " ")
}

func exported(t *testing.T, l nn.Layer, of model.Examples, c export.Config) *onnx.Model {
	t.Helper()
	m, err := export.Model(model.AsProgram(l, of), c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got = strings.TrimSpace(got); got != strings.TrimSpace(want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, got, strings.TrimSpace(want))
	}
}

func TestConvolutions(t *testing.T) {
	r := rng.New(1)
	l := nn.Sequential{
		nn.NewConv2d(r, 3, 4, 3, nn.ConvConfig{Pad: 1, NoBias: true}), nn.NewBatchNorm(4),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.Flatten{},
		nn.NewLinear(r, 64, 5),
	}
	m := exported(t, l, model.Examples{Input: []int{3, 8, 8}}, export.Config{})
	same(t, "graph", text(m), `
in x FLOAT [batch 3 8 8]
/0/Conv = Conv(x, 0.weight) kernel_shape=[3 3] strides=[1 1] pads=[1 1 1 1]
/1/BatchNormalization = BatchNormalization(/0/Conv, 1.weight, 1.bias, 1.running_mean, 1.running_var) epsilon=1e-05
/1/MaxPool = MaxPool(/1/BatchNormalization) kernel_shape=[2 2] strides=[2 2]
/1/Relu = Relu(/1/MaxPool)
/1/Flatten = Flatten(/1/Relu) axis=1
y = Gemm(/1/Flatten, 5.weight, 5.bias) transB=1
out y FLOAT [batch 5]`)
	same(t, "initializers", initializers(m), `0.weight[4 3 3 3] 1.weight[4] 1.bias[4] 1.running_mean[4] 1.running_var[4] 5.weight[5 64] 5.bias[5]`)
}

func TestFixedBatch(t *testing.T) {
	m := exported(t, nn.NewLinear(rng.New(1), 3, 2), model.Examples{Input: []int{3}}, export.Config{Batch: 7, Opset: 13})
	same(t, "graph", text(m), `
in x FLOAT [7 3]
y = Gemm(x, weight, bias) transB=1
out y FLOAT [7 2]`)
	if m.Opsets[0].Version != 13 || m.IRVersion != 7 || m.ProducerName != "jimu" {
		t.Errorf("opset %v, version %d, by %q", m.Opsets[0], m.IRVersion, m.ProducerName)
	}
}

// attends is a decoder's layer with its table of tokens, which makes the logits too.
type attends struct {
	Tokens *nn.Embedding
	Places *nn.LearnedPositions
	Attend *nn.MultiHeadAttention
}

func (a *attends) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := a.Attend.Forward(p, a.Places.Forward(p, a.Tokens.Forward(p, x)))
	return op.Linear(y, p.Use(&a.Tokens.Weight), nil)
}

func newAttends(tokens int) *attends {
	r := rng.New(1)
	return &attends{
		nn.NewEmbedding(r, tokens, 8), nn.NewLearnedPositions(r, 6, 8),
		nn.NewMultiHeadAttention(r, 8, 2, nn.AttentionConfig{Causal: true, NoBias: true}),
	}
}

func TestAttention(t *testing.T) {
	m := exported(t, newAttends(9), model.Examples{Input: []int{6}, Tokens: 9}, export.Config{})
	same(t, "graph", text(m), `
in x INT64 [batch 6]
/tokens/Gather = Gather(tokens.weight, x) axis=0
/places/Add = Add(/tokens/Gather, places.weight)
/attend/qkv/MatMul = MatMul(/places/Add, attend.qkv.weight.T)
/attend/qkv/Reshape = Reshape(/attend/qkv/MatMul, constant)
/attend/qkv/Slice = Slice(/attend/qkv/Reshape, constant_1, constant_2, constant_2)
/attend/qkv/Transpose = Transpose(/attend/qkv/Slice) perm=[0 2 1 3]
/attend/qkv/Slice_1 = Slice(/attend/qkv/Reshape, constant_2, constant_3, constant_2)
/attend/qkv/Slice_2 = Slice(/attend/qkv/Reshape, constant_3, constant_4, constant_2)
/attend/qkv/Transpose_1 = Transpose(/attend/qkv/Slice_2) perm=[0 2 1 3]
/attend/qkv/Transpose_2 = Transpose(/attend/qkv/Slice_1) perm=[0 2 3 1]
/attend/qkv/MatMul_1 = MatMul(/attend/qkv/Transpose, /attend/qkv/Transpose_2)
/attend/qkv/Mul = Mul(/attend/qkv/MatMul_1, constant_5)
/attend/qkv/Where = Where(constant_6, /attend/qkv/Mul, constant_7)
/attend/qkv/Softmax = Softmax(/attend/qkv/Where) axis=3
/attend/qkv/MatMul_2 = MatMul(/attend/qkv/Softmax, /attend/qkv/Transpose_1)
/attend/qkv/Transpose_3 = Transpose(/attend/qkv/MatMul_2) perm=[0 2 1 3]
/attend/qkv/Reshape_1 = Reshape(/attend/qkv/Transpose_3, constant_8)
/attend/output/MatMul = MatMul(/attend/qkv/Reshape_1, attend.output.weight.T)
y = MatMul(/attend/output/MatMul, tokens.weight.T)
out y FLOAT [batch 6 9]`)
}

// TestTied: a large parameter that is used in two shapes is there once.
func TestTied(t *testing.T) {
	m := exported(t, newAttends(3000), model.Examples{Input: []int{6}, Tokens: 3000}, export.Config{})
	if s := initializers(m); strings.Contains(s, "tokens.weight.T") || !strings.Contains(s, "tokens.weight[3000 8]") {
		t.Errorf("initializers %s", s)
	}
	if s := text(m); !strings.Contains(s, "Transpose(tokens.weight) perm=[1 0]") {
		t.Errorf("no transposition of the table in\n%s", s)
	}
}

// TestSequence: with lengths of the sequence left open, what depends on them is computed from the input's shape.
func TestSequence(t *testing.T) {
	m := exported(t, newAttends(9), model.Examples{Input: []int{6}, Tokens: 9}, export.Config{Sequence: true})
	s := text(m)
	for _, want := range []string{
		"in x INT64 [batch sequence]", "out y FLOAT [batch sequence 9]", "/lengths/Shape = Shape(x) start=1 end=2",
		"Slice(places.weight, constant, /lengths/Shape", "LessOrEqual", "Range",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
}

func TestRecurrences(t *testing.T) {
	r := rng.New(1)
	l := nn.Sequential{nn.NewLSTM(r, 3, 4, nn.RecurrentConfig{}), nn.NewGRU(r, 4, 5, nn.RecurrentConfig{})}
	m := exported(t, l, model.Examples{Input: []int{6, 3}}, export.Config{})
	same(t, "graph", text(m), `
in x FLOAT [batch 6 3]
/0/Transpose = Transpose(x) perm=[1 0 2]
/0/LSTM = LSTM(/0/Transpose, 0.weight_ih_l0.folded, 0.weight_hh_l0.folded, 0.bias_ih_l0.folded) hidden_size=4
/0/Squeeze = Squeeze(/0/LSTM, constant)
/1/GRU = GRU(/0/Squeeze, 1.weight_ih_l0.folded, 1.weight_hh_l0.folded, 1.bias_ih_l0.folded) hidden_size=5 linear_before_reset=1
/1/Squeeze = Squeeze(/1/GRU, constant)
y = Transpose(/1/Squeeze) perm=[1 0 2]
out y FLOAT [batch 6 5]`)
}

// decides is a layer that looks at what it has computed.
type decides struct{ Inner *nn.Linear }

func (d *decides) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if y := d.Inner.Forward(p, x); y.Sum().Item() > 0 {
		return y
	}
	return x
}

// average is a layer that computes something else for each size of the batch.
type average struct{}

func (average) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Scale(1 / float64(x.Dim(0)))
}

func TestUnsupported(t *testing.T) {
	of := model.Examples{Input: []int{3}}
	_, err := export.Model(model.AsProgram(nn.Sequential{&decides{nn.NewLinear(rng.New(1), 3, 3)}}, of), export.Config{})
	var u *export.Unsupported
	if !errors.As(err, &u) || u.Layer != "0.inner" || !strings.Contains(err.Error(), "decides by the elements") {
		t.Errorf("a layer that decides: %v", err)
	}
	if _, err = export.Model(model.AsProgram(average{}, of), export.Config{}); !export.IsUnsupported(err) || !strings.Contains(err.Error(), "fix the lengths") {
		t.Errorf("a layer that scales by the batch: %v", err)
	}
	if _, err = export.Model(model.AsProgram(average{}, of), export.Config{Batch: 2}); err != nil {
		t.Errorf("for a fixed batch: %v", err)
	}
	if _, err = export.Model(model.AsProgram(average{}, of), export.Config{Opset: 12}); err == nil {
		t.Error("opset 12 is written")
	}
	if _, err = export.Model(model.AsProgram(nn.NewLinear(nil, 3, 2), of), export.Config{}); err == nil || !strings.Contains(err.Error(), "no elements") {
		t.Errorf("a model without weights: %v", err)
	}
}

// passes gives its input, and its parameter, as outputs.
type passes struct{ Weight tensor.Param }

func (*passes) Inputs() []model.Port {
	return []model.Port{{Name: "a", DType: device.Float32, Shape: []int{1, 2}}, {Name: "b", DType: device.Bool, Shape: []int{1, 2}}}
}
func (*passes) Outputs() []string { return []string{"same", "again", "weight", "cast"} }
func (q *passes) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{in[0], in[0].Neg().Neg(), p.Use(&q.Weight), in[1].Cast(device.Float16)}
}

func TestPrograms(t *testing.T) {
	q := &passes{}
	q.Weight.Value = tensor.Of([]float32{1, 2}, 2)
	m, err := export.Model(q, export.Config{About: "it passes", Metadata: map[string]string{"b": "2", "a": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "graph", text(m), `
in a FLOAT [batch 2]
in b BOOL [batch 2]
/Neg = Neg(a)
again = Neg(/Neg)
cast = Cast(b) to=10
same = Identity(a)
weight = Identity(weight)
out same FLOAT [batch 2]
out again FLOAT [batch 2]
out weight FLOAT [2]
out cast FLOAT16 [batch 2]`)
	if m.Doc != "it passes" || len(m.Metadata) != 2 || m.Metadata[0].Key != "a" {
		t.Errorf("doc %q, metadata %v", m.Doc, m.Metadata)
	}
}
