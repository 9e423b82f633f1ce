package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The newest run is one of several seeds too, and not a trial of a study or a member of an ensemble.
func TestNewestRun(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := newestRun(); got != "" {
		t.Errorf("without runs it is %s", got)
	}
	now := time.Now()
	for i, dir := range []string{"a", "b/seed-2", "b/seed-1", "study/trials/0001"} {
		path := filepath.Join(runs, filepath.FromSlash(dir))
		if err := os.MkdirAll(filepath.Join(path, "checkpoints"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "recipe.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		at := now.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(filepath.Join(path, "checkpoints"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := newestRun(), filepath.Join(runs, "b", "seed-1"); got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
}
