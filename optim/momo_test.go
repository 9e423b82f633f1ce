package optim

import (
	"errors"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "MoMo",
	rule: MoMo{Most: 0.4, Bound: 0.5, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		m, f, gamma := make([]float64, 3), 0.0, 0.0
		return func(p []float64, x given) []float64 {
			beta := 0.9
			if x.t == 1 {
				beta = 0
			}
			for i, g := range x.g {
				m[i] = beta*m[i] + (1-beta)*g
			}
			f, gamma = beta*f+(1-beta)*x.loss, beta*gamma+(1-beta)*dot(x.g, p)
			tau := math.Min(0.4, math.Max((1+0.04)*(f-gamma-0.5)+dot(m, p), 0)/norm2(m))
			next := make([]float64, 3)
			for i := range next {
				next[i] = p[i]/(1+0.04) - tau*m[i]
			}
			return next
		}
	},
	golden: "MoMo",
	like: func(c *check.Case) Rule {
		var r MoMo
		r.Most, _, _ = rates(c)
		optional(c, map[string]*float64{"beta": &r.Momentum, "weight_decay": &r.WeightDecay})
		if c.HasAttr("lower_bound") {
			r.Bound = c.Float("lower_bound")
		}
		return r
	},
	loose:  1e-4,
	valley: MoMo{Most: 1},
	below:  0.5,
})

var _ = register(sample{
	name: "PolyakSGD",
	rule: PolyakSGD{Scale: 0.5, Least: 0.3, Most: 0.7},
	whole: func() func([]float64, given) []float64 {
		return func(p []float64, x given) []float64 {
			return moved(p, x.g, 0.5*math.Min((x.loss-0.3)/norm2(x.g), 0.7))
		}
	},
	golden: "PolyakSGD",
	like: func(c *check.Case) Rule {
		var r PolyakSGD
		optional(c, map[string]*float64{"max_learning_rate": &r.Most, "eps": &r.Eps})
		if c.HasAttr("f_min") {
			r.Least = c.Float("f_min")
		}
		return r
	},
	valley: PolyakSGD{},
	below:  0.5,
})

func TestMoMoNeedsTheLoss(t *testing.T) {
	for _, r := range []Rule{MoMo{}, PolyakSGD{}} {
		p := param(cpu.Device, device.Float32, 1)
		o := New(r, []tensor.Named{{Name: "p", Param: p}})
		err := tensor.Catch(func() { mustStep(t, o, p, []float64{1}, 1) })
		if misuse := (*tensor.Error)(nil); !errors.As(err, &misuse) {
			t.Errorf("%T: error %v", r, err)
		}
	}
}
