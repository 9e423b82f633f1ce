package sequential

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	picture = model.Examples{Input: []int{2, 8, 8}, Outputs: 3}
	series  = model.Examples{Input: []int{5, 4}, Outputs: 3}
	texts   = model.Examples{Input: []int{5}, Tokens: 9, Outputs: 3}
)

// examples are a network for each kind of layer.
var examples = []struct {
	of     model.Examples
	layers string
	count  int // of learned numbers
}{
	{picture, `{"layer": "conv2d", "channels": 4, "size": 3, "pad": 1}, {"layer": "batch_norm"}, {"layer": "relu"},
		{"layer": "max_pool2d", "size": 2}, {"layer": "avg_pool2d", "size": 2}, {"layer": "flatten"}, {"layer": "linear"}`, 76 + 8 + 51},
	{picture, `{"layer": "conv2d", "channels": 4, "size": 3, "stride": 2, "no_bias": true}, {"layer": "group_norm", "groups": 2}, {"layer": "elu", "alpha": 0.5},
		{"layer": "leaky_relu", "slope": 0.1}, {"layer": "global_avg_pool2d"}, {"layer": "flatten"}, {"layer": "dropout", "rate": 0.5},
		{"layer": "linear", "no_bias": true}`, 72 + 8 + 12},
	{series, `{"layer": "lstm", "hidden": 3, "bidirectional": true}, {"layer": "last_step"}, {"layer": "tanh"}, {"layer": "linear"}`, 2*(12*4+12*3+24) + 21},
	{series, `{"layer": "gru", "hidden": 3}, {"layer": "layer_norm"}, {"layer": "rms_norm", "eps": 1e-6}, {"layer": "mean_steps"},
		{"layer": "sigmoid"}, {"layer": "softplus"}, {"layer": "linear"}`, 36 + 27 + 18 + 6 + 3 + 12},
	{
		texts, `{"layer": "embedding", "width": 4}, {"layer": "multi_head_attention", "heads": 2, "causal": true},
		{"layer": "transformer_block", "heads": 2, "hidden": 8}, {"layer": "mean_steps"}, {"layer": "gelu"}, {"layer": "silu"}, {"layer": "linear"}`,
		36 + 80 + (16 + 80 + 40 + 36) + 15,
	},
	{series, `{"layer": "conv1d", "channels": 2, "size": 3}, {"layer": "sequential", "layers": [{"layer": "relu"}, {"layer": "flatten"}]}, {"layer": "linear"}, {"layer": "softmax"}`, 32 + 15},
	{model.Examples{Input: []int{1, 3, 3, 3}, Outputs: 2}, `{"layer": "conv3d", "channels": 2, "size": 2}, {"layer": "flatten"}, {"layer": "linear", "units": 2}`, 18 + 34},
}

func build(of model.Examples, layers string) (nn.Layer, error) {
	return model.New("sequential", rng.New(1), of, json.RawMessage(`{"layers": [`+layers+`]}`))
}

func TestExamples(t *testing.T) {
	for _, e := range examples {
		m, err := build(e.of, e.layers)
		if err != nil {
			t.Errorf("%s: %v", e.layers, err)
			continue
		}
		if n := nn.Count(nn.Params(m)); n != e.count {
			t.Errorf("%s: %d parameters, want %d", e.layers, n, e.count)
		}
		x := tensor.Ones(append([]int{2}, e.of.Input...)...)
		if e.of.Tokens > 0 {
			x = tensor.Of([]int64{1, 2, 3, 4, 5, 6, 7, 8, 0, 1}, 2, 5)
		}
		if y := m.Forward(nn.NewPass(nn.PassConfig{}), x); !slices.Equal(y.Shape(), []int{2, e.of.Outputs}) {
			t.Errorf("%s: shape %v", e.layers, y)
		}
	}
}

// TestEveryKindHasAnExample: a row that no network above names is not tested.
func TestEveryKindHasAnExample(t *testing.T) {
	all := ""
	for _, e := range examples {
		all += e.layers
	}
	for _, kind := range Kinds() {
		if !strings.Contains(all, `"layer": "`+kind+`"`) {
			t.Errorf("no example with the layer %s", kind)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		of           model.Examples
		layers, says string
	}{
		{picture, ``, "it has no layers"},
		{picture, `"relu"`, `layers[0]: want an object such as {"layer": "relu"}`},
		{picture, `{"channels": 3}`, "layers[0]: it names no layer"},
		{picture, `{"layer": 3}`, "the layer's name is 3"},
		{picture, `{"layer": "conv2"}`, `layers[0]: no layer "conv2"; did you mean conv2d?`},
		{picture, `{"layer": "conv2d", "chanels": 3, "size": 3}`, `layers[0], conv2d: no key "chanels"; did you mean channels?`},
		{picture, `{"layer": "relu", "slope": 3}`, `relu: no key "slope"; it takes none`},
		{picture, `{"layer": "conv2d", "size": 3}`, "channels is 0; want 1 or more"},
		{picture, `{"layer": "conv2d", "channels": "many", "size": 3}`, `channels: "many" does not fit; want a whole number`},
		{picture, `{"layer": "conv2d", "channels": 4, "size": 9}`, "layers[0], conv2d after [2 8 8]: "},
		{picture, `{"layer": "flatten"}, {"layer": "conv2d", "channels": 4, "size": 3}`, "layers[1], conv2d: it takes examples of 3 axes, channels first, and gets [128]"},
		{picture, `{"layer": "flatten"}`, `the last layer gives [128], and the examples want 3 outputs; end with {"layer": "linear"}`},
		{picture, `{"layer": "dropout", "rate": 1}`, "rate: want 0 or more and below 1"},
		{texts, `{"layer": "linear"}`, "it takes numbers and gets [5] tokens; begin with an embedding"},
		{series, `{"layer": "embedding", "width": 3}`, "it takes tokens and gets numbers"},
		{series, `{"layer": "sequential", "layers": [{"layer": "rellu"}]}`, `layers[0].layers[0]: no layer "rellu"; did you mean relu?`},
		{series, `{"layer": "sequential", "layer_list": []}`, `no key "layer_list"`},
		{series, `{"layer": "multi_head_attention", "heads": 3}`, "do not divide"},
	} {
		_, err := build(c.of, c.layers)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.layers, err, c.says)
		}
	}
}
