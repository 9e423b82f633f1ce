package train

import (
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/metric"
)

// A Config says how long and how [Fit] trains, and what it keeps. The zero value is one epoch in batches of 32.
type Config struct {
	Epochs     int    // 1 if 0
	Until      int    // stop in good order after this epoch, to go on later with Resume; 0: after the last
	BatchSize  int    // 32 if 0
	Accumulate int    // batches whose gradients are added before an update; 1 if 0
	Seed       uint64 // of the order of the examples, augmentation, dropout

	// Precision is that of the matrix products of training and of what they keep: [device.BFloat16], or Float32, the zero
	// value. Parameters, gradients, norms, convolutions, recurrences and losses are in float32 either way, and so
	// is evaluation.
	Precision device.DType

	Validation data.Set        // evaluated after each epoch; nil: none
	Metrics    []metric.Metric // computed on the validation set, besides the loss

	EvaluationBatch int // examples that are evaluated at once; BatchSize if 0, so that what fits into memory in training fits here

	// Monitor names the value that decides which epoch is best: "val_loss" if empty. Of losses and errors the smallest
	// is best, of everything else the largest.
	Monitor  string
	Patience int  // epochs without a better one before the run stops; 0: it never does
	KeepBest bool // end with the parameters of the best epoch, not the last

	// Average keeps an exponential moving average of the parameters with this decay, such as 0.999: validation and the
	// final model use it. 0: none.
	Average float64

	Dir       string // the run's folder: checkpoints, log, event files; "": nothing is kept
	Resume    bool   // go on from the newest checkpoint of Dir, if there is one
	SaveEvery int    // steps between checkpoints, besides one after each epoch; 0: none besides
	Snapshot  int    // epochs after which the parameters are kept for good, again and again; see [Snapshots]; 0: never
	Meta      map[string]string
	Workers   int // batches made ahead; 2 if 0, none if negative

	Batcher data.Batcher // of training batches that are not all of BatchSize; nil: they are

	Callbacks []Callback
	Warn      func(error) // what did not stop the run: a checkpoint that could not be written; nil: it is dropped
}

// withDefaults returns c with defaults filled in, or what is wrong with it.
func (c Config) withDefaults() (Config, error) {
	if c.Epochs == 0 {
		c.Epochs = 1
	}
	if c.BatchSize == 0 {
		c.BatchSize = 32
	}
	if c.Accumulate == 0 {
		c.Accumulate = 1
	}
	if c.EvaluationBatch == 0 {
		c.EvaluationBatch = c.BatchSize
	}
	if c.Monitor == "" {
		c.Monitor = "val_loss"
	}
	if c.Warn == nil {
		c.Warn = func(error) {}
	}
	for name, n := range map[string]int{"Epochs": c.Epochs, "BatchSize": c.BatchSize, "Accumulate": c.Accumulate, "EvaluationBatch": c.EvaluationBatch} {
		if n < 0 {
			return c, fmt.Errorf("train: %s is %d; want 1 or more", name, n)
		}
	}
	if c.Average < 0 || c.Average >= 1 {
		return c, fmt.Errorf("train: Average is %v; want a decay in [0, 1)", c.Average)
	}
	if c.Precision != device.Float32 && c.Precision != device.BFloat16 {
		return c, fmt.Errorf("train: Precision is %s; want float32 or bfloat16, whose exponents reach as far", c.Precision)
	}
	if c.Patience < 0 || c.SaveEvery < 0 || c.Until < 0 || c.Snapshot < 0 {
		return c, fmt.Errorf("train: Patience is %d, SaveEvery %d, Until %d and Snapshot %d; want 0 or more", c.Patience, c.SaveEvery, c.Until, c.Snapshot)
	}
	if c.Until == 0 || c.Until > c.Epochs {
		c.Until = c.Epochs
	}
	if (c.Patience > 0 || c.KeepBest) && c.Validation == nil {
		return c, errors.New("train: Patience and KeepBest need a Validation set to tell epochs apart")
	}
	if c.Resume && c.Dir == "" {
		return c, errors.New("train: Resume needs the Dir of the run to go on with")
	}
	return c, nil
}
