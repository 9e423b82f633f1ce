package recipe

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/train"
)

// A run that goes on for more epochs has no result before it ends again.
func TestResultOfAnExtendedRun(t *testing.T) {
	r, _ := Builtin("iris")
	r.Train.Epochs = 2
	dir := t.TempDir()
	if _, err := Run(t.Context(), r, Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	r.Train.Epochs = 9
	killed := errors.New("killed")
	_, err := Run(t.Context(), r, Options{Dir: dir, Resume: true, Callbacks: []train.Callback{func(at train.Record) error {
		if at.Epoch == 6 {
			return killed
		}
		return nil
	}}})
	if !errors.Is(err, killed) {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := s.Result(); err == nil {
		t.Errorf("a run that was killed in epoch 6 has the result %+v", res)
	}
	if _, err := Run(t.Context(), r, Options{Dir: dir, Resume: true}); err != nil {
		t.Fatal(err)
	}
	if res, err := s.Result(); err != nil || res.Epochs != 9 {
		t.Errorf("the result is %+v, %v", res, err)
	}
}

// A run whose numbers leave the finite has a verdict beside its error, and advice.
func TestVerdictOfADivergedRun(t *testing.T) {
	r, _ := Builtin("iris")
	if err := r.Set("optimizer.lr=1e30"); err != nil {
		t.Fatal(err)
	}
	res, err := Run(t.Context(), r, Options{Dir: t.TempDir()})
	if err == nil || res == nil || res.Verdict == nil || res.Verdict.Outcome != train.Diverged || res.Verdict.Step < 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	if said := res.Verdict.String(); !strings.Contains(said, "layer ") {
		t.Errorf("the verdict names no layer: %s", said)
	}
	if len(r.Advise(*res.Verdict)) == 0 {
		t.Error("there is no advice")
	}
}

// A metric that nothing was there for is NaN; the run is kept, goes on and ends all the same.
func TestMetricsOfNothing(t *testing.T) {
	r, _ := Builtin("iris")
	for _, set := range []string{"train.epochs=3", "data.validation=0.01", `metrics=["auroc"]`, "train.save_every=1"} {
		if err := r.Set(set); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if _, err := Run(t.Context(), r, Options{Dir: dir, Until: 1}); err != nil {
		t.Fatal(err)
	}
	res, err := Run(t.Context(), r, Options{Dir: dir, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.History.Epochs {
		if v, ok := e.Values["val_auroc"]; !ok || !math.IsNaN(v) {
			t.Errorf("epoch %d: the validation of one row has %v", e.Epoch, e.Values)
		}
	}
	res.Loss, res.Metrics["auroc"] = math.Inf(1), math.NaN()
	if err := res.write(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Result(); err != nil || !math.IsNaN(got.Metrics["auroc"]) || !math.IsInf(got.Loss, 1) || got.Steps != res.Steps {
		t.Errorf("the result is read as %+v, %v", got, err)
	}
}
