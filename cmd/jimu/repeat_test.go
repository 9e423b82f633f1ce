package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// A recipe that is trained several times gives each result, their mean and deviation, and goes on where it was stopped.
func TestTrainRepeats(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	out := well(t, "train", "iris", "--folds", "3", "--epochs", "5", "--out", dir)
	for _, want := range []string{"fold-1: test accuracy", "fold-3: ", "3 runs, mean and deviation: accuracy ", " ± ", dir} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
	if again := well(t, "train", "iris", "--folds", "3", "--epochs", "5", "--out", dir); lastLine(again) != lastLine(out) {
		t.Errorf("gone on with, it gives %s, not %s", again, out)
	}
	seeds := well(t, "train", "iris", "--seeds", "2", "--epochs", "2", "--seed", "7", "--out", filepath.Join(t.TempDir(), "s"))
	if !strings.Contains(seeds, "seed-7: ") || !strings.Contains(seeds, "seed-8: ") {
		t.Error(seeds)
	}
}

// A folder of one recipe's run is not gone on with for another.
func TestResumeIsOfTheSameRecipe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r")
	well(t, "train", "iris", "--epochs", "1", "--out", dir)
	var out, errs bytes.Buffer
	if code := run([]string{"train", "wine", "--resume", "--out", dir}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "a run of iris, not of wine") {
		t.Errorf("code %d, %s", code, errs.String())
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
