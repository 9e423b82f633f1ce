package series

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/tensor"
)

// run runs a built-in recipe with changes, and opens what it left.
func run(t *testing.T, name string, set ...string) (*recipe.Saved, *recipe.Result) {
	t.Helper()
	return recipetest.Run(t, recipetest.Recipe(t, name, set...))
}

func csvFile(t *testing.T, rows int, f func(i int) string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("when,level,noise\n")
	for i := range rows {
		fmt.Fprintf(&b, "day %d,%s\n", i, f(i))
	}
	path := filepath.Join(t.TempDir(), "s.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Saying that next month will be as this one has an error of 48.0 thousand passengers in the test months.
func TestAirlineBeatsTheLastMonth(t *testing.T) {
	s, res := run(t, "airline", "train.epochs=30")
	if e := res.Metrics["rmse"]; !(e < 45) {
		t.Errorf("RMSE %v", e)
	}
	all, err := s.Ask(t.Context(), recipe.Question{})
	if err != nil || len(all) != 1 || all[0].Want != "432" || math.Abs(all[0].Value-432) > 100 || !strings.Contains(string(all[0].Made[0].Data), "<svg") {
		t.Errorf("%+v, %v", all, err)
	}
}

// A wave goes on in its own unit, from the end of a file; what is relative goes on where the series has never been.
func TestSeriesGoesOn(t *testing.T) {
	for _, c := range []struct {
		set  string
		rise float64
	}{{"data.relative=false", 0}, {"data.relative=true", 3}} {
		value := func(i int) float64 { return 500 + 100*math.Sin(float64(i)*math.Pi/6) + c.rise*float64(i) }
		wave := func(i int) string { return fmt.Sprintf("%v,%d", value(i), i%3) }
		s, _ := run(t, "airline", "data=series", "data.file="+csvFile(t, 300, wave), `data.targets=["level"]`, "data.past=12", "data.ahead=3", c.set,
			"model=dlinear", `model={"name": "sequential", "layers": [{"layer": "flatten"}, {"layer": "linear"}]}`, "train.epochs=30", "optimizer.lr=0.02")
		all, err := s.Ask(t.Context(), recipe.Question{File: csvFile(t, 40, wave)})
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		if want := value(40); math.Abs(all[0].Value-want) > 8 {
			t.Errorf("%s: %v comes next, want about %v", c.set, all[0].Value, want)
		}
		if n := len(strings.Split(all[0].Text, ", ")); n != 3 {
			t.Errorf("%d steps in %q, want 3", n, all[0].Text)
		}
		if _, err := s.Ask(t.Context(), recipe.Question{File: csvFile(t, 5, wave)}); err == nil || !strings.Contains(err.Error(), "5 rows; this model looks back at 12") {
			t.Errorf("a short file: %v", err)
		}
	}
}

// Metrics, outputs and targets are of the numbers themselves also where the model sees and predicts how far they are from the last one.
func TestWhatIsRelativeIsMeasuredAsItIs(t *testing.T) {
	path := csvFile(t, 200, func(i int) string { return fmt.Sprintf("%d,%d", 1000+i, i%3) })
	sets := func(s ...string) []string {
		return append([]string{
			"data=series", "data.file=" + path, "data.past=6", "data.ahead=3", "data.validation=0.2", "train.epochs=20", "optimizer.lr=0.02",
			`model={"name": "sequential", "layers": [{"layer": "flatten"}, {"layer": "linear"}]}`,
			`metrics=["mean_absolute_percentage_error", "r2", "max_error"]`,
		}, s...)
	}
	s, res := run(t, "airline", sets(`data.targets=["level"]`, "data.relative=true")...)
	w, err := s.Recipe.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	y, err := recipe.Targets(t.Context(), w.Sets().Test)
	if err != nil {
		t.Fatal(err)
	}
	z, err := s.Job.Outputs(t.Context(), w.Sets().Test)
	if err != nil || z.Dim(1) != 3 {
		t.Fatal(z, err)
	}
	want, got := tensor.Values[float64](y), tensor.Values[float64](z)
	share, largest := 0.0, 0.0
	for i, v := range want {
		if is := float64(1160 + i/3 + i%3); math.Abs(v-is) > 1e-2 {
			t.Fatalf("target %d is %v, want %v", i, v, is)
		}
		share, largest = share+math.Abs(got[i]-v)/v/float64(len(want)), max(largest, math.Abs(got[i]-v))
	}
	m, v := res.Metrics, res.History.Epochs[len(res.History.Epochs)-1].Values
	if math.Abs(m["mape"]-share) > 1e-6 || math.Abs(m["max_error"]-largest) > 1e-2 || !(m["r2"] > 0.9) || !(v["val_r2"] > 0.9) {
		t.Errorf("the test came to %v, validation to %v; the outputs are wrong by a share of %v, and by %v at most", m, v, share, largest)
	}
	e, err := s.Examine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := e.Show(1); err != nil || p.Want != "1161 1162 1163" || math.Abs(p.Value-1161) > 5 {
		t.Errorf("%+v, %v", p, err)
	}
	// Of several columns all are scaled, and are the same as where nothing is relative.
	var both [2][]float64
	for i, set := range []string{"data.relative=false", "data.relative=true"} {
		w, err := recipetest.Recipe(t, "airline", sets(`data.targets=["noise", "level"]`, set)...).Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		y, err := recipe.Targets(t.Context(), w.Sets().Validation)
		if err != nil {
			t.Fatal(err)
		}
		both[i] = tensor.Values[float64](y)
	}
	for i, v := range both[0] {
		if math.Abs(v-both[1][i]) > 1e-5 {
			t.Fatalf("target %d is %v, and %v where it is relative", i, v, both[1][i])
		}
	}
}

// A column that is predicted alone is predicted from itself by dlinear, and the run can be opened again.
func TestDLinearOfOneColumn(t *testing.T) {
	path := csvFile(t, 200, func(i int) string { return fmt.Sprintf("%v,%d", 100*math.Sin(float64(i)*math.Pi/6), i%3) })
	sets := []string{
		"data=series", "data.file=" + path, `data.targets=["noise"]`, "data.past=12", "data.ahead=2", "data.relative=false", "model=dlinear",
		"train.epochs=30", "optimizer.lr=0.02",
	}
	s, res := run(t, "airline", sets...)
	if e := res.Metrics["rmse"]; !(e < 0.1) {
		t.Errorf("RMSE %v of 0, 1, 2, 0, 1, 2, …", e)
	}
	all, err := s.Ask(t.Context(), recipe.Question{File: path})
	if err != nil || len(all) != 1 || math.Abs(all[0].Value-2) > 0.2 { // behind 0, 1
		t.Errorf("%+v, %v", all, err)
	}
}

// What is scaled by, and what is learned from, ends before what it is tested on.
func TestTheTestIsLater(t *testing.T) {
	r, err := recipe.Builtin("airline")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Set("data.relative=false"); err != nil {
		t.Fatal(err)
	}
	w, err := r.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sets := w.Sets()
	if sets.Test.Len() != 48 || sets.Validation.Len() != 14 || sets.Train.Len() != 82-12 {
		t.Errorf("%d, %d and %d windows", sets.Train.Len(), sets.Validation.Len(), sets.Test.Len())
	}
	first, err := sets.Test.Batch([]int{0}, 0)
	if err != nil {
		t.Fatal(err)
	}
	last, err := sets.Train.Batch([]int{sets.Train.Len() - 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := first.Y.Floats()[0], last.Y.Floats()[0]; math.Abs(float64(a)-315) > 0.1 || math.Abs(float64(b)-274) > 0.1 {
		t.Errorf("the test begins with %v and training ends with %v; want 315 of January 1957 and 274 of October 1955", a, b)
	}
	var sum float64
	all, err := sets.Train.Batch([]int{0, 12, 24, 36, 48, 60}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tensor.Values[float64](all.X) {
		sum += x
	}
	if sum /= 72; math.Abs(sum) > 0.3 {
		t.Errorf("the mean of what is learned from is %v after scaling", sum)
	}
}

// A share for validation that is too small for a window is a mistake before anything is kept; only 0 means that there is none.
func TestTooFewForValidation(t *testing.T) {
	path := csvFile(t, 600, func(i int) string { return fmt.Sprint(i, ",", i) })
	for set, want := range map[string]string{
		"data.validation=0.1":    "data.validation: 48 of 600 steps are for validation, which is too few to predict 96; want a larger share, or 0 for none",
		"data.validation=0.0001": "data.validation: 0 of 600 steps are for validation",
		"data.validation=0.2":    "",
		"data.validation=0":      "",
	} {
		r := recipetest.Recipe(t, "airline", "data=series", "data.file="+path, "data.ahead=96", set)
		w, err := r.Load(t.Context())
		if want == "" {
			if err != nil || (w.Sets().Validation == nil) != (set == "data.validation=0") {
				t.Errorf("%s: %v", set, err)
			}
			continue
		}
		dir := filepath.Join(t.TempDir(), "run")
		if _, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s left a run's folder", set)
		}
	}
}

func TestMistakes(t *testing.T) {
	path := csvFile(t, 30, func(i int) string { return fmt.Sprint(i, ",", i) })
	for set, want := range map[string]string{
		"data.past=0":                       "data: past is 0",
		"data.test=0":                       "data.test: want a share",
		`data.targets=["height"]`:           `data.targets: the column "height" is not among`,
		`data.columns=["when"]`:             "when",
		"data.past=40":                      "too few to see 40 and predict 1",
		"data.file=":                        "data.file: is missing",
		"data=ett":                          "get ETTh1.csv from",
		`data={"set":"ett","name":"ETTm9"}`: `there is no series "ETTm9"`,
	} {
		r, err := recipe.Builtin("airline")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"data=series", "data.file=" + path, set} {
			if err = r.Set(s); err != nil {
				break
			}
		}
		if err == nil {
			_, err = recipe.Run(t.Context(), r, recipe.Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}

// The windows of ETTh1 are those of the papers: 8,209, 2,785 and 2,785 of 336 hours seen and 96 predicted.
func TestETT(t *testing.T) {
	file := check.Published(t, "data/timeseries/ETTh1.csv.gz")
	r, err := recipe.Builtin("etth1")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Set("data.folder=" + filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sets()
	if s.Train.Len() != 8209 || s.Validation.Len() != 2785 || s.Test.Len() != 2785 {
		t.Errorf("%d, %d and %d windows", s.Train.Len(), s.Validation.Len(), s.Test.Len())
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "ETTh1.csv"), []byte("date,OT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Set("data.folder=" + broken); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "not the published file") {
		t.Errorf("another file: %v", err)
	}
}

// A run's folder that was changed is refused, not believed.
func TestDamagedInputs(t *testing.T) {
	s, _ := run(t, "airline", "train.epochs=1")
	path := filepath.Join(s.Dir, "inputs.json")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{`"past":12`, `"past":13`}, {`"past":12`, `"past":-1`}, {`["passengers"]`, `[]`}, {`"Deviation":[`, `"Deviation":[0,`}} {
		broken := strings.Replace(string(whole), c[0], c[1], 1)
		if broken == string(whole) {
			t.Fatalf("%s is not in %s", c[0], whole)
		}
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := recipe.Open(s.Dir); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%v: %v", c, err)
		}
	}
}
