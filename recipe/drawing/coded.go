package drawing

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate/diffusion"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/vae"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// elbo are the hyperparameters of a variational autoencoder's loss, which is in nats a picture.
type elbo struct {
	Beta float64 // weight of how far codes are from standard normal
}

func (c elbo) goal() (recipe.Goal, error) {
	if c.Beta < 0 {
		return recipe.Goal{}, recipe.Errorf("objective.beta", "want 0 or more, not %v", c.Beta)
	}
	return goal(c), nil
}

// coded makes the job of a variational autoencoder. The code is drawn in evaluation too, so that the loss there is a bound.
func (w *work) coded(r *recipe.Recipe, c elbo) (*recipe.Job, *maker, error) {
	if r.Model.Name != "vae" {
		return nil, nil, wants(r, "vae")
	}
	built, err := r.NewProgram(model.Examples{Input: w.shape(), Outputs: 1})
	if err != nil {
		return nil, nil, err
	}
	m := built.(*vae.Model)
	loss := func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		x := p.Input(b.X).AddScalar(1).Scale(0.5) // from 0 to 1
		mean, logVariance := m.Encode(p, x)
		noise := p.Input(diffusion.Noise(p.Random(forLatents), mean.Shape()...))
		code := mean.Add(logVariance.Scale(0.5).Exp().Mul(noise))
		return objective.ELBOLoss{Beta: &c.Beta}.Loss(m.Decode(p, code), x, mean, logVariance), nil
	}
	codes := m.FC21.Weight.Value.Dim(0)
	return &recipe.Job{Task: train.Task{Model: m, Loss: loss}}, &maker{
		model: m, noise: []int{codes},
		draw: inOne(func(p *nn.Pass, code, _ *tensor.Tensor) *tensor.Tensor {
			return op.Sigmoid(m.Decode(p, code)).Scale(2).AddScalar(-1)
		}),
	}, nil
}
