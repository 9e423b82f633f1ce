package nn_test

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

const (
	encoderParams = "self_attn.in_proj_weight self_attn.in_proj_bias self_attn.out_proj.weight self_attn.out_proj.bias " +
		"linear1.weight linear1.bias linear2.weight linear2.bias norm1.weight norm1.bias norm2.weight norm2.bias"
	decoderParams = "self_attn.in_proj_weight self_attn.in_proj_bias self_attn.out_proj.weight self_attn.out_proj.bias " +
		"multihead_attn.in_proj_weight multihead_attn.in_proj_bias multihead_attn.out_proj.weight multihead_attn.out_proj.bias " +
		"linear1.weight linear1.bias linear2.weight linear2.bias norm1.weight norm1.bias norm2.weight norm2.bias norm3.weight norm3.bias"
	encoderCount, decoderCount = 24 + 17 + 8, 48 + 17 + 12 // of width 2 and hidden 3
)

// under puts a prefix before each of several names.
func under(prefix, names string) string {
	return prefix + strings.ReplaceAll(names, " ", " "+prefix)
}

var tiny = nn.TransformerLayerConfig{Hidden: 3, Activation: nn.Tanh{}, Dropout: 0.2}

// configOf returns what a golden case wants of its layers.
func configOf(c *check.Case) nn.TransformerLayerConfig {
	config := nn.TransformerLayerConfig{Hidden: c.Int("hidden"), PreNorm: c.Bool("pre")}
	if config.PreNorm {
		config.Activation = nn.GELU{}
	}
	return config
}

func someMemory(x *tensor.Tensor) *tensor.Tensor {
	return smooth(1, 2, 2).Cast(x.DType()).To(x.Device())
}

var (
	_ = register(sample{
		name: "FeedForward", in: smooth(2, 3), shape: []int{2, 3}, params: "linear1.weight linear1.bias linear2.weight linear2.bias", count: 87, golden: "FeedForward",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewFeedForward(r, 3, 0, nn.GELU{}) },
	})
	_ = register(sample{
		name: "TransformerEncoderLayer", in: smooth(1, 2, 2), shape: []int{1, 2, 2}, params: encoderParams, count: encoderCount, golden: "TransformerEncoderLayer",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewTransformerEncoderLayer(r, 2, 1, tiny) },
		like:  func(c *check.Case) nn.Layer { return nn.NewTransformerEncoderLayer(rng.New(1), 4, 2, configOf(c)) },
	})
	_ = register(sample{
		name: "TransformerEncoder", in: smooth(1, 2, 2), shape: []int{1, 2, 2}, golden: "TransformerEncoder",
		params: under("layers.0.", encoderParams) + " " + under("layers.1.", encoderParams), count: 2 * encoderCount,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewTransformerEncoder(r, 2, 2, 1, tiny) },
		like:  func(c *check.Case) nn.Layer { return nn.NewTransformerEncoder(rng.New(1), 2, 4, 2, configOf(c)) },
	})
	_ = register(sample{
		name: "TransformerDecoderLayer", in: smooth(1, 2, 2), shape: []int{1, 2, 2}, params: under("layer.", decoderParams), count: decoderCount,
		layer: func(r *rng.Rand) nn.Layer {
			return with[*nn.TransformerDecoderLayer]{nn.NewTransformerDecoderLayer(r, 2, 1, tiny), func(l *nn.TransformerDecoderLayer, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
				return l.Forward(p, x, someMemory(x), nn.AttendConfig{Causal: true}, nn.AttendConfig{})
			}}
		},
	})
	_ = register(sample{
		name: "TransformerDecoder", in: smooth(1, 2, 2), shape: []int{1, 2, 2}, count: decoderCount + 4,
		params: under("layer.layers.0.", decoderParams) + " layer.norm.weight layer.norm.bias",
		layer: func(r *rng.Rand) nn.Layer {
			config := tiny
			config.PreNorm = true
			return with[*nn.TransformerDecoder]{nn.NewTransformerDecoder(r, 1, 2, 1, config), func(l *nn.TransformerDecoder, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
				return l.Forward(p, x, someMemory(x), nn.AttendConfig{}, nn.AttendConfig{})
			}}
		},
	})
	_ = register(sample{
		name: "Transformer", in: smooth(1, 2, 2), shape: []int{1, 2, 2}, count: encoderCount + decoderCount + 8,
		params: under("layer.encoder.layers.0.", encoderParams) + " layer.encoder.norm.weight layer.encoder.norm.bias " +
			under("layer.decoder.layers.0.", decoderParams) + " layer.decoder.norm.weight layer.decoder.norm.bias",
		layer: func(r *rng.Rand) nn.Layer {
			return with[*nn.Transformer]{nn.NewTransformer(r, 1, 2, 1, tiny), func(l *nn.Transformer, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
				return l.Forward(p, someMemory(x), x, nn.TransformerMasks{})
			}}
		},
	})
)

// TestTransformersGolden compares encoders with padding, decoders and the whole with PyTorch.
func TestTransformersGolden(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	type inputs = func(string) *tensor.Tensor
	causal := nn.AttendConfig{Causal: true}
	for prefix, of := range map[string]func(config nn.TransformerLayerConfig) (layer any, run func(p *nn.Pass, in inputs) *tensor.Tensor){
		"padded TransformerEncoder/": func(config nn.TransformerLayerConfig) (any, func(*nn.Pass, inputs) *tensor.Tensor) {
			l := nn.NewTransformerEncoder(rng.New(1), 2, 4, 2, config)
			return l, func(p *nn.Pass, in inputs) *tensor.Tensor {
				return l.Attend(p, in("x"), nn.AttendConfig{Keys: boolMask(in("keys"))})
			}
		},
		"decoded TransformerDecoderLayer/": func(config nn.TransformerLayerConfig) (any, func(*nn.Pass, inputs) *tensor.Tensor) {
			l := nn.NewTransformerDecoderLayer(rng.New(1), 4, 2, config)
			return l, func(p *nn.Pass, in inputs) *tensor.Tensor {
				return l.Forward(p, in("x"), in("memory"), causal, nn.AttendConfig{Keys: boolMask(in("keys"))})
			}
		},
		"decoded TransformerDecoder/": func(config nn.TransformerLayerConfig) (any, func(*nn.Pass, inputs) *tensor.Tensor) {
			l := nn.NewTransformerDecoder(rng.New(1), 2, 4, 2, config)
			return l, func(p *nn.Pass, in inputs) *tensor.Tensor {
				return l.Forward(p, in("x"), in("memory"), causal, nn.AttendConfig{Keys: boolMask(in("keys"))})
			}
		},
		"whole Transformer/": func(config nn.TransformerLayerConfig) (any, func(*nn.Pass, inputs) *tensor.Tensor) {
			l := nn.NewTransformer(rng.New(1), 2, 4, 2, config)
			return l, func(p *nn.Pass, in inputs) *tensor.Tensor {
				real := nn.AttendConfig{Keys: boolMask(in("keys"))}
				return l.Forward(p, in("source"), in("target"), nn.TransformerMasks{Source: real, Cross: real})
			}
		},
	} {
		for _, c := range check.Cases(t, all, prefix) {
			t.Run(c.Name, func(t *testing.T) {
				c := c.On(t)
				l, run := of(configOf(c))
				goldenRun(t, c, l, func(p *nn.Pass, in func(string) *tensor.Tensor) map[string]*tensor.Tensor {
					return map[string]*tensor.Tensor{"y": run(p, in)}
				})
			})
		}
	}
}

// TestDecoderCache checks that token by token a decoder gives what it gives at once.
func TestDecoderCache(t *testing.T) {
	for _, pre := range []bool{false, true} {
		d := nn.NewTransformerDecoder(rng.New(1), 2, 8, 2, nn.TransformerLayerConfig{PreNorm: pre})
		x, memory, p := smooth(2, 5, 8), smooth(2, 4, 8), nn.NewPass(nn.PassConfig{})
		cross := nn.AttendConfig{Keys: tensor.Of([]bool{true, true, true, false, true, true, false, false}, 2, 4)}
		want := d.Forward(p, x, memory, nn.AttendConfig{Causal: true}, cross)
		c := d.Cache(p, memory, 5)
		d.Decode(p, x.Slice(1, 0, 3), c, cross)
		c.Truncate(2)
		parts := []*tensor.Tensor{want.Slice(1, 0, 2), d.Decode(p, x.Slice(1, 2, 3), c, cross), d.Decode(p, x.Slice(1, 3, 5), c, cross)}
		check.Close(t, "token by token", tensor.Concat(1, parts...).Floats(), want.Floats(), 1e-5)
		p.Close()
	}
}

func TestAttendMisuse(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	l := nn.NewAttention(rng.New(1), 4, 2, 3)
	for _, f := range []func(){
		func() { nn.NewAttention(rng.New(1), 5, 2, 0) },
		func() { l.Forward(p, smooth(1, 2, 4)) },
		func() { l.Attend(p, smooth(2, 4), smooth(1, 2, 3), nn.AttendConfig{}) },
		func() {
			l.Attend(p, smooth(1, 2, 4), smooth(1, 2, 3), nn.AttendConfig{Keys: tensor.Of([]bool{true, false}, 2)})
		},
		func() {
			nn.NewRelativeBias(rng.New(1), 2, op.RelativeBuckets{}).Mask(p, smooth(1, 3, 2, 2), smooth(1, 3, 2, 2))
		},
	} {
		if err := tensor.Catch(f); err == nil {
			t.Error("misuse passes")
		}
	}
}

// A search may come down to one sequence.
func TestReorderToOne(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	d, x, memory := nn.NewTransformerDecoder(rng.New(1), 1, 4, 2, nn.TransformerLayerConfig{}), smooth(2, 3, 4), smooth(2, 4, 4)
	want := d.Forward(p, x, memory, nn.AttendConfig{Causal: true}, nn.AttendConfig{}).Slice(0, 1, 2).Slice(1, 2, 3)
	caches, m := nn.NewKeyValueCaches(1, 3), nn.Memories(d.Remember(p, memory))
	d.Decode(p, x.Slice(1, 0, 2), nn.NewTransformerCache(caches, m), nn.AttendConfig{})
	caches[0].Reorder([]int64{1})
	got := d.Decode(p, x.Slice(0, 1, 2).Slice(1, 2, 3), nn.NewTransformerCache(caches, m.Reorder([]int64{1})), nn.AttendConfig{})
	check.Close(t, "the second sequence alone", got.Floats(), want.Floats(), 1e-5)
}

// Each place of a layer drops at its own rate, which is that of the sums if none is given.
func TestDropoutOfEachPlace(t *testing.T) {
	rate := func(d *nn.Dropout) float64 {
		if d == nil {
			return 0
		}
		return d.Rate
	}
	for _, c := range []struct {
		nn.TransformerLayerConfig
		sums, attention, inside float64
	}{
		{nn.TransformerLayerConfig{}, 0, 0, 0},
		{nn.TransformerLayerConfig{Dropout: 0.3}, 0.3, 0.3, 0.3},
		{nn.TransformerLayerConfig{Dropout: 0.3, AttentionDropout: -1, ActivationDropout: 0.1}, 0.3, 0, 0.1},
		{nn.TransformerLayerConfig{AttentionDropout: 0.2, ActivationDropout: -1}, 0, 0.2, 0},
	} {
		e := nn.NewTransformerEncoderLayer(rng.New(1), 4, 2, c.TransformerLayerConfig)
		d := nn.NewTransformerDecoderLayer(rng.New(1), 4, 2, c.TransformerLayerConfig)
		got := [7]float64{
			rate(e.SumDrop), rate(e.SelfAttention.Drop), rate(e.Drop),
			rate(d.SumDrop), rate(d.SelfAttention.Drop), rate(d.CrossAttention.Drop), rate(d.Drop),
		}
		if want := [7]float64{c.sums, c.attention, c.inside, c.sums, c.attention, c.attention, c.inside}; got != want {
			t.Errorf("%+v drops %v, want %v", c.TransformerLayerConfig, got, want)
		}
	}
}
