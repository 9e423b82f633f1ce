package recipe

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/internal/durable"
	"github.com/jimu-ml/jimu/model"
)

// changed returns a built-in recipe with changes, or the error of one.
func changed(t *testing.T, name string, set ...string) (*Recipe, error) {
	t.Helper()
	r, err := Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set {
		if err := r.Set(s); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// refused runs a recipe that cannot be run, and returns why. It leaves no run.
func refused(t *testing.T, name string, set ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	r, err := changed(t, name, set...)
	if err == nil {
		_, err = Run(t.Context(), r, Options{Dir: dir})
	}
	if err == nil {
		t.Fatalf("%s with %v is run", name, set)
	}
	if _, stat := os.Stat(dir); !errors.Is(stat, os.ErrNotExist) {
		t.Errorf("%s with %v leaves a folder, and %v", name, set, err)
	}
	return err.Error()
}

// What cannot be trained is told by its key, before there is a folder.
func TestRefused(t *testing.T) {
	one, hollow := t.TempDir(), t.TempDir()
	paint(t, filepath.Join(one, "cat", "a.png"), 9, 4, 4)
	paint(t, filepath.Join(hollow, "cat", "a.png"), 9, 4, 4)
	paint(t, filepath.Join(hollow, "dog", "a.png"), 9, 4, 4)
	if err := os.Mkdir(filepath.Join(hollow, "emu"), 0o755); err != nil {
		t.Fatal(err)
	}
	table := file(t, "x,1\n"+strings.Repeat("1,0\n2,1\n", 20))
	for _, c := range []struct {
		name string
		set  []string
		want string
	}{
		{"fashion", []string{"data=images", "data.folder=" + one}, one + " has pictures of one class, cat; want two or more"},
		{"fashion", []string{"data=images", "data.folder=" + hollow}, filepath.Join(hollow, "emu") + " holds no .png"},
		{"iris", []string{"train.keep_best=true", "data.validation=0"}, "train.keep_best: there is no validation set by which"},
		{"iris", []string{"train.patience=3", "data.validation=0"}, "train.patience: there is no validation set by which"},
		{"iris", []string{"model.dropout=1.5"}, "model.dropout: want a share below 1, not 1.5"},
		{"iris", []string{"model.hidden=[-4]"}, "model.hidden: want numbers of 1 or more, not -4"},
		{"iris", []string{"model.hidden=[0]"}, "model.hidden: want numbers of 1 or more, not 0"},
		{"iris", []string{"model.hidden=[1000000,1000000]"}, `model: mlp with {"hidden":[1000000,1000000]} has 1,000,009,000,003 parameters, which take 4 TB`},
		{"iris", []string{"data=csv", "data.file=" + table, "data.target=1"}, "say --set data.predict=classes"},
		{"iris", []string{"optimizer.lr=fast"}, "optimizer.lr: want a number"},
		{"iris", []string{"model.hidden=3"}, "model.hidden: want a list in brackets, not 3"},
	} {
		if got := refused(t, c.name, c.set...); !strings.Contains(got, c.want) {
			t.Errorf("%s with %v: %q, want %q", c.name, c.set, got, c.want)
		}
	}
}

// A word that looks like a number is one where a word is wanted.
func TestSetTakesNumbersForWords(t *testing.T) {
	for _, c := range [][2]string{{"data.target=1990", "1990"}, {"data.target=true", "true"}, {`data.target="7"`, "7"}} {
		r, err := changed(t, "iris", "data=csv", c[0])
		if err != nil || r.Data.Config["target"] != c[1] {
			t.Errorf("%s: %v, %v", c[0], r, err)
		}
	}
}

// Texts that are left out as copies are counted, in the plan and where too few are left.
func TestCopiesAreTold(t *testing.T) {
	c := &sample.Corpus{Unit: "texts", Classes: []string{"a", "b"}}
	for i := range 20 {
		c.Train.Texts, c.Train.Labels = append(c.Train.Texts, fmt.Sprintf("Call %d%d now", i%10, i%7)), append(c.Train.Labels, int64(i%2))
	}
	w, err := Wording{Words: 10, Length: 5}.Classify(c, Usual, Held{Test: 0.2})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := w.Sets().Note, "19 texts were left out, which are copies of others but for digits and capitals"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got, want := leftOut(1), "1 text was left out, which is a copy of another but for digits and capitals"; got != want || leftOut(0) != "" {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// A model is refused that no memory can hold, and one that fits is not.
func TestRoom(t *testing.T) {
	r, err := changed(t, "iris", "model.hidden=[1000]")
	if err != nil {
		t.Fatal(err)
	}
	of := model.Examples{Input: []int{4}, Outputs: 3}
	const parameters = 4*1000 + 1000 + 1000*3 + 3
	for memory, want := range map[int64]string{0: "", 4 * parameters: "", 4*parameters - 1: "8,003 parameters"} {
		got := ""
		if _, err := r.room(of, memory); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("with %d bytes: %q, want %q", memory, got, want)
		}
	}
}

// A run that goes on must be the same one; what is not is named by its key.
func TestResumeNamesWhatDiffers(t *testing.T) {
	long := fmt.Sprintf("model.hidden=[%s8]", strings.Repeat("16,", 30))
	for _, c := range []struct {
		set  string
		want string
	}{
		{"optimizer.weight_decay=0.5", "optimizer.weight_decay: the run in d was begun without it, not with 0.5; resume it as it was"},
		{"seed=4", "seed: the run in d was begun with 1, not with 4"},
		{"model=convnet", `model: the run in d was begun with {"hidden":[16],"name":"mlp"}, not with {"name":"convnet"}`},
		{long, "model.hidden: the run in d was begun with [16], not with ["},
		{"train.clip_norm=1", "train.clip_norm: the run in d was begun without it, not with 1"},
		{"train.epochs=50", ""},
	} {
		was, _ := changed(t, "iris")
		r, err := changed(t, "iris", c.set)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := r.continues(was, "d"); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", c.set, got, c.want)
		}
	}
}

// Two processes do not train in one folder.
func TestRunIsHeld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r, err := changed(t, "iris", "train.epochs=2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), r, Options{Dir: dir, Until: 1}); err != nil {
		t.Fatal(err)
	}
	letGo, err := durable.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s is being trained by process %d; wait for it, or give another folder by --out", dir, os.Getpid())
	if _, err := Run(t.Context(), r, Options{Dir: dir, Resume: true}); err == nil || err.Error() != want {
		t.Errorf("a run that another process trains: %v, want %q", err, want)
	}
	letGo()
	if _, err := Run(t.Context(), r, Options{Dir: dir, Resume: true}); err != nil {
		t.Error(err)
	}
}
