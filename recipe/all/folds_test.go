package all

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/recipe"
)

// elsewhere are the sets with folds whose data is nowhere in the program, and has to be as it was published.
var elsewhere = []string{"sentences", "hotel", "preferences"}

// asked returns what a set is asked for in this test: with small files for sets of one's own.
func asked(t *testing.T, set string) map[string]any {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	table, digits := "text,label,number\n", strings.NewReplacer("0", "off ", "1", "on ")
	var pixels, labels []byte
	for i := range 24 {
		class := []string{"low", "high"}[i%2]
		table += fmt.Sprintf("%s,%s,%d\n", digits.Replace(fmt.Sprintf("%05b", i)), class, i)
		pixels, labels = append(pixels, byte(i)), append(labels, byte(i%2))
		m := image.NewGray(image.Rect(0, 0, 1, 1))
		m.Pix[0] = byte(i)
		var picture, sound, score bytes.Buffer
		if err := png.Encode(&picture, m); err != nil {
			t.Fatal(err)
		}
		x := make([]float32, 1600)
		for k := range x {
			x[k] = float32(i*(k%16)) / 1000
		}
		if err := (&audio.Sound{Rate: 16000, Channels: [][]float32{x}}).WriteWAV(&sound); err != nil {
			t.Fatal(err)
		}
		if err := (&music.Score{Tempo: 90, Notes: []music.Note{{Key: 40 + i, End: 4, Velocity: 80}, {Key: 70, Start: 3, End: 6, Velocity: 80}}}).Write(&score, 0); err != nil {
			t.Fatal(err)
		}
		for ext, b := range map[string][]byte{".png": picture.Bytes(), ".wav": sound.Bytes(), ".mid": score.Bytes()} {
			write(filepath.Join(ext[1:], class, fmt.Sprint(i, ext)), b)
		}
	}
	switch set {
	case "images":
		return map[string]any{"folder": filepath.Join(dir, "png"), "height": 1, "width": 1, "channels": 1}
	case "idx":
		return map[string]any{
			"images": write("images", append([]byte{0, 0, 8, 3, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 1}, pixels...)),
			"labels": write("labels", append([]byte{0, 0, 8, 1, 0, 0, 0, 24}, labels...)),
		}
	case "csv":
		return map[string]any{"file": write("table.csv", []byte(table)), "target": "label"}
	case "texts":
		return map[string]any{"file": write("table.csv", []byte(table))}
	case "sounds":
		return map[string]any{"folder": filepath.Join(dir, "wav"), "seconds": 0.1}
	case "midi":
		return map[string]any{"folder": filepath.Join(dir, "mid"), "common_key": false}
	case "chat":
		return map[string]any{"vocabulary": 300}
	}
	return nil
}

// loaded reads a set.
func loaded(t *testing.T, set string, keys ...map[string]any) (*recipe.Sets, error) {
	t.Helper()
	asked := map[string]any{"set": set}
	for _, some := range keys {
		maps.Copy(asked, some)
	}
	text, err := json.Marshal(map[string]any{"data": asked, "model": "mlp", "objective": "cross_entropy", "optimizer": "adamw"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := recipe.Parse(text)
	if err != nil {
		return nil, err
	}
	w, err := r.Load(t.Context())
	if err != nil {
		return nil, err
	}
	return w.Sets(), nil
}

// sets returns the names of the sets that have a key.
func sets(key string) (some []string) {
	for _, s := range recipe.Parts() {
		for _, c := range s.Choices {
			if s.Name == "data" && slices.Contains(c.Keys, key) {
				some = append(some, c.Name)
			}
		}
	}
	return some
}

// Each fold of a set is tested on examples of its own: half of all if there are two.
func TestFoldsAreTestedApart(t *testing.T) {
	for _, name := range sets("folds") {
		if slices.Contains(elsewhere, name) {
			continue
		}
		keys := asked(t, name)
		seen := map[string]bool{}
		for fold := 1; fold <= 2; fold++ {
			s, err := loaded(t, name, keys, map[string]any{"folds": 2, "fold": fold})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all := s.Train.Len() + s.Test.Len()
			if s.Validation != nil {
				all += s.Validation.Len()
			}
			if n := s.Test.Len(); 5*n < 2*all || 5*n > 3*all {
				t.Errorf("%s: one of two folds has %d of %d examples for the test", name, n, all)
			}
			again := 0
			for i := range s.Test.Len() {
				e := example(t, s.Test, i)
				if fold == 1 {
					seen[e] = true
				} else if seen[e] {
					again++
				}
			}
			if _, at := s.Test.(data.Subset); at && again > 0 || 2*again > s.Test.Len() { // some names and talks stand there twice
				t.Errorf("%s: %d of the %d examples for the test are those of the other fold", name, again, s.Test.Len())
			}
		}
	}
}

// example says which example of a set it is: its position among all, or what it holds.
func example(t *testing.T, s data.Set, i int) string {
	t.Helper()
	if part, ok := s.(data.Subset); ok {
		return fmt.Sprint(part.Index[i])
	}
	b, err := s.Batch([]int{i}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(b.X.Floats())
}

// Folds that cannot be are refused by every set that has them, and the share for the test is looked at beside them.
func TestFoldsAreChecked(t *testing.T) {
	for _, name := range slices.Concat(sets("folds"), []string{"shakespeare", "text", "tatoeba", "fashion"}) {
		own := map[string]any{}
		if slices.Contains(sets("run"), name) {
			own["run"] = "runs/chat"
		}
		if name == "text" {
			own["file"] = "book.txt"
		}
		has := slices.Contains(sets("folds"), name)
		for keys, want := range map[string]string{
			`{"folds": 2, "fold": 3}`: "data.fold: want 1 to 2, not 3", `{"fold": 1}`: "data.folds: want 2 or more, not 0",
			`{"folds": 1}`: "data.folds: want 2 or more, not 1", `{"folds": 2, "test": 5}`: "data.test: want a share",
		} {
			var some map[string]any
			if err := json.Unmarshal([]byte(keys), &some); err != nil {
				t.Fatal(err)
			}
			if !has {
				want = "data.fold"
			}
			if _, err := loaded(t, name, own, some); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s, %s: %v; want %s", name, keys, err, want)
			}
		}
	}
}

// Where the test set is given there are no folds, and no share is held back.
func TestGivenTestsAreNotDivided(t *testing.T) {
	for _, name := range slices.Concat(sets("test_file"), sets("test_folder"), sets("test_images")) {
		keys := asked(t, name)
		if keys == nil {
			continue
		}
		for _, key := range []string{"file", "folder", "images", "labels"} {
			if keys[key] != nil {
				keys["test_"+key] = keys[key]
			}
		}
		if _, err := loaded(t, name, keys, map[string]any{"folds": 2}); err == nil || !strings.HasPrefix(err.Error(), "data.folds: ") {
			t.Errorf("%s has folds beside a test set: %v", name, err)
		}
		s, err := loaded(t, name, keys, map[string]any{"test": 0})
		if name == "texts" { // which looks at the share before it reads
			continue
		}
		if err != nil || s.Test.Len() != 24 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
