package mixer

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Built by name and filled by formula, it answers what the reference does, in evaluation and in training.
func TestAnswersEqualTheReference(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/mixer.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			of := model.Examples{Input: c.Shape("x")[1:], Outputs: c.Shape("evaluation")[1]}
			m, err := model.New("mixer", nil, of, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			for _, training := range []bool{false, true} {
				what := map[bool]string{false: "evaluation", true: "training"}[training]
				p := nn.NewPass(nn.PassConfig{Training: training})
				y := m.Forward(p, p.Input(tensor.Of(c.Float32("x"), c.Shape("x")...)))
				check.CloseScaled(t, what, y.Floats(), c.Float32(what), 10*c.Float("err32")+1e-5)
				p.Close()
			}
		})
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("mixer", rng.New(1), model.Examples{Input: []int{3, 8, 8}, Outputs: 2}, json.RawMessage(`{"patch":4,"width":16,"blocks":2}`))
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 6, 3, 8, 8), tensor.Of([]int64{0, 1, 1, 0, 1, 0}, 6)
	opt := optim.New(optim.Adam{LR: 1e-2}, nn.Params(m))
	loss := 0.0
	for range 150 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.05 {
		t.Errorf("after 150 steps on one batch the loss is %v", loss)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	for _, c := range []struct {
		of         model.Examples
		text, want string
	}{
		{model.Examples{Input: []int{3, 10, 8}, Outputs: 2}, `{"patch": 4}`, "patches of 4 do not divide pictures of 10×8"},
		{model.Examples{Input: []int{9}, Outputs: 2}, ``, "no pictures"},
		{model.Examples{Input: []int{3, 8, 8}, Outputs: 2}, `{"depth": 1}`, "depth"},
	} {
		if _, err := model.New("mixer", nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}
