package recipe

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Outputs are what the test and the predictions are made from, and a model that was kept elsewhere gives the same.
func TestOutputs(t *testing.T) {
	for name, metric := range map[string]string{"iris": "accuracy", "cars": "mae"} {
		r, err := Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		r.Train.Epochs = 3
		dir := filepath.Join(t.TempDir(), "run")
		res, err := Run(t.Context(), r, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		w, err := r.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		y, err := Targets(t.Context(), w.Sets().Test)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(dir, "copy")
		if err := s.Keep(copied); err != nil {
			t.Fatal(err)
		}
		again, err := Open(copied)
		if err != nil || train.WeightsDigest(nn.Params(again.Job.Model)) != res.WeightsSHA256 {
			t.Fatalf("%s: the model that was kept is another: %v", name, err)
		}
		z, err := again.Job.Outputs(t.Context(), w.Sets().Test)
		if err != nil {
			t.Fatal(err)
		}
		if got := measured(z, y, s.Job.Classes); math.Abs(got-res.Metrics[metric]) > 1e-6 {
			t.Errorf("%s: %s of the outputs is %v, of the test %v", name, metric, got, res.Metrics[metric])
		}
		p, err := s.Ask(t.Context(), Question{Most: 2})
		if err != nil || len(p) != 2 || p[0].Value != tensor.Values[float64](z.Max(-1))[0] {
			t.Errorf("%s: predictions %+v of outputs %v; %v", name, p, z.Slice(0, 0, 2), err)
		}
	}
}

// measured returns the accuracy, or the mean absolute error.
func measured(z, y *tensor.Tensor, classes []string) float64 {
	if classes == nil {
		return z.Sub(y.Reshape(z.Shape()...)).Abs().Mean().Item()
	}
	right := 0
	for i, k := range z.ArgMax(-1).Ints() {
		if k == y.Ints()[i] {
			right++
		}
	}
	return float64(right) / float64(y.Len())
}

func TestPredictionsOfSeveralNumbers(t *testing.T) {
	all := Predictions(nil, tensor.Of([]float32{1, 2.5, 3, 4}, 2, 2))
	if len(all) != 2 || all[0].Text != "1 2.5" || all[1].Value != 3 || !slices.Equal(all[1].Numbers, []float64{3, 4}) {
		t.Errorf("got %+v", all)
	}
}

// A run that goes until an epoch is not tested, and gone on with it is what it would have been.
func TestUntil(t *testing.T) {
	r, err := Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	r.Train.Epochs = 4
	whole, err := Run(t.Context(), r, Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Dir: filepath.Join(t.TempDir(), "run"), Resume: true, Until: 2}
	part, err := Run(t.Context(), r, o)
	if err != nil || part.Metrics != nil || part.Epochs != 2 {
		t.Fatalf("until epoch 2: %+v, %v", part, err)
	}
	o.Until = 0
	rest, err := Run(t.Context(), r, o)
	if err != nil || rest.WeightsSHA256 != whole.WeightsSHA256 {
		t.Errorf("gone on with, the weights are others: %v", err)
	}
}

func TestOpenSnapshot(t *testing.T) {
	r, err := Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	r.Train.Epochs, r.Train.Snapshot = 4, 2
	dir := filepath.Join(t.TempDir(), "run")
	res, err := Run(t.Context(), r, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	last, err := OpenSnapshot(dir, 4)
	if err != nil || train.WeightsDigest(nn.Params(last.Job.Model)) != res.WeightsSHA256 {
		t.Errorf("the snapshot of the last epoch is not the final model: %v", err)
	}
	if _, err := OpenSnapshot(dir, 3); err == nil {
		t.Error("a snapshot that was not made is opened")
	}
}
