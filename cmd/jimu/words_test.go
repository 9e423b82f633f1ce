package main

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// What was left out of the data is said before a run begins.
func TestDescribeSaysTheNote(t *testing.T) {
	r, err := recipe.Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	p := recipe.Plan{Train: 90, Test: 15, Unit: "flowers", Epochs: 1, Steps: 3}
	if said := describe(r, p); strings.Contains(said, "(") {
		t.Errorf("of nothing it says %q", said)
	}
	p.Note = "12 copies were left out"
	if said := describe(r, p); !strings.Contains(said, "15 for the test (12 copies were left out); ") {
		t.Errorf("it says %q", said)
	}
}
