package nn_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	_ = register(sample{
		name: "MultiHeadAttention", in: smooth(2, 3, 4), shape: []int{2, 3, 4},
		params: "qkv.weight qkv.bias output.weight output.bias", count: 80, golden: "MultiHeadAttention",
		like: func(c *check.Case) nn.Layer {
			return nn.NewMultiHeadAttention(rng.New(1), 6, 2, nn.AttentionConfig{Causal: flag(c, "causal")})
		},
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMultiHeadAttention(r, 4, 2, nn.AttentionConfig{Causal: true})
		},
	})
	_ = register(sample{
		name: "MultiHeadAttention/grouped", in: smooth(1, 3, 8), shape: []int{1, 3, 8}, params: "qkv.weight output.weight", count: 160,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMultiHeadAttention(r, 8, 4, nn.AttentionConfig{Groups: 1, NoBias: true})
		},
	})
	_ = register(sample{
		name: "TransformerBlock", in: smooth(1, 3, 4), shape: []int{1, 3, 4}, params: blockParams, count: 145, golden: "TransformerBlock",
		like: func(c *check.Case) nn.Layer {
			config := nn.TransformerConfig{Hidden: c.Int("hidden"), PostNorm: !c.Bool("pre")}
			if config.PostNorm {
				config.Activation = nn.ReLU{}
			}
			return nn.NewTransformerBlock(rng.New(1), 4, 2, config)
		},
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewTransformerBlock(r, 4, 2, nn.TransformerConfig{Attention: nn.AttentionConfig{Causal: true}, Hidden: 5, Dropout: 0.2})
		},
	})
	_ = register(sample{
		name: "TransformerBlock/post", in: smooth(1, 3, 4), shape: []int{1, 3, 4}, params: blockParams, count: 145,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewTransformerBlock(r, 4, 1, nn.TransformerConfig{Hidden: 5, PostNorm: true, Activation: nn.Tanh{}})
		},
	})
)

const blockParams = "attention_norm.weight attention_norm.bias attention.qkv.weight attention.qkv.bias attention.output.weight " +
	"attention.output.bias feed_forward_norm.weight feed_forward_norm.bias up.weight up.bias down.weight down.bias"

// TestDecode checks that token by token, and in parts, a block gives what it gives at once.
func TestDecode(t *testing.T) {
	for _, groups := range []int{4, 2, 1} {
		b := nn.NewTransformerBlock(rng.New(1), 16, 4, nn.TransformerConfig{Attention: nn.AttentionConfig{Causal: true, Groups: groups}})
		x := smooth(2, 9, 16)
		want := evaluate(b, x).Floats()
		c := nn.NewKeyValueCache(9)
		p := nn.NewPass(nn.PassConfig{})
		b.Decode(p, x.Slice(1, 0, 7), c)
		c.Truncate(4)
		parts := []*tensor.Tensor{b.Forward(p, x.Slice(1, 0, 4)), b.Decode(p, x.Slice(1, 4, 8), c), b.Decode(p, x.Slice(1, 8, 9), c)}
		for i, v := range tensor.Concat(1, parts...).Floats() {
			if math.Abs(float64(v-want[i])) > 1e-5 {
				t.Fatalf("%d groups: element %d is %g token by token, %g at once", groups, i, v, want[i])
			}
		}
		if c.Len() != 9 {
			t.Errorf("%d tokens in the cache", c.Len())
		}
		if err := tensor.Catch(func() { b.Decode(p, x.Slice(1, 0, 1), c) }); err == nil {
			t.Error("a tenth token fits in the room for nine")
		}
	}
}

func TestAttentionMisuse(t *testing.T) {
	for _, f := range []func(){
		func() { nn.NewMultiHeadAttention(rng.New(1), 6, 4, nn.AttentionConfig{}) },
		func() { nn.NewMultiHeadAttention(rng.New(1), 8, 4, nn.AttentionConfig{Groups: 3}) },
		func() { evaluate(nn.NewMultiHeadAttention(rng.New(1), 8, 4, nn.AttentionConfig{}), smooth(2, 8)) },
	} {
		if err := tensor.Catch(f); err == nil {
			t.Error("misuse passes")
		}
	}
}
