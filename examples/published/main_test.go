package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// The published weights answer as they did where they were trained: on the small sets always, on all with JIMU_LONG.
func TestPublishedWeights(t *testing.T) {
	root := filepath.Dir(check.Published(t, "weights"))
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
