package main

import (
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// A prediction about a text of several lines is a line.
func TestPredictionsOfLines(t *testing.T) {
	p := recipe.Prediction{Input: "first\nsecond\r\nthird", Classes: []recipe.Score{{Class: "good", Probability: 1}}}
	if got := worded(p, 1); got != "first second third: good 100.0 %\n" {
		t.Errorf("%q", got)
	}
}
