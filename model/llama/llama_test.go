package llama

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// loaded returns the model of a golden case, built without values from the published configuration and loaded from a file
// with the published names and shapes.
func loaded(t *testing.T, c *check.Case) *Model {
	t.Helper()
	var config json.RawMessage
	c.Attr("config", &config)
	own, of, err := published(config)
	if err != nil {
		t.Fatal(err)
	}
	l, err := model.New("llama", nil, of, own)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Load(l, reference(c)); err != nil {
		t.Fatal(err)
	}
	return l.(*Model)
}

// reference returns the file that the case's model was loaded from: see _golden/llama.py.
func reference(c *check.Case) format.File {
	var shapes [][]int
	c.Attr("shapes", &shapes)
	var file []format.Named
	for i, name := range c.Names() {
		offset, scale := float32(1), float32(0.2)
		if shape := shapes[i]; len(shape) > 1 {
			offset, scale = 0, root(6/float32(shape[len(shape)-1]))
		} else if strings.HasSuffix(name, "bias") {
			offset, scale = 0, 0.1
		}
		file = append(file, format.Named{Name: name, Tensor: check.Formula(uint64(i+1), offset, scale, shapes[i]...)})
	}
	return format.Of(nil, file...)
}

func tokensOf(c *check.Case) *tensor.Tensor {
	return tensor.Of(c.Int64("tokens"), c.Shape("tokens")...)
}

// Each family gives what transformers gives.
func TestLogitsEqualTransformers(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/llama.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m, p := loaded(t, c), nn.NewPass(nn.PassConfig{})
			defer p.Close()
			got := m.Forward(p, p.Input(tokensOf(c))).Floats()
			check.CloseScaled(t, "logits", got, c.Float32("logits"), 10*c.Float("err32")+1e-6)
		})
	}
}

// Token by token, or a few at once, and with a window through caches that have no room for all, the logits are the same.
func TestDecodeEqualsForward(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/llama.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m, tokens := loaded(t, c), tokensOf(c)
			caches, at := m.Caches(9), 0
			want := tensor.Of(c.Float32("logits"), c.Shape("logits")...)
			for _, n := range []int{3, 1, 2, 1, 1, 1} {
				p := nn.NewPass(nn.PassConfig{})
				got := m.Decode(p, p.Input(tokens.Slice(1, at, at+n)), caches)
				at += n
				check.CloseScaled(t, "logits", got.Floats(), want.Select(1, at-1).Floats(), 10*c.Float("err32")+2e-6)
				p.Close()
			}
		})
	}
}

// What no model can be is refused, with what is wrong.
func TestConfigurationsThatDoNotFit(t *testing.T) {
	of := model.Examples{Input: []int{4}, Tokens: 10, Outputs: 10}
	for text, want := range map[string]string{
		`{"width": 4, "heads": 8}`:                           "do not fit",
		`{"width": 8, "heads": 4, "groups": 3}`:              "do not fit",
		`{"layers": -1}`:                                     "do not fit",
		`{"activation": "tanh"}`:                             `no activation "tanh"`,
		`{"layers": 2, "full": [2]}`:                         "no layer 2 of 2",
		`{"scaling": {"kind": "other", "factor": 2}}`:        `no scaling "other"`,
		`{"scaling": {"kind": "linear"}}`:                    "scaled by 0",
		`{"scaling": {"kind": "factors", "factors": [1]}}`:   "1 factors for the 64 pairs",
		`{"mixture": {"experts": 2, "k": 3}}`:                "3 of 2 experts",
		`{"mixture": {"experts": 2, "k": 1, "dense": [99]}}`: "layers [99]",
		`{"mixture": {"experts": 2, "k": 1, "wide": [99]}}`:  "wide",
	} {
		if _, err := model.New("llama", nil, of, json.RawMessage(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, err := model.New("llama", nil, model.Examples{Input: []int{4}, Tokens: 10, Outputs: 3}, nil); err == nil || !strings.Contains(err.Error(), "not 3 of 10") {
		t.Errorf("%v", err)
	}
}

// A published configuration that means something else than is known here is refused; older keys mean what newer ones do.
func TestPublishedConfigurations(t *testing.T) {
	for text, want := range map[string]string{
		`{"model_type": "bert"}`:                                                                         `type "bert"`,
		`{"model_type": "llama", "mlp_bias": true}`:                                                      "biases",
		`{"model_type": "llama", "hidden_act": "relu"}`:                                                  `activation "relu"`,
		`{"model_type": "llama", "rope_scaling": {"type": "dynamic", "factor": 2}}`:                      `positions "dynamic"`,
		`{"model_type": "phi3", "partial_rotary_factor": 0.5}`:                                           "a part of 0.5",
		`{"model_type": "llama", "rope_scaling": {"rope_type": "yarn", "factor": 2, "truncate": false}}`: "YaRN",
		`{"model_type": "llama", "rope_scaling": 3}`:                                                     "rope_parameters",
		`[]`: "configuration",
	} {
		if _, _, err := published([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, same := range [][2]string{
		{
			`{"model_type": "gemma3_text", "num_hidden_layers": 12, "sliding_window": 512, "rope_theta": 1000000, "rope_local_base_freq": 10000, "rope_scaling": {"rope_type": "linear", "factor": 8}}`,
			`{"model_type": "gemma3_text", "num_hidden_layers": 12, "sliding_window": 512, "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8, "rope_theta": 1000000}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000}}}`,
		},
		{
			`{"model_type": "llama", "rope_theta": 500000, "rope_scaling": {"type": "linear", "factor": 2}}`,
			`{"model_type": "llama", "rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 500000}}`,
		},
	} {
		a, _, err := published([]byte(same[0]))
		b, _, err2 := published([]byte(same[1]))
		if err != nil || err2 != nil || !slices.Equal(a, b) {
			t.Errorf("%s is not %s (%v, %v)", a, b, err, err2)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	for name, c := range map[string]Config{
		"plain":   {Layers: 2, Width: 32, Heads: 4, Groups: 2, Hidden: 48, Tied: true},
		"gemma":   {Layers: 2, Width: 32, Heads: 4, Groups: 1, Hidden: 48, Scaled: true, FromOne: true, PostNorm: true, HeadNorm: true, AttentionCap: 20, LogitCap: 20, Window: 3, Full: []int{1}},
		"mixture": {Layers: 2, Width: 32, Heads: 4, Hidden: 48, Mixture: &Mixture{Experts: 3, K: 2, Shared: 16}},
	} {
		m, err := New(rng.New(1), 11, c)
		if err != nil {
			t.Fatal(err)
		}
		x := tensor.Of([]int64{1, 2, 3, 4, 5, 6, 10, 9, 8, 7, 6, 5}, 2, 6)
		y := tensor.Of([]int64{2, 3, 4, 5, 6, 1, 9, 8, 7, 6, 5, 0}, 2, 6)
		modeltest.Overfits(t, name, m, 1e-2, 60, 0.05, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
	}
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
