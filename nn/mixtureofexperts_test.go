package nn_test

import (
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// gated is Mixtral's expert: W₂(silu(W₁ x) · W₃ x), where up is W₁ above W₃.
type gated struct{ Up, Down *nn.Linear }

func (l gated) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	u := l.Up.Forward(p, x)
	h := u.Dim(-1) / 2
	parts := u.Split(-1, h, h)
	return l.Down.Forward(p, op.Silu(parts[0]).Mul(parts[1]))
}

func mixtral(experts int, c nn.MixtureConfig) *nn.MixtureOfExperts {
	c.Expert = func(r *rng.Rand, _ int) nn.Layer {
		return gated{nn.NewLinearNoBias(r, 4, 6), nn.NewLinearNoBias(r, 3, 4)}
	}
	return nn.NewMixtureOfExperts(rng.New(1), 4, experts, c)
}

const expertParams = "linear1.weight linear1.bias linear2.weight linear2.bias"

var (
	_ = register(sample{
		name: "MixtureOfExperts", in: smooth(2, 2, 3), shape: []int{2, 2, 3}, count: 9 + 3*(6+2+6+3), golden: "MixtureOfExperts",
		params: "router.weight " + under("experts.0.", expertParams) + " " + under("experts.1.", expertParams) + " " + under("experts.2.", expertParams),
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMixtureOfExperts(r, 3, 3, nn.MixtureConfig{Hidden: 2})
		},
		like: func(c *check.Case) nn.Layer {
			config := nn.MixtureConfig{K: c.Int("k")}
			if c.Int("experts") > 3 { // once by way of places, of which there are enough
				config.Capacity = 2
			}
			return mixtral(c.Int("experts"), config)
		},
	})
	_ = register(sample{
		name: "MixtureOfExperts/one, with a capacity", in: smooth(4, 3), shape: []int{4, 3}, count: 6 + 2*(6+2+6+3),
		params: "router.weight " + under("experts.0.", expertParams) + " " + under("experts.1.", expertParams),
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewMixtureOfExperts(r, 3, 2, nn.MixtureConfig{Hidden: 2, K: 1, Capacity: 1})
		},
	})
)

// TestCapacity: with room for all an expert computes what it does without, and less room leaves tokens out.
func TestCapacity(t *testing.T) {
	x := smooth(2, 5, 4)
	want := evaluate(mixtral(4, nn.MixtureConfig{}), x)
	check.Close(t, "with room for all", evaluate(mixtral(4, nn.MixtureConfig{Capacity: 2}), x).Floats(), want.Floats(), 1e-5)
	y := evaluate(mixtral(4, nn.MixtureConfig{K: 1, Capacity: 0.4}), x) // one place each
	some := 0
	for _, row := range y.Reshape(10, 4).Abs().Sum(1).Floats() {
		if row != 0 {
			some++
		}
	}
	if some == 0 || some > 4 {
		t.Errorf("%d tokens of ten reach an expert in four places", some)
	}
}

// TestMixLosses: the balancing loss of a layer reaches its router, and steps against it spread the tokens.
func TestMixLosses(t *testing.T) {
	l := nn.NewMixtureOfExperts(rng.New(1), 4, 4, nn.MixtureConfig{K: 1, Hidden: 2})
	bias := tensor.Of([]float32{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 4, 4) // expert 0 likes the first number of a token
	l.Router.Weight.Value = bias
	x := smooth(1, 32, 4).Abs()
	var first, least float64
	for step := range 40 {
		p := nn.NewPass(nn.PassConfig{Watch: nn.Params(l), Training: true})
		_, routing := l.Mix(p, x)
		if v := routing.Balance.Item(); step == 0 {
			first, least = v, v
		} else {
			least = min(least, v)
		}
		w := l.Router.Weight.Value
		d := p.Keep(autograd.Backward(routing.Balance).Of(w))
		p.Close()
		l.Router.Weight.Value = w.Sub(d)
	}
	if !(first > 2.5 && least < 0.8*first) {
		t.Errorf("the loss of balance goes from %.3g to %.3g", first, least)
	}
}

func TestMixtureMisuse(t *testing.T) {
	for _, c := range []nn.MixtureConfig{{K: 3}, {K: -1}, {Capacity: -1}} {
		if err := tensor.Catch(func() { nn.NewMixtureOfExperts(rng.New(1), 4, 2, c) }); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
}
