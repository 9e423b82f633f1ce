package recipetest

import (
	"context"
	"errors"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/npz" // what NumPy reads
	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// FirstLosses runs a recipe for so many steps, and returns the loss of each before the step.
func FirstLosses(t testing.TB, r *recipe.Recipe, steps int) (losses []float64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := recipe.Run(ctx, r, recipe.Options{Callbacks: []train.Callback{func(r train.Record) error {
		if r.Kind != "step" {
			return nil
		}
		if losses = append(losses, r.Values["loss"]); len(losses) == steps {
			cancel()
		}
		return nil
	}}})
	if err != nil && !errors.Is(err, context.Canceled) || len(losses) != steps {
		t.Fatal(len(losses), err)
	}
	return losses
}

// WritePeer writes the first weights of a recipe, under their names, and the batches that it learns from, x and y, into an NPZ
// file, so that a script of another library does the same. All batches must be full.
func WritePeer(t testing.TB, r *recipe.Recipe, batches int, path string) {
	t.Helper()
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j, err := w.Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	var all []format.Named
	for _, p := range nn.Params(j.Model) {
		all = append(all, format.Named{Name: p.Name, Tensor: p.Param.Value})
	}
	var x, y []*tensor.Tensor
	sets := w.Sets()
	loader := data.Loader{Set: sets.Train, BatchSize: sets.Batch, Key: rng.KeyOf(r.Seed).Child("data")}
	for epoch := 0; len(x) < batches; epoch++ {
		for b, err := range loader.Epoch(t.Context(), epoch, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if b.Len() < sets.Batch {
				t.Fatalf("batch %d has %d examples, not %d; choose a batch that divides the set", len(x)+1, b.Len(), sets.Batch)
			}
			if x, y = append(x, b.X), append(y, b.Y); len(x) == batches {
				break
			}
		}
	}
	all = append(all, format.Named{Name: "x", Tensor: tensor.Stack(0, x...)}, format.Named{Name: "y", Tensor: tensor.Stack(0, y...)})
	if err := format.Write(path, format.Of(nil, all...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
}

// DrawPeers returns the losses of two programs as a picture.
func DrawPeers(title, unit string, here, there []float64) string {
	steps := make([]float64, max(len(here), len(there)))
	for i := range steps {
		steps[i] = float64(i + 1)
	}
	return (&chart.Chart{Title: title, X: "step", Y: unit, Series: []chart.Series{
		{Name: "PyTorch 1.13", X: steps[:len(there)], Y: there},
		{Name: "Jimu", X: steps[:len(here)], Y: here, Dashed: true},
	}}).SVG()
}
