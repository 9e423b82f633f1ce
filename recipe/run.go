package recipe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/internal/usage"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/train"
)

// Options say where a run is kept and who hears of it.
type Options struct {
	Dir       string // the run's folder; "": nothing is kept
	Resume    bool   // go on with the run in Dir, if there is one
	Until     int    // train no further than this epoch, and do not test; 0: to the end
	Begin     func(Plan)
	Callbacks []train.Callback
	Stage     func(*Stage) train.Callback // is told of a stage before it begins, and says who hears of it; nil: nobody
	Warn      func(error)                 // what did not stop the run
}

// Run does what a recipe says: it reads the data, makes the model, trains it, and tests it on examples that it has not seen.
//
// The recipe and what its inputs are is written into the run's folder first; the rest of it is that of train.Fit. If the
// context is cancelled, the run is saved, and the error is the context's; with Resume, the same recipe goes on to the same
// bits. Only the number of epochs may then be another one. If the numbers leave the finite, the result beside the error has the
// verdict: where, and at which step.
//
// A run until an epoch is part of one to the end: its schedule is that of all epochs, and it can be gone on with.
func Run(ctx context.Context, r *Recipe, o Options) (*Result, error) {
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	j, err := r.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if err := j.monitors(); err != nil {
		return nil, err
	}
	if err := j.start(o); err != nil {
		return nil, err
	}
	if o.Dir != "" {
		letGo, err := hold(o.Dir)
		if err != nil {
			return nil, err
		}
		defer letGo()
		if err := j.begin(o); err != nil {
			return nil, err
		}
	}
	if err := r.contexts(); err != nil {
		o.Warn(err)
	}
	perEpoch := j.updates()
	steps := perEpoch * r.Train.Epochs
	if o.Begin != nil {
		o.Begin(j.plan(steps))
	}
	opt, err := j.optimizers(steps, perEpoch)
	if err != nil {
		return nil, err
	}
	before, err := j.stage(ctx, o)
	if err != nil {
		return &Result{Recipe: r.Name}, err
	}
	h, err := train.Fit(ctx, j.Task, opt, j.work.Sets().Train, j.config(o))
	if err != nil {
		return &Result{Recipe: r.Name, History: h, Verdict: train.VerdictOf(err)}, err
	}
	h.Seconds, h.CPU, h.Examples = h.Seconds+before.Seconds, h.CPU+before.CPU, h.Examples+before.Examples
	if o.Until > 0 {
		return &Result{Recipe: r.Name, Epochs: len(h.Epochs), Steps: h.Steps, Seconds: h.Seconds, CPUSeconds: h.CPU, History: h}, nil
	}
	res, err := j.test(ctx, h)
	if err == nil {
		v := h.Verdict()
		res.Verdict = &v
	}
	if err == nil && o.Dir != "" {
		err = res.write(o.Dir)
	}
	return res, err
}

func (j *job) config(o Options) train.Config {
	t, s := j.recipe.Train, j.work.Sets()
	if j.Callback != nil {
		o.Callbacks = append([]train.Callback{j.Callback}, o.Callbacks...)
	}
	precision, _ := t.precision() // which was looked at as the recipe was read
	return train.Config{
		Precision: precision,
		Epochs:    t.Epochs, BatchSize: s.Batch, Batcher: s.Batcher, Accumulate: t.Accumulate, Seed: j.recipe.Seed,
		Validation: s.Validation, EvaluationBatch: s.Evaluated, Metrics: j.Metrics, Monitor: t.Monitor, Patience: t.Patience, KeepBest: t.KeepBest,
		Average: t.Average, Dir: o.Dir, Resume: o.Resume, SaveEvery: t.SaveEvery, Snapshot: t.Snapshot, Until: o.Until,
		Meta: map[string]string{"recipe": j.recipe.Name}, Callbacks: o.Callbacks, Warn: o.Warn,
	}
}

// wattsOfThread is what a busy hardware thread of a server is taken to draw, where no counter tells: the figure that
// CodeCarbon falls back on.
const wattsOfThread = 4

// test evaluates the final model.
func (j *job) test(ctx context.Context, h *train.History) (*Result, error) {
	v, err := j.Test(ctx)
	if err != nil {
		return nil, fmt.Errorf("the test: %w", err)
	}
	s := j.work.Sets()
	res := &Result{
		Recipe: j.recipe.Name, Epochs: len(h.Epochs), Steps: h.Steps, Loss: v["loss"], Metrics: v, Seconds: h.Seconds,
		CPUSeconds: h.CPU, PeakBytes: usage.Peak(), Joules: h.CPU * wattsOfThread,
		WeightsSHA256: train.WeightsDigest(nn.Params(j.Model)),
		Tested:        s.Test.Len(), Unit: s.Unit, Classes: j.Classes, Writer: j.Writer, History: h,
	}
	delete(res.Metrics, "loss")
	if h.Seconds > 0 {
		res.ExamplesPerSecond = float64(h.Examples) / h.Seconds
	}
	return res, nil
}

const recipeName = "recipe.json"

// begin writes the recipe into the run's folder, or compares it with the one that is there.
func (j *job) begin(o Options) error {
	path := filepath.Join(o.Dir, recipeName)
	old, err := Read(path)
	switch {
	case o.Resume && err == nil:
		if err := j.recipe.continues(old, o.Dir); err != nil {
			return err
		}
		if err := j.forget(old, o.Dir); err != nil {
			return err
		}
	case errors.Is(err, os.ErrNotExist): // to be begun
	case o.Resume:
		return err
	default:
		return errorf("", "%s holds a run already; go on with it by --resume, or give another folder by --out", o.Dir)
	}
	if err := j.trace(o.Dir, old != nil); err != nil {
		return err
	}
	if err := writeKept(o.Dir, j.work); err != nil {
		return fmt.Errorf("the run's folder: %w", err)
	}
	if err := replace(path, j.recipe.Document()); err != nil {
		return fmt.Errorf("the run's folder: %w", err)
	}
	return nil
}

// forget removes the result of a run that is to go on for more epochs than it ended with: it is another model's from then on.
func (j *job) forget(old *Recipe, dir string) error {
	if j.recipe.Train.Epochs == old.Train.Epochs {
		return nil
	}
	if err := os.Remove(filepath.Join(dir, resultName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the run's folder: %w", err)
	}
	return nil
}

// trace writes where the run comes from, or sees to it that the data is still the same.
func (j *job) trace(dir string, resumed bool) error {
	is, err := newOrigin(j.work.Sets().Files)
	if err != nil {
		return err
	}
	if was, err := readOrigin(dir); err == nil && resumed {
		return was.sameData(is)
	}
	if err := is.startedFrom(j.recipe.Start.Weights); err != nil {
		return err
	}
	if err := is.write(dir); err != nil {
		return fmt.Errorf("the run's folder: %w", err)
	}
	return nil
}

// replace makes a file appear under its name at once, so that a kill leaves no half of it.
func replace(path string, text []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, text, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// continues reports how a recipe differs from that of the run that it is to go on with.
func (r *Recipe) continues(old *Recipe, dir string) error {
	was := *old
	was.Train.Epochs, was.About, was.Name = r.Train.Epochs, r.About, r.Name
	if bytes.Equal(was.Document(), r.Document()) {
		return nil
	}
	a, errA := parseObject(was.Document())
	b, errB := parseObject(r.Document())
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	path, x, y := differing(a, b)
	return errorf(path, "the run in %s was begun %s, not %s; resume it as it was, or begin another by --out", dir, x, y)
}
