package llama

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
)

// opened returns a model that says itself what it is.
func opened(t *testing.T, path string) nn.Layer {
	t.Helper()
	f, err := model.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "llama" {
		t.Fatalf("%s is a %s", path, f.Name)
	}
	return model.Parts(f.Model).(nn.Layer)
}

func sameLogits(t *testing.T, what string, m nn.Layer, c *check.Case) {
	t.Helper()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	check.CloseScaled(t, what, m.Forward(p, p.Input(tokensOf(c))).Floats(), c.Float32("logits"), 10*c.Float("err32")+1e-6)
}

// Files of GGUF as llama.cpp has them give the logits that transformers gives.
func TestOpenedFromGGUF(t *testing.T) {
	files, err := filepath.Glob("testdata/*.gguf")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	all := check.Golden(t, "testdata/llama.golden")
	for _, path := range files {
		name := strings.Replace(strings.TrimSuffix(filepath.Base(path), ".gguf"), "-", "/", 1)
		sameLogits(t, name, opened(t, path), all[name].On(t))
	}
}

// One model by all roads: a folder of Hugging Face, one file beside its config.json, and packed in a GGUF file.
func TestAllRoadsGiveTheSameLogits(t *testing.T) {
	c := check.Golden(t, "testdata/llama.golden")["llama/llama3"].On(t)
	dir := t.TempDir()
	var config any
	c.Attr("config", &config)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(jsonOf(t, config)), 0o600); err != nil {
		t.Fatal(err)
	}
	weights := filepath.Join(dir, "model.safetensors")
	if err := format.Write(weights, reference(c), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	sameLogits(t, "folder", opened(t, dir), c)
	sameLogits(t, "safetensors", opened(t, weights), c)
	f, err := format.Open("testdata/llama-llama3.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for kind, tolerance := range map[string]float64{"": 1e-5, "f16": 2e-3, "q8_0": 0.03} {
		path := filepath.Join(t.TempDir(), "a.gguf")
		if err := format.Write(path, f, format.WriteConfig{Type: kind}); err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		check.CloseScaled(t, "GGUF "+kind, opened(t, path).Forward(p, p.Input(tokensOf(c))).Floats(), c.Float32("logits"), tolerance)
		p.Close()
	}
}

// What is missing or wrong in a file's metadata is said.
func TestMetadataThatDoNotFit(t *testing.T) {
	f, err := format.Open("testdata/llama-llama3.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for key, c := range map[string]struct{ value, want string }{
		"llama.block_count":          {"many", `llama.block_count is "many"`},
		"llama.attention.head_count": {"-4", `"-4"`},
		"llama.rope.freq_base":       {"nan", `"nan", no number`},
		"llama.embedding_length":     {"33", ""},
		"general.architecture":       {"rwkv", ""},
	} {
		m := f.Metadata()
		m[key] = c.value
		d, _, err := model.Describe(renamed{f, m})
		if err == nil && d != nil {
			err = model.Load(model.Parts(d.Model), f)
		}
		if key == "general.architecture" {
			if d != nil || err != nil {
				t.Errorf("%v, %v", d, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", key, c.value, err, c.want)
		}
	}
}

// renamed is a file with other metadata.
type renamed struct {
	format.File
	metadata map[string]string
}

func (r renamed) Metadata() map[string]string { return r.metadata }

// A model of a published size that _golden/llama.py --full saved: its logits are those of transformers, to 1e-4 of the largest.
func TestReference(t *testing.T) {
	dir := os.Getenv("JIMU_REFERENCE")
	path := filepath.Join(dir, "reference.safetensors")
	if _, err := os.Stat(path); dir == "" || err != nil {
		t.Skip("JIMU_REFERENCE names no folder with a reference.safetensors, as _golden/llama.py --full makes it")
	}
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tokens, err := f.Tensor("tokens")
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.Tensor("logits")
	if err != nil {
		t.Fatal(err)
	}
	m := opened(t, filepath.Join(dir, "model.safetensors"))
	t.Logf("%d parameters", nn.Count(nn.Params(m)))
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	got := m.Forward(p, p.Input(tokens))
	t.Logf("largest difference %.2g of the largest logit", got.Sub(want).Abs().Max().Item()/want.Abs().Max().Item())
	check.CloseScaled(t, "logits", got.Floats(), want.Floats(), 1e-4)
}

// A model whose weights stay packed gives what it gives expanded, but for the order of sums, token by token too.
func TestPackedEqualsExpanded(t *testing.T) {
	all := check.Golden(t, "testdata/llama.golden")
	for _, name := range []string{"llama/llama3", "gemma2/heads", "qwen2_moe/every", "phi3"} {
		f, err := format.Open("testdata/" + strings.ReplaceAll(name, "/", "-") + ".gguf")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, kind := range []string{"q8_0", "q4_0"} {
			path := filepath.Join(t.TempDir(), "a.gguf")
			if err := format.Write(path, f, format.WriteConfig{Type: kind}); err != nil {
				t.Fatal(err)
			}
			m, err := OpenPacked(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := m.Decoder.Layers[1].Attention.Query.(*Packed); ok != (name != "phi3") {
				t.Errorf("%s %s: packed is %v", name, kind, ok)
			}
			c := all[name].On(t)
			p := nn.NewPass(nn.PassConfig{})
			want := opened(t, path).Forward(p, p.Input(tokensOf(c)))
			check.CloseScaled(t, name+" "+kind, m.Forward(p, p.Input(tokensOf(c))).Floats(), want.Floats(), 2e-5)
			caches := m.Caches(9)
			m.Decode(p, p.Input(tokensOf(c).Slice(1, 0, 8)), caches)
			last := m.Decode(p, p.Input(tokensOf(c).Slice(1, 8, 9)), caches)
			check.CloseScaled(t, name+" "+kind+" decoded", last.Floats(), want.Select(1, -1).Floats(), 2e-5)
			p.Close()
		}
	}
	if _, err := OpenPacked("../../format/gguf/testdata/small.gguf"); err == nil || !strings.Contains(err.Error(), "small.gguf") {
		t.Errorf("%v", err)
	}
}

// What a saved model says in transformers' words is the model again, in the names of its files.
func TestSavedInTransformersWords(t *testing.T) {
	keep := os.Getenv("JIMU_SAVED") // a folder to keep them in, for _golden/llama.py --saved
	for _, c := range check.Cases(t, check.Golden(t, "testdata/llama.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m := loaded(t, c)
			dir := filepath.Join(t.TempDir(), "saved")
			if keep != "" {
				dir = filepath.Join(keep, strings.NewReplacer("/", "-", " ", "_", ",", "").Replace(c.Name))
			}
			tokens := m.Decoder.Tokens.Weight.Value.Dim(0)
			f := model.Folder{Name: "llama", Of: model.Examples{Input: []int{64}, Tokens: tokens, Outputs: tokens}, Model: &model.Single{Layer: m}}
			if err := f.Save(dir); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "config.json")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var says map[string]any
			d := json.NewDecoder(bytes.NewReader(text))
			d.UseNumber() // 3.0 is to stay one
			if err := d.Decode(&says); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(c.Name, "phi3/") {
				if says["model_type"] != "jimu" {
					t.Errorf("transformers has no such %v", says["model_type"])
				}
				return
			}
			delete(says, "jimu") // what only transformers reads is enough
			if err := os.WriteFile(path, []byte(jsonOf(t, says)), 0o600); err != nil {
				t.Fatal(err)
			}
			sameLogits(t, "saved", opened(t, dir), c)
		})
	}
}
