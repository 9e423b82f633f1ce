package all

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// published are small models of the families that transformers has.
var published = []struct{ name, config, kind string }{
	{"gpt", `{"layers": 2, "heads": 2, "width": 16, "context": 32}`, "gpt2"},
	{"gpt", `{"layers": 1, "heads": 2, "width": 16, "context": 32, "activation": "relu", "untied": true, "hidden": 24}`, "gpt2"},
	{"llama", `{"layers": 2, "heads": 4, "groups": 2, "width": 32, "hidden": 48}`, "llama"},
	{"llama", `{"layers": 2, "heads": 4, "width": 32, "hidden": 48, "tied": true, "base": 500000, "scaling": {"kind": "llama3", "factor": 8, "low": 1, "high": 4, "original": 8192}}`, "llama"},
	{"llama", `{"layers": 2, "heads": 4, "groups": 2, "width": 32, "hidden": 48, "biases": true}`, "qwen2"},
	{"llama", `{"layers": 2, "heads": 4, "groups": 2, "width": 32, "head": 16, "hidden": 48, "head_norm": true}`, "qwen3"},
	{"llama", `{"layers": 2, "heads": 4, "groups": 2, "width": 32, "hidden": 48, "window": 3}`, "mistral"},
	{"llama", `{"layers": 1, "heads": 4, "width": 32, "hidden": 48, "from_one": true}`, "jimu"},
	{"bert", `{"layers": 2, "heads": 2, "width": 16, "positions": 32}`, "bert"},
	{"bert", `{"layers": 2, "heads": 2, "width": 16, "positions": 32, "head": "pretraining"}`, "bert"},
	{"bert", `{"layers": 2, "heads": 2, "width": 16, "positions": 32, "head": "questions"}`, "bert"},
	{"bert", `{"layers": 1, "heads": 2, "width": 16, "positions": 32, "head": "embedding"}`, "jimu"},
	{"roberta", `{"layers": 2, "heads": 2, "width": 16, "positions": 32, "head": "masked"}`, "roberta"},
	{"distilbert", `{"layers": 2, "heads": 2, "width": 16, "positions": 32, "head": "tokens"}`, "distilbert"},
	{"electra", `{"layers": 2, "heads": 2, "width": 16, "embedding": 8, "positions": 32, "head": "discriminator"}`, "electra"},
	{"vit", `{"layers": 2, "heads": 2, "width": 16, "patch": 8}`, "vit"},
	{"vit", `{"layers": 2, "heads": 2, "width": 16, "patch": 8, "distilled": true}`, "deit"},
	{"resnet_cifar", `{"layers": 8, "width": 4}`, "jimu"},
}

// Models are saved as folders that are opened as the same models, also when only the part of config.json is there that
// transformers reads. With JIMU_PUBLISH set to a folder, they are left there with what they answer, for _golden/publish.py to see
// whether transformers answers the same.
func TestPublishedFolders(t *testing.T) {
	root := os.Getenv("JIMU_PUBLISH")
	if root == "" {
		root = t.TempDir()
	}
	for i, c := range published {
		name := fmt.Sprintf("%02d-%s", i, c.kind)
		of := model.Examples{Input: []int{9}, Tokens: 40, Outputs: 40}
		switch c.name {
		case "vit", "resnet_cifar":
			of = model.Examples{Input: []int{3, 32, 32}, Outputs: 5}
		case "bert", "roberta", "distilbert", "electra":
			of.Outputs = 3
		}
		m, err := model.NewProgram(c.name, rng.New(uint64(i)+1), of, json.RawMessage(c.config))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for j, p := range nn.Params(model.Parts(m)) { // biases that are not 0 too, and gains that are not 1
			p.Param.Value = p.Param.Value.Add(check.Formula(uint64(j), 0, 0.1, p.Param.Value.Shape()...))
		}
		dir := filepath.Join(root, name)
		if err := (&model.Folder{Name: c.name, Config: json.RawMessage(c.config), Of: of, Model: m}).Save(dir); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		in := inputs(m)
		want := run(m, in)
		leave(t, dir, m, in, want)
		reopened(t, dir, in, want)
		if kind := strip(t, filepath.Join(dir, "config.json")); kind != c.kind {
			t.Errorf("%s is published as %s", name, kind)
		} else if kind != "jimu" {
			reopened(t, dir, in, want)
		}
	}
}

// leave writes an input of the model and its first output beside it.
func leave(t *testing.T, dir string, m model.Program, in []*tensor.Tensor, out *tensor.Tensor) {
	t.Helper()
	all := []format.Named{{Name: "out", Tensor: out}}
	for i, port := range m.Inputs() {
		all = append(all, format.Named{Name: port.Name, Tensor: in[i]})
	}
	if err := format.Write(filepath.Join(dir, "answer.npz"), format.Of(nil, all...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
}

func inputs(m model.Program) (in []*tensor.Tensor) {
	for _, port := range m.Inputs() {
		x := check.Formula(7, 0, 1, port.Shape...)
		switch {
		case port.Name == "attention_mask":
			x = tensor.Ones(port.Shape...)
		case port.Below > 0:
			x = x.Scale(0.45).AddScalar(0.55).Scale(float64(port.Below)) // away from 0, which is padding
		}
		in = append(in, x.Cast(port.DType))
	}
	return in
}

func run(m model.Program, in []*tensor.Tensor) *tensor.Tensor {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	var given []*tensor.Tensor
	for _, x := range in {
		given = append(given, p.Input(x))
	}
	y := m.Run(p, given)[0]
	return tensor.Of(y.Floats(), slices.Clone(y.Shape())...)
}

func reopened(t *testing.T, dir string, in []*tensor.Tensor, want *tensor.Tensor) {
	t.Helper()
	f, err := model.Open(dir)
	if err != nil {
		t.Error(err)
		return
	}
	check.Close(t, dir, run(f.Model, in).Floats(), want.Floats(), 1e-6)
}

// strip takes our part out of a config.json, and returns the model_type.
func strip(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	says := map[string]any{}
	if err := json.Unmarshal(text, &says); err != nil {
		t.Fatal(err)
	}
	delete(says, "jimu")
	if text, err = json.Marshal(says); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return says["model_type"].(string)
}
