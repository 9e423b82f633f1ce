package series

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// The worst windows do not predict the same steps, are drawn in the series' own numbers, and say when they are and how wrong.
func TestWorstWindows(t *testing.T) {
	path := csvFile(t, 200, func(i int) string { return fmt.Sprintf("%v,%d", 1000+float64(i)+20*math.Sin(float64(i*i)), i%3) })
	s, _ := run(t, "airline", "data=series", "data.file="+path, `data.targets=["level"]`, "data.past=6", "data.ahead=3", "data.validation=0.2",
		"train.epochs=5", `model={"name": "sequential", "layers": [{"layer": "flatten"}, {"layer": "linear"}]}`)
	e, err := s.Examine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, want := tensor.Values[float64](e.Outputs), tensor.Values[float64](e.Want)
	worst := e.Worst(5)
	for k, i := range worst {
		by := 0.0
		for j := 3 * i; j < 3*i+3; j++ {
			by += math.Abs(out[j]-want[j]) / 3
		}
		p, err := e.Show(i)
		if err != nil || len(p.Made) != 1 || !strings.Contains(string(p.Made[0].Data), ">what came<") {
			t.Fatalf("window %d: %+v, %v", i, p, err)
		}
		if said := fmt.Sprintf("wrong by %s in the mean of 3 steps", recipe.Number(by)); p.Wrong != said || p.Input != fmt.Sprintf("from day %d", 160+i) {
			t.Errorf("window %d is %q, %q; want %q", i, p.Input, p.Wrong, said)
		}
		for _, o := range worst[:k] {
			if d := o - i; d > -3 && d < 3 {
				t.Errorf("the windows %d and %d predict the same steps", o, i)
			}
		}
	}
	if len(worst) != 5 || s.Job.Scaled {
		t.Errorf("the worst are %v", worst)
	}
	all, err := s.Ask(t.Context(), recipe.Question{})
	if err != nil || !strings.HasPrefix(all[0].Wrong, "wrong by ") {
		t.Errorf("%+v, %v", all, err)
	}
}

// Of many columns those are drawn that are predicted worst, and the errors are told in deviations.
func TestWorstColumns(t *testing.T) {
	path := csvFile(t, 120, func(i int) string { return fmt.Sprintf("%d,%d", i%7, i%3) })
	s, _ := run(t, "airline", "data=series", "data.file="+path, "data.past=6", "data.ahead=1", "train.epochs=1", "metrics=[]")
	e, err := s.Examine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.Show(e.Worst(1)[0])
	if err != nil || len(p.Made) != 2 || !s.Job.Scaled || !strings.HasSuffix(p.Wrong, "of a column's standard deviation, in the mean of 2 columns") {
		t.Fatalf("%+v, %v", p, err)
	}
	if svg := string(p.Made[0].Data); !strings.Contains(svg, ": wrong by ") || !strings.Contains(svg, "480 270") {
		t.Errorf("%.300s", svg)
	}
}

func TestApart(t *testing.T) {
	wrong := []float64{1, 2, 3, 2.5, 9, 1, 4, 4, 0.5}
	apart(wrong, 3)
	if want := []float64{0, 2, 0, 0, 9, 0, 0, 4, 0}; !slices.Equal(wrong, want) {
		t.Errorf("%v, want %v", wrong, want)
	}
}

// A single step is told by its numbers.
func TestOffByOneStep(t *testing.T) {
	if got := offBy([]float64{405}, []float64{432}, "1 months"); got != "405 predicted, 432 came: wrong by 27" {
		t.Errorf("%q", got)
	}
}
