package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// configured returns the attention of a golden case: grouped, masked, causal, in a window.
func configured(c *check.Case) op.AttentionConfig {
	a := op.AttentionConfig{Causal: c.HasAttr("causal") && c.Bool("causal")}
	if c.HasAttr("window") {
		a.Window = c.Int("window")
	}
	if c.HasAttr("scale") {
		a.Scale = c.Float("scale")
	}
	return a
}

func attentionWeights(c op.AttentionConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		if c := c; len(x) > 2 {
			c.Mask = x[2]
			return op.AttentionWeights(x[0], x[1], c)
		}
		return op.AttentionWeights(x[0], x[1], c)
	}
}

func linearAttention(causal bool) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearAttention(x[0], x[1], x[2], causal) }
}

func additive(x []*tensor.Tensor) *tensor.Tensor {
	if len(x) > 4 && x[4] != nil {
		return op.AdditiveAttention(x[0], x[1], x[2], x[3], x[4].NotEqual(x[4].FullLike(0)))
	}
	return op.AdditiveAttention(x[0], x[1], x[2], x[3], nil)
}

var _ = []bool{
	register(sample{
		name: "Attention/window", in: list(wave(1, 2, 4, 2), wave(1, 1, 5, 2), wave(1, 1, 5, 2)), shape: []int{1, 2, 4, 2},
		call: attention(op.AttentionConfig{Window: 2}), golden: "grouped Attention/", names: []string{"query", "key", "value", "mask"},
		attrs: func(c *check.Case) call {
			return func(x []*tensor.Tensor) *tensor.Tensor {
				a := configured(c)
				a.Mask = x[3]
				return op.Attention(x[0], x[1], x[2], a)
			}
		},
	}),
	register(sample{
		name: "Attention/window, masked", in: list(wave(1, 1, 3, 2), wave(1, 1, 4, 2), wave(1, 1, 4, 2), some(3, 4)), shape: []int{1, 1, 3, 2},
		call: attention(op.AttentionConfig{Window: 2, Causal: true}),
	}),
	register(sample{
		name: "Attention/window, added", in: list(wave(1, 1, 3, 2), wave(1, 1, 3, 2), wave(1, 1, 3, 2), wave(3, 3)), shape: []int{1, 1, 3, 2},
		call: attention(op.AttentionConfig{Window: 2}),
	}),
	register(sample{
		name: "Attention/dropout", in: list(wave(1, 2, 3, 2), wave(1, 1, 3, 2), wave(1, 1, 3, 2)), shape: []int{1, 2, 3, 2},
		call: attention(op.AttentionConfig{Dropout: 0.4, Key: rng.KeyOf(3)}),
	}),
	register(sample{
		name: "SelfAttention/dropout", in: list(wave(1, 3, 3, 2)), shape: []int{1, 3, 1, 2}, call: selfAttention(1, op.AttentionConfig{Dropout: 0.4}),
	}),
	register(sample{
		name: "AttentionWeights", in: list(wave(1, 2, 3, 2), wave(1, 1, 4, 2), some(3, 4)), shape: []int{1, 2, 3, 4}, call: attentionWeights(op.AttentionConfig{}),
		golden: "AttentionWeights/", names: []string{"query", "key"}, attrs: func(c *check.Case) call { return attentionWeights(configured(c)) },
		misuse: []misuse{{"Attention: q [1 2 3 4], k [1 3 3 4]", func() { op.AttentionWeights(wave(1, 2, 3, 4), wave(1, 3, 3, 4), op.AttentionConfig{}) }}},
	}),
	register(sample{
		name: "ALiBi", in: list(wave(1, 3, 2, 2), wave(1, 1, 4, 2)), shape: []int{3, 2, 4}, order: -1,
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.ALiBi(x[0], x[1]) },
		golden: "ALiBi/", names: []string{"query", "key"},
		misuse: []misuse{{"ALiBi: q [2 3] and k [2 3] are not", func() { op.ALiBi(wave(2, 3), wave(2, 3)) }}},
	}),
	register(sample{
		name: "AdditiveAttention", in: list(wave(1, 2, 3), wave(1, 3, 3), wave(1, 3, 2), wave(3)), shape: []int{1, 2, 2}, call: additive,
		golden: "AdditiveAttention/", names: []string{"query", "key", "value", "scale", "mask"},
		misuse: []misuse{
			{"AdditiveAttention: q [1 2 3] and k [1 2 4] are not", func() { additive(list(wave(1, 2, 3), wave(1, 2, 4), wave(1, 2, 2), wave(3))) }},
			{"AdditiveAttention: v [1 3 2] does not fit the keys [1 2 3]", func() { additive(list(wave(1, 2, 3), wave(1, 2, 3), wave(1, 3, 2), wave(3))) }},
			{"AdditiveAttention: scale [2] does not fit", func() { additive(list(wave(1, 2, 3), wave(1, 2, 3), wave(1, 2, 2), wave(2))) }},
		},
	}),
	register(sample{
		name: "AdditiveAttentionWeights", in: list(wave(1, 3, 2), wave(1, 4, 2), wave(2), some(3, 4)), shape: []int{1, 3, 4},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.AdditiveAttentionWeights(x[0], x[1], x[2], x[3]) },
		golden: "AdditiveAttentionWeights/", names: []string{"query", "key", "scale"}, attrs: func(*check.Case) call {
			return func(x []*tensor.Tensor) *tensor.Tensor { return op.AdditiveAttentionWeights(x[0], x[1], x[2], nil) }
		},
	}),
	register(sample{
		name: "LinearAttention", in: list(wave(1, 2, 2, 3), wave(1, 2, 3, 3), wave(1, 2, 3, 2)), shape: []int{1, 2, 2, 2}, call: linearAttention(false),
		golden: "LinearAttention/", names: []string{"query", "key", "value"}, attrs: func(c *check.Case) call { return linearAttention(c.Bool("causal")) },
		misuse: []misuse{
			{"LinearAttention: q [1 2 2 3], k [1 2 3 3] and v [1 2 3 2] are not", func() { linearAttention(true)(list(wave(1, 2, 2, 3), wave(1, 2, 3, 3), wave(1, 2, 3, 2))) }},
		},
	}),
	register(sample{
		name: "LinearAttention/causal", in: list(wave(1, 1, 3, 2), wave(1, 1, 3, 2), wave(1, 1, 3, 2)), shape: []int{1, 1, 3, 2}, call: linearAttention(true),
	}),
	register(sample{
		name: "Sinusoidal", in: list(tensor.Of([]int64{0, 5, 2}, 3, 1)), shape: []int{3, 1, 4}, order: -1,
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.Sinusoidal(x, 4, 100) }),
		golden: "Sinusoidal/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Sinusoidal(x, c.Int("d"), c.Float("base")) })
		},
		misuse: []misuse{
			{"Sinusoidal: 3 numbers for positions [2]; want an even number", func() { op.Sinusoidal(wave(2), 3, 0) }},
			{"Sinusoidal: it has no gradient", func() { op.Sinusoidal(wave(2).Watch(), 4, 0) }},
		},
	}),
	register(sample{
		name: "Rotary/frequencies", in: list(wave(1, 3, 1, 4)), shape: []int{1, 3, 1, 4}, call: rotary(op.RotaryConfig{Frequencies: []float64{0.5, 0.2}}),
		golden: "Rotary/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return rotary(op.RotaryConfig{Frequencies: goldenFrequencies(c), First: c.Int("first")})
		},
		misuse: []misuse{{"Rotary: 1 frequencies for the pairs of [1 2 1 4]", func() { op.Rotary(wave(1, 2, 1, 4), op.RotaryConfig{Frequencies: []float64{1}}) }}},
	}),
}

// goldenFrequencies returns those of a case's scaling.
func goldenFrequencies(c *check.Case) []float64 {
	var kind string
	c.Attr("scaling", &kind)
	d, base, factor, original := c.Int("d"), c.Float("base"), c.Float("factor"), c.Int("original")
	switch kind {
	case "linear":
		return op.LinearFrequencies(d, base, factor)
	case "ntk":
		return op.NTKFrequencies(d, base, factor)
	case "llama3":
		return op.Llama3Scaling{Factor: factor, Original: original}.Frequencies(d, base)
	case "yarn":
		return op.YaRN{Factor: factor, Original: original}.Frequencies(d, base)
	}
	return op.RotaryFrequencies(d, base)
}

// TestFrequencies compares the angles themselves with those of transformers, and YaRN's temperature.
func TestFrequencies(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "frequencies/") {
		c := c.On(t)
		want := c.Float64("y")
		for i, f := range goldenFrequencies(c) {
			if math.Abs(f-want[i]) > 1e-6*want[i] {
				t.Errorf("%s: frequency %d is %g, want %g", c.Name, i, f, want[i])
			}
		}
		if got, want := math.Sqrt(op.YaRN{Factor: c.Float("factor")}.Temperature()), c.Float("attention"); want != 1 && math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: temperature %g, want %g", c.Name, got, want)
		}
	}
}

// TestWindowByHand: who sees whom, with more keys than queries.
func TestWindowByHand(t *testing.T) {
	q, k := tensor.Zeros(1, 1, 2, 1), tensor.Zeros(1, 1, 4, 1)
	for _, c := range []struct {
		config op.AttentionConfig
		want   []float32
	}{
		{op.AttentionConfig{Window: 2}, []float32{0, 1. / 3, 1. / 3, 1. / 3, 0, 0, 0.5, 0.5}},
		{op.AttentionConfig{Window: 2, Causal: true}, []float32{0, 0.5, 0.5, 0, 0, 0, 0.5, 0.5}},
		{op.AttentionConfig{Window: 9, Causal: true}, []float32{1. / 3, 1. / 3, 1. / 3, 0, 0.25, 0.25, 0.25, 0.25}},
	} {
		if got := op.AttentionWeights(q, k, c.config).Floats(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.config, got, c.want)
		}
	}
	hidden := tensor.Of([]bool{true, true, true, false}, 1, 4)
	got := op.AttentionWeights(q, k, op.AttentionConfig{Window: 1, Mask: hidden}).Floats()
	if want := []float32{0, 0, 1, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("window and mask: %v, want %v", got, want)
	}
}

// TestAttentionDropout: weights are dropped as Dropout drops, whatever the way through the layer.
func TestAttentionDropout(t *testing.T) {
	q, k, v := wave(1, 2, 4, 3).Cast(device.Float32), wave(1, 2, 4, 3).Cast(device.Float32), wave(1, 2, 4, 2).Cast(device.Float32)
	c := op.AttentionConfig{Causal: true, Dropout: 0.3, Key: rng.KeyOf(7)}
	want := op.Dropout(op.AttentionWeights(q, k, c).Unsqueeze(2), 0.3, c.Key).Squeeze(2).MatMul(v)
	check.Close(t, "dropped", op.Attention(q, k, v, c).Floats(), want.Floats(), 1e-6)
	c.Dropout = 0
	if slices.Equal(op.Attention(q, k, v, c).Floats(), want.Floats()) {
		t.Error("nothing is dropped")
	}
}

// TestRelativeBuckets compares the bucket of every distance with T5's.
func TestRelativeBuckets(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "buckets/") {
		c := c.On(t)
		b := op.RelativeBuckets{Buckets: c.Int("buckets"), Most: c.Int("most"), Causal: c.Bool("causal")}
		for i, want := range c.Int64("y") {
			if got := b.Of(i - 600); int64(got) != want {
				t.Fatalf("%s: distance %d is in bucket %d, want %d", c.Name, i-600, got, want)
			}
		}
	}
}
