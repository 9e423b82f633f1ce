// Package recipetest makes and runs recipes for the tests of applications.
//
// Only tests import it.
package recipetest

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
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

// Faults examines a saved model whose answers are neither classes nor numbers: n examples of the test set, each with what was asked
// and what is right, those that are most wrong first.
func Faults(t testing.TB, s *recipe.Saved, n int) {
	t.Helper()
	e, err := s.Examine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wrong := tensor.Values[float64](e.Outputs)
	if len(wrong) != n || e.Classes != nil {
		t.Fatalf("%d examples were examined, want %d; the classes are %v", len(wrong), n, e.Classes)
	}
	last := math.Inf(1)
	for _, i := range e.Worst(n) {
		p, err := e.Show(i)
		if err != nil || p.Input == "" || p.Want == "" || !(wrong[i] > 0 && wrong[i] <= last) {
			t.Errorf("example %d, wrong by %v after %v: %+v, %v", i, wrong[i], last, p, err)
		}
		last = wrong[i]
	}
}
