package model

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	Register(Architecture{
		Name: "toy", Config: struct{}{}, Example: Examples{Input: []int{3}, Outputs: 2}, Types: []string{"toytype"},
		Build: func(r *rng.Rand, of Examples, config json.RawMessage) (nn.Layer, error) {
			c := struct {
				Twice bool `json:"twice"`
			}{}
			if err := Decode(config, &c); err != nil {
				return nil, err
			}
			if c.Twice {
				return &nn.Sequential{nn.NewLinear(r, of.Input[0], 4), nn.NewLinear(r, 4, of.Outputs)}, nil
			}
			return &nn.Sequential{nn.NewLinear(r, of.Input[0], of.Outputs)}, nil
		},
		Published: func(config []byte) (json.RawMessage, Examples, error) {
			c := struct{ In, Out int }{}
			err := json.Unmarshal(config, &c)
			return nil, Examples{Input: []int{c.In}, Outputs: c.Out}, err
		},
	})
	Register(Architecture{
		Name: "published toy", Config: struct{}{}, Example: Examples{Input: []int{3}, Outputs: 2},
		Layouts: []Layout{{Marks: []string{"theirs.weight"}, Source: func(ours string) Source { return Source{Names: []string{"theirs." + ours}} }}},
		Build: func(r *rng.Rand, of Examples, _ json.RawMessage) (nn.Layer, error) {
			return nn.NewLinear(r, of.Input[0], of.Outputs), nil
		},
		Publish: func(_ any, of Examples, all []format.Named) (map[string]any, []format.Named, error) {
			if of.Outputs > 100 {
				return nil, nil, fmt.Errorf("so many outputs it does not have")
			}
			for i := range all {
				all[i].Name = "theirs." + all[i].Name
			}
			return map[string]any{"model_type": "toytype", "in": of.Input[0], "out": of.Outputs}, all, nil
		},
	})
}

func answer(t *testing.T, m Program) []float32 {
	t.Helper()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Run(p, []*tensor.Tensor{p.Input(tensor.Ones(1, 3))})[0].Floats()
}

// What is saved is opened again, and answers the same; a second model takes the place of the first.
func TestSaveAndOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for _, c := range []struct{ name, config, kind string }{
		{"toy", `{"twice":true}`, "jimu"}, {"toy", "", "jimu"}, {"published toy", "", "toytype"},
	} {
		of := Examples{Input: []int{3}, Outputs: 2}
		m, err := NewProgram(c.name, rng.New(1), of, json.RawMessage(c.config))
		if err != nil {
			t.Fatal(err)
		}
		if err := (&Folder{Name: c.name, Config: json.RawMessage(c.config), Model: m}).Save(dir); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, filepath.Join(dir, single)} {
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if f.Name != c.name || f.Of.Outputs != 2 || !slices.Equal(answer(t, f.Model), answer(t, m)) {
				t.Errorf("%+v answers %v, want %v", f, answer(t, f.Model), answer(t, m))
			}
		}
		text, err := os.ReadFile(filepath.Join(dir, configName))
		if err != nil || !strings.Contains(string(text), fmt.Sprintf(`"model_type": %q`, c.kind)) {
			t.Errorf("%s, %v", text, err)
		}
	}
	many := &Folder{Name: "published toy", Of: Examples{Input: []int{3}, Outputs: 101}, Model: AsProgram(nn.NewLinear(rng.New(1), 3, 101), Examples{})}
	if err := many.Save(dir); err == nil || !strings.Contains(err.Error(), "so many outputs") {
		t.Errorf("%v", err)
	}
	if err := (&Folder{Name: "tie"}).Save(dir); err == nil || !strings.Contains(err.Error(), `no architecture "tie"`) {
		t.Errorf("%v", err)
	}
}

// A folder of others is opened by its model_type, from each of the files that weights are kept in.
func TestOpenFolders(t *testing.T) {
	weights := format.Of(nil, format.Named{Name: "0.weight", Tensor: tensor.Ones(2, 3)}, format.Named{Name: "0.bias", Tensor: tensor.Ones(2)})
	const config = `{"model_type": "toytype", "in": 3, "out": 2}`
	for _, name := range []string{"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, configName), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := format.Write(filepath.Join(dir, name), weights, format.WriteConfig{}); err != nil {
			t.Fatal(err)
		}
		f, err := Open(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if y := answer(t, f.Model); !slices.Equal(y, []float32{4, 4}) {
			t.Errorf("%s: it answers %v", name, y)
		}
	}
	dir := t.TempDir()
	if err := format.Write(filepath.Join(dir, single), weights, format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"": "config.json is missing", "{": "unexpected end", `{}`: `model_type ""`, `{"model_type": "tie"}`: `model_type "tie"; there are toytype`,
		`{"model_type": "toytype", "in": 4, "out": 2}`:                                             "0.weight is [2 3] in the file, and [2 4] in the model",
		`{"jimu": {"architecture": "toy", "config": {"third": 3}, "input": [3], "outputs": 2}}`:    "third",
		`{"jimu": {"architecture": "toy", "config": {"twice": true}, "input": [3], "outputs": 2}}`: "0.weight is [2 3] in the file, and [4 3] in the model",
		`{"jimu": {"architecture": "tie"}}`:                                                        `"tie"`,
	} {
		if text != "" {
			if err := os.WriteFile(filepath.Join(dir, configName), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Remove(filepath.Join(dir, configName)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := Open(filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("%v", err)
	}
}
