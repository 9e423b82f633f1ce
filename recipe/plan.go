package recipe

import (
	"context"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/nn"
)

// A Plan is what a run is about to do.
type Plan struct {
	Train, Validation, Test int    // examples
	Unit                    string // what they are: "pictures"
	Note                    string // what else is to be known of them
	Parameters              int
	Learned                 int // of the parameters: those that are not frozen
	Epochs, Steps           int
	Watched                 []string // what each epoch comes to: "loss", "val_loss", "val_accuracy"
	Predicts                bool     // whether classes are told apart or numbers predicted, which several models can do together
}

// Plan reads the data and makes the model, and says what a run of the recipe would do.
func (r *Recipe) Plan(ctx context.Context) (Plan, error) {
	j, err := r.prepare(ctx)
	if err != nil {
		return Plan{}, err
	}
	return j.plan(j.updates() * r.Train.Epochs), nil
}

func (j *job) plan(steps int) Plan {
	s := j.work.Sets()
	p := Plan{
		Train: s.Train.Len(), Test: s.Test.Len(), Unit: s.Unit, Note: s.Note,
		Parameters: nn.Count(nn.Params(j.Model)), Learned: nn.Count(learned(nn.Params(j.Model))),
		Epochs: j.recipe.Train.Epochs, Steps: steps, Watched: j.watched(), Predicts: j.Outputs != nil,
	}
	if s.Validation != nil {
		p.Validation = s.Validation.Len()
	}
	return p
}

// watched returns the names of what each epoch of the run comes to.
func (j *job) watched() []string {
	all := []string{"loss"}
	for _, p := range j.Players {
		all = append(all, p.Name+"_loss")
	}
	if j.work.Sets().Validation == nil {
		return all
	}
	all = append(all, "val_loss")
	for _, m := range j.Metrics {
		all = append(all, "val_"+m.Name())
	}
	return all
}

// monitors reports a name of what decides that no epoch would have, and that something is to be decided without a validation set.
func (j *job) monitors() error {
	known := j.watched()
	if t := j.recipe.Train; j.work.Sets().Validation == nil && (t.KeepBest || t.Patience > 0) {
		key, without := "train.keep_best", "false"
		if !t.KeepBest {
			key, without = "train.patience", "0"
		}
		return errorf(key, "there is no validation set by which one epoch is better than another; keep a larger share of the examples back "+
			"for one by data.validation, or do without: --set %s=%s", key, without)
	}
	if name := j.recipe.Train.Monitor; name != "" && j.work.Sets().Validation != nil && !slices.Contains(known, name) {
		return Unwatched(name, known)
	}
	return nil
}

// Unwatched returns the error of a name under which no epoch has a value; known are the names that it has, of [Plan].
func Unwatched(name string, known []string) error {
	if !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, "val_") }) {
		return errorf("train.monitor", "there is no %s without a validation set; keep some of the examples back for one, such as data.validation=0.1", name)
	}
	if n := Nearest(name, known); n != "" {
		return errorf("train.monitor", "an epoch has no %q; did you mean %s? It has %s", name, n, strings.Join(known, ", "))
	}
	return errorf("train.monitor", "an epoch has no %q; it has %s", name, strings.Join(known, ", "))
}
