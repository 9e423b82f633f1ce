package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The published weights answer as they did where they were trained: on the small sets always, on all with JIMU_LONG.
func TestPublishedWeights(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared")
	if _, err := os.Stat(filepath.Join(root, "weights")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("there are no published weights beside the repository")
	}
	if testing.Short() {
		t.Skip("takes seconds; not with -short")
	}
	var b bytes.Buffer
	differ, err := report(&b, root, os.Getenv("JIMU_LONG") != "")
	t.Logf("\n%s", b.String())
	if err != nil || differ > 0 {
		t.Errorf("%d differ; %v", differ, err)
	}
}
