package tune

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/recipe"
)

// irises returns a study of a recipe that trains in a moment.
func irises(t *testing.T, method string, epochs int, search ...string) *Study {
	t.Helper()
	s, err := Find("iris")
	if err != nil {
		t.Fatal(err)
	}
	s.Recipe.Train.Epochs, s.Method = epochs, method
	if search == nil {
		search = []string{"optimizer.lr=log(1e-4, 1e-1)", "model.hidden=[[4], [16]]"}
	}
	for _, x := range search {
		key, text, _ := strings.Cut(x, "=")
		if err := s.Search(key, text); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// summary returns what does not depend on the time.
func summary(o *Outcome) string {
	var b strings.Builder
	for _, t := range o.Ranked() {
		value := nan
		if t.Value != nil {
			value = *t.Value
		}
		fmt.Fprintln(&b, t.Number, t.State, t.Epochs, value, said(t.Values))
	}
	return b.String()
}

func ran(t *testing.T, s *Study, o Options) string {
	t.Helper()
	out, err := Run(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return summary(out)
}

// A study is stopped again and again, at any epoch, and gone on with: its trials are those of one that was not stopped.
func TestStoppedStudiesGoOn(t *testing.T) {
	for _, c := range []struct {
		method                   string
		trials, epochs, parallel int
	}{{"tpe", 12, 1, 2}, {"asha", 5, 3, 2}, {"hyperband", 5, 3, 1}} {
		t.Run(c.method, func(t *testing.T) {
			t.Parallel()
			s := irises(t, c.method, c.epochs)
			s.Trials, s.Parallel = c.trials, c.parallel
			want := ran(t, s, Options{Dir: filepath.Join(t.TempDir(), "whole")})
			o := Options{Dir: filepath.Join(t.TempDir(), "stopped"), Resume: true}
			var got string
			for stops := 0; got == ""; stops++ {
				ctx, cancel := context.WithCancel(t.Context())
				epochs := 0
				o.Report = func(e Event) {
					if e.Kind == "epoch" {
						if epochs++; epochs == 5 {
							cancel()
						}
					}
				}
				out, err := Run(ctx, s, o)
				switch {
				case err == nil:
					got = summary(out)
				case !errors.Is(err, context.Canceled):
					t.Fatal(err)
				case stops > 20:
					t.Fatal("it does not come to an end")
				}
				cancel()
			}
			if got != want {
				t.Errorf("stopped and gone on with:\n%swant\n%s", got, want)
			}
		})
	}
}

// Random draws and grids do not depend on how many trials there are at a time, and a longer study has the trials of a shorter.
func TestTrialsDoNotDependOnParallel(t *testing.T) {
	for method, search := range map[string][]string{"random": nil, "grid": {"optimizer.lr=0.001|0.01", "model.hidden=[[4], [16]]"}} {
		one, two := irises(t, method, 1, search...), irises(t, method, 1, search...)
		one.Trials, two.Trials, two.Parallel = 4, 4, 3
		a, b := ran(t, one, Options{Dir: t.TempDir()}), ran(t, two, Options{Dir: t.TempDir()})
		if a != b || strings.Count(a, "\n") != 4 {
			t.Errorf("%s: one at a time\n%sthree at a time\n%s", method, a, b)
		}
	}
	s := irises(t, "random", 1)
	s.Trials = 2
	dir := t.TempDir()
	ran(t, s, Options{Dir: dir})
	s.Trials = 4
	var begun []int
	longer := ran(t, s, Options{Dir: dir, Resume: true, Report: func(e Event) {
		if e.Kind == "begin" {
			begun = append(begun, e.Trial.Number)
		}
	}})
	if want := ran(t, s, Options{Dir: t.TempDir()}); longer != want || fmt.Sprint(begun) != "[3 4]" {
		t.Errorf("two trials and then two more (%v):\n%sfour at once:\n%s", begun, longer, want)
	}
}

// A study leaves a recipe that trains to the same value, tables, a picture, and the checkpoints of the best alone.
func TestWhatAStudyLeaves(t *testing.T) {
	s := irises(t, "random", 2, "model.name=mlp|tab_resnet", "model.width=4|8", "model.hidden=[[4], [8]]", "optimizer.lr=log(1e-3, 1e-1)")
	s.Trials = 5
	dir := t.TempDir()
	out, err := Run(t.Context(), s, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, err := recipe.Read(filepath.Join(dir, "best.json"))
	if err != nil || r.Name != "iris-tuned" {
		t.Fatalf("best.json: %v, %v", r, err)
	}
	res, err := recipe.Run(t.Context(), r, recipe.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := res.History.Last(out.Monitor); v != *out.Best.Value || out.Ranked()[0].Number != out.Best.Number {
		t.Errorf("trained again the best has %v, in the study %v", v, *out.Best.Value)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "trials/*/checkpoints"))
	if err != nil || len(kept) != 1 || filepath.Dir(kept[0]) != filepath.Join(dir, out.Best.Dir) {
		t.Errorf("checkpoints are kept of %v; want the best, %s", kept, out.Best.Dir)
	}
	mixed := map[bool]bool{}
	for _, trial := range out.Trials {
		_, has := trial.Values["model.width"]
		mixed[has] = true
		_, hidden := trial.Values["model.hidden"] // a list, and a tab_resnet's is a number
		if has != (trial.Values["model.name"] == "tab_resnet") || hidden == has {
			t.Errorf("trial %d has the values %v", trial.Number, trial.Values)
		}
	}
	table, err := os.ReadFile(filepath.Join(dir, "trials.csv"))
	if err != nil || !strings.HasPrefix(string(table), "trial,state,epochs,seconds,val_loss,model.hidden,model.name,model.width,optimizer.lr\n") || !mixed[true] || !mixed[false] {
		t.Errorf("the table: %v\n%s", err, table)
	}
	picture, err := os.ReadFile(filepath.Join(dir, "trials.svg"))
	if err != nil || strings.Count(string(picture), "<polyline") != 5 || !strings.Contains(string(picture), "below an axis") || !strings.Contains(string(picture), "val_loss") {
		t.Errorf("the picture: %v\n%s", err, picture)
	}
	if _, err := Run(t.Context(), s, Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "holds a study already") {
		t.Errorf("a second study in the folder: %v", err)
	}
	s.Seed = 9
	if _, err := Run(t.Context(), s, Options{Dir: dir, Resume: true}); err == nil || !strings.Contains(err.Error(), "is another one") {
		t.Errorf("another study is gone on with: %v", err)
	}
}

// A trial that fails is noted, and the study goes on; if all fail it says why.
func TestFailedTrials(t *testing.T) {
	s := irises(t, "grid", 1, "optimizer.lr=0.01|1e30")
	out, err := Run(t.Context(), s, Options{Dir: t.TempDir()})
	if err != nil || out.Trials[1].State != failed || out.Trials[1].Error == "" || out.Best.Number != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}

// A study that nothing could decide is refused before its first trial, and leaves no folder.
// Where each trial is trained to its end, that may be beyond the recipe's.
func TestSearchOfEpochs(t *testing.T) {
	s, err := Parse([]byte(`{"recipe": "iris", "search": {"train.epochs": [2, 5, 40]}, "method": "grid"}`))
	if err != nil {
		t.Fatal(err)
	}
	s.Recipe.Train.Epochs = 3
	out, err := Run(t.Context(), s, Options{Dir: filepath.Join(t.TempDir(), "study")})
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range out.Trials {
		if fmt.Sprint(trial.Epochs) != fmt.Sprint(trial.Values["train.epochs"]) || trial.State != done {
			t.Errorf("%v: %d epochs, %s", trial.Values, trial.Epochs, trial.State)
		}
	}
	if out.Best.Epochs != 40 {
		t.Errorf("the best was trained for %d epochs", out.Best.Epochs)
	}
}

func TestNothingDecides(t *testing.T) {
	for set, want := range map[string]string{
		"data.validation=0":         "train.monitor: there is no val_loss without a validation set",
		"train.monitor=val_accurac": "did you mean val_accuracy? It has loss, val_loss, val_accuracy",
		`data={"set": "csv", "file": "none.csv", "target": "kind"}`: "none.csv",
	} {
		s := irises(t, "grid", 1, "optimizer.lr=0.01|0.1")
		if err := s.Recipe.Set(set); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "study")
		_, err := Run(t.Context(), s, Options{Dir: dir, Report: func(Event) { t.Errorf("%s: a trial was begun", set) }})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %s", set, err, want)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: the study has a folder", set)
		}
	}
}

// Of a grid it is known how much there is to try.
func TestGridHasAnEnd(t *testing.T) {
	for method, want := range map[string]int{"grid": 2, "random": 0} {
		s := irises(t, method, 1, "optimizer.lr=0.01|0.1")
		s.Trials = 1
		if out, err := Run(t.Context(), s, Options{Dir: t.TempDir()}); err != nil || out.Grid != want || len(out.Trials) != 1 {
			t.Errorf("%s: %+v, %v; want a grid of %d", method, out, err, want)
		}
	}
}

// When the time is up no trial is begun, and the study can be gone on with.
func TestTime(t *testing.T) {
	s := irises(t, "random", 1)
	s.Trials = 3
	dir := t.TempDir()
	out, err := Run(t.Context(), s, Options{Dir: dir, Time: time.Nanosecond})
	if err != nil || !out.Late || len(out.Trials) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	out, err = Run(t.Context(), s, Options{Dir: dir, Resume: true, Time: time.Hour})
	if err != nil || out.Late || len(out.Trials) != 3 {
		t.Errorf("%+v, %v", out, err)
	}
}

// A journal whose last line was cut off by a crash is read as far as it is whole.
func TestCutJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	v := 0.5
	j, err := openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := j.write(Job{n, 0, 2}, Trial{Number: n + 1, Value: &v, State: done}); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 11 {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		j, err := openJournal(path)
		if err != nil || len(j.known) != strings.Count(string(whole[:n]), "\n") {
			t.Fatalf("%d of %d bytes: %d results, %v", n, len(whole), len(j.known), err)
		}
		if err := j.write(Job{9, 0, 2}, Trial{Number: 10}); err != nil {
			t.Fatal(err)
		}
		j.Close()
	}
}

func TestStudyMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{"recipe": "iris", "search": {"optimizer.learning_rate": "log(1e-4, 1)"}}`:        "did you mean optimizer.lr?",
		`{"recipe": "iris", "search": {"optimizer.lr": "log(0, 1)"}}`:                      "above 0 on a logarithmic scale",
		`{"recipe": "iris", "search": {"optimizer.lr": "log(1)"}}`:                         "log has 1 numbers",
		`{"recipe": "iris", "search": {"optimizer.lr": "normal(0, 1)"}}`:                   `no range "normal"`,
		`{"recipe": "iris", "search": {"optimizer.lr": "uniform(0, x)"}}`:                  `"x" is not what uniform takes`,
		`{"recipe": "iris", "search": {"train.epochs": "int(1.5, 3)"}}`:                    `"1.5" is not what int takes`,
		`{"recipe": "iris", "search": {"optimizer.lr": "uniform(0, 1, 2)"}}`:               "the step is 2",
		`{"recipe": "iris", "search": {"optimizer.lr": []}}`:                               "the list is empty",
		`{"recipe": "iris", "search": {"optimizer.lr": [0.1, 0.1]}}`:                       "stands twice",
		`{"recipe": "iris", "search": {"optimizer.lr": 0.1}}`:                              "want a list of choices",
		`{"recipe": "iris", "search": {"model.name": ["mlpp"]}}`:                           "did you mean mlp?",
		`{"recipe": "iris", "search": {"model.hidden": [3]}}`:                              "want a list in brackets",
		`{"recipe": "iris", "search": {}}`:                                                 "nothing is searched",
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "method": "bayes"}`:                `no method "bayes"`,
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "method": "tpe", "draw": "tpe"}`:   "asha and hyperband draw by",
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "trials": -1}`:                     "trials: want 1 or more, not -1",
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "eta": 1}`:                         "eta: want 2 or more, not 1",
		`{"recipe": "iris", "search": {"seed": [1, 2], "seed": [3]}}`:                      "search.seed: stands twice",
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "min_epochs": 1000}`:               "the recipe trains for",
		`{"recipe": "iris", "search": {"seed": [1, 2]}, "trails": 3}`:                      "trails: no such key",
		`{"recipe": "irises", "search": {"seed": [1, 2]}}`:                                 `did you mean iris?`,
		`{"recipe": "iris", "search": {"train.epochs": [2, 9]}, "method": "asha"}`:         "search.train.epochs: asha decides itself how long",
		`{"recipe": "iris", "search": {"optimizer.lr": "log(1e-4, 1)"}, "method": "grid"}`: "a grid needs values to choose from",
		`{"recipe": "iris", "search": {"seed": "int(1, 200000)"}, "method": "grid"}`:       "more than 10000 points",
		`{"recipe": "iris"`: "not valid JSON",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// A study written and read is the same, whatever its ranges.
func TestStudyDocument(t *testing.T) {
	s := irises(t, "asha", 9, "optimizer.lr=log(1e-4,1e-2)", "optimizer.weight_decay=uniform(0,0.5,0.1)", "optimizer.beta1=uniform(0.8, 0.99)",
		"data.batch=logint(8,64)", "train.accumulate=int(1, 4)", `model={"name":"mlp","hidden":[8]}|kan`)
	s.Draw, s.Eta, s.MinEpochs, s.Parallel = "tpe", 2, 3, 2
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := json.Marshal(again); err != nil || string(twice) != string(text) {
		t.Errorf("%s\nbecomes\n%s\n%v", text, twice, err)
	}
	path := filepath.Join(t.TempDir(), "study.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if found, err := Find(path); err != nil || len(found.Space) != 6 {
		t.Errorf("found %v, %v", found, err)
	}
}

func FuzzParseDim(f *testing.F) {
	for _, text := range []string{"log(1e-4,1e-2)", "uniform(0,1,0.1)", "int(1,8)", "logint(8,512)", "a|b", "[[1],[2]]", `{"a":1}|2`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDim("k", text)
		if err != nil {
			return
		}
		for _, u := range []float64{0, 0.3, 0.999999} {
			x := d.at(u)
			if d.Choices == nil && (x < d.Low || x > d.High || x != x) {
				t.Errorf("%q: %v lies outside of %v to %v", text, x, d.Low, d.High)
			}
			said(d.Value(x))
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"recipe": "iris", "search": {"optimizer.lr": "log(1e-4, 1)", "model.hidden": [[4], [8]]}, "method": "tpe", "trials": 3}`))
	f.Add([]byte(`{"recipe": {"data": {"set": "iris"}, "model": "mlp", "objective": "cross_entropy", "optimizer": "adamw"}, "search": {"seed": "int(1, 3)"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		once, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := Parse(once)
		if err != nil {
			t.Fatalf("%q becomes %s: %v", text, once, err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(once) {
			t.Errorf("%s becomes %s; %v", once, twice, err)
		}
	})
}
