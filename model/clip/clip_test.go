package clip

import (
	"encoding/json"
	"math"
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

var tiny = Config{
	Text: Size{Layers: 2, Width: 16, Heads: 2, Hidden: 24}, Picture: Size{Layers: 3, Width: 24, Heads: 3, Hidden: 36},
	Patch: 8, Tokens: 40, Context: 20, End: 39, Shared: 8,
}

func made(t *testing.T, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), []int{3, 16, 16}, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The files of OpenAI and OpenCLIP are loaded by name, and give the logits that they give there.
func TestLogitsEqualOpenCLIP(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/layouts.golden"), "") {
		m := made(t, tiny)
		var tensors []format.Named
		x := c.Tensors()
		for i, name := range c.Names() {
			tensors = append(tensors, format.Named{Name: name, Tensor: x[i]})
		}
		if err := model.Load(m, format.Of(nil, tensors...), layouts...); err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		ids := tensor.Of(c.Int64("input_ids"), c.Shape("input_ids")...)
		y := m.Run(p, []*tensor.Tensor{p.Input(ids), p.Input(check.Formula(1001, 0, 1, 2, 3, 16, 16))})[0]
		check.CloseScaled(t, "logits", y.Floats(), c.Float32("logits"), 2e-5)
	}
}

// What stands behind the end of a text changes nothing, and what stands before does.
func TestTextsEndAtTheirEnd(t *testing.T) {
	c := tiny
	for _, end := range []int{39, 0} { // 39 is the largest too
		c.End = end
		m := made(t, c)
		texts := func(ids ...int64) []float32 {
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			return m.Texts(p, p.Input(tensor.Of(ids, 1, len(ids)))).Floats()
		}
		want := texts(3, 1, 39)
		check.Close(t, "filled up", texts(3, 1, 39, 0, 39, 7), want, 1e-5)
		most := 0.0
		for i, v := range texts(2, 1, 39) {
			most = max(most, math.Abs(float64(v-want[i])))
		}
		if most < 1e-4 {
			t.Errorf("another first token moves the text by %v", most)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m := made(t, tiny)
	pictures := check.Formula(5, 0, 1, 4, 3, 16, 16)
	texts := tensor.Of([]int64{3, 1, 39, 0, 4, 1, 39, 0, 5, 9, 39, 0, 2, 6, 7, 39}, 4, 4)
	modeltest.Overfits(t, "clip", m, 5e-3, 60, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CLIP(m.Pictures(p, pictures), m.Texts(p, texts), p.Use(&m.LogScale))
	})
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	of := model.Examples{Input: []int{3, 32, 64}, Outputs: 1}
	if _, err := model.NewProgram("clip", nil, of, json.RawMessage(`{"text": {"layers": 1}, "picture": {"layers": 1}}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "clip", of, `{"patch": 20}`, "patches of 20×20 do not cover pictures of [3 32 64]")
	modeltest.Refuses(t, "clip", of, `{"text": {"heads": 5}}`, "do not fit")
	modeltest.Refuses(t, "clip", of, `{"end": 50000}`, "end of 50000")
	modeltest.Refuses(t, "clip", of, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "clip", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "clip", model.Examples{Input: []int{9}, Outputs: 1}, ``, "do not cover")
	if _, _, err := published([]byte(`{"text_config": {"hidden_act": "gelu"}}`)); err == nil || !strings.Contains(err.Error(), "activations") {
		t.Errorf("two activations: %v", err)
	}
}
