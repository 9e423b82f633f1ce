package optim

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// model returns two parameters and a buffer.
func model() (weight, bias *tensor.Param, all []tensor.Named) {
	weight = &tensor.Param{Value: tensor.Of([]float32{1, 2, 3, 4}, 2, 2)}
	bias = param(cpu.Device, device.Float32, 1, -1)
	mean := param(cpu.Device, device.Float32, 5, 6)
	return weight, bias, []tensor.Named{{Name: "fc.weight", Param: weight}, {Name: "fc.bias", Param: bias}, {Name: "norm.mean", Param: mean, Buffer: true}}
}

func ones(p ...*tensor.Param) autograd.Grads {
	g := autograd.Grads{}
	for _, p := range p {
		g[p.Value] = p.Value.FullLike(1, p.Value.Shape()...)
	}
	return g
}

func TestStepNamesTheMissing(t *testing.T) {
	weight, bias, all := model()
	o := New(SGD{LR: 1}, all)
	err := o.Step(ones(weight), 1)
	var missing *MissingGradient
	if !errors.As(err, &missing) || !slices.Equal(missing.Names, []string{"fc.bias"}) || !strings.Contains(err.Error(), "fc.bias") {
		t.Fatalf("error %v", err)
	}
	if v := weight.Value.Floats()[0]; v != 1 || o.Steps() != 0 {
		t.Errorf("a step that failed moved a parameter to %v", v)
	}
	bias.Frozen = true
	if err := o.Step(ones(weight), 1); err != nil {
		t.Error(err)
	}
	if v := bias.Value.Floats()[0]; v != 1 || o.Steps() != 1 {
		t.Errorf("a frozen parameter moved to %v", v)
	}
	if v := all[2].Param.Value.Floats()[0]; v != 5 {
		t.Errorf("a buffer moved to %v", v)
	}
}

func TestMissingGradientShortensLongLists(t *testing.T) {
	err := &MissingGradient{Names: strings.Fields("a b c d e f")}
	if s := err.Error(); !strings.Contains(s, "a, b, c, d and 2 more") {
		t.Error(s)
	}
}

func TestStepRefusesWhatIsNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), 1e30} {
		weight, bias, all := model()
		o := New(SGD{LR: 1}, all)
		o.CheckFinite = true
		g := ones(weight, bias)
		g[bias.Value] = vector(bias, 0, bad)
		err := o.Step(g, 1)
		var e *NotFinite
		if !errors.As(err, &e) || e.Name != "fc.bias" || e.Step != 1 {
			t.Errorf("for %v: error %v", bad, err)
		}
		if v := weight.Value.Floats()[0]; v != 1 || o.Steps() != 0 {
			t.Errorf("a step that failed moved a parameter to %v", v)
		}
	}
	weight, bias, all := model()
	if err := New(SGD{}, all).Step(ones(weight, bias), math.Inf(1)); err == nil {
		t.Error("a loss over no items made a step")
	}
}

func TestMisuse(t *testing.T) {
	weight, bias, all := model()
	for says, f := range map[string]func(){
		"the parameter fc.bias is there twice":                   func() { New(SGD{}, append(all, all[1])) },
		"no parameter is selected":                               func() { New(SGD{}, all).Group(SGD{}, Match("fc.gain")) },
		"is malformed":                                           func() { Match("[") },
		"a gradient of shape [2] for the parameter fc.weight of": func() { New(SGD{}, all).Step(autograd.Grads{weight.Value: bias.Value, bias.Value: bias.Value}, 1) },
		"a decay of 1":                                           func() { NewAverage(1, all) },
	} {
		if err := tensor.Catch(f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

func TestGroup(t *testing.T) {
	weight, bias, all := model()
	o := New(SGD{LR: 1}, all).Group(SGD{LR: 0.5}, Match("*.bias"))
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	if w, b := weight.Value.Floats()[0], bias.Value.Floats()[0]; w != 0 || b != 0.5 {
		t.Errorf("weight %v, bias %v", w, b)
	}
	o.Group(SGD{LR: 0.25}, Vectors)
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	if w, b := weight.Value.Floats()[0], bias.Value.Floats()[0]; w != -1 || b != 0.25 {
		t.Errorf("weight %v, bias %v", w, b)
	}
}

// TestGroupKeepsMoments: a new learning rate does not forget the moments; a rule with other slots starts anew.
func TestGroupKeepsMoments(t *testing.T) {
	weight, bias, all := model()
	o := New(Adam{LR: 1}, all)
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	o.Group(AdamW{}, Vectors)
	if n := o.State()["fc.bias/step"].Item(); n != 1 {
		t.Errorf("%v updates", n)
	}
	o.Group(SGD{Momentum: 0.9}, Vectors)
	if n := o.State()["fc.bias/step"].Item(); n != 0 {
		t.Errorf("%v updates", n)
	}
}

// TestStepScales: the gradient of a sum over n items, scaled by 1/n, is that of the mean.
func TestStepScales(t *testing.T) {
	p := param(cpu.Device, device.Float32, 1)
	o := New(SGD{LR: 1}, []tensor.Named{{Name: "p", Param: p}})
	o.Schedule = Constant(0.5)
	mustStep(t, o, p, []float64{4}, 0.25)
	near(t, "after 0.5·4/4", p, []float64{0.5}, 0)
}

func TestGradientsOfAScope(t *testing.T) {
	p := param(cpu.Device, device.Float32, 1, 2)
	o := New(Adam{}, []tensor.Named{{Name: "p", Param: p}})
	o.ClipNorm, o.ClipValue = 1, 1
	for range 2 {
		s := tensor.NewScope()
		x := s.Bring(p.Value).Watch()
		if err := o.Step(autograd.Backward(x.Square().Sum()), 1); err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	for name, v := range o.State() {
		if v.Scope() != nil {
			t.Errorf("%s is of the scope", name)
		}
		v.View() // panics if its memory is gone
	}
}

// The error of a gradient that is no number says what to try.
func TestNotFiniteSaysWhatToTry(t *testing.T) {
	want := "optim: step 3: the gradient of 0.weight is not finite; try a smaller learning rate, or look for bad numbers in the data"
	if got := (&NotFinite{Step: 3, Name: "0.weight"}).Error(); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
