package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	_ = register(sample{name: "MeanSteps", layer: always(nn.MeanSteps{}), in: smooth(2, 3, 4), shape: []int{2, 4}, golden: "MeanSteps"})
	_ = register(sample{name: "MaxSteps", layer: always(nn.MaxSteps{}), in: smooth(2, 3, 4), shape: []int{2, 4}, golden: "MaxSteps"})
	_ = register(sample{name: "FirstStep", layer: always(nn.FirstStep{}), in: smooth(2, 3, 4), shape: []int{2, 4}, golden: "FirstStep"})
	_ = register(sample{name: "LastStep", layer: always(nn.LastStep{}), in: smooth(2, 3, 4), shape: []int{2, 4}, golden: "LastStep"})
	_ = register(sample{
		name: "AttentionPool", in: smooth(2, 3, 2), shape: []int{2, 2}, params: "key.weight key.bias query", count: 20, golden: "AttentionPool",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewAttentionPool(r, 2, 5) },
	})
	_ = register(sample{
		name: "AdditiveAttention", in: smooth(2, 2, 3), shape: []int{2, 2, 3}, params: "query.weight query.bias key.weight scale", count: 40, golden: "AdditiveAttention",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewAdditiveAttention(r, 3, 3, 5) },
	})
	_ = register(sample{
		name: "MultiplicativeAttention", in: smooth(2, 2, 3), shape: []int{2, 2, 3}, params: "weight", count: 9,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewMultiplicativeAttention(r, 3, 3) },
	})
	_ = register(sample{
		name: "MultiplicativeAttention/dot", in: smooth(2, 2, 3), shape: []int{2, 2, 3},
		layer: func(*rng.Rand) nn.Layer { return new(nn.MultiplicativeAttention) },
	})
	_ = register(sample{
		name: "LearnedPositions", in: smooth(2, 3, 2), shape: []int{2, 3, 2}, params: "weight", count: 8, golden: "LearnedPositions",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewLearnedPositions(r, 4, 2) },
	})
	_ = register(sample{name: "SinusoidalPositions", layer: always(nn.SinusoidalPositions{}), in: smooth(2, 3, 4), shape: []int{2, 3, 4}, golden: "SinusoidalPositions"})
	_ = register(sample{name: "Rotary", layer: always(nn.Rotary{}), in: smooth(1, 3, 2, 4), shape: []int{1, 3, 2, 4}, golden: "Rotary"})
)

// TestMultiplicativeGolden compares the bilinear form, its mask and its weights with Keras.
func TestMultiplicativeGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "attended MultiplicativeAttention/") {
		c := c.On(t)
		l := nn.NewMultiplicativeAttention(rng.New(1), 4, 3)
		goldenRun(t, c, l, func(p *nn.Pass, in func(string) *tensor.Tensor) map[string]*tensor.Tensor {
			mask := boolMask(in("mask")).Unsqueeze(1)
			return map[string]*tensor.Tensor{"y": l.Attend(p, in("x"), in("memory"), mask), "weights": l.Weights(p, in("x"), in("memory"), mask)}
		})
	}
}

// TestHiddenSteps: what a mask hides changes nothing.
func TestHiddenSteps(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	x, mask := smooth(2, 3, 2), tensor.Of([]bool{true, true, false, true, true, false}, 2, 3)
	pool := nn.NewAttentionPool(rng.New(1), 2, 3)
	check.Close(t, "pool", pool.Masked(p, x, mask).Floats(), pool.Forward(p, x.Slice(1, 0, 2)).Floats(), 1e-6)
	align := nn.NewAdditiveAttention(rng.New(1), 2, 2, 3)
	got, weights := align.Attend(p, x, x, mask.Unsqueeze(1))
	want, _ := align.Attend(p, x, x.Slice(1, 0, 2), nil)
	check.Close(t, "alignment", got.Floats(), want.Floats(), 1e-6)
	check.Close(t, "weights", weights.Sum(2).Floats(), []float32{1, 1, 1, 1, 1, 1}, 1e-6)
	bilinear := nn.NewMultiplicativeAttention(rng.New(1), 2, 2)
	one := tensor.Of([]bool{true, true, false}, 3)
	check.Close(t, "bilinear", bilinear.Attend(p, x, x, one).Floats(), bilinear.Attend(p, x, x.Slice(1, 0, 2), nil).Floats(), 1e-6)
}

// TestPositionsFrom: a text in two parts has the positions of one.
func TestPositionsFrom(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	x := smooth(1, 4, 2)
	learned := nn.NewLearnedPositions(rng.New(1), 4, 2)
	waves := nn.SinusoidalPositions{Base: 100}
	for name, from := range map[string]func(x *tensor.Tensor, first int) *tensor.Tensor{
		"learned": func(x *tensor.Tensor, first int) *tensor.Tensor { return learned.From(p, x, first) },
		"waves":   func(x *tensor.Tensor, first int) *tensor.Tensor { return waves.From(p, x, first) },
	} {
		parts := tensor.Concat(1, from(x.Slice(1, 0, 1), 0), from(x.Slice(1, 1, 4), 1))
		if !slices.Equal(parts.Floats(), from(x, 0).Floats()) {
			t.Errorf("%s: two parts have other positions than one", name)
		}
	}
	check.Close(t, "waves", waves.Forward(p, x).Sub(x).Floats(), op.Sinusoidal(tensor.Arange(4), 2, 100).Floats(), 1e-6)
	for _, f := range []func(){
		func() { learned.From(p, x, 1) },
		func() { learned.Forward(p, smooth(1, 2, 3)) },
		func() { waves.Forward(p, smooth(2, 2)) },
		func() { nn.NewAttentionPool(rng.New(1), 2, 3).Forward(p, smooth(2, 2)) },
		func() { nn.NewMultiplicativeAttention(rng.New(1), 2, 3).Forward(p, smooth(2, 2)) },
	} {
		if err := tensor.Catch(f); err == nil {
			t.Error("misuse passes")
		}
	}
}
