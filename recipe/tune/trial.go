package tune

import (
	"context"
	"errors"
	"math"
	"path/filepath"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// train trains a trial as far as a job says, from where its folder says that it is.
func (l *lab) train(ctx context.Context, r *recipe.Recipe, j Job, t Trial) Trial {
	if !l.halves() { // to its own end, wherever the recipe's is
		j.Until = r.Train.Epochs
	}
	res, err := recipe.Run(ctx, r, recipe.Options{
		Dir: filepath.Join(l.Dir, t.Dir), Resume: true, Until: j.Until, Warn: l.warn,
		Callbacks: []train.Callback{func(rec train.Record) error {
			if rec.Kind == "epoch" {
				l.tell(Event{Kind: "epoch", Trial: t, Epoch: rec.Epoch, Until: j.Until, Value: rec.Values[l.monitor]})
			}
			return nil
		}},
	})
	t.Value, t.Error = nil, ""
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		t.State = "" // it goes on another time
		return t
	case err != nil:
		t.State, t.Error = failed, err.Error()
		return t
	}
	t.Epochs, t.Seconds, t.State = res.Epochs, res.Seconds, paused
	if res.Epochs >= r.Train.Epochs || res.History.Stopped != "" {
		t.State = done
	}
	v, ok := res.History.Last(l.monitor)
	if r.Train.KeepBest || r.Train.Patience > 0 {
		v, ok = res.History.Best(l.monitor)
	}
	switch {
	case !ok:
		t.State, t.Error = failed, "it has no "+l.monitor+": keep some examples back for validation, by data.validation"
	case math.IsNaN(v) || math.IsInf(v, 0):
		t.State, t.Error = failed, l.monitor+" is not a number any more"
	default:
		t.Value = &v
	}
	return t
}

// warn passes a warning on, one at a time.
func (l *lab) warn(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Warn(err)
}
