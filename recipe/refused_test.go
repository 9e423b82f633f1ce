package recipe

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/internal/durable"
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
