package language

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/npz"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

var (
	peerInput = flag.String("peer-input", "", "write the first weights and batches of the recipe shakespeare into this NPZ file, for _golden/shakespeare.py")
	peerCurve = flag.String("peer-curve", "", "draw the losses of the recipe shakespeare, here and by PyTorch, into this SVG file")
)

// peerSteps is how many steps PyTorch made.
const peerSteps = 300

// peers is the recipe with nanoGPT's rule, AdamW.
func peers(t *testing.T) *recipe.Recipe {
	t.Helper()
	return small(t, "shakespeare", `optimizer={"name": "adamw", "lr": 0.004, "beta2": 0.99, "weight_decay": 0.1}`, "train.spare_vectors=true")
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
		n = peerSteps
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
	const left, top, width, height = 44, 52, 640, 280
	low, high := 1.8, 4.4
	at := func(i int, v float64) string {
		v = math.Max(low, math.Min(high, v))
		return fmt.Sprintf("%.1f,%.1f ", left+float64(i)/peerSteps*width, top+height*math.Log(high/v)/math.Log(high/low))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", left+width+16, top+height+30)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	fmt.Fprintf(&b, `<text x="%d" y="22" font-size="15" font-weight="bold">The first %d steps of the recipe shakespeare</text>`+"\n", left, peerSteps)
	fmt.Fprintf(&b, `<text x="%d" y="39" fill="#555">loss of each batch in nats a character, here and by PyTorch from the same weights and batches</text>`+"\n", left)
	for _, v := range []float64{2, 2.5, 3, 3.5, 4} {
		y := top + height*math.Log(high/v)/math.Log(high/low)
		fmt.Fprintf(&b, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end" fill="#555">%g</text>`+"\n", left, y, width, left-6, y+4, v)
	}
	for i := 0; i <= peerSteps; i += 50 {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%d</text>`+"\n", left+float64(i)/peerSteps*width, top+height+16, i)
	}
	for k, c := range []struct {
		name, color string
		width       float64
		loss        []float64
	}{{"PyTorch", "#d55e00", 4, there}, {"Jimu", "#0072b2", 1.4, here}} {
		fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="%g" points="`, c.color, c.width)
		for i, v := range c.loss {
			b.WriteString(at(i+1, v))
		}
		fmt.Fprintf(&b, "\"/>\n"+`<path d="M%d %dh22" stroke="%s" stroke-width="%g"/><text x="%d" y="%d">%s</text>`+"\n",
			left+width-130, top+14+18*k, c.color, c.width, left+width-100, top+18+18*k, c.name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
