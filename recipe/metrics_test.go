package recipe

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Every metric that a recipe can name takes what a model of its kind predicts, and has a value.
func TestMetricsTakePredictions(t *testing.T) {
	logits := tensor.Of([]float32{3, 2, 1, 0, 5, 1, -1, -2, 0, 1, 1, 0}, 4, 3)
	rates := tensor.Of([]float32{1, 2, 5, 3}, 4, 1)
	for _, m := range metrics {
		made, err := build(metrics, "metrics", Part{Name: m.name})
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		batches := map[Target][][2]*tensor.Tensor{
			Classes: {{logits, tensor.Of([]int64{0, 1, 0, 2})}, {logits.Slice(1, 0, 1).Reshape(4), tensor.Of([]int64{0, 1, 0, 1})}},
			Numbers: {{rates, tensor.Of([]float32{2, 1, 4, 4}, 4, 1)}},
		}[made.of]
		for _, b := range batches {
			made.Reset()
			made.Add(b[0], b[1])
			if v := made.Value(); math.IsNaN(v) {
				t.Errorf("%s of %v is %v", m.name, b[0].Shape(), v)
			}
		}
		if len(batches) == 0 || m.about == "" {
			t.Errorf("%s is for %q and about %q", m.name, made.of, m.about)
		}
	}
}

// What is better of two values of a metric is what a better model has.
func TestMetricsKnowTheBetterModel(t *testing.T) {
	classes := tensor.Of([]int64{0, 1, 2, 0, 6})
	right := map[Target][2]*tensor.Tensor{
		Classes: {op.OneHot(classes, 7).Cast(device.Float32).Scale(9), classes},
		Numbers: {tensor.Of([]float32{1, 2, 5, 3}, 4, 1), tensor.Of([]float32{1, 2, 5, 3}, 4, 1)},
	}
	wrong := map[Target]*tensor.Tensor{
		Classes: op.OneHot(classes, 7).Cast(device.Float32).Scale(-9).Add(tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7}, 1, 7)),
		Numbers: tensor.Of([]float32{7, 6, 1, 5}, 4, 1),
	}
	for _, m := range metrics {
		made, err := build(metrics, "metrics", Part{Name: m.name})
		if err != nil {
			t.Fatal(err)
		}
		made.Add(right[made.of][0], right[made.of][1])
		good := made.Value()
		made.Reset()
		made.Add(wrong[made.of], right[made.of][1])
		bad := made.Value()
		if smaller := train.SmallerIsBetter("val_" + made.Name()); good == bad || smaller != (good < bad) {
			t.Errorf("%s: %v of a model that is right and %v of one that is wrong, and the smaller the better is %v", m.name, good, bad, smaller)
		}
	}
}

// Two metrics of one name would overwrite each other.
func TestMetricsOfOneName(t *testing.T) {
	r, err := Parse([]byte(`{"data":"iris","model":"mlp","objective":"cross_entropy","optimizer":"adamw",
		"metrics":[{"name":"f_beta","average":"macro"},{"name":"f_beta","average":"micro"}]}`))
	if err == nil {
		_, err = Run(t.Context(), r, Options{})
	}
	if err == nil || !strings.Contains(err.Error(), "metrics") || !strings.Contains(err.Error(), "f1 twice") {
		t.Errorf("two metrics called f1: %v", err)
	}
}

func TestMetricHyperparameters(t *testing.T) {
	part := func(text string) Part {
		var p Part
		o, err := parseObject([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p.Name, _ = o["name"].(string)
		delete(o, "name")
		p.Config = o
		return p
	}
	m, err := build(metrics, "metrics", part(`{"name":"f_beta","beta":2,"average":"micro"}`))
	if f, ok := m.Metric.(*metric.FBeta); err != nil || !ok || f.Beta != 2 || f.Average != metric.Micro {
		t.Errorf("%v, %v", m.Metric, err)
	}
	for text, want := range map[string]string{
		`{"name":"precision","average":"makro"}`:                   `metrics.average: no average "makro"; did you mean macro?`,
		`{"name":"cohen_kappa","weights":"cubic"}`:                 `no weights "cubic"`,
		`{"name":"f_beta","beta":-1}`:                              "metrics.beta: want more than 0, not -1",
		`{"name":"recall_at_precision","precision":90}`:            "metrics.precision: want 0 to 1, not 90",
		`{"name":"tweedie_deviance","power":0.5}`:                  "metrics.power: want one outside of 0 to 1, not 0.5",
		`{"name":"quantile_error","quantile":1}`:                   "metrics.quantile: want more than 0 and less than 1, not 1",
		`{"name":"calibration_error","bins":0}`:                    "metrics.bins: want 1 or more, not 0",
		`{"name":"minkowski","p":0}`:                               "metrics.p: want more than 0, not 0",
		`{"name":"precission"}`:                                    "did you mean precision?",
		`{"name":"auroc","averag":"macro"}`:                        "did you mean metrics.average?",
		`{"name":"normalized_root_mean_squared_error","by":"max"}`: `metrics.by: no by "max"`,
	} {
		if _, err := build(metrics, "metrics", part(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that says %q", text, err, want)
		}
	}
}

// Every metric is explained under the name that results have, whatever its hyperparameters.
func TestMetricsAreExplained(t *testing.T) {
	for _, r := range metrics {
		m, err := r.build("metrics", nil)
		if err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		if got := MetricMeaning(m.Name()); got != r.about || got == "" {
			t.Errorf("%s is explained as %q, want %q", m.Name(), got, r.about)
		}
	}
	for name, like := range map[string]string{"top3": "topk", "f0.5": "f_beta", "accuracy_of_none": "", "t": ""} {
		if got := MetricMeaning(name); (got == "") != (like == "") || got != MetricMeaning(like) {
			t.Errorf("%s is explained as %q", name, got)
		}
	}
}
