package all

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/safetensors"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A model that transformers writes is built from its configuration, loaded from its file by name, and answers as it does
// there; what is written of it is read so too, and has the names that it has there. The cases are those of _golden/pretrained.py, in testdata/transformers.golden of each family.
func TestPublished(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/transformers.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		for _, c := range check.Cases(t, check.Golden(t, file), "") {
			if !c.HasAttr("config") {
				continue // another family's: published files that are programs themselves
			}
			t.Run(c.Name, func(t *testing.T) {
				c = c.On(t)
				a, m := fromConfig(t, c)
				if err := model.Load(m, byFormula(c), a.Layouts...); err != nil {
					t.Fatal(err)
				}
				answers(t, c, m)
				answers(t, c, rewritten(t, c, a, m))
			})
		}
	}
}

// The same of a whole model that _golden's scripts save in a folder, named by JIMU_REFERENCE: its weights are those of the
// file there. JIMU_REFERENCE_WRITE=TO writes it into another, which _golden/pretrained.py --check FOLDER TO lets the
// reference load.
func TestReference(t *testing.T) {
	folder := os.Getenv("JIMU_REFERENCE")
	if folder == "" || !strings.Contains(strings.Join(listed(folder), " "), "reference.golden") {
		t.Skip("JIMU_REFERENCE names no folder that holds a reference.golden, as _golden/bert.py --full FOLDER bert-base-uncased makes it")
	}
	for _, c := range check.Cases(t, check.Golden(t, filepath.Join(folder, "reference.golden")), "") {
		a, m := fromConfig(t, c)
		if n, want := nn.Count(nn.Params(m)), c.Int("parameters"); n != want {
			t.Errorf("it has %d parameters, want %d", n, want)
		}
		f, err := format.Open(filepath.Join(folder, "model.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := model.Load(m, f, a.Layouts...); err != nil {
			t.Fatal(err)
		}
		answers(t, c, m)
		if to := os.Getenv("JIMU_REFERENCE_WRITE"); to != "" {
			var config json.RawMessage
			c.Attr("config", &config)
			own, of, err := a.Published(config)
			if err == nil {
				err = (&model.Folder{Name: a.Name, Config: own, Of: of, Model: m}).Save(to)
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
}

func listed(folder string) (names []string) {
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// fromConfig builds the model of a case, without values, from the configuration that transformers wrote.
func fromConfig(t *testing.T, c *check.Case) (model.Architecture, model.Program) {
	t.Helper()
	var config json.RawMessage
	var head struct {
		Type string `json:"model_type"`
	}
	c.Attr("config", &config)
	c.Attr("config", &head)
	for _, a := range model.List() {
		if !slices.Contains(a.Types, head.Type) {
			continue
		}
		text, of, err := a.Published(config)
		if err != nil {
			t.Fatal(err)
		}
		m, err := model.NewProgram(a.Name, nil, of, text)
		if err != nil {
			t.Fatal(err)
		}
		return a, m
	}
	t.Fatalf("no architecture reads configurations of type %q", head.Type)
	return model.Architecture{}, nil
}

// rewritten returns the model that is read from what is written of another.
func rewritten(t *testing.T, c *check.Case, a model.Architecture, m model.Program) model.Program {
	t.Helper()
	var config json.RawMessage
	c.Attr("config", &config)
	_, of, err := a.Published(config)
	if err != nil {
		t.Fatal(err)
	}
	says, tensors, err := a.Publish(model.Parts(m), of, model.Tensors(model.Parts(m)))
	if err != nil || says == nil {
		t.Fatal(says, err)
	}
	for _, name := range c.Names() { // of which an encoder alone has a part
		if !slices.ContainsFunc(tensors, func(n format.Named) bool { return n.Name == name || n.Name == a.Name+"."+name }) {
			t.Errorf("%s is not written", name)
		}
	}
	if config, err = json.Marshal(says); err != nil {
		t.Fatal(err)
	}
	text, of, err := a.Published(config)
	if err != nil {
		t.Fatal(err)
	}
	other, err := model.NewProgram(a.Name, nil, of, text)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Load(other, format.Of(nil, tensors...), a.Layouts...); err != nil {
		t.Fatal(err)
	}
	return other
}

// byFormula returns the file of a case, with tensors by the recipe of _golden/formula.py.
func byFormula(c *check.Case) format.File {
	var tensors []format.Named
	x := c.Tensors()
	for i, name := range c.Names() {
		tensors = append(tensors, format.Named{Name: name, Tensor: x[i]})
	}
	return format.Of(nil, tensors...)
}

// answers compares what a model makes of the inputs of a case with its outputs.
func answers(t *testing.T, c *check.Case, m model.Program) {
	t.Helper()
	var inputs, outputs []string
	floats := map[string][]int{}
	c.Attr("inputs", &inputs)
	c.Attr("outputs", &outputs)
	c.Attr("floats", &floats)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	var in []*tensor.Tensor
	for _, port := range m.Inputs() {
		i := slices.Index(inputs, port.Name)
		if i < 0 {
			t.Fatalf("the model wants %s; the reference has %v", port.Name, inputs)
		}
		x := check.Formula(1000+uint64(i), 0, 1, floats[port.Name]...)
		if port.DType == device.Int64 {
			x = tensor.Of(c.Int64(port.Name), c.Shape(port.Name)...)
		}
		in = append(in, p.Input(x))
	}
	if len(in) != len(inputs) || !slices.Equal(m.Outputs(), outputs) {
		t.Fatalf("of %d inputs %v it makes %v, want %v of %v", len(in), m.Inputs(), m.Outputs(), outputs, inputs)
	}
	for i, y := range m.Run(p, in) {
		want := c.Array(outputs[i])
		if !slices.Equal(y.Shape(), want.Shape) {
			t.Errorf("%s is %v, want %v", outputs[i], y.Shape(), want.Shape)
		}
		check.CloseScaled(t, outputs[i], y.Floats(), want.Float32, 10*c.Float("err32")+1e-5)
		t.Logf("%s: off by %.2g of the largest", outputs[i], off(y.Floats(), want.Float32))
	}
}

// off returns the largest difference over the largest of want.
func off(got, want []float32) float64 {
	most, largest := 0.0, 0.0
	for i, w := range want {
		most, largest = max(most, math.Abs(float64(got[i]-w))), max(largest, math.Abs(float64(w)))
	}
	return most / largest
}
