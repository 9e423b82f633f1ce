package music

import (
	"bytes"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

const small = `model={"name": "sequential", "layers": [{"layer": "lstm", "hidden": 24}, {"layer": "linear"}]}`

// A run on MIDI files of one simple tune learns it nearly by heart, is opened again without them, and composes: new music, in a key, and
// on from a file.
func TestMIDIFilesFromFoldersToMusic(t *testing.T) {
	folder, dir := t.TempDir(), filepath.Join(t.TempDir(), "run")
	var tune music.Roll
	for i := range 24 {
		tune = append(tune, [][]int{{48, 60, 64, 67}, {53, 60, 65, 69}, {55, 59, 62, 67}, {48, 60, 64, 72}}[i%4])
	}
	for i := range 12 {
		var b bytes.Buffer
		if err := tune.Transpose(i-6).Score(1, 100).Write(&b, 0); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, string(rune('a'+i))+".mid"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := recipetest.Recipe(t, "bach", "data.set=midi", "data.folder="+folder, "data.batch=3", "data.compose=12", "data.temperature=0.3", small, "train.epochs=40", "optimizer.lr=0.03")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if nll := res.Metrics["nll"]; !(nll < 3) || !(nll < res.History.Epochs[0].Values["val_nll"]/3) {
		t.Errorf("nll %v after %v", nll, res.History.Epochs[0].Values)
	}
	trained, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	recipetest.Faults(t, trained, res.Tested)
	file := filepath.Join(t.TempDir(), "own.mid")
	var b bytes.Buffer
	if err := tune[:6].Transpose(2).Score(1, 100).Write(&b, 0); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(file, b.Bytes(), 0o644), os.RemoveAll(folder)); err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	on, err := s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil {
		t.Fatal(err)
	}
	if got := rollOf(t, on[0]); len(got) != 18 || !slices.EqualFunc(got[:6], tune[:6].Transpose(2), slices.Equal[[]int]) || !slices.Equal(got[9], tune[9:10].Transpose(2)[0]) {
		t.Errorf("it went on with %v", got)
	}
	some, err := s.Ask(t.Context(), recipe.Question{Most: 2, Seed: 5})
	again, errAgain := s.Ask(t.Context(), recipe.Question{Most: 2, Seed: 5})
	if err != nil || errAgain != nil || len(some) != 2 || !bytes.Equal(some[1].Made[0].Data, again[1].Made[0].Data) || !strings.Contains(some[0].Text, "12 steps in C major") {
		t.Errorf("%+v, %v", some[0].Text, err)
	}
	in, err := s.Ask(t.Context(), recipe.Question{Text: "B flat", Seed: 5})
	if tonic, minor := rollOf(t, in[0]).Key(); err != nil || tonic != 10 || minor || in[0].Made[0].Name != "B flat.mid" {
		t.Errorf("%v, %+v", err, in)
	}
	for q, says := range map[recipe.Question]string{
		{Text: "H major"}: "is no key", {File: filepath.Join(dir, "recipe.json")}: "takes MIDI files", {Text: "C minor"}: "another --seed",
	} {
		if _, err := s.Ask(t.Context(), q); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// rollOf returns the roll of what was composed, and sees to it that its sound and its picture fit.
func rollOf(t *testing.T, p recipe.Prediction) music.Roll {
	t.Helper()
	if len(p.Made) != 3 {
		t.Fatalf("%d things made", len(p.Made))
	}
	s, err := music.Read(bytes.NewReader(p.Made[0].Data), p.Made[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	r := s.Roll(1, 1000)
	sound, err := audio.Read(bytes.NewReader(p.Made[1].Data), p.Made[1].Name)
	if err != nil || math.Abs(sound.Seconds()-s.Length()*60/s.Tempo) > 0.2 {
		t.Errorf("%v seconds of sound for %v quarter notes, %v", sound.Seconds(), s.Length(), err)
	}
	m, err := png.Decode(bytes.NewReader(p.Made[2].Data))
	if err != nil || m.Bounds().Dx() < len(r)*stepWidth {
		t.Errorf("a picture of %v, %v", m.Bounds(), err)
	}
	return r
}

// The chorales are those of the papers: by quarters, with the number of steps that their published versions have.
func TestChorales(t *testing.T) {
	w, err := recipetest.Recipe(t, "bach").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sets()
	train, validation, test := s.Train.(*pieces), s.Validation.(*pieces), s.Test.(*pieces)
	if train.Len() != 229 || validation.Len() != 76 || test.Len() != 77 {
		t.Errorf("%d, %d and %d pieces", train.Len(), validation.Len(), test.Len())
	}
	steps, keys, home := 0, 0, 0
	for _, p := range []*pieces{train, validation, test} {
		for _, r := range p.rolls {
			steps += len(r)
			for _, now := range r {
				keys += len(now)
			}
			if k, minor := r.Key(); k == 0 && !minor || k == 9 && minor {
				home++
			}
		}
	}
	if steps != 92536/4 || home != 382 || math.Abs(float64(keys)/float64(steps)-3.8) > 0.1 {
		t.Errorf("%d steps, %d pieces in C major or A minor, %v keys at a time", steps, home, float64(keys)/float64(steps))
	}
	_, _, voices, err := sample.Chorales()
	if err != nil {
		t.Fatal(err)
	}
	for i, up := range map[int]int{0: 7, 14: 12, 23: 15, 35: 15, 39: 7, 41: 8} { // so far from Bach's key the published rolls are
		if moved := test.rolls[i][0][0] - slices.Min(voices[i][0][:]); (moved-up)%12 != 0 {
			t.Errorf("chorale %d was moved by %d half tones, the published one by %d", i, moved, up)
		}
	}
	b, err := test.Batch([]int{0, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	x, y, longest := b.X.Floats(), b.Y.Floats(), b.X.Dim(1)
	for i, r := range test.rolls[:2] {
		for at := range longest {
			for k := range music.Keys {
				want, last := float32(-1), float32(0)
				if at < len(r) {
					want = 0
					if slices.Contains(r[at], k+music.Lowest) {
						want = 1
					}
				}
				if at > 0 && at <= len(r)-1 && slices.Contains(r[at-1], k+music.Lowest) {
					last = 1
				}
				if j := (i*longest+at)*music.Keys + k; y[j] != want || x[j] != last {
					t.Fatalf("piece %d, step %d, key %d: %v and %v, want %v and %v", i, at, k, x[j], y[j], last, want)
				}
			}
		}
	}
}

// The likelihood leaves out first steps and what is behind the ends; logits of 0 are 88 ln 2 at each step.
func TestLikelihood(t *testing.T) {
	p := &pieces{rolls: []music.Roll{{{60}, {62}, {64}}, {{60, 64}, {65}}}}
	b, err := p.Batch([]int{0, 1}, 0)
	if err != nil {
		t.Fatal(err)
	}
	l := &likelihood{}
	l.Add(tensor.Zeros(2, 3, music.Keys), b.Y)
	if l.count != 3 || math.Abs(l.Value()-88*math.Ln2) > 1e-4 {
		t.Errorf("%v over %v steps", l.Value(), l.count)
	}
	sure := b.Y.Scale(200).AddScalar(-100)
	o := &likelihood{}
	o.Add(sure, b.Y)
	if l.Merge(o); l.count != 6 || math.Abs(l.Value()-44*math.Ln2) > 1e-4 {
		t.Errorf("%v over %v steps", l.Value(), l.count)
	}
	if err := tensor.Catch(func() { l.Merge(nil) }); err == nil {
		t.Error("it merged with nothing")
	}
}

// A low temperature makes likely keys likelier, and leaves how many there are; a temperature of 1 changes nothing.
func TestTempered(t *testing.T) {
	z := []float32{2, -1, 0.5, -4}
	as, cold := tempered(z, 1), tempered(z, 0.2)
	sum, was := 0.0, 0.0
	for k, v := range z {
		if math.Abs(as[k]-1/(1+math.Exp(-float64(v)))) > 1e-9 {
			t.Errorf("key %d has %v", k, as[k])
		}
		sum, was = sum+cold[k], was+as[k]
	}
	if math.Abs(sum-was) > 1e-6 || cold[0] < 0.98 || cold[3] > 1e-4 {
		t.Errorf("%v of %v keys, %v", sum, was, cold)
	}
}

// With transpose, pieces move by the key within its bounds; without, they stay.
func TestTransposeFollowsTheKey(t *testing.T) {
	p := &pieces{rolls: []music.Roll{{{60}, {60}}}, transpose: 2}
	seen := map[int]bool{}
	for key := range uint64(60) {
		a, _ := p.Batch([]int{0}, rng.KeyOf(key))
		b, _ := p.Batch([]int{0}, rng.KeyOf(key))
		if !slices.Equal(a.X.Floats(), b.X.Floats()) {
			t.Fatal("one key, two batches")
		}
		seen[slices.Index(a.Y.Floats()[:music.Keys], 1)+music.Lowest-60] = true
	}
	if len(seen) != 5 || !seen[-2] || !seen[2] {
		t.Errorf("moved by %v", seen)
	}
	if _, err := p.Batch([]int{1}, 0); err == nil {
		t.Error("a second of one piece")
	}
}

func TestMistakes(t *testing.T) {
	ahead := `model={"name": "sequential", "layers": [{"layer": "lstm", "hidden": 4, "bidirectional": true}, {"layer": "linear"}]}`
	one := `model={"name": "sequential", "layers": [{"layer": "lstm", "hidden": 4}, {"layer": "last_step"}, {"layer": "linear"}]}`
	for _, c := range []struct {
		change, says string
	}{
		{ahead, "looks ahead"},
		{one, "not 88 keys at each step"},
		{`metrics=["accuracy"]`, "metrics: the set chorales is always measured by nll"},
		{"objective=cross_entropy", "use binary_cross_entropy"},
		{"data.set=midi", "data.folder: is missing"},
	} {
		if _, err := recipe.Run(t.Context(), recipetest.Recipe(t, "bach", c.change), recipe.Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.change, err, c.says)
		}
	}
	if _, err := recipetest.Recipe(t, "bach", "data.set=midi", "data.folder="+t.TempDir()).Load(t.Context()); err == nil || !strings.Contains(err.Error(), "0 .mid files") {
		t.Error(err)
	}
	for key, says := range map[string]string{
		"data.steps=3": "sixteenths", "data.length=1": "2 to 16384", "data.transpose=13": "half tones", "data.tempo=1": "a minute",
		"data.compose=0": "steps", "data.temperature=0": "above 0", "data.validation=0.5": "come with a validation set",
	} {
		if err := recipetest.Recipe(t, "bach").Set(key); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", key, err, says)
		}
	}
	for _, bad := range []string{``, `{}`, `{"steps": 1, "length": 9, "tempo": 90, "compose": 9, "temperature": -1}`} {
		if _, err := reopen([]byte(bad)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestKeyOf(t *testing.T) {
	for text, want := range map[string]string{
		"C": "C major", "g major": "G major", "Am": "A minor", "F# minor": "F# minor", "Bb": "B flat major", "E flat Major": "E flat major",
		"d min": "D minor", "bb minor": "B flat minor", "C flat": "B major", "b": "B major", "B minor": "B minor",
	} {
		tonic, minor, err := keyOf(text)
		if err != nil || said(tonic, minor) != want {
			t.Errorf("%q is %s, %v, want %s", text, said(tonic, minor), err, want)
		}
	}
	for _, bad := range []string{"", "H", "C lydian", "a b c", "minor"} {
		if _, _, err := keyOf(bad); err == nil {
			t.Errorf("%q is a key", bad)
		}
	}
	for tonic, want := range map[int]int{0: 0, 5: 5, 6: -6, 7: -5, 11: -1} {
		if got := offset(tonic, false); got != want {
			t.Errorf("%d lies %d above C, want %d", tonic, got, want)
		}
	}
	if offset(9, true) != 0 || offset(2, true) != 5 || offset(4, true) != -5 {
		t.Error("minor keys are not counted from A")
	}
}
