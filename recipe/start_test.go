package recipe

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/train"
)

// flowers is a model with a norm, whose statistics are carried beside what is learned.
const flowers = `model={"name": "sequential", "layers": [{"layer": "linear", "units": 8}, {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "linear"}]}`

// iris returns the recipe of that name with the model above and other changes.
func iris(t *testing.T, set ...string) *Recipe {
	t.Helper()
	r, err := Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{flowers, "train.epochs=3"}, set...) {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func values(m any) map[string][]float32 {
	all := map[string][]float32{}
	for _, p := range nn.Params(m) {
		all[p.Name] = slices.Clone(p.Param.Value.Floats())
	}
	return all
}

// What is frozen stays bit for bit that of the run it came from, statistics included; what is fresh begins at random; a file of
// the weights does as well as the run's folder.
func TestStart(t *testing.T) {
	first := trained(t, "iris", flowers, "train.epochs=3")
	was := values(first.Job.Model)
	file := filepath.Join(t.TempDir(), "weights.safetensors")
	if err := train.SaveWeights(file, nn.Params(first.Job.Model)); err != nil {
		t.Fatal(err)
	}
	var sums []string
	for _, from := range []string{first.Dir, file} {
		s := trained(t, "iris", flowers, "train.epochs=2", "seed=5", "start.weights="+from, `start.fresh=["3"]`, `start.freeze=["*"]`)
		for name, is := range values(s.Job.Model) {
			if same := slices.Equal(is, was[name]); same != !strings.HasPrefix(name, "3.") {
				t.Errorf("%s, frozen and then trained: the same %v", name, same)
			}
		}
		sums = append(sums, train.WeightsDigest(nn.Params(s.Job.Model)))
		c, _, err := train.Latest(filepath.Join(s.Dir, "checkpoints"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range c.Files["optimizer"] {
			if strings.HasPrefix(n.Name, "0.") || strings.HasPrefix(n.Name, "1.") {
				t.Errorf("the optimizer has %s of what is frozen", n.Name)
			}
		}
	}
	if sums[0] != sums[1] {
		t.Error("a run's folder and a file of the same weights end differently")
	}
	tuned := values(trained(t, "iris", flowers, "start.weights="+file, "train.epochs=1", "optimizer.lr=1e-9").Job.Model)
	if slices.Equal(tuned["0.weight"], was["0.weight"]) || slices.Equal(tuned["1.running_mean"], was["1.running_mean"]) {
		t.Error("what is not frozen does not learn")
	}
	for i, x := range tuned["0.weight"] {
		if d := x - was["0.weight"][i]; d > 1e-6 || d < -1e-6 {
			t.Fatalf("it does not start from the weights: %g beside %g", x, was["0.weight"][i])
		}
	}
}

// A run that started from weights and was stopped ends with the same bits, though the weights are gone by then.
func TestStartResumes(t *testing.T) {
	first := trained(t, "iris", flowers, "train.epochs=1")
	file := filepath.Join(t.TempDir(), "weights.safetensors")
	if err := train.SaveWeights(file, nn.Params(first.Job.Model)); err != nil {
		t.Fatal(err)
	}
	r := iris(t, "start.weights="+file, `start.freeze=["0", "1"]`)
	whole, err := Run(context.Background(), r, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	o := Options{Dir: filepath.Join(t.TempDir(), "run"), Callbacks: []train.Callback{func(at train.Record) error {
		if at.Step == 11 {
			stop()
		}
		return nil
	}}}
	if _, err := Run(ctx, r, o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	o.Resume, o.Callbacks = true, nil
	again, err := Run(context.Background(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	if again.WeightsSHA256 != whole.WeightsSHA256 {
		t.Error("stopped and resumed, it ends with other bits")
	}
	if _, err := Open(o.Dir); err != nil {
		t.Error(err)
	}
}

func TestStartMistakes(t *testing.T) {
	first := trained(t, "iris", flowers, "train.epochs=1")
	from := "start.weights=" + first.Dir
	for _, c := range []struct {
		want string
		set  []string
	}{
		{"start.weights: is missing", []string{`start.freeze=["0"]`}},
		{`start.fresh: no parameter "4"`, []string{from, `start.fresh=["4"]`}},
		{`start.freeze: no parameter "weight"`, []string{from, `start.freeze=["weight"]`}},
		{"start.freeze: leaves nothing to learn", []string{from, `start.freeze=["*"]`}},
		{"0.weight is [8 4] in the file, and [9 4] in the model", []string{from, strings.Replace(flowers, "8", "9", 1)}},
		{"the model of that run is another; to take the same: --set 'model={", []string{from, strings.Replace(flowers, "8", "9", 1)}},
		{"the file lacks 4.weight", []string{from, strings.Replace(flowers, `{"layer": "linear"}]`, `{"layer": "linear", "units": 3}, {"layer": "linear"}]`, 1)}},
		{"no such file", []string{"start.weights=nowhere.pt"}},
	} {
		if _, err := Run(context.Background(), iris(t, c.set...), Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.set, err, c.want)
		}
	}
}

func TestStartIsWritten(t *testing.T) {
	r := iris(t, `start.freeze=["0"]`, "start.weights=a.pt")
	again, err := Parse(r.Document())
	if err != nil || again.Start.Weights != "a.pt" || !slices.Equal(again.Start.Freeze, []string{"0"}) {
		t.Errorf("%+v, %v", again.Start, err)
	}
	if err := r.Set("start={}"); err != nil || strings.Contains(string(r.Document()), "start") {
		t.Errorf("taken away, it stands there: %v\n%s", err, r.Document())
	}
	for set, want := range map[string]string{
		"start.weigths=x":   "start.weigths: no such key; did you mean start.weights?",
		"start.fresh=head":  "start.fresh: want a list in brackets",
		"start=runs/other":  "start: want an object in braces",
		"train.examples=-1": "train.examples: want 0 or more, not -1",
	} {
		if err := r.Set(set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", set, err, want)
		}
	}
}
