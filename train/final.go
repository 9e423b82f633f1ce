package train

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// The files of a checkpoint, beside the parameters, that say what to predict with in place of them.
const (
	averageFile = "average" // the running average of a run
	bestFile    = "best"    // the parameters of the best epoch
	learnedFile = "learned" // what an optimizer predicts with, if that is not what it trains
)

// finish puts the best or the averaged parameters into the model.
func (r *run) finish() {
	final := r.best
	if final == nil {
		final = r.evaluated()
	}
	for i, p := range r.params {
		if final[i] != p.Param.Value {
			p.Param.Value.CopyFrom(final[i])
		}
	}
}

// keepBest copies the parameters that the epoch was evaluated with.
func (r *run) keepBest() {
	r.best = r.best[:0]
	for _, v := range r.evaluated() {
		r.best = append(r.best, v.Clone())
	}
}

// evaluated returns the parameters that an epoch is evaluated with.
func (r *run) evaluated() []*tensor.Tensor {
	values := r.averages()
	all := make([]*tensor.Tensor, len(r.params))
	for i, p := range r.params {
		all[i] = p.Param.Value
		if a := values[p.Param]; a != nil {
			all[i] = a
		}
	}
	return all
}

// saveFinal adds the files that Final looks at.
func (r *run) saveFinal(files map[string]Names) {
	if r.average != nil {
		files[averageFile] = toNames(r.average.State())
	}
	switch {
	case r.best != nil:
		files[bestFile] = named(r.params, r.best)
	case r.average == nil && len(r.learned()) > 0:
		files[learnedFile] = named(r.params, r.evaluated())
	}
}

// Final returns the parameters that the run would have if it ended here: those of the best epoch, averaged ones, or those
// that the optimizer predicts with, as the run was told.
func (c *Checkpoint) Final() Names {
	for _, file := range []string{bestFile, learnedFile} {
		if names := c.Files[file]; names != nil {
			return names
		}
	}
	averages := fromNames(c.Files[averageFile])
	names := slices.Clone(c.Files["model"])
	for i, t := range names {
		if a := averages[t.Name+"/average"]; a != nil {
			names[i].Tensor = a
		}
	}
	return names
}
