package optim

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "Sophia",
	rule: Sophia{LR: 0.05, Beta2: 0.5, Gamma: 0.4, Every: 2},
	whole: func() func([]float64, given) []float64 {
		m, h := make([]float64, 3), make([]float64, 3)
		return func(p []float64, x given) []float64 {
			next := make([]float64, 3)
			for i, g := range x.g {
				if x.t%2 == 1 {
					h[i] = 0.5*h[i] + 0.5*x.h[i]
				}
				m[i] = 0.96*m[i] + 0.04*g
				u := m[i] / math.Max(0.4*h[i], 1e-12)
				next[i] = p[i] - 0.05*0.1*p[i] - 0.05*math.Max(-1, math.Min(1, u))
			}
			return next
		}
	},
	golden: "Sophia",
	like: func(c *check.Case) Rule {
		// Its step is lr·clip(m/max(h, eps), ±p), which is lr·p of ours.
		clip := c.Float("p")
		r := Sophia{LR: c.Float("lr") * clip, Gamma: clip, Eps: c.Float("eps") * clip, Every: c.Int("update_period"), WeightDecay: c.Float("weight_decay") / clip}
		r.Beta1, r.Beta2 = betas(c)
		return r
	},
	bowl:   Sophia{LR: 0.05, Gamma: 0.2},
	valley: Sophia{LR: 2e-3, WeightDecay: None},
	below:  0.5,
})

// TestHutchinson: of a loss whose Hessian is diagonal the estimate is exact, of another its mean is.
func TestHutchinson(t *testing.T) {
	p := param(cpu.Device, device.Float64, 1, -2, 0.5)
	frozen := param(cpu.Device, device.Float64, 3)
	frozen.Frozen = true
	all := []tensor.Named{{Name: "p", Param: p}, {Name: "q", Param: frozen}}
	cubes := p.Value.Watch().PowScalar(3).Sum()
	h := Hutchinson(cubes, all, rng.KeyOf(3))
	near(t, "cubes", &tensor.Param{Value: h.Of(p.Value)}, []float64{6, -12, 3}, 1e-6)
	if h.Of(frozen.Value) != nil {
		t.Error("a frozen parameter has a Hessian")
	}
	mean := tensor.Zeros(3).Cast(device.Float64)
	const n = 400
	for i := range n {
		x := p.Value.Watch()
		f := x.Sum().Square().Scale(0.5).Add(x.Square().Sum()) // its Hessian is 1 everywhere, and 2 more on the diagonal
		mean = mean.Add(Hutchinson(f, all, rng.KeyOf(5).At(uint64(i))).Of(p.Value).Scale(1. / n))
	}
	near(t, "mean", &tensor.Param{Value: mean}, []float64{3, 3, 3}, 0.07)
}

// TestCurvatureIsScaled: a sum over a batch and its count give the same as the mean.
func TestCurvatureIsScaled(t *testing.T) {
	var ends [][]float64
	for _, scale := range []float64{1, 0.25} {
		p := param(cpu.Device, device.Float64, 1, -2)
		o := New(Sophia{LR: 0.1}, []tensor.Named{{Name: "p", Param: p}})
		if _, err := o.StepWith(func() (Evaluation, error) {
			g := autograd.Grads{p.Value: vector(p, 0.01/scale, 0.02/scale)}
			return Evaluation{0, g, scale, autograd.Grads{p.Value: vector(p, 700/scale, 900/scale)}}, nil
		}); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, tensor.Values[float64](p.Value))
	}
	near(t, "scaled", &tensor.Param{Value: tensor.Of(ends[0], 2)}, ends[1], 1e-12)
}

// TestGaussNewton: for a logit z = px of a binary cross-entropy the diagonal is Σ σ(z)(1 − σ(z))x².
func TestGaussNewton(t *testing.T) {
	p, x := param(cpu.Device, device.Float64, 0.7), []float64{1, -2, 0.5}
	want, mean, n := 0.0, 0.0, 4000
	for _, v := range x {
		s := 1 / (1 + math.Exp(-0.7*v))
		want += s * (1 - s) * v * v
	}
	for draw := range n {
		g := 0.0
		for i, v := range x {
			s, y := 1/(1+math.Exp(-0.7*v)), 0.0
			if rng.KeyOf(9).At(uint64(draw)).Float64At(uint64(i)) < s {
				y = 1
			}
			g += (s - y) * v
		}
		mean += GaussNewton(autograd.Grads{p.Value: vector(p, g)}).Of(p.Value).Item() / float64(n)
	}
	if math.Abs(mean-want) > 0.05*want {
		t.Errorf("the mean is %v, want %v", mean, want)
	}
}
