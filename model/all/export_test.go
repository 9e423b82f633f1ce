package all

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/export"
	"github.com/jimu-ml/jimu/model/sequential"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestExportReference writes models as ONNX, with inputs and our outputs for two sizes of the batch, for
// _golden/export_check.py, which runs it: JIMU_EXPORT=DIR takes the models and JIMU_EXPORT_LIST=FILE their names.
func TestExportReference(t *testing.T) {
	dir, list := os.Getenv("JIMU_EXPORT"), os.Getenv("JIMU_EXPORT_LIST")
	if dir == "" && list == "" {
		t.Skip("JIMU_EXPORT is not set: no models are written for ONNX Runtime")
	}
	var names []string
	for _, e := range exported(t) {
		names = append(names, e.name)
		if dir != "" {
			t.Run(e.name, func(t *testing.T) {
				if err := e.write(t, filepath.Join(dir, strings.ReplaceAll(e.name, "/", "_"))); err != nil {
					t.Error(err)
				}
			})
		}
	}
	if list != "" {
		if err := os.WriteFile(list, []byte(strings.Join(names, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A reference is a model that is exported.
type reference struct {
	name  string
	build func(t *testing.T) model.Program
}

// most is how many parameters the models have that are written as they were published: larger ones are made smaller.
const most = 150_000_000

// exported returns all architectures and variants, those of transformers in the sizes of their golden files too, and all kinds
// of layers.
func exported(t *testing.T) []reference {
	var all []reference
	for _, a := range model.List() {
		if len(a.Variants) == 0 && (a.Example.Input != nil || a.Assemble != nil) {
			all = append(all, named(a.Name, a.Name, 0))
		}
		for _, v := range a.Variants {
			all = append(all, named(v.Name, a.Name, v.Parameters))
		}
	}
	files, err := filepath.Glob("../*/testdata/transformers.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		family := filepath.Base(filepath.Dir(filepath.Dir(file)))
		for _, c := range check.Cases(t, check.Golden(t, file), "") {
			if !c.HasAttr("config") {
				continue // an ONNX file's
			}
			all = append(all, reference{"published/" + family + "/" + c.Name, func(t *testing.T) model.Program {
				c = c.On(t)
				a, m := fromConfig(t, c)
				if err := model.Load(m, byFormula(c), a.Layouts...); err != nil {
					t.Fatal(err)
				}
				return m
			}})
		}
	}
	return append(all, layers(t)...)
}

// named is an architecture or a variant, in a smaller size if it is too large.
func named(name, family string, parameters int) reference {
	_, v, _ := model.Find(name)
	if v.Of.Tokens > 0 && len(v.Of.Input) == 1 {
		v.Of.Input = []int{min(v.Of.Input[0], 32)}
	}
	var config json.RawMessage
	if parameters > most {
		name = "small/" + name
		config, v.Of = shrunk(family, v)
	}
	return reference{name, func(t *testing.T) model.Program {
		m, err := model.NewProgram(v.Name, rng.New(1), v.Of, config)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}}
}

// small are keys that make members of a family small. Those with a ? go over keys that a variant has.
var small = map[string]string{
	"llama": `{"layers": 2, "width": 64, "heads": 4, "hidden": 96, "?groups": 2, "?head": 16, "?full": [1],
		"?mixture": {"experts": 4, "k": 2, "hidden": 32}}`,
	"gpt":  `{"layers": 2}`,
	"bert": `{"layers": 2}`, "roberta": `{"layers": 2}`, "electra": `{"layers": 2}`, "t5": `{"layers": 2}`,
	"vit": `{"layers": 2}`,
}

func shrunk(family string, v model.Variant) (json.RawMessage, model.Examples) {
	var own, keys map[string]json.RawMessage
	_ = json.Unmarshal([]byte(v.Config), &own)
	if err := json.Unmarshal([]byte(small[family]), &keys); err != nil {
		return nil, v.Of
	}
	merged := map[string]json.RawMessage{}
	for key, value := range keys {
		if key, optional := strings.CutPrefix(key, "?"); !optional || own[key] != nil {
			merged[key] = value
		}
	}
	text, _ := json.Marshal(merged)
	if v.Of.Tokens > 0 && v.Of.Outputs == v.Of.Tokens {
		v.Of.Outputs = 100
	}
	v.Of.Tokens = min(v.Of.Tokens, 100)
	return text, v.Of
}

// layers returns a network for each kind of layer, as testdata/layers.jsonl has them.
func layers(t *testing.T) []reference {
	text, err := os.ReadFile("testdata/layers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []reference
	seen := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var row struct {
			Tokens int
			Input  []int
			Layer  json.RawMessage
		}
		var kind struct{ Layer string }
		if err := errors.Join(json.Unmarshal([]byte(line), &row), json.Unmarshal(row.Layer, &kind)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		name := "layer/" + kind.Layer
		if seen[kind.Layer]++; seen[kind.Layer] > 1 {
			name += fmt.Sprint(seen[kind.Layer])
		}
		config := fmt.Appendf(nil, `{"layers": [%s, {"layer": "flatten"}, {"layer": "linear", "units": 3}]}`, row.Layer)
		all = append(all, reference{name, func(t *testing.T) model.Program {
			m, err := model.NewProgram("sequential", rng.New(1), model.Examples{Input: row.Input, Tokens: row.Tokens, Outputs: 3}, config)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}})
	}
	for _, kind := range sequential.Kinds() {
		if seen[kind] == 0 {
			t.Errorf("testdata/layers.jsonl has no layer %s", kind)
		}
	}
	return all
}

// write writes the model, and data sets of it, as the tests of ONNX backends have them.
func (e *reference) write(t *testing.T, dir string) error {
	m := e.build(t)
	disturb(m)
	c := export.Config{Name: e.name, Sequence: os.Getenv("JIMU_EXPORT_SEQUENCE") != ""}
	if o := os.Getenv("JIMU_EXPORT_OPSET"); o != "" {
		if err := json.Unmarshal([]byte(o), &c.Opset); err != nil {
			return err
		}
	}
	begin := time.Now()
	file, err := export.Model(m, c)
	if err != nil && export.IsUnsupported(err) {
		fmt.Printf("dynamic: %s: %v\n", e.name, err)
		c.Batch = 2
		file, err = export.Model(m, c)
	}
	if err != nil {
		return err
	}
	took := time.Since(begin)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := onnx.Write(filepath.Join(dir, "model.onnx"), file, onnx.WriteConfig{External: 1 << 30}); err != nil {
		return err
	}
	fmt.Printf("exported %s in %v, written in %v\n", e.name, took, time.Since(begin)-took)
	for k, batch := range []int{2, 3} {
		if c.Batch > 0 && batch != c.Batch {
			continue
		}
		if err := dataSet(filepath.Join(dir, fmt.Sprintf("test_data_set_%d", k)), m, file, batch, k); err != nil {
			return err
		}
	}
	return nil
}

// disturb gives parameters values of which none is 0 or 1, as those of a trained model.
func disturb(m model.Program) {
	for i, q := range nn.Params(m) {
		v := q.Param.Value
		if !v.DType().IsFloat() {
			continue
		}
		noise := make([]float32, v.Len())
		rng.KeyOf(uint64(i + 100)).Uniform(noise)
		n := tensor.Of(noise, v.Shape()...).Cast(v.DType())
		switch {
		case strings.HasSuffix(q.Name, "running_var"):
			v.CopyFrom(n.AddScalar(0.5))
		case v.Rank() < 2 || v.Abs().Max().Item() == 0: // as what is added to a residual begins with
			v.CopyFrom(v.Add(n.AddScalar(-0.5).Scale(0.2)))
		}
	}
}

func dataSet(dir string, m model.Program, file *onnx.Model, batch, set int) error {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	var in []*tensor.Tensor
	for i, port := range m.Inputs() {
		shape := append([]int{batch}, port.Shape[1:]...)
		if set > 0 && len(shape) == 2 && !port.DType.IsFloat() && os.Getenv("JIMU_EXPORT_SEQUENCE") != "" {
			shape[1] -= 3
		}
		in = append(in, example(port, shape, uint64(i+10*set)))
	}
	var out []*tensor.Tensor
	if err := tensor.Catch(func() { out = m.Run(p, in) }); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var all error
	save := func(kind string, i int, name string, x *tensor.Tensor) {
		w, err := onnx.FromTensor(name, x, onnx.Undefined)
		if err == nil {
			var b []byte
			if b, err = onnx.MarshalTensor(w); err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s_%d.pb", kind, i)), b, 0o644)
			}
		}
		all = errors.Join(all, err)
	}
	for i, x := range in {
		save("input", i, file.Graph.Inputs[i].Name, x)
	}
	for i, y := range out {
		save("output", i, file.Graph.Outputs[i].Name, y)
	}
	return all
}

// example returns random numbers for an input.
func example(port model.Port, shape []int, seed uint64) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(seed + 7).Normal(x)
	switch {
	case port.DType == device.Bool:
		b := make([]bool, n)
		for i := range b {
			b[i] = x[i] > -1 || i%shape[len(shape)-1] == 0
		}
		return tensor.Of(b, shape...)
	case port.DType.IsFloat():
		return tensor.Of(x, shape...).Cast(port.DType)
	}
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(rng.KeyOf(seed).Uint64At(uint64(i)) % uint64(max(port.Below, 1)))
	}
	return tensor.Of(ids, shape...).Cast(port.DType)
}
