package all

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// Every recipe that comes with the program, of whatever application, is written as the program would write it, and says in a
// line what it is about.
func TestBuiltins(t *testing.T) {
	for _, name := range recipe.Names() {
		r, err := recipe.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		if r.Name != name || r.About == "" || r.Seed != 1 {
			t.Errorf("%s: name %q, about %q, seed %d", name, r.Name, r.About, r.Seed)
		}
		again, err := recipe.Parse(r.Document())
		if err != nil || !bytes.Equal(again.Document(), r.Document()) {
			t.Errorf("%s is not the same when written and read: %v\n%s", name, err, r.Document())
		}
	}
}

// Every application is imported here.
func TestEveryApplicationIsThere(t *testing.T) {
	text, err := os.ReadFile("all.go")
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob("../*/*.go")
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	var seen []string
	for _, path := range dirs {
		dir := filepath.Base(filepath.Dir(path))
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		registers := strings.Contains(string(source), "recipe.Register(") || strings.Contains(string(source), "recipe.RegisterBuiltins(")
		if !registers || dir == "all" || slices.Contains(seen, dir) {
			continue
		}
		seen = append(seen, dir)
		if !strings.Contains(string(text), "jimu/recipe/"+dir+"\"") {
			t.Errorf("recipe/all does not import recipe/%s", dir)
		}
	}
}
