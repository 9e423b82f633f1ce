package language

import (
	"flag"
	"math"
	"os"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

var (
	peerInput = flag.String("peer-input", "", "write the first weights and batches of the recipe shakespeare into this NPZ file, for _golden/shakespeare.py")
	peerCurve = flag.String("peer-curve", "", "draw the losses of the recipe shakespeare, here and by PyTorch, into this SVG file")
)

// peerSteps is how many batches are written for PyTorch.
const peerSteps = 120

// The first losses of the recipe with nanoGPT's rule, AdamW, are those of PyTorch from the same weights, with the same batches.
func TestFirstLossesArePyTorchs(t *testing.T) {
	r := recipetest.Recipe(t, "shakespeare", `optimizer={"name": "adamw", "lr": 0.004, "beta2": 0.99, "weight_decay": 0.1}`, "train.spare_vectors=true")
	if *peerInput != "" {
		recipetest.WritePeer(t, r, peerSteps, *peerInput)
		return
	}
	want := check.Golden(t, "testdata/shakespeare.golden")["losses"].Float64("loss")
	n := 10
	if *peerCurve != "" {
		n = len(want)
	}
	got := recipetest.FirstLosses(t, r, n)
	for i, v := range got[:10] {
		if math.Abs(v-want[i]) > 1e-4 {
			t.Errorf("step %d: a loss of %v, PyTorch's is %v", i+1, v, want[i])
		}
	}
	if *peerCurve != "" {
		svg := recipetest.DrawPeers("shakespeare with AdamW here and by PyTorch, the same weights and batches", "loss of the batch, nats a character", got, want)
		if err := os.WriteFile(*peerCurve, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
