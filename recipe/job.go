package recipe

import (
	"context"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A job is a recipe made into things.
type job struct {
	recipe  *Recipe
	batch   int
	sets    *Sets // nil if the data was not read
	inputs  *Inputs
	model   nn.Layer
	goal    goal
	metrics []metric.Metric
}

// prepare reads the data of a recipe and makes its model.
func (r *Recipe) prepare(ctx context.Context) (*job, error) {
	sets, err := r.Load(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.takesProbabilities(sets); err != nil {
		return nil, err
	}
	j, err := r.job(sets.Inputs)
	if err != nil {
		return nil, err
	}
	j.sets = sets
	return j, nil
}

// job makes the model of a recipe for inputs that are known.
func (r *Recipe) job(in *Inputs) (*job, error) {
	s, err := build(datasets, "data", r.Data)
	if err != nil {
		return nil, err
	}
	j := &job{recipe: r, batch: s.Batch, inputs: in}
	if j.goal, err = build(objectives, "objective", r.Objective); err != nil {
		return nil, err
	}
	if err := j.goal.fit(r, in); err != nil {
		return nil, err
	}
	if j.metrics, err = r.measures(in); err != nil {
		return nil, err
	}
	config, err := r.Model.text()
	if err != nil {
		return nil, err
	}
	j.model, err = model.New(r.Model.Name, rng.New(r.Seed), in.examples(j.goal.outputs(in)), config)
	return j, err
}

// optimizer makes the optimizer of a run of so many steps.
func (j *job) optimizer(steps, perEpoch int) (*optim.Optimizer, error) {
	rule, err := build(optimizers, "optimizer", j.recipe.Optimizer)
	if err != nil {
		return nil, err
	}
	o := optim.New(rule, nn.Params(j.model))
	if err := j.recipe.Train.apply(o, rule); err != nil {
		return nil, err
	}
	if j.recipe.Schedule.Name != "" {
		pace, err := build(schedules, "schedule", j.recipe.Schedule)
		if err != nil {
			return nil, err
		}
		o.Schedule = pace(steps, perEpoch)
	}
	return o, nil
}

// updates returns how many updates an epoch has.
func (j *job) updates() int {
	group := j.batch * max(1, j.recipe.Train.Accumulate)
	return (j.sets.Train.Len() + group - 1) / group
}

// task returns what the model learns. Targets stay in their unit for the metrics; a model of numbers predicts them scaled,
// and one of two classes by one logit.
func (j *job) task() train.Task {
	if j.goal.of == classes {
		return train.Supervised(j.model, j.goal)
	}
	return train.Task{Model: j.model, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		z := j.model.Forward(p, p.Input(b.X))
		if j.goal.of == yesOrNo {
			z = z.Reshape(-1)
			return j.goal.Loss(z, b.Y.Cast(z.DType())), z
		}
		r := j.inputs.Rows
		return j.goal.Loss(z, b.Y.AddScalar(-r.Mean).Scale(1/r.Deviation)), j.inputs.unscaled(z)
	}}
}

// unscaled returns predicted numbers in the unit of the target.
func (in *Inputs) unscaled(z *tensor.Tensor) *tensor.Tensor {
	return z.Scale(in.Rows.Deviation).AddScalar(in.Rows.Mean)
}

// Summary returns the table of the layers of the recipe's model. The data is read only if the shape of its examples is not
// known without.
func (r *Recipe) Summary(ctx context.Context) (*nn.Summary, error) {
	s, err := build(datasets, "data", r.Data)
	if err != nil {
		return nil, err
	}
	var in *Inputs
	if s.like != nil {
		in = &Inputs{Shape: s.like.Input, Classes: make([]string, s.like.Outputs)}
	} else {
		sets, err := r.Load(ctx)
		if err != nil {
			return nil, err
		}
		in = sets.Inputs
	}
	j, err := r.job(in)
	if err != nil {
		return nil, err
	}
	if in.Texts != nil {
		return nn.SummarizeTokens(j.model, in.Shape...)
	}
	return nn.Summarize(j.model, in.Shape...)
}
