package ddpm

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

// Built by name and filled by formula, it answers what UNet2DModel of diffusers does.
func TestAnswersEqualDiffusers(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/ddpm.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			m, err := model.NewProgram("ddpm", nil, model.Examples{Input: c.Shape("x")[1:]}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, learned(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			in := []*tensor.Tensor{tensor.Of(c.Float32("x"), c.Shape("x")...), tensor.Of(c.Int64("step"), c.Shape("step")...)}
			if c.Has("class") {
				in = append(in, tensor.Of(c.Int64("class"), c.Shape("class")...))
			}
			for i := range in {
				in[i] = p.Input(in[i])
			}
			check.CloseScaled(t, "noise", m.Run(p, in)[0].Floats(), c.Float32("noise"), 20*c.Float("err32")+1e-5)
		})
	}
}

// learned returns the parameters without what follows from the configuration.
func learned(m model.Program) (params []tensor.Named) {
	for _, q := range nn.Params(m) {
		if !q.Buffer {
			params = append(params, q)
		}
	}
	return params
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.NewProgram("ddpm", rng.New(1), model.Examples{Input: []int{1, 8, 8}}, json.RawMessage(`{"channels":[8,16],"blocks":1,"groups":4}`))
	if err != nil {
		t.Fatal(err)
	}
	in := []*tensor.Tensor{check.Formula(5, 0, 1, 4, 1, 8, 8), tensor.Of([]int64{1, 20, 300, 900}, 4), tensor.Of([]int64{0, 1, 2, 1}, 4)}
	noise := check.Formula(6, 0, 1, 4, 1, 8, 8)
	opt := optim.New(optim.Adam{LR: 5e-3}, nn.Params(m))
	loss := 0.0
	for range 120 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.MeanSquaredError(m.Run(p, in[:len(m.Inputs())])[0], noise)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.05 { // the noise itself has 1/3
		t.Errorf("after 120 steps on one batch the loss is %v", loss)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	for _, c := range []struct {
		of         model.Examples
		text, want string
	}{
		{model.Examples{Input: []int{3, 30, 32}}, "", "30×32 cannot be halved"},
		{model.Examples{Input: []int{3, 32, 32}}, "{\"channels\": [30]}", "30 channels at level 0"},
		{model.Examples{Input: []int{9}}, "", "pictures"},
		{model.Examples{Input: []int{3, 32, 32}}, "{\"deep\": 1}", "deep"},
	} {
		if _, err := model.NewProgram("ddpm", nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}
