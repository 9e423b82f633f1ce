package series

import (
	"flag"
	"math"
	"os"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

var (
	peerInput = flag.String("peer-input", "", "write the first weights and batches of the recipe airline into this NPZ file, for _golden/airline.py")
	peerCurve = flag.String("peer-curve", "", "draw the losses of the recipe airline, here and by PyTorch, into this SVG file")
)

// peerSteps is how many batches are written for PyTorch: those of 50 epochs.
const peerSteps = 50 * 7

// The losses of the recipe, an LSTM, are those of PyTorch from the same weights, with the same batches.
func TestLossesArePyTorchs(t *testing.T) {
	r := recipetest.Recipe(t, "airline", "data.batch=10", "train.epochs=50") // 70 windows, 7 batches
	if *peerInput != "" {
		recipetest.WritePeer(t, r, peerSteps, *peerInput)
		return
	}
	want := check.Golden(t, "testdata/airline.golden")["losses"].Float64("loss")
	got := recipetest.FirstLosses(t, r, len(want))
	for i, v := range got {
		if math.Abs(v-want[i]) > 1e-4 {
			t.Errorf("step %d: a loss of %v, PyTorch's is %v", i+1, v, want[i])
		}
	}
	if *peerCurve != "" {
		svg := recipetest.DrawPeers("The recipe airline, here and by PyTorch: the same weights and batches", "loss of the batch", got, want)
		if err := os.WriteFile(*peerCurve, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
