package recipe

import (
	"context"

	"github.com/jimu-ml/jimu/internal/usage"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
)

// A job is a recipe made into things.
type job struct {
	*Job
	recipe *Recipe
	work   Work
}

// prepare reads the data of a recipe and makes its model.
func (r *Recipe) prepare(ctx context.Context) (*job, error) {
	w, err := r.Load(ctx)
	if err != nil {
		return nil, err
	}
	return r.begin(w)
}

func (r *Recipe) begin(w Work) (*job, error) {
	j, err := w.Begin(r)
	if err != nil {
		return nil, err
	}
	return &job{j, r, w}, nil
}

// NewLayer makes the model that a recipe names, with the first weights of its seed.
func (r *Recipe) NewLayer(of model.Examples) (nn.Layer, error) {
	config, err := r.room(of, usage.Memory())
	if err != nil {
		return nil, err
	}
	return model.New(r.Model.Name, rng.New(r.Seed), of, config)
}

// NewProgram is [Recipe.NewLayer] for models with several inputs or outputs.
func (r *Recipe) NewProgram(of model.Examples) (model.Program, error) {
	config, err := r.room(of, usage.Memory())
	if err != nil {
		return nil, err
	}
	return model.NewProgram(r.Model.Name, rng.New(r.Seed), of, config)
}

// optimizers makes the optimizers of a run of so many steps: it returns that of the task's loss, and gives the players theirs.
func (j *job) optimizers(steps, perEpoch int) (*optim.Optimizer, error) {
	if j.Sides == nil {
		return j.optimizer(j.Model, steps, perEpoch)
	}
	for i := range j.Players {
		p := &j.Players[i]
		every := max(1, p.Every)
		var err error
		if p.Optimizer, err = j.optimizer(j.Sides[i+1], steps/every, perEpoch/every); err != nil {
			return nil, err
		}
	}
	return j.optimizer(j.Sides[0], steps, perEpoch)
}

// optimizer makes the optimizer of a model that moves so many times.
func (j *job) optimizer(m any, steps, perEpoch int) (*optim.Optimizer, error) {
	rule, err := build(optimizers, "optimizer", j.recipe.Optimizer)
	if err != nil {
		return nil, err
	}
	o := optim.New(rule, learned(nn.Params(m)))
	if err := j.recipe.Train.apply(o, rule); err != nil {
		return nil, err
	}
	if j.recipe.Schedule.Name != "" {
		pace, err := build(schedules, "schedule", j.recipe.Schedule)
		if err != nil {
			return nil, err
		}
		o.Schedule = pace(max(1, steps), max(1, perEpoch))
	}
	return o, nil
}

// updates returns how many updates an epoch has.
func (j *job) updates() int {
	s := j.work.Sets()
	group := max(1, j.recipe.Train.Accumulate)
	return (batches(s.Train, s.Batch, s.Batcher) + group - 1) / group
}

// Summary returns the table of the layers of the recipe's model. The data is read only if the shape of its examples is not
// known without.
func (r *Recipe) Summary(ctx context.Context) (*nn.Summary, error) {
	s, err := r.source()
	if err != nil {
		return nil, err
	}
	var w Work
	if s.Like != nil {
		w = Supervise(&Inputs{Shape: s.Like.Input, Tokens: s.Like.Tokens, Classes: make([]string, s.Like.Outputs)}, nil)
	} else if w, err = r.Load(ctx); err != nil {
		return nil, err
	}
	j, err := w.Begin(r)
	if err != nil {
		return nil, err
	}
	return summarize(j)
}

func summarize(j *Job) (*nn.Summary, error) {
	l, ok := j.Model.(nn.Layer)
	switch {
	case ok && j.Examples.Tokens > 0:
		return nn.SummarizeTokens(l, j.Examples.Input...)
	case ok:
		return nn.Summarize(l, j.Examples.Input...)
	}
	p, ok := j.Model.(model.Program)
	if !ok {
		return nil, severalOf(j.Model)
	}
	var in []nn.Input
	for _, port := range p.Inputs() {
		in = append(in, nn.Input{DType: port.DType, Shape: port.Shape})
	}
	return nn.SummarizeRun(p, in, p.Run)
}
