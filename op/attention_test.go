package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func attention(c op.AttentionConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		c := c
		if len(x) > 3 {
			c.Mask = x[3]
		}
		if c.Mask != nil && c.Mask.DType() == device.Int64 {
			c.Mask = c.Mask.NotEqual(c.Mask.FullLike(0))
		}
		return op.Attention(x[0], x[1], x[2], c)
	}
}

func attentionOf(c *check.Case) call {
	return attention(op.AttentionConfig{Causal: c.HasAttr("causal") && c.Bool("causal")})
}

func selfAttention(heads int, c op.AttentionConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.SelfAttention(x, heads, c) })
}

// some is a mask in which query 1 sees nothing.
func some(t, s int) *tensor.Tensor {
	x := make([]bool, t*s)
	for i := range x {
		x[i] = i/s != 1 && i%3 != 1
	}
	return tensor.Of(x, t, s)
}

var _ = []bool{
	register(sample{
		name: "Attention", in: list(wave(2, 2, 3, 4), wave(2, 2, 5, 4), wave(2, 2, 5, 3)), shape: []int{2, 2, 3, 3},
		call: attention(op.AttentionConfig{}), golden: "Attention/", names: []string{"query", "key", "value", "mask"}, attrs: attentionOf,
		misuse: []misuse{
			{"Attention: q [1 2 3 4], k [1 2 3 5] and v [1 2 3 5] are not [b h t d]", func() {
				op.Attention(wave(1, 2, 3, 4), wave(1, 2, 3, 5), wave(1, 2, 3, 5), op.AttentionConfig{})
			}},
			{"with h a multiple of g", func() {
				op.Attention(wave(1, 3, 3, 4), wave(1, 2, 3, 4), wave(1, 2, 3, 4), op.AttentionConfig{})
			}},
			{"Attention: the mask, bool [3 2], does not broadcast to the logits [1 2 3 3]", func() {
				op.Attention(wave(1, 2, 3, 4), wave(1, 2, 3, 4), wave(1, 2, 3, 4), op.AttentionConfig{Mask: some(3, 2)})
			}},
			{"Attention: the input is int64", func() { op.Attention(integers, integers, integers, op.AttentionConfig{}) }},
			{"Attention: k is float32", func() {
				op.Attention(wave(1, 2, 3, 4), wave(1, 2, 3, 4).Cast(device.Float32), wave(1, 2, 3, 4), op.AttentionConfig{})
			}},
		},
	}),
	register(sample{
		name: "Attention/causal", in: list(wave(1, 2, 5, 3), wave(1, 2, 5, 3), wave(1, 2, 5, 3)), shape: []int{1, 2, 5, 3},
		call: attention(op.AttentionConfig{Causal: true, Scale: 0.7}),
	}),
	register(sample{
		name: "Attention/causal, grouped, more keys", in: list(wave(1, 4, 2, 3), wave(1, 2, 5, 3), wave(1, 2, 5, 3)), shape: []int{1, 4, 2, 3},
		call: attention(op.AttentionConfig{Causal: true}),
	}),
	register(sample{
		name: "Attention/capped", in: list(wave(1, 4, 3, 2), wave(1, 2, 4, 2), wave(1, 2, 4, 2)), shape: []int{1, 4, 3, 2},
		call: attention(op.AttentionConfig{Causal: true, Cap: 0.3}),
	}),
	register(sample{
		name: "SelfAttention/capped", in: list(wave(1, 3, 8, 2)), shape: []int{1, 3, 4, 2}, call: selfAttention(4, op.AttentionConfig{Cap: 0.3}),
	}),
	register(sample{
		name: "Attention/causal, fewer keys", in: list(wave(1, 2, 4, 2), wave(1, 1, 2, 2), wave(1, 1, 2, 2)), shape: []int{1, 2, 4, 2},
		call: attention(op.AttentionConfig{Causal: true}),
	}),
	register(sample{
		name: "Attention/dropped", in: list(wave(1, 4, 3, 2), wave(1, 2, 5, 2), wave(1, 2, 5, 3)), shape: []int{1, 4, 3, 3},
		call: attention(op.AttentionConfig{Causal: true, Dropout: 0.4, Key: rng.KeyOf(3)}),
		misuse: []misuse{{"Attention: dropout 1 of the weights", func() {
			op.Attention(wave(1, 2, 3, 4), wave(1, 2, 3, 4), wave(1, 2, 3, 4), op.AttentionConfig{Dropout: 1})
		}}},
	}),
	register(sample{
		name: "SelfAttention/dropped", in: list(wave(2, 3, 6, 2)), shape: []int{2, 3, 2, 2}, call: selfAttention(2, op.AttentionConfig{Dropout: 0.4, Key: rng.KeyOf(3)}),
	}),
	register(sample{
		name: "Attention/hidden", in: list(wave(2, 2, 3, 2), wave(2, 1, 4, 2), wave(2, 1, 4, 2), some(3, 4)), shape: []int{2, 2, 3, 2},
		call: attention(op.AttentionConfig{}),
	}),
	register(sample{
		name: "Attention/learned mask", in: list(wave(2, 2, 3, 2), wave(2, 2, 4, 2), wave(2, 2, 4, 2), wave(2, 1, 4)), shape: []int{2, 2, 3, 2},
		call: attention(op.AttentionConfig{}),
	}),
	register(sample{
		name: "Attention/no keys", in: list(wave(1, 2, 3, 2), wave(1, 2, 0, 2), wave(1, 2, 0, 2)), shape: []int{1, 2, 3, 2},
		call: attention(op.AttentionConfig{}),
	}),
	register(sample{
		name: "SelfAttention", in: list(wave(2, 3, 6, 2)), shape: []int{2, 3, 2, 2}, call: selfAttention(2, op.AttentionConfig{Causal: true}),
		misuse: []misuse{
			{"SelfAttention: [2 3 5 2] is not [b t h+2g d] with g a divisor of h = 2", func() { op.SelfAttention(wave(2, 3, 5, 2), 2, op.AttentionConfig{}) }},
			{"SelfAttention: [2 3 9 2] is not", func() { op.SelfAttention(wave(2, 3, 9, 2), 5, op.AttentionConfig{}) }},
			{"SelfAttention: the input is int64", func() { op.SelfAttention(integers, 1, op.AttentionConfig{}) }},
		},
	}),
	register(sample{
		name: "SelfAttention/grouped", in: list(wave(1, 3, 8, 2)), shape: []int{1, 3, 4, 2}, call: selfAttention(4, op.AttentionConfig{}),
	}),
}

func normal(key uint64, shape ...int) *tensor.Tensor {
	x := tensor.Zeros(shape...)
	data := make([]float32, x.Len())
	rng.KeyOf(key).Normal(data)
	return tensor.Of(data, shape...)
}

// TestAttentionInBlocks compares several blocks of queries and keys, in ways a sample is too small for, with the
// composed form in float64.
func TestAttentionInBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		h, g, t, s, d, e int
		config           op.AttentionConfig
	}{
		"plain":       {2, 2, 130, 300, 20, 36, op.AttentionConfig{}},
		"causal":      {4, 2, 290, 290, 64, 64, op.AttentionConfig{Causal: true}},
		"last query":  {2, 1, 70, 600, 33, 17, op.AttentionConfig{Causal: true}},
		"few keys":    {1, 1, 200, 70, 8, 8, op.AttentionConfig{Causal: true}},
		"hidden":      {2, 1, 100, 520, 16, 16, op.AttentionConfig{Mask: some(100, 520)}},
		"hidden keys": {2, 1, 70, 520, 16, 16, op.AttentionConfig{Mask: some(1, 520), Causal: true}},
		"added":       {2, 2, 100, 270, 16, 16, op.AttentionConfig{Mask: normal(9, 2, 1, 270)}},
		"large":       {1, 1, 70, 270, 16, 16, op.AttentionConfig{Scale: 1000}},
		"dropped":     {4, 2, 130, 301, 20, 36, op.AttentionConfig{Dropout: 0.3, Key: rng.KeyOf(4)}},
		"seldom":      {2, 2, 290, 290, 64, 64, op.AttentionConfig{Causal: true, Dropout: 0.1, Key: rng.KeyOf(5)}},
		"and hidden":  {2, 1, 70, 200, 16, 16, op.AttentionConfig{Mask: some(70, 200), Dropout: 0.5, Key: rng.KeyOf(6)}},
	} {
		t.Run(name, func(t *testing.T) {
			in := list(normal(1, 2, c.h, c.t, c.d), normal(2, 2, c.g, c.s, c.d), normal(3, 2, c.g, c.s, c.e))
			s := sample{call: attention(c.config)}
			wide, where := device.Float64, device.Device(cpu.Device)
			if c.config.Dropout > 0 { // float64 has random numbers of its own
				wide, where = device.Float32, refuser{cpu.Device}
			}
			there := c.config
			if there.Mask != nil {
				there.Mask = there.Mask.To(where)
			}
			got, want := results(s, in), results(sample{call: attention(there)}, convert(in, wide, where))
			tolerance := 2e-5
			if c.config.Scale > 1 {
				tolerance = 2e-3 * c.config.Scale / 100
			}
			same(t, "in float32", got, want, tolerance)
		})
	}
}

// TestAttentionExtremes has logits of ±1e4, infinities in the mask and rows that see nothing.
func TestAttentionExtremes(t *testing.T) {
	inf := float32(math.Inf(-1))
	q := tensor.Of([]float32{100, -100, 1, 0}, 1, 1, 4, 1)
	k := tensor.Of([]float32{100, -100, 99.99}, 1, 1, 3, 1)
	v := tensor.Of([]float32{1, 2, 3}, 1, 1, 3, 1)
	mask := tensor.Of([]float32{0, 0, 0, 0, 0, 0, inf, 0, inf, inf, inf, inf}, 4, 3)
	for where, d := range map[string]device.Device{"fused": cpu.Device, "composed": refuser{cpu.Device}} {
		x := []*tensor.Tensor{q.To(d), k.To(d), v.To(d)}
		all := results(sample{call: attention(op.AttentionConfig{Mask: mask.To(d)})}, x)
		want := []float64{1 + 2/(1+math.E), 2, 2, 0}
		for i, w := range want {
			if math.Abs(all[0][i]-w) > 1e-3 {
				t.Errorf("%s: result %d is %g, want %g", where, i, all[0][i], w)
			}
		}
		for _, g := range all[1:] {
			for i, v := range g {
				if math.IsNaN(v) {
					t.Errorf("%s: gradient %d is NaN", where, i)
				}
			}
		}
		if dq := all[1][3]; dq != 0 {
			t.Errorf("%s: the gradient of a query that sees nothing is %g", where, dq)
		}
	}
}

// BenchmarkAttentionDropped is 16 texts of 256 tokens, 4 heads of 64, forward and back.
func BenchmarkAttentionDropped(b *testing.B) {
	in := list(normal(1, 16, 256, 12, 64))
	s := sample{call: selfAttention(4, op.AttentionConfig{Causal: true, Dropout: 0.2, Key: rng.KeyOf(3)})}
	for b.Loop() {
		results(s, in)
	}
}
