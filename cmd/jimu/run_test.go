package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// affine writes y = x + b, and a text, as a model.
func affine(t *testing.T, path string, nodes ...*proto.Node) {
	t.Helper()
	b, err := proto.FromTensor("b", tensor.Of([]float32{10, 20}), proto.Undefined)
	if err != nil {
		t.Fatal(err)
	}
	m := &proto.Model{IRVersion: 8, Opsets: []*proto.OperatorSet{{Version: 21}}, Graph: &proto.Graph{
		Name: "g", Nodes: nodes, Initializers: []*proto.Tensor{b},
		Inputs:  []*proto.ValueInfo{{Name: "x", Type: proto.Tensors(proto.Float, 2)}},
		Outputs: []*proto.ValueInfo{{Name: "a/y", Type: proto.Tensors(proto.Float, 2)}, {Name: "text", Type: proto.Tensors(proto.String, 2)}},
	}}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := proto.Write(path, m, proto.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
}

var affineNodes = []*proto.Node{
	{Op: "Add", Inputs: []string{"x", "b"}, Outputs: []string{"a/y"}},
	{Op: "Cast", Inputs: []string{"a/y"}, Outputs: []string{"text"}, Attributes: []*proto.Attribute{{Name: "to", Int: int64(proto.String), Type: proto.AttributeInt}}},
}

func TestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	affine(t, "m.onnx", affineNodes...)
	if err := format.Write("x.npy", format.Of(nil, format.Named{Name: "x", Tensor: tensor.Of([]float64{1, 2})}), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	if out := well(t, "run", "m.onnx", "--input", "x=x.npy"); !strings.Contains(out, "a/y: FLOAT[2] [11 22]") || !strings.Contains(out, `text: STRING[2] ["11.0" "22.0"]`) {
		t.Errorf("it says %q", out)
	}
	well(t, "run", "m.onnx", "--input", "x=x.npy", "--output-dir", "out")
	f, err := format.Open(filepath.Join("out", "a_y.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if y, err := f.Tensor(f.Entries()[0].Name); err != nil || !slices.Equal(y.Floats(), []float32{11, 22}) {
		t.Errorf("%v, %v", y, err)
	}
	if text, err := os.ReadFile(filepath.Join("out", "text.json")); err != nil || string(text) != "[\"11.0\",\"22.0\"]\n" {
		t.Errorf("%s, %v", text, err)
	}
}

func TestRunMisused(t *testing.T) {
	t.Chdir(t.TempDir())
	affine(t, "m.onnx", affineNodes...)
	affine(t, "unknown.onnx", append([]*proto.Node{
		{Op: "Foo", Inputs: []string{"x"}, Outputs: []string{"f"}},
		{Op: "Bar", Domain: "com.example", Inputs: []string{"x"}, Outputs: []string{"g"}},
	}, affineNodes...)...)
	for name, x := range map[string]*tensor.Tensor{"long.npy": tensor.Of([]float32{1, 2, 3}), "whole.npy": tensor.Of([]int64{1, 2})} {
		if err := format.Write(name, format.Of(nil, format.Named{Name: "x", Tensor: x}), format.WriteConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"run m.onnx --input x=long.npy", misused, "x is float32 [3] in long.npy, and the model wants FLOAT[2]"},
		{"run m.onnx --input x=whole.npy", misused, "x is int64 [2] in whole.npy"},
		{"run .", failed, "is a folder"},
		{"run", misused, "needs a model"},
		{"run m.onnx", misused, "no --input for x, FLOAT[2]"},
		{"run m.onnx --input y=x.npy", misused, "no --input for x, FLOAT[2]; the model has no input y"},
		{"run m.onnx --input x", misused, "want NAME=file.npy"},
		{"run m.onnx --memory much", misused, "8GiB"},
		{"run m.onnx --test-dir .", misused, "either"},
		{"run m.onnx --input x=none.npy", failed, "none.npy"},
		{"run none.onnx", failed, "none.onnx"},
		{"run unknown.onnx", failed, "Foo (version 21), com.example.Bar (version 0)"},
	} {
		_, errors, code := jimu(t, strings.Fields(c.line)...)
		if code != c.code || !strings.Contains(errors, c.want) {
			t.Errorf("jimu %s: exit code %d, %q; want %q", c.line, code, errors, c.want)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "1000": 1000, "8GiB": 8 << 30, "1.5 k": 1536, "2M": 2 << 20, "3gb": 3 << 30} {
		if n, err := parseSize(s); n != want || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	for _, s := range []string{"", "much", "-1", "1e99T", "5X", "GiB"} {
		if n, err := parseSize(s); err == nil {
			t.Errorf("%q: %d", s, n)
		}
	}
}

// Each folder has its line, whatever the others do, and the last line counts.
func TestRunFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	x, err := proto.FromTensor("x", tensor.Of([]float32{1, 2}), proto.Undefined)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"good", "wrong", "unknown", "broken"} {
		nodes := affineNodes
		y := []float32{11, 22}
		switch dir {
		case "wrong":
			y[1] = 23
		case "unknown":
			nodes = append([]*proto.Node{{Op: "Foo", Inputs: []string{"x"}, Outputs: []string{"f"}}}, nodes...)
		}
		set := filepath.Join(dir, "test_data_set_0")
		affine(t, filepath.Join(dir, "model.onnx"), nodes...)
		want, err := proto.FromTensor("a/y", tensor.Of(y), proto.Undefined)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(set, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]*proto.Tensor{"input_0.pb": x, "output_0.pb": want} {
			b, err := proto.MarshalTensor(v)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(set, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Truncate(filepath.Join("broken", "model.onnx"), 40); err != nil {
		t.Fatal(err)
	}
	out, _, code := jimu(t, "run", "--test-dir", "good", "--test-dir", "wrong", "--test-dir", "unknown", "--test-dir", "broken", "--test-dir", "none")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, want := range []string{"PASS good", "FAIL wrong test_data_set_0: output a/y: 1 of 2 elements", "UNSUPPORTED unknown Foo (version 21)", "FAIL broken", "FAIL none", "1 passed, 3 failed, 1 unsupported"} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d is not %q:\n%s", i, want, out)
		}
	}
	if code != failed {
		t.Errorf("exit code %d", code)
	}
	if out := well(t, "run", "--test-dir", "good", "--test-dir", "unknown"); !strings.HasSuffix(out, "1 passed, 0 failed, 1 unsupported\n") {
		t.Errorf("it says %q", out)
	}
}
