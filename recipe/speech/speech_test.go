package speech

import (
	"bytes"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
)

// tone writes a WAV file of a tone.
func tone(t testing.TB, path string, hertz, seconds float64) {
	t.Helper()
	x := make([]float32, int(16000*seconds))
	for i := range x {
		x[i] = float32(0.3 * math.Sin(2*math.Pi*hertz*float64(i)/16000))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, written(x, 16000), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A run on folders of low and high tones learns to tell them apart, is opened again without them, answers about a file, and draws it.
func TestSoundsFromFoldersToAnswers(t *testing.T) {
	folder, dir := t.TempDir(), filepath.Join(t.TempDir(), "run")
	for i := range 20 {
		for class, hertz := range map[string]float64{"low": 300, "high": 3000} {
			tone(t, filepath.Join(folder, class, string(rune('a'+i))+".wav"), hertz*(1+float64(i)/50), 0.1+0.01*float64(i))
		}
	}
	r := recipetest.Recipe(t, "digits", "data.set=sounds", "data.folder="+folder, "data.seconds=0.3", "data.bands=16", "data.batch=8",
		"model.channels=[4,8]", "model.hidden=16", "train.epochs=12", "optimizer.lr=0.01")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if res.Metrics["accuracy"] != 1 || res.Tested != 8 {
		t.Errorf("accuracy %v of %d", res.Metrics["accuracy"], res.Tested)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "whistle.wav")
	tone(t, file, 3333, 0.5) // longer than a clip
	all, err := s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || len(all) != 1 || all[0].Classes[0].Class != "high" {
		t.Fatalf("%+v, %v", all, err)
	}
	if want := file + " (the middle 0.3 of 0.5 seconds)"; all[0].Input != want {
		t.Errorf("the input is called %s, want %s", all[0].Input, want)
	}
	m, err := png.Decode(bytes.NewReader(all[0].Made[0].Data))
	if err != nil || all[0].Made[0].Name != "whistle.png" {
		t.Fatal(all[0].Made[0].Name, err)
	}
	if size := m.Bounds(); size.Dx() != cell*(4800/256+1) || size.Dy() != cell*16 {
		t.Errorf("a picture of %v", size)
	}
	if r, _, _, _ := m.At(50, 5*cell).RGBA(); r>>8 < 100 { // 3,333 Hz is high up
		t.Errorf("the tone has the red %d", r>>8)
	}
	if r, _, _, _ := m.At(50, 15*cell).RGBA(); r>>8 > 100 {
		t.Errorf("below it there is the red %d", r>>8)
	}
	if _, err := s.Ask(t.Context(), recipe.Question{Text: "hello"}); err == nil || !strings.Contains(err.Error(), "WAV, FLAC and MP3") {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte("RIFF"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ask(t.Context(), recipe.Question{File: file}); err == nil || !strings.Contains(err.Error(), "whistle.wav") {
		t.Error(err)
	}
}

// One speaker is held out whole, and no recording is on two sides.
func TestDigitsAreDividedByCustomOrBySpeaker(t *testing.T) {
	for _, speaker := range []string{"", "theo"} {
		c, err := spoken(t.Context(), "", 8000, speaker)
		if err != nil {
			t.Fatal(err)
		}
		c.divide(0.1)
		seen := map[int]bool{}
		for _, part := range [][]int{c.forTraining, c.forValidation, c.forTesting} {
			for _, i := range part {
				if seen[i] {
					t.Errorf("%s is on two sides", c.all[i].Path)
				}
				seen[i] = true
			}
		}
		for _, i := range c.forTesting {
			if p := c.all[i].Path; speaker == "" && !strings.HasSuffix(p, "_0.wav") || !strings.Contains(p, speaker) || digitNames[c.labels[i]][0] != digitNames[p[0]-'0'][0] {
				t.Errorf("%s, a %s, is in the test with the speaker %q", p, digitNames[c.labels[i]], speaker)
			}
		}
		want := 60
		if speaker != "" {
			want = 40
		}
		if len(c.forTesting) != want || len(seen) != 240 {
			t.Errorf("%d recordings in the test, %d in all", len(c.forTesting), len(seen))
		}
	}
}

// A recording of the test can be heard as it is, not cut to the length of a clip.
func TestRecordingsCanBeHeard(t *testing.T) {
	w, err := recipetest.Recipe(t, "digits").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := w.Sets().Test.(*clips)
	for _, i := range []int{0, 7, 59} {
		made := w.Sets().Original(i).Made
		if len(made) != 1 {
			t.Fatalf("%d things", len(made))
		}
		s, err := audio.Read(bytes.NewReader(made[0].Data), made[0].Name)
		if err != nil || s.Rate != 8000 || s.Len() != len(all.sounds[i]) || math.Abs(float64(s.Channels[0][999]-all.sounds[i][999])) > 1e-4 {
			t.Errorf("recording %d: %v, %v", i, s, err)
		}
	}
}

// The same key varies a recording in the same way, another one in another; without variety it stays.
func TestVarietyFollowsTheKey(t *testing.T) {
	w, err := recipetest.Recipe(t, "digits").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	batch := func(s interface{ Len() int }, key rng.Key) []float32 {
		b, err := s.(*clips).Batch([]int{3, 5}, key)
		if err != nil {
			t.Fatal(err)
		}
		return b.X.Floats()
	}
	train, test := w.Sets().Train, w.Sets().Test
	if d := check.Off(batch(train, 7), batch(train, 7)); d != 0 {
		t.Errorf("one key: off by %v", d)
	}
	if d := check.Off(batch(train, 7), batch(train, 8)); d < 0.5 {
		t.Errorf("two keys: off by %v", d)
	}
	if d := check.Off(batch(test, 7), batch(test, 8)); d != 0 {
		t.Errorf("the test: off by %v", d)
	}
	sum, square, x := 0.0, 0.0, batch(&clips{Clips: train.(*clips).Clips, sounds: train.(*clips).sounds, labels: train.(*clips).labels}, 0)
	for _, v := range x {
		sum, square = sum+float64(v), square+float64(v)*float64(v)
	}
	if n := float64(len(x)); math.Abs(sum/n) > 0.5 || math.Abs(square/n-1) > 0.7 {
		t.Errorf("the mean is %v, the mean square %v", sum/n, square/n)
	}
}

// Mistakes in hyperparameters and files are named.
func TestMistakes(t *testing.T) {
	empty, odd, few := t.TempDir(), t.TempDir(), t.TempDir()
	tone(t, filepath.Join(odd, "what.wav"), 400, 0.1)
	tone(t, filepath.Join(few, "1_0_1.wav"), 400, 0.1)
	tone(t, filepath.Join(few, "a", "7_me_9.wav"), 400, 0.1)
	for _, c := range []struct {
		recipe  string
		changes []string
		says    string
	}{
		{"digits", []string{"data.speaker=nobody"}, `there is no speaker "nobody"; there are george, jackson, lucas, nicolas, theo, yweweler`},
		{"digits", []string{"data.folder=" + empty}, "free-spoken-digit-dataset"},
		{"digits", []string{"data.folder=" + odd}, "what.wav: want the digit, the speaker and a number"},
		{"digits", []string{"data.folder=" + filepath.Join(few, "a")}, "0 for the test"},
		{"digits", []string{"data.set=sounds"}, "data.folder: is missing"},
		{"digits", []string{"data.set=sounds", "data.folder=" + few}, "folders of 1 classes"},
		{"yesno", nil, "waves_yesno.tar.gz"},
		{"yesno", []string{"data.folder=" + odd}, "what is said as its name"},
		{"digit-strings", []string{`model={"name":"sequential","layers":[{"layer":"lstm","hidden":4},{"layer":"linear"}]}`}, "use ctc_rnn or conformer"},
		{"digit-strings", []string{"objective=cross_entropy"}, "use ctc"},
		{"digit-strings", []string{`metrics=["accuracy"]`}, "metrics: the set digit-strings is always measured by wer"},
	} {
		r := recipetest.Recipe(t, c.recipe, c.changes...)
		if _, err := recipe.Run(t.Context(), r, recipe.Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %v: %v, want %q", c.recipe, c.changes, err, c.says)
		}
	}
	for key, says := range map[string]string{
		"data.rate=10": "1000 to 192000", "data.window=0": "milliseconds", "data.step=40": "the window's 32", "data.bands=900": "want 1 to 128",
		"data.speed=2": "0.5", "data.noise=-1": "decibels", "data.mask_bands=-1": "to hide", "data.strings=2": "6 or more",
		"data.least=9": "not of 9 to 7", "data.pause=-1": "seconds", "data.beams=0": "1 to 1000",
	} {
		var e *recipe.Error
		if err := recipetest.Recipe(t, "digit-strings").Set(key); !errors.As(err, &e) || !strings.HasPrefix(e.Path, "data.") || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", key, err, says)
		}
	}
	if err := recipetest.Recipe(t, "digits").Set("data.seconds=0"); err == nil || !strings.Contains(err.Error(), "data.seconds") {
		t.Error(err)
	}
}

// The published set has as many recordings as it should, and those in the program sound like them.
func TestPublishedDigits(t *testing.T) {
	folder := filepath.Dir(check.Published(t, "data/fsdd/fsdd-recordings.tar.bz2"))
	c, err := spoken(t.Context(), folder, 8000, "")
	if err != nil || len(c.forTraining) != 2700 || len(c.forTesting) != 300 {
		t.Fatal(err)
	}
	own, err := spoken(t.Context(), "", 8000, "")
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]*audio.Sound{}
	for _, r := range c.all {
		published[r.Name()] = r.Sound
	}
	for _, r := range own.all { // what is in the program is nearly what was published
		was, noise, power := published[r.Name()].Channels[0], 0.0, 0.0
		for i, x := range was {
			d := float64(r.Channels[0][i] - x)
			noise, power = noise+d*d, power+float64(x)*float64(x)
		}
		if !(noise < power/6) { // 8 dB for what hisses, 20 and more for vowels
			t.Errorf("%s: the noise has %.3f of the power", r.Path, noise/power)
		}
	}
}
