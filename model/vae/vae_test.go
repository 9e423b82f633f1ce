package vae

import (
	"context"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Built by name and filled by formula, it answers what PyTorch does.
func TestAnswersEqualPyTorch(t *testing.T) {
	modeltest.Program(t, "testdata/vae.golden", "vae", 10, "evaluation logits", "evaluation mean", "evaluation log_variance")
}

func TestOverfitsOneBatch(t *testing.T) {
	m := New(rng.New(1), []int{1, 4, 8}, Config{Hidden: 32, Latent: 4})
	x := check.Formula(5, 0.5, 0.5, 4, 1, 4, 8).Round()
	opt := optim.New(optim.Adam{LR: 1e-2}, nn.Params(m))
	first, last := 0.0, 0.0
	for step := range 200 {
		loss, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			y := m.Run(p, []*tensor.Tensor{p.Input(x)})
			return objective.ELBOLoss{}.Loss(y[0], p.Input(x), y[1], y[2])
		})
		if err != nil {
			t.Fatal(err)
		}
		if last = loss; step == 0 {
			first = loss
		}
	}
	if last > 0.6*first {
		t.Errorf("the loss went from %v to %v", first, last)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "vae", model.Examples{Input: []int{4}, Tokens: 9}, ``, "tokens")
	modeltest.Refuses(t, "vae", model.Examples{Input: []int{1, 4, 8}}, `{"depth": 1}`, "depth")
}
