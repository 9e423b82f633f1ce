// Package recipetest makes and runs recipes for the tests of applications.
//
// Only tests import it.
package recipetest

import (
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// Recipe returns a recipe that comes with the program, changed.
func Recipe(t testing.TB, name string, set ...string) *recipe.Recipe {
	t.Helper()
	r, err := recipe.Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// Run runs a recipe in a folder of its own, and opens what it left.
func Run(t testing.TB, r *recipe.Recipe) (*recipe.Saved, *recipe.Result) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, res
}
