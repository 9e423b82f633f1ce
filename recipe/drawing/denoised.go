package drawing

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate/diffusion"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// diffused are the hyperparameters of diffusion.
type diffused struct {
	Schedule     string  // of the noise: cosine, linear or scaled_linear
	Steps        int     // of the schedule
	Predict      string  // what the model tells of a noised picture: noise, example or velocity
	Gamma        float64 // γ of the weights of the steps by their ratio of signal to noise; 0: all weigh 1
	Sampler      string  // dpm_solver, ddim or ddpm
	SamplerSteps int     // how often it calls the model for a picture
}

var (
	schedules = map[string]func(steps int) objective.NoiseSchedule{
		"cosine": objective.CosineNoise, "linear": objective.LinearNoise, "scaled_linear": objective.ScaledLinearNoise,
	}
	predicted = map[string]objective.Predicted{
		"noise": objective.PredictNoise, "example": objective.PredictExample, "velocity": objective.PredictVelocity,
	}
)

func (c diffused) goal() (recipe.Goal, error) {
	_, predicts := predicted[c.Predict]
	var err error
	switch {
	case schedules[c.Schedule] == nil:
		err = recipe.Errorf("objective.schedule", "there is no schedule %q; want cosine, linear or scaled_linear", c.Schedule)
	case c.Steps < 2 || c.Steps > 100_000:
		err = recipe.Errorf("objective.steps", "want 2 to 100000, not %d", c.Steps)
	case !predicts:
		err = recipe.Errorf("objective.predict", "a model predicts no %q; want noise, example or velocity", c.Predict)
	case c.Gamma < 0:
		err = recipe.Errorf("objective.gamma", "want 0 or more, not %v", c.Gamma)
	case c.Sampler != "dpm_solver" && c.Sampler != "ddim" && c.Sampler != "ddpm":
		err = recipe.Errorf("objective.sampler", "there is no sampler %q; want dpm_solver, ddim or ddpm", c.Sampler)
	case c.SamplerSteps < 1 || c.SamplerSteps > c.Steps:
		err = recipe.Errorf("objective.sampler_steps", "want 1 to the schedule's %d, not %d", c.Steps, c.SamplerSteps)
	}
	return goal(c), err
}

// A denoiser is a network of pictures, steps and, if it has them, classes.
type denoiser struct {
	diffused
	loss  objective.DiffusionLoss
	net   model.Program
	asked bool // by class
}

// tell returns what the network tells of noised pictures.
func (d *denoiser) tell(p *nn.Pass, x, step, class *tensor.Tensor) *tensor.Tensor {
	in := []*tensor.Tensor{x, p.Input(step)}
	if d.asked {
		in = append(in, class)
	}
	return d.net.Run(p, in)[0]
}

// learn is the loss of a batch, each picture noised to a step of its own.
func (d *denoiser) learn(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	x := p.Input(b.X)
	noise := p.Input(diffusion.Noise(p.Random(forLatents), x.Shape()...))
	step := d.loss.Schedule.Steps(x.Dim(0), p.Random(forPoints))
	told := d.tell(p, d.loss.Schedule.Noised(x, noise, step), step, p.Input(b.Y))
	if told.Dim(1) != x.Dim(1) {
		panic(tensor.Errorf("drawing", "the network tells the variance too, which nothing here learns: set model.fixed_variance to true"))
	}
	return d.loss.Loss(told, x, noise, step), nil
}

// draw goes back from noise to pictures. It is a function of the noise: what ddpm adds on the way has one key.
func (d *denoiser) draw(run passes, noise, class *tensor.Tensor) *tensor.Tensor {
	const clip = 1
	told := func(x, step *tensor.Tensor) *tensor.Tensor {
		return run(func(p *nn.Pass) *tensor.Tensor { return d.tell(p, p.Input(x), step, class) })
	}
	switch d.Sampler {
	case "ddim":
		return diffusion.DDIM{Model: d.loss, Steps: d.SamplerSteps, Clip: clip}.Sample(told, noise, 0)
	case "ddpm":
		return diffusion.DDIM{Model: d.loss, Steps: d.SamplerSteps, Clip: clip, Eta: 1}.Sample(told, noise, rng.KeyOf(1))
	}
	return diffusion.DPMSolver{Model: d.loss, Steps: d.SamplerSteps, Clip: clip}.Sample(told, noise)
}

// denoised makes the job of a denoiser.
func (w *work) denoised(r *recipe.Recipe, c diffused) (*recipe.Job, *maker, error) {
	if r.Model.Name != "ddpm" && r.Model.Name != "dit" {
		return nil, nil, wants(r, "ddpm or dit")
	}
	net, err := r.NewProgram(model.Examples{Input: w.shape(), Outputs: 1})
	if err != nil {
		return nil, nil, err
	}
	d := &denoiser{diffused: c, net: net, loss: objective.DiffusionLoss{
		Schedule: schedules[c.Schedule](c.Steps), Predict: predicted[c.Predict], Gamma: c.Gamma,
	}}
	m := &maker{model: net, noise: w.shape(), draw: d.draw}
	if ports := net.Inputs(); len(ports) == 3 {
		if ports[2].Below < len(w.Classes) {
			return nil, nil, w.all(ports[2].Below)
		}
		d.asked, m.classes = true, w.Classes
	}
	return &recipe.Job{Task: train.Task{Model: net, Loss: d.learn}}, m, nil
}
