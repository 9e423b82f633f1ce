package main

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

func TestExportOfAnArchitecture(t *testing.T) {
	t.Chdir(t.TempDir())
	m, err := model.New("lenet", rng.New(3), model.Examples{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var named []format.Named
	for _, q := range nn.Params(m) {
		named = append(named, format.Named{Name: q.Name, Tensor: q.Param.Value})
	}
	if err := format.Write("lenet.safetensors", format.Of(nil, named...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	out := well(t, "export", "lenet", "--weights", "lenet.safetensors", "--opset", "15", "--external", "--check")
	for _, want := range []string{"lenet.onnx: opset 15", "in   x float [batch 1 28 28]", "out  y float [batch 10]", "lenet.onnx.data", "checked: y differs by"} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	f, err := format.Open("lenet.onnx")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, q := range named {
		x, err := f.Tensor(q.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		if x.Sub(q.Tensor).Abs().Max().Item() != 0 {
			t.Errorf("%s has other numbers", q.Name)
		}
	}
	o, err := onnx.Open("lenet.onnx")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if o.Metadata()["architecture"] != "lenet" {
		t.Errorf("metadata %v", o.Metadata())
	}
}

func TestExportOfARun(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--out", "run", "--set", "train.epochs=1")
	out := well(t, "export", "run", "--batch", "4")
	for _, want := range []string{"run.onnx: opset 17", "in   x float [4 4]", "out  y float [4 3]"} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}
	f, err := format.Open("run.onnx")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m := f.Metadata(); !strings.Contains(m["classes"], "setosa\n") || !strings.Contains(m["inputs"], `"rows"`) {
		t.Errorf("metadata %v", m)
	}
}

func TestExportMisused(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ args, want string }{
		{"export lenet", "--weights FILE"},
		{"export lennet --untrained", "did you mean lenet?"},
		{"export lenet --untrained --opset 12", "opset 12"},
		{"export lenet --untrained --batch -1", "--batch is -1"},
		{"export lenet --untrained --input 1,x", "is no length"},
	} {
		if _, err, code := jimu(t, strings.Fields(c.args)...); code == 0 || !strings.Contains(err, c.want) {
			t.Errorf("%s: code %d, %q; want %q", c.args, code, err, c.want)
		}
	}
}
