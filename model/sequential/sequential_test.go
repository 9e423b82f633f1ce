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
	{series, `{"layer": "relu6"}, {"layer": "hardtanh", "lo": -2, "hi": 2}, {"layer": "hardsigmoid"}, {"layer": "hardswish"}, {"layer": "threshold", "at": 0.1},
		{"layer": "hardshrink"}, {"layer": "softshrink", "lambda": 0.1}, {"layer": "tanhshrink"}, {"layer": "selu"}, {"layer": "celu", "alpha": 2}, {"layer": "mish"},
		{"layer": "quick_gelu"}, {"layer": "squared_relu"}, {"layer": "softsign"}, {"layer": "log_sigmoid"}, {"layer": "squareplus", "b": 1},
		{"layer": "sparse_plus"}, {"layer": "sparse_sigmoid"}, {"layer": "log_softmax", "axis": 1}, {"layer": "softmin"}, {"layer": "sparsemax"},
		{"layer": "prelu"}, {"layer": "prelu", "shared": true}, {"layer": "rrelu"}, {"layer": "swish"}, {"layer": "maxout", "units": 16, "pieces": 2},
		{"layer": "glu"}, {"layer": "geglu"}, {"layer": "reglu"}, {"layer": "mean_steps"}, {"layer": "swiglu"}, {"layer": "linear"}`, 5 + 1 + 1 + 160 + 6},
	{series, `{"layer": "max_pool1d", "size": 2, "stride": 1}, {"layer": "avg_pool1d", "size": 2, "stride": 1}, {"layer": "conv_transpose1d", "channels": 2, "size": 3},
		{"layer": "depthwise_conv1d", "size": 2, "multiplier": 2}, {"layer": "separable_conv1d", "channels": 3, "size": 2}, {"layer": "flatten"},
		{"layer": "feed_forward", "hidden": 4}, {"layer": "gated_feed_forward", "hidden": 2, "activation": "gelu", "dropout": 0.1}, {"layer": "unit_norm"}, {"layer": "reshape", "shape": [3, -1]},
		{"layer": "permute", "axes": [2, 1]}, {"layer": "flatten"}, {"layer": "unflatten", "shape": [-1, 2]}, {"layer": "flatten"},
		{"layer": "weight_norm", "of": {"layer": "linear"}}, {"layer": "repeat_vector", "times": 2}, {"layer": "mean_steps"}`, 32 + 12 + 23 + 58 + 36 + 24},
	{picture, `{"layer": "pad", "all": 1, "value": 2}, {"layer": "reflect_pad", "each": [[1, 0], [0, 1]]}, {"layer": "replicate_pad", "all": 1}, {"layer": "circular_pad", "all": 1},
		{"layer": "crop", "all": 3}, {"layer": "identity"}, {"layer": "upsample", "scale": 2, "mode": "linear"}, {"layer": "pixel_unshuffle", "factor": 2},
		{"layer": "channel_shuffle", "groups": 2}, {"layer": "pixel_shuffle", "factor": 2}, {"layer": "adaptive_avg_pool", "size": [8]},
		{"layer": "unfold", "size": 2, "stride": 2}, {"layer": "fold", "output": [8, 8], "size": 2, "stride": 2}, {"layer": "lp_pool", "size": 2},
		{"layer": "adaptive_max_pool", "size": [4, 3]}, {"layer": "fractional_max_pool", "window": 2, "size": [3, 2]}, {"layer": "global_max_pool"},
		{"layer": "flatten"}, {"layer": "linear"}`, 9},
	{
		picture, `{"layer": "conv_transpose2d", "channels": 4, "size": 3, "stride": 2, "output_pad": 1, "no_bias": true}, {"layer": "instance_norm"}, {"layer": "instance_norm", "plain": true},
		{"layer": "local_response_norm", "size": 3}, {"layer": "depthwise_conv2d", "size": 3}, {"layer": "separable_conv2d", "channels": 4, "size": 3},
		{"layer": "squeeze_excitation", "hidden": 2}, {"layer": "dense_block", "layers": 2, "growth": 2, "bottleneck": 1},
		{"layer": "inverted_residual", "channels": 4, "expand": 2, "stride": 4}, {"layer": "spectral_norm", "of": {"layer": "conv2d", "channels": 2, "size": 1}},
		{"layer": "weight_standard", "of": {"layer": "conv2d", "channels": 2, "size": 2}}, {"layer": "flatten"}, {"layer": "linear"}`,
		72 + 8 + 40 + (36 + 20) + (10 + 12) + (8 + 8 + 4 + 36 + 12 + 12 + 4 + 36) + (128 + 32 + 144 + 32 + 64 + 8) + 10 + 18 + 57,
	},
	{picture, `{"layer": "channel_dropout", "rate": 0.1}, {"layer": "drop_path", "rate": 0.1}, {"layer": "alpha_dropout", "rate": 0.1}, {"layer": "channel_alpha_dropout", "rate": 0.1},
		{"layer": "gaussian_dropout", "rate": 0.1}, {"layer": "gaussian_noise", "std": 0.1}, {"layer": "flatten"},
		{"layer": "residual", "layers": [{"layer": "linear", "units": 4}], "shortcut": [{"layer": "linear", "units": 4, "no_bias": true}]},
		{"layer": "parallel", "branches": [[{"layer": "relu"}], [{"layer": "linear", "units": 4}]], "join": "add"}, {"layer": "linear"}`, 129*4 + 512 + 20 + 15},
	{texts, `{"layer": "embedding", "width": 4, "padding": 0, "deviation": 0.1}, {"layer": "mean_steps"}, {"layer": "linear"}`, 36 + 15},
	{texts, `{"layer": "embedding_bag", "width": 4, "mode": "sum", "skip": [0]}, {"layer": "linear"}`, 36 + 15},
	{model.Examples{Input: []int{1, 4, 4, 4}, Outputs: 2}, `{"layer": "conv_transpose3d", "channels": 2, "size": 2}, {"layer": "max_pool3d", "size": 2}, {"layer": "avg_pool3d", "size": 2},
		{"layer": "flatten"}, {"layer": "linear"}`, 18 + 6},
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
		{texts, `{"layer": "embedding", "width": 3, "deviation": -1}`, "deviation is -1"},
		{texts, `{"layer": "embedding", "width": 3, "padding": 9}`, "padding: there is no token 9 among 9"},
		{series, `{"layer": "embedding", "width": 3}`, "it takes tokens and gets numbers"},
		{series, `{"layer": "sequential", "layers": [{"layer": "reluu"}]}`, `layers[0].layers[0]: no layer "reluu"; did you mean relu?`},
		{series, `{"layer": "sequential", "layer_list": []}`, `no key "layer_list"`},
		{series, `{"layer": "multi_head_attention", "heads": 3}`, "do not divide"},
		{series, `{"layer": "gated_feed_forward", "hidden": 4, "activation": "mesh"}`, `activation: no layer "mesh"; did you mean mish?`},
		{picture, `{"layer": "drop_path", "rate": 1}`, "rate: want 0 or more and below 1"},
		{picture, `{"layer": "upsample", "size": [4], "mode": "lanczos"}`, `no mode "lanczos"`},
		{picture, `{"layer": "parallel", "branches": []}`, "branches: want a list of lists of layers"},
		{picture, `{"layer": "parallel", "branchs": []}`, `no key "branchs"; did you mean branches?`},
		{picture, `{"layer": "parallel", "branches": [[{"layer": "rellu"}]]}`, `layers[0].branches[0][0]: no layer "rellu"`},
		{picture, `{"layer": "parallel", "branches": [[], [{"layer": "conv2d", "channels": 2, "size": 3}]]}`, "Concat"},
		{picture, `{"layer": "residual", "layers": [], "short": []}`, `no key "short"`},
		{picture, `{"layer": "residual"}`, "layers: want a list of layers"},
		{picture, `{"layer": "weight_norm", "of": {"layer": "relu"}}`, "of: want a layer with a weight"},
		{picture, `{"layer": "spectral_norm", "layers": []}`, `no key "layers"`},
		{picture, `{"layer": "depthwise_conv2d", "size": 3, "channels": 3}`, `no key "channels"`},
	} {
		_, err := build(c.of, c.layers)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.layers, err, c.says)
		}
	}
}
