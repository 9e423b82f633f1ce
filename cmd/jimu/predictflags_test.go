package main

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// A flag for something that an answer does not have is refused, and not passed over in silence.
func TestPointlessFlags(t *testing.T) {
	number, class := recipe.Prediction{Value: 1}, recipe.Prediction{Classes: []recipe.Score{{Class: "cat", Probability: 1}}}
	drawn := recipe.Prediction{Made: []recipe.Made{{Name: "a.png"}}}
	for _, c := range []struct {
		flags   predictOptions
		answers []recipe.Prediction
		want    string
	}{
		{predictOptions{out: "o"}, []recipe.Prediction{class}, "--out is for what a model draws or plays"},
		{predictOptions{out: "o"}, []recipe.Prediction{class, drawn}, ""},
		{predictOptions{topped: true}, []recipe.Prediction{number}, "--top is for models that tell classes apart"},
		{predictOptions{topped: true}, []recipe.Prediction{number, class}, ""},
		{predictOptions{}, []recipe.Prediction{number}, ""},
		{predictOptions{out: "o", topped: true}, nil, ""},
	} {
		got := ""
		if err := c.flags.pointless(c.answers); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", c.answers, got, c.want)
		}
	}
}
