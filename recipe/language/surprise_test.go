package language

import (
	"math"
	"testing"

	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
)

// The mean is the loss of the text, and the token that surprises most is the least likely one that is to be predicted.
func TestSurprises(t *testing.T) {
	third := math.Log(3) // of three to one to one: probabilities 3/5, 1/5, 1/5
	z := tensor.Of([]float64{
		third, 0, 0, 0, third, 0, 0, 0, 5, 0, 0, 9,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	}, 2, 4, 3)
	y := tensor.Of([]int64{0, 0, 2, dataset.Unlabelled, 1, dataset.Unlabelled, dataset.Unlabelled, dataset.Unlabelled}, 2, 4)
	all := surprises(z, y)
	for i, s := range all {
		l := objective.MaskedLMLoss{}.Loss(z.Slice(0, i, i+1), y.Slice(0, i, i+1))
		if want := l.Sum.Item() / l.Count; math.Abs(s.mean-want) > 1e-6 {
			t.Errorf("text %d: %v a token, want its loss %v", i, s.mean, want)
		}
	}
	s := all[0]
	if s.at != 1 || math.Abs(s.had-0.2) > 1e-6 || s.guess != 1 || math.Abs(s.sure-0.6) > 1e-6 {
		t.Errorf("%+v, want token 1 of probability 0.2, where 1 was likeliest with 0.6", s)
	}
}

func TestProbabilitiesAreReadable(t *testing.T) {
	for p, want := range map[float64]string{
		1: "100 %", 0.996: "100 %", 0.62: "62 %", 0.0999: "10.0 %", 0.025: "2.5 %", 0.00033: "0.033 %", 2e-6: "0.00020 %", 3e-9: "less than 0.0001 %", 0: "less than 0.0001 %",
	} {
		if got := percent(p); got != want {
			t.Errorf("%v reads %s, want %s", p, got, want)
		}
	}
}
