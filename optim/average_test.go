package optim

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func TestAverage(t *testing.T) {
	check.Note{Package: "optim", Entry: "Average", Reference: "by hand"}.Write(t)
	for _, v := range []struct {
		decay float64
		want  []float64 // after p = 2, 4, 12
	}{
		{0.5, []float64{1.9, 3.6181818, 9.9045455}}, {0.15, []float64{1.9, 3.685, 10.75275}}, {0, []float64{2, 3, 6}},
	} {
		for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
			p := param(on, device.Float32, 1)
			a := NewAverage(v.decay, []tensor.Named{{Name: "p", Param: p}})
			for i, next := range []float64{2, 4, 12} {
				p.Value.CopyFrom(vector(p, next))
				a.Update()
				near(t, "average", &tensor.Param{Value: a.Values()[p]}, v.want[i:], 1e-6)
				near(t, "parameter", p, []float64{next}, 0)
			}
		}
	}
}

func TestAverageResumes(t *testing.T) {
	run := func(stop bool) []float32 {
		weight, _, all := model()
		a := NewAverage(0.9, all)
		for range 6 {
			if stop {
				b := NewAverage(0.9, all)
				if err := b.Restore(a.State()); err != nil {
					t.Fatal(err)
				}
				a = b
			}
			weight.Value.CopyFrom(weight.Value.Scale(1.1))
			a.Update()
		}
		return a.Values()[weight].Floats()
	}
	if a, b := run(false), run(true); !slices.Equal(a, b) {
		t.Errorf("%v, resumed %v", a, b)
	}
}

func TestAverageLeavesOutTheFrozen(t *testing.T) {
	weight, bias, all := model()
	bias.Frozen = true
	a := NewAverage(0.9, all)
	v := a.Values()
	if len(v) != 2 || v[weight] == nil || v[all[2].Param] == nil {
		t.Errorf("it holds %d", len(v))
	}
	if err := a.Restore(NewAverage(0.9, all[:1]).State()); err == nil {
		t.Error("it restored half a state")
	}
}
