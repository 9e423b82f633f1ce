package tune

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/internal/durable"
)

// Two processes do not search in one folder.
func TestStudyIsHeld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "study")
	s := irises(t, "random", 1)
	s.Trials = 1
	ran(t, s, Options{Dir: dir})
	letGo, err := durable.Hold(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s is being searched by process %d; wait for it, or give another folder by --out", dir, os.Getpid())
	if _, err := Run(t.Context(), s, Options{Dir: dir, Resume: true}); err == nil || err.Error() != want {
		t.Errorf("a study that another process has: %v, want %q", err, want)
	}
	letGo()
	ran(t, s, Options{Dir: dir, Resume: true})
}
