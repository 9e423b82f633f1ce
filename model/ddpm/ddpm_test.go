package ddpm

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Built by name and filled by formula, it answers what UNet2DModel of diffusers does.
func TestAnswersEqualDiffusers(t *testing.T) {
	modeltest.Program(t, "testdata/ddpm.golden", "ddpm", 20, "noise")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.NewProgram("ddpm", rng.New(1), model.Examples{Input: []int{1, 8, 8}}, json.RawMessage(`{"channels":[8,16],"blocks":1,"groups":4}`))
	if err != nil {
		t.Fatal(err)
	}
	in := []*tensor.Tensor{check.Formula(5, 0, 1, 4, 1, 8, 8), tensor.Of([]int64{1, 20, 300, 900}, 4), tensor.Of([]int64{0, 1, 2, 1}, 4)}
	noise := check.Formula(6, 0, 1, 4, 1, 8, 8)
	// the noise itself has 1/3
	modeltest.Overfits(t, "ddpm", m, 5e-3, 120, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.MeanSquaredError(m.Run(p, in[:len(m.Inputs())])[0], noise)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "ddpm", model.Examples{Input: []int{3, 30, 32}}, ``, "30×32 cannot be halved")
	modeltest.Refuses(t, "ddpm", model.Examples{Input: []int{3, 32, 32}}, `{"channels": [30]}`, "30 channels at level 0")
	modeltest.Refuses(t, "ddpm", model.Examples{Input: []int{9}}, ``, "pictures")
	modeltest.Refuses(t, "ddpm", model.Examples{Input: []int{3, 32, 32}}, `{"deep": 1}`, "deep")
}
