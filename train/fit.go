package train

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Fit trains a task on a set: epochs of updates, evaluation after each, checkpoints, records.
//
// A run is a function of the initial parameters, the set, the optimizer and the configuration: the same give the same
// bits on any number of processors. If the context is cancelled, Fit saves a checkpoint and returns the context's error;
// a later call with Resume, the same model, set and configuration ends with the bits of a run that was never stopped,
// also after a kill at any instant.
//
// The history is returned with an error too, as far as the run came.
func Fit(ctx context.Context, t Task, opt *optim.Optimizer, set data.Set, c Config) (*History, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if set.Len() == 0 {
		return nil, errors.New("train: the set is empty")
	}
	if err := t.checkPlayers(); err != nil {
		return nil, err
	}
	r := newRun(t, opt, set, c)
	if err := r.open(); err != nil {
		return nil, err
	}
	r.at.History.Players = t.names()
	err = r.epochs(ctx)
	err = errors.Join(err, r.close(err == nil && r.ended()))
	return &r.at.History, err
}

// A run is a call of Fit under way.
type run struct {
	Config
	task    Task
	opt     *optim.Optimizer
	loader  data.Loader
	batches int // of an epoch
	stepper Stepper
	players []Stepper // of the task's, in their order
	params  []tensor.Named
	average *optim.Average // nil: none
	best    []*tensor.Tensor
	sinks   []sink
	at      position
	began   time.Time // of this call, less the seconds of earlier ones
	spent   float64   // of processors' time before this call, likewise
	rate    speed
}

// position is where a run is: what a checkpoint keeps beside tensors.
type position struct {
	Epoch   int              `json:"epoch"` // complete ones
	Batch   int              `json:"batch"` // seen of the one under way
	Sum     float64          `json:"sum"`   // of the losses of the epoch under way
	Count   float64          `json:"count"`
	Players map[string]total `json:"players,omitempty"` // likewise, of the players
	Stale   int              `json:"stale"`
	Seed    uint64           `json:"seed"`
	History History          `json:"history"`
}

func newRun(t Task, opt *optim.Optimizer, set data.Set, c Config) *run {
	key := rng.KeyOf(c.Seed)
	r := &run{
		Config: c, task: t, opt: opt, params: nn.Params(t.Model),
		loader:  data.Loader{Set: set, BatchSize: c.BatchSize, Key: key.Child("data"), Prefetch: c.Workers, Batcher: c.Batcher},
		stepper: Stepper{Optimizer: opt, Key: key.Child("step"), Precision: c.Precision},
	}
	for _, p := range t.Players {
		r.players = append(r.players, Stepper{Optimizer: p.Optimizer, Key: key.Child("step").Child(p.Name), Precision: c.Precision})
	}
	r.at.Seed = c.Seed
	if c.Average > 0 {
		r.average = optim.NewAverage(c.Average, r.params)
	}
	return r
}

func (r *run) epochs(ctx context.Context) error {
	for r.at.Epoch < r.Until && !r.ended() {
		err := r.epoch(ctx)
		if errors.Is(err, ErrStop) {
			r.at.History.Stopped = "a callback asked for it"
			return r.save()
		}
		if ctx.Err() != nil {
			return errors.Join(fmt.Errorf("stopped after step %d: %w", r.opt.Steps(), ctx.Err()), r.save())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ended reports whether the run is complete, and not only at the epoch until which it was to go.
func (r *run) ended() bool { return r.at.Epoch >= r.Epochs || r.at.History.Stopped != "" }

// epoch makes the updates of one epoch, from the batch where the run is.
func (r *run) epoch(ctx context.Context) error {
	var waiting []data.Batch
	for b, err := range r.loader.Epoch(ctx, r.at.Epoch, r.at.Batch) {
		if err != nil {
			return fmt.Errorf("epoch %d, batch %d: %w", r.at.Epoch+1, r.at.Batch+len(waiting)+1, err)
		}
		waiting = append(waiting, b)
		if len(waiting) < r.Accumulate && r.at.Batch+len(waiting) < r.batches {
			continue
		}
		if err := r.update(ctx, waiting); err != nil {
			return err
		}
		waiting = waiting[:0]
	}
	return r.endEpoch(ctx)
}

// update makes one update from batches that the run has not seen, and reports it.
func (r *run) update(ctx context.Context, batches []data.Batch) error {
	examples := 0
	for _, b := range batches {
		examples += b.Len()
	}
	mean, items, err := r.move(ctx, &r.stepper, batches, func(p *nn.Pass, b data.Batch) objective.Loss {
		loss, _ := r.task.Loss(p, b)
		return loss
	})
	v := Values{"loss": mean}
	if err == nil {
		err = r.play(ctx, batches, v)
	}
	if err != nil {
		return fmt.Errorf("epoch %d, batch %d: %w", r.at.Epoch+1, r.at.Batch+1, err)
	}
	if r.average != nil {
		r.average.Update()
	}
	r.at.Batch += len(batches)
	r.at.Sum += mean * items
	r.at.Count += items
	r.at.History.Steps = r.opt.Steps()
	r.at.History.Examples += examples
	r.rate.saw(examples)
	if err := r.report("step", v); err != nil {
		return err
	}
	if r.SaveEvery > 0 && r.opt.Steps()%r.SaveEvery == 0 && r.at.Batch < r.batches {
		return r.save()
	}
	return nil
}

// endEpoch evaluates, decides whether the epoch was the best and whether to go on, and saves.
func (r *run) endEpoch(ctx context.Context) error {
	v := Values{"loss": r.at.Sum / r.at.Count}
	r.playersEpoch(v)
	if r.Validation != nil {
		val, err := Evaluate(ctx, r.task, r.Validation, r.EvaluationBatch, r.Metrics, r.averages())
		if err != nil {
			return err
		}
		for name, x := range val {
			v["val_"+name] = x
		}
	}
	r.observe(v)
	r.at.Epoch++
	r.at.Batch, r.at.Sum, r.at.Count = 0, 0, 0
	r.at.History.Epochs = append(r.at.History.Epochs, EpochValues{Epoch: r.at.Epoch, Step: r.opt.Steps(), Values: v})
	if r.Validation != nil {
		if err := r.judge(v); err != nil {
			return err
		}
	}
	r.snapshot()
	if err := r.report("epoch", v); err != nil && !errors.Is(err, ErrStop) {
		return err
	} else if err != nil {
		return errors.Join(err, r.save())
	}
	return r.save()
}

// averages returns what to predict with instead of the parameters.
func (r *run) averages() map[*tensor.Param]*tensor.Tensor {
	if r.average == nil {
		return r.learned()
	}
	return r.average.Values()
}

// observe tells a schedule that watches what the epoch came to: the monitored value, or the loss.
func (r *run) observe(v Values) {
	x, ok := v[r.Monitor]
	if !ok {
		r.opt.Observe(v["loss"])
		return
	}
	if !SmallerIsBetter(r.Monitor) {
		x = -x
	}
	r.opt.Observe(x)
}

// judge compares an epoch with the best so far.
func (r *run) judge(v Values) error {
	x, ok := v[r.Monitor]
	if !ok {
		return fmt.Errorf("train: the monitored value %q is not among the epoch's %v", r.Monitor, names(v))
	}
	best, ok := r.at.History.Best(r.Monitor)
	if !ok || better(r.Monitor, x, best) {
		r.at.Stale, r.at.History.BestEpoch = 0, r.at.Epoch
		if r.KeepBest {
			r.keepBest()
		}
		return nil
	}
	r.at.Stale++
	if r.Patience > 0 && r.at.Stale >= r.Patience {
		r.at.History.Stopped = fmt.Sprintf("%s was not better than %.4g of epoch %d for %d epochs", r.Monitor, best, r.at.History.BestEpoch, r.at.Stale)
	}
	return nil
}
