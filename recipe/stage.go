package recipe

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/train"
)

// A Stage is what a model, or a part of it, learns before what the job is about, such as hidden words of texts: a task over other
// examples, with the recipe's optimizer and schedule, from their beginning.
//
// It has checkpoints of its own in the run's folder, so that a run that is stopped in it goes on to the same bits. What its task
// learns that is not the job's, such as a head, is gone afterwards.
type Stage struct {
	Name  string // of its folder in the run's, and to people: "pretraining"
	About string // what is learned: "hidden words of 240 passages"
	train.Task
	Set     data.Set
	Batch   int
	Batcher data.Batcher // of batches that are not all of that size; nil: they are
	Epochs  int
}

// stage runs what comes before, if anything does and the run is not behind it. It returns what that took.
func (j *job) stage(ctx context.Context, o Options) (*train.History, error) {
	s := j.First
	if s == nil || s.Epochs == 0 {
		return new(train.History), nil
	}
	c := train.Config{
		Epochs: s.Epochs, BatchSize: s.Batch, Batcher: s.Batcher, Seed: j.recipe.Seed, Resume: o.Resume,
		Meta: map[string]string{"recipe": j.recipe.Name, "stage": s.Name}, Warn: o.Warn,
	}
	if o.Dir != "" {
		c.Dir = filepath.Join(o.Dir, s.Name)
	}
	if _, _, err := train.Latest(filepath.Join(c.Dir, "checkpoints")); err != nil && o.goesOn() {
		return new(train.History), nil // somebody has thrown it away, and nothing is left to do in it
	}
	if o.Stage != nil {
		if hear := o.Stage(s); hear != nil {
			c.Callbacks = []train.Callback{hear}
		}
	}
	c.Precision, _ = j.recipe.Train.precision()
	perEpoch := batches(s.Set, s.Batch, s.Batcher)
	opt, err := j.optimizer(s.Model, perEpoch*s.Epochs, perEpoch)
	if err != nil {
		return nil, err
	}
	h, err := train.Fit(ctx, s.Task, opt, s.Set, c)
	if err != nil {
		return nil, fmt.Errorf("%s, which comes first: %w", s.Name, err)
	}
	return h, nil
}

// batches returns how many batches an epoch over a set has.
func batches(set data.Set, size int, b data.Batcher) int {
	return (&data.Loader{Set: set, BatchSize: size, Batcher: b, Ordered: true}).Len()
}
