package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

var (
	_ = register(sample{
		name: "LSTM", in: smooth(2, 3, 2), shape: []int{2, 3, 3}, params: "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0", count: 84,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewLSTM(r, 2, 3, nn.RecurrentConfig{}) },
	})
	_ = register(sample{
		name: "LSTM/both directions, time first", in: smooth(3, 2, 2), shape: []int{3, 2, 4},
		params: "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_ih_l0_reverse weight_hh_l0_reverse bias_ih_l0_reverse bias_hh_l0_reverse",
		count:  96,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewLSTM(r, 2, 2, nn.RecurrentConfig{Bidirectional: true, TimeFirst: true})
		},
	})
	_ = register(sample{
		name: "GRU", in: smooth(2, 3, 2), shape: []int{2, 3, 3}, params: "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0", count: 63,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewGRU(r, 2, 3, nn.RecurrentConfig{}) },
	})
	_ = register(sample{
		name: "GRU/both directions, no bias", in: smooth(2, 3, 2), shape: []int{2, 3, 4},
		params: "weight_ih_l0 weight_hh_l0 weight_ih_l0_reverse weight_hh_l0_reverse", count: 48,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewGRU(r, 2, 2, nn.RecurrentConfig{Bidirectional: true, NoBias: true})
		},
	})
)

// TestContinue checks that a sequence in two parts gives what it gives in one.
func TestContinue(t *testing.T) {
	x := smooth(2, 5, 3)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	l := nn.NewLSTM(rng.New(1), 3, 4, nn.RecurrentConfig{})
	a, c := l.Continue(p, x.Slice(1, 0, 2), nil, nil)
	b, _ := l.Continue(p, x.Slice(1, 2, 5), a.Select(1, -1), c)
	want := l.Forward(p, x)
	if !slices.Equal(a.Floats(), want.Slice(1, 0, 2).Floats()) || !slices.Equal(b.Floats(), want.Slice(1, 2, 5).Floats()) {
		t.Error("an LSTM in two parts gives another result")
	}
	g := nn.NewGRU(rng.New(1), 3, 4, nn.RecurrentConfig{})
	a = g.Continue(p, x.Slice(1, 0, 2), nil)
	b = g.Continue(p, x.Slice(1, 2, 5), a.Select(1, -1))
	want = g.Forward(p, x)
	if !slices.Equal(a.Floats(), want.Slice(1, 0, 2).Floats()) || !slices.Equal(b.Floats(), want.Slice(1, 2, 5).Floats()) {
		t.Error("a GRU in two parts gives another result")
	}
}
