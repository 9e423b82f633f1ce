package train

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// normals is standard normal numbers [n 1], times scale, plus shift.
func normals(key rng.Key, n int, scale, shift float64) *tensor.Tensor {
	v := make([]float32, n)
	key.Normal(v)
	return tensor.Of(v, n, 1).Scale(scale).AddScalar(shift)
}

// affine is a generator: x ↦ scale x + shift.
type affine struct{ Scale, Shift tensor.Param }

func (l *affine) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Mul(p.Use(&l.Scale)).Add(p.Use(&l.Shift))
}

// TestAdversarialGames: a generator of one dimension finds the mean of the examples, whatever the game; each side's step leaves the
// other side as it is, and a gradient penalty is differentiated through the critic's own layers.
func TestAdversarialGames(t *testing.T) {
	for _, c := range []struct {
		name string
		game objective.Adversarial
	}{
		{"non-saturating, R1 and R2", objective.NonSaturatingGAN{}},
		{"relativistic, R1 and R2", objective.RelativisticGAN{}},
		{"Wasserstein, gradient penalty", objective.WassersteinGAN{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			mean := played(t, c.game)
			if !(math.Abs(mean-2) < 0.5) {
				t.Errorf("the generator's mean is %v, want 2", mean)
			}
		})
	}
}

// played trains a game and returns the mean of what the generator makes.
func played(t *testing.T, game objective.Adversarial) float64 {
	r := rng.New(1)
	d := nn.Sequential{nn.NewLinear(r, 1, 16), nn.Tanh{}, nn.NewLinear(r, 16, 1)}
	g := &affine{Scale: tensor.Param{Value: tensor.Ones(1)}, Shift: tensor.Param{Value: tensor.Zeros(1)}}
	critics := optim.New(optim.Adam{LR: 0.02, Beta1: 0.5}, nn.Params(d))
	makers := optim.New(optim.Adam{LR: 0.02, Beta1: 0.5}, nn.Params(g))
	const n = 64
	for i := range uint64(150) {
		key := rng.KeyOf(7).At(i)
		shift := g.Shift.Value.Item()
		for k := range uint64(2) {
			real, noise := normals(key.Child("real").At(k), n, 0.5, 2), normals(key.Child("noise").At(k), n, 1, 0)
			if _, err := Step(t.Context(), critics, func(p *nn.Pass) objective.Loss {
				return criticLoss(p, d, game, p.Input(real), g.Forward(p, p.Input(noise)), key)
			}); err != nil {
				t.Fatal(err)
			}
		}
		if g.Shift.Value.Item() != shift {
			t.Fatal("the critic's step moved the generator")
		}
		real, noise := normals(key.Child("real"), n, 0.5, 2), normals(key.Child("noise"), n, 1, 0)
		if _, err := Step(t.Context(), makers, func(p *nn.Pass) objective.Loss {
			return game.Generator(d.Forward(p, p.Input(real)), d.Forward(p, g.Forward(p, p.Input(noise))))
		}); err != nil {
			t.Fatal(err)
		}
	}
	return g.Shift.Value.Item()
}

func criticLoss(p *nn.Pass, d nn.Layer, game objective.Adversarial, real, fake *tensor.Tensor, key rng.Key) objective.Loss {
	critic := func(x *tensor.Tensor) *tensor.Tensor { return d.Forward(p, x) }
	l := game.Discriminator(critic(real), critic(fake))
	if _, ok := game.(objective.WassersteinGAN); ok {
		// Of one side: in one dimension the other side keeps a critic that begins with the wrong slope from turning round.
		return l.With(10, objective.GradientPenalty{OneSided: true}.Loss(critic, objective.Interpolated(real, fake, key)))
	}
	return l.With(0.5, objective.R1(critic, real)).With(0.5, objective.R2(critic, fake))
}
