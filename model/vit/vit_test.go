package vit

import (
	"encoding/json"
	"fmt"
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

var tiny = Config{Patch: 8, Layers: 2, Heads: 2, Width: 16, Hidden: 24}

func made(t *testing.T, side int, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), []int{3, side, side}, 3, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The files of torchvision and of timm are loaded by name, and give the logits that they give there.
func TestLogitsEqualTorchvisionAndTimm(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/layouts.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			config := tiny
			config.Distilled = c.Bool("distilled")
			m := made(t, c.Int("size"), config)
			if c.Name == "torchvision" {
				check.Fill(t, nn.Params(m), c.Names())
			}
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
			y := m.Forward(p, p.Input(check.Formula(1000, 0, 1, 2, 3, c.Int("size"), c.Int("size"))))
			check.CloseScaled(t, "logits", y.Floats(), c.Float32("logits"), 10*c.Float("err32")+1e-5)
		})
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	for _, distilled := range []bool{false, true} {
		c := tiny
		c.Distilled, c.Dropout = distilled, 0.01
		m := made(t, 16, c)
		x, y := check.Formula(5, 0, 1, 3, 3, 16, 16), tensor.Of([]int64{0, 1, 2}, 3)
		modeltest.Overfits(t, fmt.Sprintf("distilled %v", distilled), m, 3e-3, 90, 0.05, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
	}
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	of := model.Examples{Input: []int{3, 32, 48}, Outputs: 5}
	if _, err := model.New("vit", rng.New(1), of, json.RawMessage(`{"layers": 1, "width": 8, "heads": 2}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "vit", of, `{"patch": 20}`, "patches of 20×20 do not cover pictures of [3 32 48]")
	modeltest.Refuses(t, "vit", of, `{"heads": 5}`, "do not fit")
	modeltest.Refuses(t, "vit", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "vit", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
	for text, want := range map[string]string{
		`{"model_type": "vit", "architectures": ["ViTModel"]}`:                                                 "ViTForImageClassification",
		`{"model_type": "vit", "architectures": ["ViTForImageClassification"], "qkv_bias": false}`:             "biases",
		`{"model_type": "deit", "architectures": ["DeiTForImageClassificationWithTeacher"], "image_size": ""}`: "image_size",
	} {
		if _, _, err := published([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
