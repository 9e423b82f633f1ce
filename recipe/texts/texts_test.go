package texts

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

// classOf returns the likeliest class of a text.
func classOf(t *testing.T, s *recipe.Saved, text string) string {
	t.Helper()
	all, err := s.Ask(context.Background(), recipe.Question{Text: text})
	if err != nil || len(all) != 1 || len(all[0].Classes) < 2 {
		t.Fatalf("%q: %+v, %v", text, all, err)
	}
	return all[0].Classes[0].Class
}

// Requests are learned in four epochs, and whatever is asked is answered.
func TestRequestsAreLearned(t *testing.T) {
	s, res := recipetest.Run(t, recipetest.Recipe(t, "requests", "train.epochs=4"))
	if res.Metrics["accuracy"] < 0.9 {
		t.Errorf("accuracy %v", res.Metrics["accuracy"])
	}
	for text, want := range map[string]string{
		"I'd like to listen to a song": "music", "Find me a flight to Paris": "flights", "I need a table for two at a restaurant": "restaurants",
		strings.Repeat("I need to rent a car ", 1000): "rental cars",
	} {
		if got := classOf(t, s, text); got != want {
			t.Errorf("%.40q is about %s, want %s", text, got, want)
		}
	}
	for _, odd := range []string{" ", "\x00\xff", "房间", "🎈🎈"} {
		classOf(t, s, odd)
	}
	again, confusion, err := s.Evaluate(context.Background())
	if err != nil || again.Loss != res.Loss || confusion.Value() != res.Metrics["accuracy"] {
		t.Errorf("opened %+v, %v; the run ended with %+v", again, err, res)
	}
}

// ownTexts is a tiny set: what is said of good things, and of bad ones.
func ownTexts() (good, bad []string) {
	for _, thing := range strings.Fields("soup bread wine room bed film song book train seat") {
		good = append(good, "a lovely "+thing, "the "+thing+" was great, thanks")
		bad = append(bad, "a horrid "+thing, "the "+thing+" was broken, sorry")
	}
	return good, bad
}

// writer returns what writes files below a folder, and returns their paths.
func writer(t *testing.T, dir string) func(name, text string) string {
	return func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func TestOwnTexts(t *testing.T) {
	good, bad := ownTexts()
	dir := t.TempDir()
	write := writer(t, dir)
	table := "said,mood\n"
	for i := range good {
		table += "\"" + good[i] + "\",good\n\"" + bad[i] + "\",bad\n"
		write("files/good/"+string(rune('a'+i))+".txt", good[i])
		write("files/bad/"+string(rune('a'+i))+".txt", bad[i])
	}
	csv := write("mine.csv", table)
	write("lines/good.txt", strings.Join(good, "\n"))
	write("lines/bad.txt", strings.Join(bad, "\n"))
	for name, sets := range map[string][]string{
		"a table": {"data.file=" + csv, "data.text=said", "data.label=mood"},
		"files":   {"data.folder=" + filepath.Join(dir, "files")},
		"lines":   {"data.folder=" + filepath.Join(dir, "lines")},
		"a table with another for the test": {"data.file=" + csv, "data.text=said", "data.label=mood", "data.test_file=" +
			write("test.csv", "said,mood\na lovely horse,good\na horrid horse,bad\n")},
	} {
		r := recipetest.Recipe(t, "requests", append([]string{"data.set=texts", "data.batch=4", "train.epochs=20"}, sets...)...)
		s, _ := recipetest.Run(t, r)
		if a, b := classOf(t, s, "a lovely garden"), classOf(t, s, "a horrid garden"); a != "good" || b != "bad" {
			t.Errorf("%s: lovely is %s, horrid is %s", name, a, b)
		}
	}
}

// What is for the test is read where its own key says, a table or a folder, wherever the rest lies.
func TestTestsLieApart(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	good, bad := ownTexts()
	table := "text,label\n"
	for i := range good {
		table += "\"" + good[i] + "\",good\n\"" + bad[i] + "\",bad\n"
	}
	file, other := "data.file="+write("mine.csv", table), "data.test_file="+write("test.csv", "text,label\na fine horse,good\nan ill horse,bad\nan ill cow,bad\n")
	write("lines/good.txt", strings.Join(good, "\n"))
	write("lines/bad.txt", strings.Join(bad, "\n"))
	write("apart/good.txt", "a fine horse")
	write("apart/bad.txt", "an ill horse\nan ill cow")
	folder, apart := "data.folder="+filepath.Join(dir, "lines"), "data.test_folder="+filepath.Join(dir, "apart")
	for _, sets := range [][]string{{file, other}, {file, apart}, {folder, other}, {folder, apart}, {file, other, "data.test=0"}, {folder, apart, "data.test=0"}} {
		w, err := recipetest.Recipe(t, "requests", append([]string{"data.set=texts", "data.validation=0"}, sets...)...).Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s := w.Sets(); s.Test.Len() != 3 || s.Train.Len() != len(good)+len(bad) {
			t.Errorf("%v: %d texts for the test, %d for training; want 3 and %d", sets, s.Test.Len(), s.Train.Len(), len(good)+len(bad))
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		name, want string
		sets       []string
	}{
		{"requests", "data: words is 0", []string{"data.words=0"}},
		{"requests", "data.letters: want 0 for none, or 3 to 8", []string{"data.letters=2"}},
		{"requests", "data.drop: want a share", []string{"data.drop=1"}},
		{"sst2", `data.name: there is no set of sentences "imdb"; there are sst2`, []string{"data.name=imdb"}},
		{"sst2", "data.folder: the sentences are not in the program", nil},
		{"sst2", "stsa.binary.train.gz is missing; get it from https://github.com/harvardnlp", []string{"data.folder=" + empty}},
		{"hotel", "data.folder: the reviews are not in the program", nil},
		{"requests", "data: the set texts needs a table with the columns text and label", []string{"data.set=texts"}},
		{"requests", "there is a file too", []string{"data.set=texts", "data.folder=" + empty, "data.file=x.csv"}},
		{"requests", "data.test_folder: there is a test_file too", []string{"data.set=texts", "data.file=x.csv", "data.test_folder=" + empty, "data.test_file=x.csv"}},
		{"requests", "texts of 0 classes", []string{"data.set=texts", "data.folder=" + empty}},
	} {
		r, err := recipe.Builtin(c.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.sets {
			err = errors.Join(err, r.Set(s))
		}
		if err == nil {
			_, err = r.Load(context.Background())
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %v, want %s", c.name, c.sets, err, c.want)
		}
	}
}

// The published sets are read and divided: SST-2 as it was published, TREC without copies.
func TestPublished(t *testing.T) {
	w, err := recipetest.Recipe(t, "trec", "data.folder="+check.Published(t, "data/sentence-classification")).Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := w.Sets()
	if train, validation, test := s.Train.Len(), s.Validation.Len(), s.Test.Len(); test < 490 || train+validation < 5300 || len(s.Files) != 2 {
		t.Errorf("%d, %d and %d questions of %v", train, validation, test, s.Files)
	}
}
