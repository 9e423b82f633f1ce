package recipe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/train"
)

// A Saved is a model that a run left in its folder.
type Saved struct {
	Dir    string
	Recipe *Recipe
	Inputs *Inputs
	Model  nn.Layer
	Step   int // of the checkpoint

	// Damaged says which newer checkpoints were passed over, and why.
	Damaged []error

	job *job
}

// Open opens the model of a run folder: with the parameters of the best epoch, or averaged, if its recipe asks for that.
// The training data is not needed.
func Open(dir string) (*Saved, error) {
	r, err := Read(filepath.Join(dir, recipeName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is no run's folder: it has no %s; jimu train makes one", dir, recipeName)
	}
	if err != nil {
		return nil, err
	}
	in, err := readInputs(dir)
	if err != nil {
		return nil, err
	}
	j, err := r.job(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	c, damaged, err := train.Latest(filepath.Join(dir, "checkpoints"))
	if errors.Is(err, train.ErrNoCheckpoint) {
		return nil, fmt.Errorf("%s has no checkpoint yet: the run did not come to its first; go on with it by jimu train --resume --out %s", dir, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; train again, or copy the folder back from where it is whole", err)
	}
	if err := load(j.model, c); err != nil {
		return nil, fmt.Errorf("%s, checkpoint of step %d: %w", dir, c.Step, err)
	}
	return &Saved{Dir: dir, Recipe: r, Inputs: in, Model: j.model, Step: c.Step, Damaged: damaged, job: j}, nil
}

// load puts the parameters that a finished run would have into the model.
func load(m nn.Layer, c *train.Checkpoint) error {
	params := nn.Params(m)
	if best := c.Files["best"]; best != nil {
		return train.LoadParams(params, best)
	}
	averages := map[string]int{}
	for i, t := range c.Files["average"] {
		averages[t.Name] = i
	}
	names := append([]format.Named{}, c.Files["model"]...)
	for i, t := range names {
		if k, ok := averages[t.Name+"/average"]; ok {
			names[i].Tensor = c.Files["average"][k].Tensor
		}
	}
	return train.LoadParams(params, names)
}

// Evaluate reads the data of the recipe and tests the model again. The confusion of its classes is nil if it predicts a
// number.
func (s *Saved) Evaluate(ctx context.Context) (*Result, *metric.Confusion, error) {
	sets, err := s.sets(ctx)
	if err != nil {
		return nil, nil, err
	}
	s.job.sets = sets
	var confusion *metric.Confusion
	if s.Inputs.Classes != nil {
		confusion = &metric.Confusion{Names: s.Inputs.Classes}
	}
	metrics := s.job.metrics
	if confusion != nil {
		s.job.metrics = slices.Concat(metrics, []metric.Metric{confusion})
		defer func() { s.job.metrics = metrics }()
	}
	res, err := s.job.test(ctx, &train.History{Steps: s.Step})
	if err != nil {
		return nil, nil, err
	}
	delete(res.Metrics, "confusion")
	res.Epochs = s.Step / max(1, s.job.updates())
	return res, confusion, nil
}

// sets reads the data, and sees to it that it is that of the run.
func (s *Saved) sets(ctx context.Context) (*Sets, error) {
	sets, err := s.Recipe.Load(ctx)
	if err != nil {
		return nil, err
	}
	if a, b := fmt.Sprint(sets.Inputs.Shape, sets.Inputs.Classes), fmt.Sprint(s.Inputs.Shape, s.Inputs.Classes); a != b {
		return nil, fmt.Errorf("the data of %s has changed: its examples are %s, not %s", s.Dir, a, b)
	}
	return sets, nil
}

// Tests predicts the first n examples of the test set, with their targets in Want.
func (s *Saved) Tests(ctx context.Context, n int) ([]Prediction, error) {
	sets, err := s.sets(ctx)
	if err != nil {
		return nil, err
	}
	some := data.Range(sets.Test, 0, min(n, sets.Test.Len()))
	all, err := s.predict(ctx, some)
	if err != nil {
		return nil, err
	}
	for i := range all {
		b, err := some.Batch([]int{i}, 0)
		if err != nil {
			return nil, err
		}
		all[i].Input = fmt.Sprintf("test example %d", i+1)
		if s.Inputs.Classes != nil {
			all[i].Want = s.Inputs.Classes[b.Y.Ints()[0]]
		} else {
			all[i].Want = fmt.Sprintf("%.4g", b.Y.Floats()[0])
		}
	}
	return all, nil
}
