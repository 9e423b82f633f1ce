package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func groupNorm(groups int) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.GroupNorm(x[0], groups, x[1], x[2], 1e-5) }
}

func rotary(c op.RotaryConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Rotary(x, c) })
}

var _ = []bool{
	register(sample{
		name: "RMSNorm", in: list(wave(3, 5), wave(5)), shape: []int{3, 5},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.RMSNorm(x[0], x[1], 1e-6) },
		golden: "RMSNorm/", names: []string{"x", "gain"},
		misuse: []misuse{
			{"RMSNorm: gain [4] does not fit the last axis of [2 5]", func() { op.RMSNorm(wave(2, 5), wave(4), 1e-6) }},
			{"RMSNorm: shape [] has no last axis", func() { op.RMSNorm(wave(), nil, 1e-6) }},
			{"RMSNorm: the input is int64", func() { op.RMSNorm(integers, nil, 1e-6) }},
		},
	}),
	register(sample{name: "RMSNorm/plain", in: list(wave(2, 3, 4)), shape: []int{2, 3, 4}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.RMSNorm(x, nil, 1e-3)
	})}),

	register(sample{
		name: "GroupNorm", in: list(wave(2, 4, 2, 3), wave(4), wave(4)), shape: []int{2, 4, 2, 3}, call: groupNorm(2),
		golden: "GroupNorm/", names: []string{"x", "gain", "bias"}, attrs: func(c *check.Case) call { return groupNorm(c.Int("groups")) },
		misuse: []misuse{
			{"GroupNorm: shape [2 5 3] is not [n c …] with c a multiple of the 2 groups", func() { op.GroupNorm(wave(2, 5, 3), 2, nil, nil, 1e-5) }},
			{"GroupNorm: gain [2] does not fit axis 1 of [2 4 3]", func() { op.GroupNorm(wave(2, 4, 3), 2, wave(2), nil, 1e-5) }},
			{"GroupNorm: the input is int64", func() { op.GroupNorm(integers, 1, nil, nil, 1e-5) }},
		},
	}),
	register(sample{name: "GroupNorm/one", in: list(wave(3, 4), wave(4), wave(4)), shape: []int{3, 4}, call: groupNorm(1)}),
	register(sample{name: "GroupNorm/instance", in: list(wave(2, 3, 5), wave(3), wave(3)), shape: []int{2, 3, 5}, call: groupNorm(3)}),
	register(sample{name: "GroupNorm/plain", in: list(wave(2, 4, 3)), shape: []int{2, 4, 3}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.GroupNorm(x, 2, nil, nil, 1e-3)
	})}),
	register(sample{name: "GroupNorm/bias only", in: list(wave(2, 4, 3), wave(4)), shape: []int{2, 4, 3}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.GroupNorm(x[0], 2, nil, x[1], 1e-3)
	}}),

	register(sample{
		name: "Rotary", in: list(wave(2, 3, 2, 4)), shape: []int{2, 3, 2, 4}, call: rotary(op.RotaryConfig{}),
		misuse: []misuse{
			{"Rotary: [1 2 3 5] is not [b t h d] with an even d", func() { op.Rotary(wave(1, 2, 3, 5), op.RotaryConfig{}) }},
			{"and at least 4 heads", func() { op.Rotary(wave(1, 2, 3, 4), op.RotaryConfig{Heads: 4}) }},
			{"Rotary: the input is int64", func() { op.Rotary(integers, op.RotaryConfig{}) }},
		},
	}),
	register(sample{name: "Rotary/some heads", in: list(wave(1, 3, 3, 2)), shape: []int{1, 3, 3, 2}, call: rotary(op.RotaryConfig{Heads: 2, First: 5})}),
	register(sample{
		name: "Rotary/interleaved", in: list(wave(1, 3, 2, 6)), shape: []int{1, 3, 2, 6},
		call: rotary(op.RotaryConfig{Interleaved: true, Base: 100}),
	}),

	register(sample{
		name: "LinearGelu", in: list(wave(4, 3), wave(5, 3), wave(5)), shape: []int{4, 5},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearGelu(x[0], x[1], x[2]) },
		misuse: []misuse{
			{"Linear: weight [5 3] does not fit the last axis of [4 2]", func() { op.LinearGelu(wave(4, 2), wave(5, 3), nil) }},
		},
	}),
	register(sample{
		name: "LinearGelu/no bias", in: list(wave(2, 2, 3), wave(5, 3)), shape: []int{2, 2, 5},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearGelu(x[0], x[1], nil) },
	}),
}

// TestRotaryByHand compares with complex numbers, at far positions too.
func TestRotaryByHand(t *testing.T) {
	const d, first = 6, 1000003
	x := wave(1, 2, 1, d)
	in := tensor.Values[float64](x)
	for _, interleaved := range []bool{false, true} {
		got := tensor.Values[float64](op.Rotary(x, op.RotaryConfig{First: first, Interleaved: interleaved}))
		for p := range 2 {
			for i := range d / 2 {
				a, b := p*d+i, p*d+i+d/2
				if interleaved {
					a, b = p*d+2*i, p*d+2*i+1
				}
				s, c := math.Sincos(float64(first+p) * math.Pow(10000, -2*float64(i)/d))
				u, v := in[a]*c-in[b]*s, in[b]*c+in[a]*s
				if math.Abs(got[a]-u) > 1e-8 || math.Abs(got[b]-v) > 1e-8 {
					t.Errorf("interleaved %v: pair %d of token %d is (%g, %g), want (%g, %g)", interleaved, i, p, got[a], got[b], u, v)
				}
			}
		}
	}
}
