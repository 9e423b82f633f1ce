package detection

import (
	"testing"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/recipe"
)

func TestMistakes(t *testing.T) {
	classes := []string{"cat", "dog"}
	cat := picture.Box{X0: 10, Y0: 10, X1: 30, Y1: 30}
	dog := picture.Box{X0: 40, Y0: 10, X1: 60, Y1: 30, Label: 1}
	blurred := picture.Box{X0: 70, Y0: 10, X1: 90, Y1: 30}
	at := func(class string, score float64, left int) recipe.Found {
		return recipe.Found{Class: class, Score: score, Box: [4]int{left, 10, 20, 20}}
	}
	for name, c := range map[string]struct {
		found []recipe.Found
		want  int
	}{
		"nothing":                  {nil, 2},
		"both":                     {[]recipe.Found{at("cat", 0.9, 10), at("dog", 0.8, 41)}, 0},
		"one beside":               {[]recipe.Found{at("cat", 0.9, 10), at("dog", 0.8, 55)}, 2},
		"the wrong class":          {[]recipe.Found{at("cat", 0.9, 10), at("cat", 0.8, 40)}, 2},
		"one twice":                {[]recipe.Found{at("cat", 0.9, 10), at("cat", 0.8, 11), at("dog", 0.7, 40)}, 1},
		"a difficult one, twice":   {[]recipe.Found{at("cat", 0.9, 10), at("cat", 0.9, 70), at("cat", 0.8, 71), at("dog", 0.8, 41)}, 0},
		"a dog in its place":       {[]recipe.Found{at("cat", 0.9, 10), at("dog", 0.9, 41), at("dog", 0.8, 70)}, 1},
		"one that is hardly there": {[]recipe.Found{at("cat", 0.9, 10), at("dog", 0.1, 40)}, 1},
	} {
		if got := mistakes(c.found, []picture.Box{cat, dog}, []picture.Box{blurred}, classes); got != c.want {
			t.Errorf("%s: %d mistakes, want %d", name, got, c.want)
		}
	}
}
