package train

import (
	"errors"
	"time"

	"github.com/jimu-ml/jimu/tensor"
)

// A Record is what a run reports after a step or an epoch.
type Record struct {
	Kind    string // "step", "epoch"
	Step    int    // updates made so far
	Epoch   int    // from 1
	Batch   int    // in the epoch, from 1
	Batches int    // in an epoch
	Epochs  int    // in the run
	Rate    float64
	Values  Values // of a step: "loss"; of an epoch: "loss", and "val_loss" and metrics of the validation set

	Dir      string                           // the run's folder; "" if nothing is kept
	Override map[*tensor.Param]*tensor.Tensor // of an epoch: what to predict with in place of parameters, such as their averages

	ExamplesPerSecond float64
	Elapsed           time.Duration // of the whole run, stops not counted
}

// A Callback sees every record of a run. An error stops the run: [ErrStop] in good order, another as a failure.
type Callback func(r Record) error

// ErrStop is what a callback returns to end a run in good order.
var ErrStop = errors.New("stopped by a callback")

// A History is what a run reported, epoch by epoch.
type History struct {
	Epochs    []EpochValues `json:"epochs"`
	Players   []string      `json:"players,omitempty"`    // of a game, besides the task's own
	BestEpoch int           `json:"best_epoch,omitempty"` // from 1; 0: none was measured
	Stopped   string        `json:"stopped,omitempty"`    // why the run ended before its last epoch
	Steps     int           `json:"steps"`
	Seconds   float64       `json:"seconds"`  // spent, over all restarts
	CPU       float64       `json:"cpu"`      // seconds of processors, likewise; 0 where the system does not say
	Examples  int           `json:"examples"` // seen, over all restarts
}

// EpochValues are the numbers of one epoch.
type EpochValues struct {
	Epoch  int    `json:"epoch"`
	Step   int    `json:"step"`
	Values Values `json:"values"`
}

// Last returns a value of the last epoch that has it, and whether there is one.
func (h *History) Last(name string) (float64, bool) {
	for i := len(h.Epochs) - 1; i >= 0; i-- {
		if v, ok := h.Epochs[i].Values[name]; ok {
			return v, true
		}
	}
	return 0, false
}

// Best returns a value at the best epoch, and whether there is one.
func (h *History) Best(name string) (float64, bool) {
	for _, e := range h.Epochs {
		if e.Epoch == h.BestEpoch {
			v, ok := e.Values[name]
			return v, ok
		}
	}
	return 0, false
}
