package recipe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/train"
)

// A Saved is a model that a run left in its folder.
type Saved struct {
	Dir    string
	Recipe *Recipe
	Work   Work // without its examples
	Job    *Job // with the model
	Step   int  // of the checkpoint

	// Damaged says which newer checkpoints were passed over, and why.
	Damaged []error

	full *job // with the examples; nil before they are wanted
}

// Open opens the model of a run folder: with the parameters of the best epoch, or averaged, if its recipe asks for that.
// The training data is not needed.
func Open(dir string) (*Saved, error) {
	s, err := openBare(dir)
	if err != nil {
		return nil, err
	}
	c, damaged, err := train.Latest(filepath.Join(dir, "checkpoints"))
	if errors.Is(err, train.ErrNoCheckpoint) {
		return nil, fmt.Errorf("%s has no checkpoint yet: the run did not come to its first; go on with it by jimu train --resume --out %s", dir, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; train again, or copy the folder back from where it is whole", err)
	}
	if err := train.LoadParams(nn.Params(s.Job.Model), c.Final()); err != nil {
		return nil, fmt.Errorf("%s, checkpoint of step %d: %w", dir, c.Step, err)
	}
	s.Step, s.Damaged = c.Step, damaged
	return s, nil
}

// OpenSnapshot opens a model as it was after an epoch, one of train.Snapshots, which a run keeps if "train.snapshot" asks
// for it.
func OpenSnapshot(dir string, epoch int) (*Saved, error) {
	s, err := openBare(dir)
	if err != nil {
		return nil, err
	}
	if err := train.LoadSnapshot(dir, epoch, nn.Params(s.Job.Model)); err != nil {
		return nil, fmt.Errorf("%s, snapshot of epoch %d: %w", dir, epoch, err)
	}
	return s, nil
}

// openBare makes the model of a run folder with its first weights.
func openBare(dir string) (*Saved, error) {
	r, err := Read(filepath.Join(dir, recipeName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is no run's folder: it has no %s; jimu train makes one", dir, recipeName)
	}
	if err != nil {
		return nil, err
	}
	w, err := r.reopen(dir)
	if err != nil {
		return nil, err
	}
	j, err := w.Begin(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return &Saved{Dir: dir, Recipe: r, Work: w, Job: j}, nil
}

// Keep writes the model into another folder, which can be opened as a run's; what is needed to train on stays behind.
func (s *Saved) Keep(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("keeping a model: %w", err)
	}
	if err := writeKept(dir, s.Work); err != nil {
		return fmt.Errorf("keeping a model: %w", err)
	}
	var weights train.Names
	for _, p := range nn.Params(s.Job.Model) {
		weights = append(weights, format.Named{Name: p.Name, Tensor: p.Param.Value})
	}
	c := train.Checkpoint{Step: s.Step, Meta: map[string]string{"recipe": s.Recipe.Name}, Files: map[string]train.Names{"model": weights}}
	if err := c.Save(filepath.Join(dir, "checkpoints")); err != nil {
		return fmt.Errorf("keeping a model: %w", err)
	}
	if err := replace(filepath.Join(dir, recipeName), s.Recipe.Document()); err != nil {
		return fmt.Errorf("keeping a model: %w", err)
	}
	return nil
}

// Evaluate reads the data of the recipe and tests the model again. The confusion of its classes is nil if it does not tell
// classes apart.
func (s *Saved) Evaluate(ctx context.Context) (*Result, *metric.Confusion, error) {
	j, err := s.withData(ctx)
	if err != nil {
		return nil, nil, err
	}
	res, err := j.test(ctx, &train.History{Steps: s.Step})
	if err != nil {
		return nil, nil, err
	}
	res.Epochs = s.Step / max(1, j.updates())
	if j.Confuse == nil {
		return res, nil, nil
	}
	confusion, err := j.Confuse(ctx)
	return res, confusion, err
}

// withData reads the data, sees to it that it is that of the run, and returns the job with it and with the model's
// parameters.
func (s *Saved) withData(ctx context.Context) (*job, error) {
	if s.full != nil {
		return s.full, nil
	}
	j, err := s.Recipe.prepare(ctx)
	if err != nil {
		return nil, err
	}
	was, errA := json.Marshal(s.Work.Kept())
	is, errB := json.Marshal(j.work.Kept())
	if err := errors.Join(errA, errB); err != nil {
		return nil, err
	}
	if !bytes.Equal(was, is) {
		return nil, fmt.Errorf("the data of %s has changed since the run: its inputs are not what %s says", s.Dir, inputsName)
	}
	learned := nn.Params(s.Job.Model)
	for i, p := range nn.Params(j.Model) {
		p.Param.Value.CopyFrom(learned[i].Param.Value)
	}
	s.full = j
	return j, nil
}

// Ask answers a question. The data is read if it is about the examples of the test set.
func (s *Saved) Ask(ctx context.Context, q Question) ([]Prediction, error) {
	q.Run = s.Dir
	all, err := s.Job.Predict(ctx, q)
	if !errors.Is(err, ErrNoData) {
		return all, err
	}
	j, err := s.withData(ctx)
	if err != nil {
		return nil, err
	}
	return j.Predict(ctx, q)
}

// Examine reads the data and has the model say what it makes of every example of its test set; nil if it can't be asked so.
func (s *Saved) Examine(ctx context.Context) (*Examination, error) {
	if s.Job.Examine == nil {
		return nil, nil
	}
	j, err := s.withData(ctx)
	if err != nil {
		return nil, err
	}
	return j.Examine(ctx)
}

// Result returns what the run came to when it ended. It is an error that it has not.
func (s *Saved) Result() (*Result, error) {
	text, err := os.ReadFile(filepath.Join(s.Dir, resultName))
	if err != nil {
		return nil, fmt.Errorf("the run has not ended: %w; go on with it by jimu train --resume --out %s", err, s.Dir)
	}
	res := new(Result)
	if err := json.Unmarshal(text, res); err != nil {
		return nil, fmt.Errorf("%s of %s is damaged: %w", resultName, s.Dir, err)
	}
	return res, nil
}

// Origin returns where the run came from.
func (s *Saved) Origin() (*Origin, error) { return readOrigin(s.Dir) }

// Plan returns how many examples there are of which kind. The data is read.
func (s *Saved) Plan(ctx context.Context) (Plan, error) {
	j, err := s.withData(ctx)
	if err != nil {
		return Plan{}, err
	}
	return j.plan(j.updates() * s.Recipe.Train.Epochs), nil
}
