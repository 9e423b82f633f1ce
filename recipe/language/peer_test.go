package language

import (
	"context"
	"errors"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/npz"
	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

var (
	peerInput = flag.String("peer-input", "", "write the first weights and batches of the recipe shakespeare into this NPZ file, for _golden/shakespeare.py")
	peerCurve = flag.String("peer-curve", "", "draw the losses of the recipe shakespeare, here and by PyTorch, into this SVG file")
)

// peerSteps is how many batches are written for PyTorch.
const peerSteps = 120

// peers is the recipe with nanoGPT's rule, AdamW.
func peers(t *testing.T) *recipe.Recipe {
	t.Helper()
	return recipetest.Recipe(t, "shakespeare", `optimizer={"name": "adamw", "lr": 0.004, "beta2": 0.99, "weight_decay": 0.1}`, "train.spare_vectors=true")
}

// firstLosses runs the recipe for so many steps, and returns the loss of each.
func firstLosses(t *testing.T, steps int) (losses []float64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := recipe.Run(ctx, peers(t), recipe.Options{Callbacks: []train.Callback{func(r train.Record) error {
		losses = append(losses, r.Values["loss"])
		if len(losses) == steps {
			cancel()
		}
		return nil
	}}})
	if !errors.Is(err, context.Canceled) || len(losses) != steps {
		t.Fatal(len(losses), err)
	}
	return losses
}

// The recipe's first losses are those of PyTorch from the same weights, with the same batches.
func TestFirstLossesArePyTorchs(t *testing.T) {
	if *peerInput != "" {
		writePeerInput(t, *peerInput)
		return
	}
	want := check.Golden(t, "testdata/shakespeare.golden")["losses"].Float64("loss")
	n := 10
	if *peerCurve != "" {
		n = len(want)
	}
	got := firstLosses(t, n)
	for i, v := range got[:10] {
		if math.Abs(v-want[i]) > 1e-4 {
			t.Errorf("step %d: a loss of %v, PyTorch's is %v", i+1, v, want[i])
		}
	}
	if *peerCurve != "" {
		if err := os.WriteFile(*peerCurve, []byte(drawPeers(got, want)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// writePeerInput writes what PyTorch needs to do the same.
func writePeerInput(t *testing.T, path string) {
	t.Helper()
	r := peers(t)
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
	for b, err := range loader.Epoch(t.Context(), 0, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if x, y = append(x, b.X), append(y, b.Y); len(x) == peerSteps {
			break
		}
	}
	all = append(all, format.Named{Name: "x", Tensor: tensor.Stack(0, x...)}, format.Named{Name: "y", Tensor: tensor.Stack(0, y...)})
	if err := format.Write(path, format.Of(nil, all...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
}

// drawPeers returns both curves as a picture.
func drawPeers(here, there []float64) string {
	steps := make([]float64, len(here))
	for i := range steps {
		steps[i] = float64(i + 1)
	}
	return (&chart.Chart{
		Title: "The recipe shakespeare with AdamW, here and by PyTorch: the same weights and batches",
		X:     "step", Y: "loss of the batch, nats a character",
		Series: []chart.Series{
			{Name: "PyTorch 1.13", X: steps[:len(there)], Y: there},
			{Name: "Jimu", X: steps, Y: here, Dashed: true},
		},
	}).SVG()
}
