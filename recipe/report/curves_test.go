package report

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/train"
)

// logged is the log of a loss, step by step, with its mean at the end.
func logged(loss func(step int) float64) (all []train.Record) {
	sum := 0.0
	for i := range 200 {
		sum += loss(i) / 200
		all = append(all, train.Record{Kind: "step", Step: i + 1, Values: train.Values{"loss": loss(i)}})
	}
	return append(all, train.Record{Kind: "epoch", Step: 200, Values: train.Values{"loss": sum}})
}

// The first steps don't set the axis of the loss where they are far above all others; where they are not, nothing is cut.
func TestTheFirstStepsDoNotSetTheAxis(t *testing.T) {
	steep := func(i int) float64 { return 10 - float64(i)/100 + 50*math.Exp(-float64(i)) }
	c := curves("steep", logged(steep))[0]
	if c.Title != "steep: loss" || c.LogY || c.High < 9.9 || c.High > 10.2 || c.Low > 8.01 || c.Low < 7.8 || c.Note != "the first steps are above, up to 60" {
		t.Errorf("%s: %v to %v, logarithmic: %v, %q", c.Title, c.Low, c.High, c.LogY, c.Note)
	}
	even := func(i int) float64 { return 10 - float64(i)/25 }
	if c := curves("even", logged(even))[0]; c.High != 0 || c.Note != "" {
		t.Errorf("an even loss is cut at %v: %q", c.High, c.Note)
	}
	far := func(i int) float64 { return 100*math.Exp(-float64(i)/60) + 1e5*math.Exp(-2*float64(i)) }
	if c := curves("far", logged(far))[0]; !c.LogY || c.Low <= 0 || c.High > 700 || c.Note == "" {
		t.Errorf("a loss that falls far: %v to %v, logarithmic: %v, %q", c.Low, c.High, c.LogY, c.Note)
	}
	tail := func(i int) float64 { return 100 * math.Exp(-float64(i)/20) }
	if c := curves("tail", logged(tail))[0]; !c.LogY || c.High != 0 || c.Note != "" {
		t.Errorf("a loss that falls evenly by powers: %v to %v, logarithmic: %v, %q", c.Low, c.High, c.LogY, c.Note)
	}
	for name, first := range map[string]bool{"broken at once": false, "broken behind the first": true} {
		broken := func(i int) float64 { return map[bool]float64{true: 1, false: math.NaN()}[(i == 0) == first] }
		if c := curves(name, logged(broken))[0]; c.High != 0 || c.Note != "" {
			t.Errorf("%s: %v, %q", name, c.High, c.Note)
		}
	}
}

// A spike among many steps that is not drawn as high as it was does not keep the axis from being cut.
func TestSpikesDoNotSetTheAxis(t *testing.T) {
	var all []train.Record
	for i := range 6000 {
		loss := 0.1 + 0.4*math.Exp(-float64(i)/30)
		if i == 3000 {
			loss = 0.5
		}
		all = append(all, train.Record{Kind: "step", Step: i + 1, Values: train.Values{"loss": loss}})
	}
	if c := curves("spike", all)[0]; c.High == 0 || c.High > 0.16 || c.Note != "the first steps are above, up to 0.5" {
		t.Errorf("%v to %v, %q", c.Low, c.High, c.Note)
	}
}
