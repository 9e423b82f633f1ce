package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

// run runs a built-in recipe with changes, and opens what it left.
func run(t *testing.T, name string, set ...string) *recipe.Saved {
	t.Helper()
	s, _ := recipetest.Run(t, recipetest.Recipe(t, name, set...))
	return s
}

func pageOf(t *testing.T, s *recipe.Saved) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(t.Context(), &b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page has what its kind of model can be shown by, and nothing from outside.
func TestPages(t *testing.T) {
	pictures := "src=\"data:image/png;base64,"
	for name, c := range map[string]struct {
		set      []string
		has, not []string
	}{
		"iris":    {nil, []string{"What it takes for what", "versicolor", "Whether it knows", "accuracy", "The training: ", "iris.csv.gz, in the program"}, []string{pictures, "What is missing"}},
		"cars":    {nil, []string{"mae", "Its worst mistakes", "mean absolute error", "model_year", "name (unseen)", "cars: loss"}, []string{"What it takes for what", "Whether it knows", "wrong\""}},
		"spam":    {[]string{"train.epochs=2"}, []string{"Its worst mistakes", "it is spam", "want wrong\""}, []string{pictures}},
		"fashion": {[]string{`model={"name": "mlp", "hidden": [8]}`, "train.epochs=1"}, []string{pictures, "Samples"}, []string{"What is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := pageOf(t, run(t, name, c.set...))
			for _, want := range c.has {
				if !strings.Contains(text, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			for _, bad := range append(c.not, "src=\"http", "href=\"http", "<script", "NaN", "%!") {
				if strings.Contains(text, bad) {
					t.Errorf("the page has %q", bad)
				}
			}
		})
	}
}

// A page of a run whose data is gone says what is missing; names from outside are text, not HTML.
func TestPageWithoutData(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte("size,kind\n"+strings.Repeat("1,<b>small\n9,large\n", 30)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := run(t, "iris", "data=csv", "data.file="+path, "data.target=kind", "train.epochs=3")
	if text := pageOf(t, s); strings.Contains(text, "<b>small") || !strings.Contains(text, "&lt;b&gt;small") || !strings.Contains(text, path) {
		t.Error("a class is taken for HTML, or the data's file is not named")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Open(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	text := pageOf(t, s)
	for _, want := range []string{"What is missing on this page", "t.csv", "How it learned"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// A page of a run that was stopped says so at its head.
func TestPageOfAStoppedRun(t *testing.T) {
	r := recipetest.Recipe(t, "iris")
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir, Until: 2}); err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	text := pageOf(t, s)
	for _, want := range []string{"The training: it has not ended, and what stands here is of step 14.", "--resume --out"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestCurvesNeedALog(t *testing.T) {
	s := run(t, "iris", "train.epochs=3")
	c, err := Curves(s)
	if err != nil || len(c.Series) != 3 || c.Title != "iris: loss" {
		t.Errorf("%+v, %v; want three lines", c, err)
	}
	s.Dir = t.TempDir()
	if _, err := Curves(s); err == nil {
		t.Error("there are curves without a log")
	}
}
