package all

import (
	"context"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/export"
	"github.com/jimu-ml/jimu/model/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// narrow are convolutional networks in small sizes.
var narrow = []struct {
	name, config string
	of           model.Examples
}{
	{"lenet", ``, model.Examples{}},
	{"squeezenet1_1", ``, model.Examples{Input: []int{3, 64, 64}, Outputs: 5}},
	{"resnet", `{"layers": 50, "width": 4, "depths": [1, 1, 1, 1]}`, model.Examples{Input: []int{3, 32, 32}, Outputs: 5}},
	{"densenet", `{"growth": 4, "width": 8, "depths": [2, 2, 2, 2]}`, model.Examples{Input: []int{3, 32, 32}, Outputs: 5}},
	{"vgg", `{"layers": 11, "batch_norm": true, "width": 2, "hidden": 8}`, model.Examples{Input: []int{3, 64, 64}, Outputs: 5}},
	{"unet", `{"width": 4, "depth": 2}`, model.Examples{Input: []int{3, 16, 16}, Outputs: 2}},
}

// A model that is exported and read again answers as it did, for another size of the batch than it was exported at.
func TestExportAndImport(t *testing.T) {
	var all []reference
	for _, c := range narrow {
		all = append(all, reference{c.name, func(t *testing.T) model.Program {
			m, err := model.NewProgram(c.name, rng.New(1), c.of, []byte(c.config))
			if err != nil {
				t.Fatal(err)
			}
			return m
		}})
	}
	for _, e := range exported(t) {
		if strings.HasPrefix(e.name, "published/") || strings.HasPrefix(e.name, "layer/") {
			all = append(all, e)
		}
	}
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) { again(t, e.build(t)) })
	}
}

// again exports a model, reads it, and compares what both make of random inputs.
func again(t *testing.T, m model.Program) {
	t.Helper()
	disturb(m)
	batch := 3
	file, err := export.Model(m, export.Config{})
	if export.IsUnsupported(err) {
		t.Logf("for a fixed batch: %v", err)
		batch = 2
		file, err = export.Model(m, export.Config{Batch: batch})
	}
	if err != nil {
		t.Fatal(err)
	}
	read, err := onnx.Import(file)
	if err != nil {
		t.Fatal(err)
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	var in []*tensor.Tensor
	var values []*onnx.Value
	for i, port := range m.Inputs() {
		x := example(port, append([]int{batch}, port.Shape[1:]...), uint64(i))
		in, values = append(in, x), append(values, onnx.Of(x))
	}
	want := m.Run(p, in)
	got, err := read.Call(context.Background(), p, values)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range m.Outputs() {
		check.CloseScaled(t, name, got[i].Tensor.Floats(), want[i].Floats(), 1e-4)
	}
}
