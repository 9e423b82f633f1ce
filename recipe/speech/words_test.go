package speech

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A tiny run hears strings better than chance, its rate goes into the result both ways, and it is opened again to hear a file.
func TestDigitStringsFromRecordingsToWords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r := recipetest.Recipe(t, "digit-strings", "data.strings=96", "data.least=1", "data.most=2", "data.pause=0.1", "data.bands=20", "data.step=20", "data.noise=0",
		"model.channels=4", "model.hidden=24", "model.stride=1", "train.epochs=5", "optimizer.lr=0.01")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	wer, there := res.Metrics["wer_beams"]
	if first := res.History.Epochs[0].Values["loss"]; !(res.Loss < first) || !there || wer > 1 || res.Metrics["wer"] > 1 {
		t.Errorf("loss %v after %v, metrics %v", res.Loss, first, res.Metrics)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Ask(t.Context(), recipe.Question{Most: 2})
	if err != nil || len(all) != 2 || all[0].Text == "" || !strings.Contains(strings.Join(digitNames, " "), strings.Fields(all[0].Want)[0]) {
		t.Fatalf("%+v, %v", all, err)
	}
	if len(all[0].Made) != 2 || all[0].Made[0].Name != "test example 1.png" || all[0].Made[1].Name != "test example 1.wav" {
		t.Fatalf("%d things made", len(all[0].Made))
	}
	file := filepath.Join(t.TempDir(), "said.wav")
	if err := os.WriteFile(file, all[0].Made[1].Data, 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || again[0].Text != all[0].Text || again[0].Input != file || again[0].Want != "" {
		t.Errorf("%+v, %v", again, err)
	}
	recipetest.Faults(t, s, res.Tested)
	if _, err := s.Ask(t.Context(), recipe.Question{Text: "seven"}); err == nil || !strings.Contains(err.Error(), "takes sounds") {
		t.Error(err)
	}
}

// Strings for training change with the key, those for the test do not; they have as many digits as asked for, of one speaker, and are as
// long as their parts.
func TestStringsAreMadeByTheKey(t *testing.T) {
	w, err := recipetest.Recipe(t, "digit-strings", "data.least=2", "data.most=4", "data.strings=60").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	train, test := w.Sets().Train.(*heard), w.Sets().Test.(*heard)
	if train.Len() != 60 || test.Len() != 10 {
		t.Errorf("%d and %d strings", train.Len(), test.Len())
	}
	same, other, counts := 0, 0, map[int]int{}
	for i := range 60 {
		a, b, c := train.at(i, rng.KeyOf(1).At(uint64(i))), train.at(i, rng.KeyOf(1).At(uint64(i))), train.at(i, rng.KeyOf(2).At(uint64(i)))
		if slices.Equal(a.words, b.words) && slices.Equal(a.sound, b.sound) {
			same++
		}
		if !slices.Equal(a.sound, c.sound) {
			other++
		}
		counts[len(a.words)]++
	}
	if same != 60 || other < 58 || len(counts) != 3 || counts[2] < 8 || counts[3] < 8 || counts[4] < 8 {
		t.Errorf("%d the same by one key, %d others by another, %v", same, other, counts)
	}
	a, _ := test.Batch([]int{0, 1, 2, 3}, 1)
	b, _ := test.Batch([]int{0, 1, 2, 3}, 2)
	if check.Off(a.X.Floats(), b.X.Floats()) != 0 || !slices.Equal(a.Y.Ints(), b.Y.Ints()) {
		t.Error("the test changes with the key")
	}
	y := targetsOf(a.Y)
	for i, n := range y.counts.Ints() {
		frames := int(y.frames.Ints()[i])
		if frames > a.X.Dim(1) || n < 2 || n > 4 || slices.Min(y.words.Ints()[i*y.words.Dim(1):][:n]) < 1 {
			t.Errorf("string %d has %d frames of %d and %d words", i, frames, a.X.Dim(1), n)
		}
		for _, v := range a.X.Slice(0, i, i+1).Slice(1, frames, a.X.Dim(1)).Contiguous().Floats() {
			if v != 0 {
				t.Fatalf("string %d has %v behind its end", i, v)
			}
		}
	}
}

// spikes is a hearer whose logits are given.
type spikes struct{ hearer }

func (spikes) Length(t int) int { return t / 2 }

// The rate counts words over all utterances, each read within its own length.
func TestWordErrors(t *testing.T) {
	e := &wordErrors{name: "wer", words: []string{"no", "yes"}, model: spikes{}}
	logits := []float32{ // two utterances of 4 steps and 3 classes; the second ends after 2
		0, 5, 0 /**/, 0, 5, 0 /**/, 5, 0, 0 /**/, 0, 0, 5,
		0, 0, 5 /**/, 0, 5, 0 /**/, 0, 0, 5 /**/, 0, 5, 0,
	}
	z := tensor.Of(logits, 2, 4, 3)
	e.Add(z, tensor.Of([]int64{8, 2, 1, 2, 5, 1, 1, 0}, 2, 4)) // "no yes" is right; of "no" the model heard "yes no"
	if got := e.Value(); got != 1./3 {
		t.Errorf("%v, want one word too many of three", got)
	}
	o := &wordErrors{name: "wer", words: e.words, model: spikes{}, beams: 3}
	o.Add(z, tensor.Of([]int64{8, 2, 1, 2, 5, 2, 2, 1}, 2, 4))
	if e.Merge(o); e.Value() != 1./7 {
		t.Errorf("%v after a merge, want 1 of 7", e.Value())
	}
	if err := tensor.Catch(func() { e.Merge(nil) }); err == nil {
		t.Error("it merged with nothing")
	}
}

// What a run kept is refused if it is damaged.
func TestReopenDamaged(t *testing.T) {
	good := `{"hearing": {"rate": 8000, "window": 256, "step": 128, "mean": [0], "deviation": [1]}, "words": ["no"], "beams": 1}`
	if _, err := reopen([]byte(good)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{
		``, `{}`, strings.Replace(good, `["no"]`, `[]`, 1), strings.Replace(good, `: 1}`, `: -1}`, 1), strings.Replace(good, `[0]`, `[0, 1]`, 1),
		strings.Replace(good, `128`, `0`, 1), strings.Replace(good, `8000`, `1e9`, 1),
	} {
		if _, err := reopen([]byte(bad)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	in := &recipe.Inputs{Shape: []int{1, 1, 9}}
	h := &Hearing{Rate: 8000, Window: 256, Step: 128, Mean: []float32{0}, Deviation: []float32{1}}
	for what, c := range map[string]*Clips{"length": {h, 1 << 25}, "hearing": {nil, 1024}, "frames": {h, 9999}} {
		if err := c.Check(in); err == nil {
			t.Errorf("clips of another %s pass", what)
		}
	}
	if err := (&Clips{h, 1024}).Check(in); err != nil {
		t.Error(err)
	}
}

// Of the published recordings the first half by name is for training and the second for the test, as in Kaldi's recipe.
func TestPublishedYesNo(t *testing.T) {
	folder := filepath.Dir(check.Published(t, "data/yesno/waves_yesno.tar.bz2"))
	w, err := recipetest.Recipe(t, "yesno", "data.folder="+folder).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sets()
	if s.Train.Len() != 27 || s.Validation.Len() != 3 || s.Test.Len() != 30 {
		t.Errorf("%d, %d and %d recordings", s.Train.Len(), s.Validation.Len(), s.Test.Len())
	}
	yes, first := 0, s.Test.(*heard).at(0, 0)
	for i := range 30 {
		u := s.Test.(*heard).at(i, 0)
		if len(u.words) != 8 || len(u.sound) < 8000*4 {
			t.Errorf("test %d: %d words in %d samples", i, len(u.words), len(u.sound))
		}
		yes += int(u.words[0]) - 1
	}
	if yes != 29 || first.words[0] != 1 { // the names that begin with 1, and one more
		t.Errorf("%d of the test begin with yes", yes)
	}
}
