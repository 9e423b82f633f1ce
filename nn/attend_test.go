package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// with gives a layer of two inputs or more the others, so that it goes through the checks of those of one.
type with[L any] struct {
	Layer   L
	forward func(l L, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor
}

func (w with[L]) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return w.forward(w.Layer, p, x)
}

const attentionParams = "in_proj_weight in_proj_bias out_proj.weight out_proj.bias"

var (
	_ = register(sample{
		name: "Attention", in: smooth(2, 3, 4), shape: []int{2, 3, 4}, params: attentionParams, count: 80, golden: "Attention",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewAttention(r, 4, 2, 0) },
		like:  func(*check.Case) nn.Layer { return nn.NewAttention(rng.New(1), 6, 2, 0) },
	})
	_ = register(sample{
		name: "Attention/cross, dropout", in: smooth(1, 2, 4), shape: []int{1, 2, 4}, count: 16 + 24 + 12 + 20,
		params: "layer.q_proj_weight layer.k_proj_weight layer.v_proj_weight layer.in_proj_bias layer.out_proj.weight layer.out_proj.bias",
		layer: func(r *rng.Rand) nn.Layer {
			l := nn.NewAttention(r, 4, 2, 3)
			l.Drop = nn.NewDropout(r, 0.3)
			return with[*nn.Attention]{l, func(l *nn.Attention, p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
				return l.Attend(p, x, smooth(1, 3, 3).Cast(x.DType()).To(x.Device()), nn.AttendConfig{})
			}}
		},
	})
	_ = register(sample{
		name: "MultiHeadAttention/relative keys", in: smooth(1, 3, 4), shape: []int{1, 3, 4}, count: 48 + 16 + 6,
		params: "qkv.weight output.weight relative.weight",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMultiHeadAttention(r, 4, 2, nn.AttentionConfig{NoBias: true, Causal: true, Relative: nn.NewRelativeKeys(r, 2, 1)})
		},
	})
	_ = register(sample{
		name: "MultiHeadAttention/window, rotary, biases", in: smooth(1, 3, 4), shape: []int{1, 3, 4}, count: 48 + 16 + 8,
		params: "qkv.weight output.weight relative.weight",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMultiHeadAttention(r, 4, 2, nn.AttentionConfig{
				Window: 2, Rotary: new(op.RotaryConfig), ALiBi: true, Dropout: 0.3, NoBias: true,
				Relative: nn.NewRelativeBias(r, 2, op.RelativeBuckets{Buckets: 4, Most: 8}),
			})
		},
	})
)

// boolMask returns the integers of a case as Bool.
func boolMask(x *tensor.Tensor) *tensor.Tensor {
	if x == nil {
		return nil
	}
	return x.NotEqual(x.FullLike(0))
}

// TestAttend compares cross attention, its masks and its weights with PyTorch.
func TestAttend(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "attended Attention/") {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			l := nn.NewAttention(rng.New(1), 6, 2, attr(c, "memory"))
			goldenRun(t, c, l, func(p *nn.Pass, in func(string) *tensor.Tensor) map[string]*tensor.Tensor {
				memory := in("memory")
				if memory == nil {
					memory = in("x")
				}
				config := nn.AttendConfig{Causal: flag(c, "causal"), Keys: boolMask(in("keys"))}
				return map[string]*tensor.Tensor{"y": l.Attend(p, in("x"), memory, config), "weights": l.Weights(p, in("x"), memory, config)}
			})
		})
	}
}

// TestRelativeBias compares the biases and their gradient with T5's.
func TestRelativeBias(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "RelativeBias/") {
		c := c.On(t)
		l := nn.NewRelativeBias(rng.New(1), 2, op.RelativeBuckets{Buckets: 8, Most: 20, Causal: c.Bool("causal")})
		goldenRun(t, c, l, func(p *nn.Pass, _ func(string) *tensor.Tensor) map[string]*tensor.Tensor {
			q := tensor.Zeros(1, 2, 13, 1)
			return map[string]*tensor.Tensor{"y": l.Mask(p, q, q)}
		})
	}
}

// TestRelativeKeys compares with the definition.
func TestRelativeKeys(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "RelativeKeys/") {
		c := c.On(t)
		l := nn.NewRelativeKeys(rng.New(1), 4, 2)
		goldenRun(t, c, l, func(p *nn.Pass, in func(string) *tensor.Tensor) map[string]*tensor.Tensor {
			return map[string]*tensor.Tensor{"y": l.Mask(p, in("query"), tensor.Zeros(2, 1, c.Int("keys"), 4))}
		})
	}
}

// TestDecodeInWindow checks that token by token, with room for little more than the window, a layer gives what it gives
// at once, whatever its positions are made of.
func TestDecodeInWindow(t *testing.T) {
	r := rng.New(1)
	for name, c := range map[string]nn.AttentionConfig{
		"window": {Window: 4}, "rotary": {Window: 4, Rotary: &op.RotaryConfig{Base: 50}}, "ALiBi": {Window: 3, ALiBi: true},
		"relative":  {Window: 5, Relative: nn.NewRelativeBias(r, 4, op.RelativeBuckets{Causal: true, Buckets: 8, Most: 6})},
		"keys":      {Window: 4, Relative: nn.NewRelativeKeys(r, 4, 2)},
		"no window": {Rotary: new(op.RotaryConfig), ALiBi: true, Groups: 2},
	} {
		c.Causal = true
		l := nn.NewMultiHeadAttention(r, 16, 4, c)
		x, p := smooth(2, 13, 16), nn.NewPass(nn.PassConfig{})
		room := 6
		if c.Window == 0 {
			room = 13
		}
		cache := nn.NewKeyValueCache(room)
		parts := []*tensor.Tensor{l.Decode(p, x.Slice(1, 0, 2), cache), l.Decode(p, x.Slice(1, 2, 4), cache)}
		for k := 4; k < 13; k++ {
			parts = append(parts, l.Decode(p, x.Slice(1, k, k+1), cache))
			cache.Truncate(k) // take it back, and see it again
			parts[len(parts)-1] = l.Decode(p, x.Slice(1, k, k+1), cache)
		}
		check.Close(t, name, tensor.Concat(1, parts...).Floats(), evaluate(l, x).Floats(), 1e-5)
		if cache.Seen() != 13 || cache.Len() > room {
			t.Errorf("%s: %d tokens seen, %d in the cache", name, cache.Seen(), cache.Len())
		}
		p.Close()
	}
}

// TestSelfWeights: the weights of a layer whose values are the identity are its result.
func TestSelfWeights(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	l := nn.NewMultiHeadAttention(rng.New(1), 6, 2, nn.AttentionConfig{Groups: 1, Causal: true, Window: 2, ALiBi: true})
	x := smooth(2, 3, 6)
	w := l.Weights(p, x, nil)
	value := l.QKV.Forward(p, x).Slice(2, 9, 12).Unsqueeze(1) // [b 1 t d/h]
	y := l.Output.Forward(p, w.MatMul(value).Transpose(1, 2).Flatten(2, 3))
	check.Close(t, "by its weights", y.Floats(), l.Forward(p, x).Floats(), 1e-6)
}

// TestMaskedSelf: masks of all kinds hide what they say, and join with the layer's own.
func TestMaskedSelf(t *testing.T) {
	x, p := smooth(1, 3, 4), nn.NewPass(nn.PassConfig{})
	defer p.Close()
	inf := float32(math.Inf(-1))
	hide := tensor.Of([]bool{true, true, false}, 1, 3)
	added := tensor.Of([]float32{0, 0, inf}, 1, 3)
	for _, c := range []nn.AttentionConfig{{}, {Causal: true}, {ALiBi: true}, {Window: 2}} {
		l := nn.NewMultiHeadAttention(rng.New(1), 4, 2, c)
		want := evaluate(l, x.Slice(1, 0, 2)).Floats()
		for _, mask := range []*tensor.Tensor{hide, added} {
			if c.ALiBi || c.Window > 0 { // distances stay
				check.Close(t, "masked", l.Masked(p, x, mask).Slice(1, 0, 2).Floats(), want, 1e-6)
			} else if got := l.Masked(p, x, mask).Slice(1, 0, 2).Floats(); !slices.Equal(got, want) {
				check.Close(t, "masked", got, want, 1e-6)
			}
		}
	}
}
