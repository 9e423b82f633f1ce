package optim

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/tensor"
)

func TestStateIsByName(t *testing.T) {
	weight, bias, all := model()
	bias.Frozen = true
	o := New(AdamW{}, all)
	if err := o.Step(ones(weight), 1); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(o.State()))
	if want := strings.Fields("fc.bias/step fc.weight/m fc.weight/step fc.weight/v step"); !slices.Equal(got, want) {
		t.Errorf("state %v, want %v", got, want)
	}
}

// TestRestoreSaysAllThatIsWrong at once, and changes nothing.
func TestRestoreSaysAllThatIsWrong(t *testing.T) {
	weight, bias, all := model()
	o := New(AdamW{}, all)
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	state := maps.Clone(o.State())
	delete(state, "fc.bias/m")
	state["fc.weight/v"] = tensor.Zeros(3)
	state["step"] = tensor.Scalar(7)
	state["gone/m"] = tensor.Zeros(2)
	err := o.Restore(state)
	if err == nil {
		t.Fatal("no error")
	}
	for _, says := range []string{"fc.bias/m is missing", "fc.weight/v is float32 [3], not float32 [2 2]", "step is not a number", "gone/m is unknown"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v\ndoes not say %q", err, says)
		}
	}
	if o.Steps() != 1 || o.State()["fc.weight/m"].Floats()[0] == 0 {
		t.Error("it changed the optimizer")
	}
}

// TestRestoreCopies: a step after it leaves the saved state alone.
func TestRestoreCopies(t *testing.T) {
	weight, bias, all := model()
	o := New(SGD{Momentum: 0.9}, all)
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	saved, p := o.State(), New(SGD{Momentum: 0.9}, all)
	if err := p.Restore(saved); err != nil {
		t.Fatal(err)
	}
	if err := p.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	if v := saved["fc.bias/velocity"].Floats()[0]; v != 1 {
		t.Errorf("velocity %v", v)
	}
}
