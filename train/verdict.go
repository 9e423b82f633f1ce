package train

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/optim"
)

// An Outcome is how a run ended, as its curves show it.
type Outcome string

// The outcomes.
const (
	Converged   Outcome = "converged"
	Improving   Outcome = "still improving"
	Overfitting Outcome = "overfitting"
	Diverged    Outcome = "diverged"
	TooShort    Outcome = "too short to tell"
	Played      Outcome = "a game"
)

// A Verdict is what the curves of a run say about it.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Epoch   int     `json:"epoch,omitempty"` // since when it overfits or diverges
	Step    int     `json:"step,omitempty"`  // at which its numbers left the finite; 0 if they did not
	Why     string  `json:"why"`             // the numbers, in a sentence
}

// String returns the verdict in a sentence.
func (v Verdict) String() string {
	since := ""
	switch {
	case v.Step > 0:
		since = fmt.Sprintf(" at step %d", v.Step)
	case v.Epoch > 0:
		since = fmt.Sprintf(" since epoch %d", v.Epoch)
	}
	return fmt.Sprintf("%s%s: %s", v.Outcome, since, v.Why)
}

// LeastEpochs is how many a verdict needs.
const LeastEpochs = 3

const (
	noticeable = 0.01 // share of a loss by which it must rise to be called worse
	lately     = 0.25 // share of the run that is its end
	little     = 0.05 // share of all that was won, below which what the end won is little
)

// Verdict judges a run by the losses of its epochs.
//
//	a game        there are players, whose losses say nothing of the kind
//	diverged      the training loss ended above what it was after the first epoch
//	overfitting   val_loss has risen from its least by more than 1 %, while the training loss kept falling
//	improving     the last quarter of the epochs won more than 5 % of all that was won
//	converged     none of these
//
// A schedule that ends at a rate of 0 makes a run converge: it says that this run has nothing more to give, not the model.
func (h *History) Verdict() Verdict {
	if len(h.Players) > 0 {
		return Verdict{Outcome: Played, Why: "each side's loss falls where the other's rises, so that curves do not say how good it is: look at what it makes"}
	}
	loss := h.curve("loss")
	if len(loss) < LeastEpochs {
		return Verdict{Outcome: TooShort, Why: fmt.Sprintf("a verdict needs %d epochs, and %s", LeastEpochs, thereAre(len(loss)))}
	}
	last := len(loss) - 1
	if v, yes := diverging(loss); yes {
		return v
	}
	name, watched := "val_loss", h.curve("val_loss")
	if len(watched) != len(loss) {
		name, watched = "loss", loss
	}
	best := leastAt(watched)
	rise := (watched[last] - watched[best]) / math.Abs(watched[best])
	if name == "val_loss" && best < last && rise > noticeable && loss[last] < loss[best] {
		return Verdict{Outcome: Overfitting, Epoch: best + 1, Why: fmt.Sprintf(
			"val_loss rose from %.4g to %.4g, while the loss fell from %.4g to %.4g", watched[best], watched[last], loss[best], loss[last])}
	}
	from := min(last-1, last-int(lately*float64(len(loss))))
	won, ended := watched[0]-watched[best], watched[from]-slices.Min(watched[from:])
	if ended > little*won && won > 0 {
		return Verdict{Outcome: Improving, Why: fmt.Sprintf(
			"%s fell from %.4g to %.4g in the last %s", name, watched[from], slices.Min(watched[from:]), epochsOf(last-from))}
	}
	return Verdict{Outcome: Converged, Why: fmt.Sprintf("%s has hardly changed in the last %s, and is %.4g", name, epochsOf(last-from), watched[last])}
}

// VerdictOf returns the verdict of a run that an error ended, if it is one of numbers that left the finite: that the run diverged,
// at which step, and where in the model. It returns nil of another error.
func VerdictOf(err error) *Verdict {
	var loss *NonFiniteError
	var gradient *optim.NotFinite
	switch {
	case errors.As(err, &loss):
		return &Verdict{Outcome: Diverged, Step: loss.Step, Why: loss.why()}
	case errors.As(err, &gradient):
		return &Verdict{Outcome: Diverged, Step: gradient.Step, Why: fmt.Sprintf("the gradient of %s is not finite", gradient.Name)}
	}
	return nil
}

func thereAre(n int) string {
	if n == 1 {
		return "there is 1"
	}
	return fmt.Sprintf("there are %d", n)
}

func epochsOf(n int) string {
	if n == 1 {
		return "epoch"
	}
	return fmt.Sprintf("%d epochs", n)
}

func diverging(loss []float64) (Verdict, bool) {
	last, best := len(loss)-1, leastAt(loss)
	if loss[last] <= loss[0]*(1+noticeable) && !math.IsNaN(loss[last]) {
		return Verdict{}, false
	}
	return Verdict{Outcome: Diverged, Epoch: best + 1, Why: fmt.Sprintf(
		"the loss was %.4g after the first epoch, and %.4g at the end", loss[0], loss[last])}, true
}

// curve returns a value of every epoch that has it.
func (h *History) curve(name string) (values []float64) {
	for _, e := range h.Epochs {
		if v, ok := e.Values[name]; ok {
			values = append(values, v)
		}
	}
	return values
}

// leastAt returns where the least value is, the first if there are several.
func leastAt(x []float64) int {
	at := 0
	for i, v := range x {
		if v < x[at] {
			at = i
		}
	}
	return at
}
