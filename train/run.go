package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jimu-ml/jimu/internal/usage"
	"github.com/jimu-ml/jimu/tensor"
)

// open gets the run's folder ready, and goes on from its newest checkpoint if that is wanted.
func (r *run) open() error {
	r.batches = r.loader.Len()
	from := 0
	if r.Resume {
		step, err := r.restore()
		if err != nil {
			return err
		}
		from = step
	}
	if r.Dir != "" {
		if err := r.openSinks(from); err != nil {
			return err
		}
	}
	r.began = time.Now().Add(-time.Duration(r.at.History.Seconds * float64(time.Second)))
	r.spent = usage.CPU() - r.at.History.CPU
	return nil
}

// restore puts the newest checkpoint of the folder into the model, the optimizer and the run, and returns its step: 0 if
// there is none.
func (r *run) restore() (int, error) {
	c, damaged, err := Latest(r.checkpoints())
	if errors.Is(err, ErrNoCheckpoint) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("%w; remove the folder to begin again", err)
	}
	for _, d := range damaged {
		r.Warn(fmt.Errorf("passed over: %w", d))
	}
	if err := LoadParams(r.params, c.Files["model"]); err != nil {
		return 0, fmt.Errorf("resuming %s: %w", r.Dir, err)
	}
	if err := r.opt.Restore(fromNames(c.Files["optimizer"])); err != nil {
		return 0, fmt.Errorf("resuming %s: %w", r.Dir, err)
	}
	if err := r.restorePlayers(c.Files); err != nil {
		return 0, fmt.Errorf("resuming %s: %w", r.Dir, err)
	}
	if r.average != nil {
		if err := r.average.Restore(fromNames(c.Files[averageFile])); err != nil {
			return 0, fmt.Errorf("resuming %s: %w", r.Dir, err)
		}
	}
	var at position
	if err := json.Unmarshal(c.State, &at); err != nil {
		return 0, fmt.Errorf("resuming %s: the position is damaged: %w", r.Dir, err)
	}
	if at.Seed != r.Seed {
		return 0, fmt.Errorf("resuming %s: it was begun with seed %d, not %d", r.Dir, at.Seed, r.Seed)
	}
	r.at = at
	if b := c.Files[bestFile]; r.KeepBest && b != nil {
		if err := fits(r.params, b); err != nil {
			return 0, fmt.Errorf("resuming %s: %w", r.Dir, err)
		}
		r.best = valuesOf(r.params, b)
	}
	return c.Step, nil
}

func (r *run) checkpoints() string { return filepath.Join(r.Dir, "checkpoints") }

// save writes a checkpoint, if the run has a folder. A disk that is full does not stop the run: the older checkpoint is
// whole, and the next attempt may succeed.
func (r *run) save() error {
	if r.Dir == "" {
		return nil
	}
	r.clock()
	state, err := json.Marshal(r.at)
	if err != nil {
		return err
	}
	c := Checkpoint{Step: r.opt.Steps(), State: state, Meta: r.Meta, Files: map[string]Names{
		"model": namesOf(r.params), "optimizer": toNames(r.opt.State()),
	}}
	r.savePlayers(c.Files)
	r.saveFinal(c.Files)
	if err := c.Save(r.checkpoints()); err != nil {
		r.Warn(fmt.Errorf("%w; the run goes on, and the checkpoint before it is whole", err))
	}
	return nil
}

// clock notes what the run has taken so far.
func (r *run) clock() {
	r.at.History.Seconds, r.at.History.CPU = time.Since(r.began).Seconds(), usage.CPU()-r.spent
}

// close ends the run: the model gets its final parameters if the run is complete.
func (r *run) close(complete bool) error {
	r.clock()
	if complete {
		r.finish()
	}
	var err error
	for _, s := range r.sinks {
		err = errors.Join(err, s.Close())
	}
	return err
}

// LoadParams puts tensors into the parameters of the same names. It reports all that is missing, unexpected or of another
// shape at once, and then changes nothing.
func LoadParams(params []tensor.Named, from Names) error {
	if err := fits(params, from); err != nil {
		return err
	}
	for i, v := range valuesOf(params, from) {
		params[i].Param.Value.CopyFrom(v)
	}
	return nil
}

// fits reports all that is missing, unexpected or of another shape.
func fits(params []tensor.Named, from Names) error {
	byName := make(map[string]*tensor.Tensor, len(from))
	for _, n := range from {
		byName[n.Name] = n.Tensor
	}
	var missing, shapes, extra []string
	for _, p := range params {
		t := byName[p.Name]
		switch {
		case t == nil:
			missing = append(missing, p.Name)
		case !slices.Equal(t.Shape(), p.Param.Value.Shape()):
			shapes = append(shapes, fmt.Sprintf("%s is %v, not %v", p.Name, t.Shape(), p.Param.Value.Shape()))
		}
		delete(byName, p.Name)
	}
	for name := range byName {
		extra = append(extra, name)
	}
	slices.Sort(extra)
	var wrong []string
	for what, list := range map[string][]string{"missing": missing, "of another shape": shapes, "unexpected": extra} {
		if len(list) > 0 {
			wrong = append(wrong, what+": "+strings.Join(list, ", "))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("the weights do not fit the model: %s", strings.Join(wrong, "; "))
}

func names(v Values) []string {
	var out []string
	for name := range v {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
