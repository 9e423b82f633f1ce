package drawing

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// work is a set of pictures to make more like.
type work struct {
	kept
	sets    *recipe.Sets
	gallery *gallery // of real pictures; nil without the examples
}

func (w *work) Sets() *recipe.Sets { return w.sets }

func (w *work) Kept() any { return w.kept }

func (w *work) shape() []int { return []int{1, w.Size, w.Size} }

// Begin makes the model, and beside a generator its discriminator.
func (w *work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "pictures that are made are compared by fid, which is always reported; leave metrics out")
	}
	g, err := r.Goal(Made)
	if err != nil {
		return nil, err
	}
	var j *recipe.Job
	var m *maker
	switch c := g.Config.(type) {
	case gan:
		j, m, err = w.game(r, c)
	case elbo:
		j, m, err = w.coded(r, c)
	case diffused:
		j, m, err = w.denoised(r, c)
	}
	if err != nil {
		return nil, err
	}
	j.Callback = m.watch(r.Seed)
	j.Predict = m.answer
	j.Test = func(ctx context.Context) (train.Values, error) { return w.test(ctx, j.Task, m) }
	return j, nil
}

// test computes the loss on the test set, how far what the model makes is from it, and how far real pictures are.
func (w *work) test(ctx context.Context, t train.Task, m *maker) (train.Values, error) {
	v, err := train.Evaluate(ctx, t, w.sets.Test, w.sets.Batch, nil, nil)
	if err != nil {
		return nil, err
	}
	v["fid"], v["fid_real"], err = w.gallery.compare(ctx, m)
	return v, err
}

// goal returns a configuration as the goal of a recipe.
func goal(config any) recipe.Goal { return recipe.Goal{Of: Made, Config: config} }

// configured reads the hyperparameters of the recipe's model.
func configured(r *recipe.Recipe, into any) error {
	text, err := json.Marshal(r.Model.Config)
	if err != nil {
		return fmt.Errorf("the hyperparameters of %s: %w", r.Model.Name, err)
	}
	if bytes.Equal(text, []byte("null")) {
		return nil
	}
	return model.Decode(text, into)
}

// wants is the error of a model that does not go with the objective.
func wants(r *recipe.Recipe, models string) error {
	return recipe.Errorf("model.name", "%s is not trained by the objective %s; want %s", r.Model.Name, r.Objective.Name, models)
}

// all reports a number of classes that is not that of the set.
func (w *work) all(classes int) error {
	if classes != 0 && classes != len(w.Classes) {
		return recipe.Errorf("model.classes", "the set has %d classes, and not %d", len(w.Classes), classes)
	}
	return nil
}
