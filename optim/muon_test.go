package optim

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// Of a matrix of one row the polynomial changes the length alone.
var _ = register(sample{
	name:  "Muon",
	rule:  Muon{LR: 0.1, Momentum: None, WeightDecay: 0.2},
	shape: []int{1, 3},
	whole: func() func([]float64, given) []float64 {
		return func(p []float64, x given) []float64 {
			length, s := math.Sqrt(norm2(x.g)), 1.0
			for range 5 {
				s = 3.4445*s - 4.775*s*s*s + 2.0315*s*s*s*s*s
			}
			next := moved(p, p, 0.1*0.2)
			return moved(next, x.g, 0.1*s/length)
		}
	},
	golden: "Muon",
	like: func(c *check.Case) Rule {
		r := Muon{LR: c.Float("lr"), Momentum: c.Float("momentum"), Plain: !c.Bool("nesterov"), MatchRMS: c.HasAttr("adjust_lr_fn")}
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		if c.HasAttr("ns_steps") {
			r.Steps = c.Int("ns_steps")
		}
		return r
	},
	valley: Muon{LR: 1e-3, WeightDecay: None},
	below:  1,
	bowl:   Muon{LR: 0.05},
})

func TestMuonIsForMatrices(t *testing.T) {
	p := param(cpu.Device, device.Float32, 1, 2)
	o := New(Muon{}, []tensor.Named{{Name: "norm.gain", Param: p}})
	err := tensor.Catch(func() { mustStep(t, o, p, []float64{1, 1}, 1) })
	var misuse *tensor.Error
	if !errors.As(err, &misuse) {
		t.Fatalf("error %v", err)
	}
	if !strings.Contains(err.Error(), "norm.gain") {
		t.Error(err)
	}
}

// TestMuonSplit: one line gives matrices one rule and the rest another.
func TestMuonSplit(t *testing.T) {
	weight, bias, all := model()
	o := New(AdamW{LR: 0.1, WeightDecay: None}, all).Group(Muon{LR: 0.1, WeightDecay: None}, Matrices)
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	near(t, "bias, by AdamW", bias, []float64{0.9, -1.1}, 1e-6)
	if o.State()["fc.weight/v"] != nil || o.State()["fc.bias/v"] == nil {
		t.Error("the rules are not split")
	}
}

// In bfloat16 the steps are nearly the same.
func TestMuonNarrow(t *testing.T) {
	for _, shape := range [][]int{{24, 40}, {40, 24}} {
		g := check.Formula(3, 0, 1, shape...)
		w, n := orthogonal(g, 5, 1e-7, false), orthogonal(g, 5, 1e-7, true)
		if n.DType() != device.Float32 {
			t.Fatalf("of type %s", n.DType())
		}
		apart, length := unitNorm(w.Sub(n), false).Item(), unitNorm(w, false).Item()
		if apart == 0 || apart > 0.05*length {
			t.Errorf("%v: %v apart, of %v", shape, apart, length)
		}
	}
}
