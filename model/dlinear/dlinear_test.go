package dlinear

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Built by name and filled by formula, it answers what the reference does.
func TestAnswersEqualTheReference(t *testing.T) {
	modeltest.Rows(t, "testdata/dlinear.golden", "dlinear")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("dlinear", rng.New(1), model.Examples{Input: []int{8, 2}, Outputs: 6}, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 8, 2), check.Formula(6, 0, 1, 4, 6)
	modeltest.Overfits(t, "dlinear", m, 1e-1, 300, 0.02, func(p *nn.Pass) objective.Loss {
		return objective.MeanSquaredError(m.Forward(p, x), y)
	})
}

// With weights of 1/t it begins as the mean of what it saw, but for the bias.
func TestAverage(t *testing.T) {
	m, err := New(rng.New(1), model.Examples{Input: []int{4, 1}, Outputs: 2}, Config{Kernel: 3, Average: true})
	if err != nil {
		t.Fatal(err)
	}
	m.Rest[0].Bias.Value.Fill(0)
	m.Trend[0].Bias.Value.Fill(0)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	for _, y := range m.Forward(p, p.Input(tensor.Of([]float32{1, 2, 3, 6}, 1, 4, 1))).Floats() {
		if math.Abs(float64(y)-3) > 1e-6 {
			t.Errorf("got %v, want the mean 3", y)
		}
	}
}

// Columns that are predicted alone come out as they do among all, by maps for all and by maps of their own.
func TestTargets(t *testing.T) {
	for _, individual := range []bool{false, true} {
		all, err := New(rng.New(1), model.Examples{Input: []int{8, 3}, Outputs: 4 * 3}, Config{Kernel: 3, Individual: individual})
		if err != nil {
			t.Fatal(err)
		}
		some, err := New(rng.New(2), model.Examples{Input: []int{8, 3}, Outputs: 4 * 2, Targets: []int{2, 0}}, Config{Kernel: 3, Individual: individual})
		if err != nil {
			t.Fatal(err)
		}
		from := []int{0}
		if individual {
			from = []int{2, 0}
		}
		if len(some.Rest) != len(from) {
			t.Fatalf("%d maps, want %d", len(some.Rest), len(from))
		}
		for i, k := range from {
			some.Rest[i], some.Trend[i] = all.Rest[k], all.Trend[k]
		}
		p := nn.NewPass(nn.PassConfig{})
		x := p.Input(check.Formula(5, 0, 1, 4, 8, 3))
		want := all.Forward(p, x).Reshape(4, 4, 3).Take(2, tensor.Of([]int64{2, 0}, 2)).Reshape(4, -1)
		if got := some.Forward(p, x); !slices.Equal(got.Floats(), want.Floats()) {
			t.Errorf("got %v, want %v", got.Floats(), want.Floats())
		}
		p.Close()
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{8, 2}, Outputs: 6}
	modeltest.Refuses(t, "dlinear", model.Examples{Input: []int{9}, Outputs: 2}, ``, "no series")
	modeltest.Refuses(t, "dlinear", model.Examples{Input: []int{8, 2}, Outputs: 5}, ``, "no whole steps of 2 columns")
	modeltest.Refuses(t, "dlinear", model.Examples{Input: of.Input, Outputs: 6, Targets: []int{0, 1, 0, 1}}, ``, "6 numbers to predict are no whole steps of 4 columns")
	modeltest.Refuses(t, "dlinear", model.Examples{Input: of.Input, Outputs: 6, Targets: []int{2}}, ``, "the target 2 is not among 2 columns")
	modeltest.Refuses(t, "dlinear", of, `{"kernel": 4}`, "want an odd number")
	modeltest.Refuses(t, "dlinear", of, `{"depth": 1}`, "depth")
}
