package language

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

func TestForm(t *testing.T) {
	for poem, want := range map[string]bool{
		"春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。":         true,
		"朝辭白帝彩雲間，千里江陵一日還。兩岸猿聲啼不住，輕舟已過萬重山。": true,
		"春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少":          false,
		"春眠不覺曉，處處聞啼鳥。夜來風雨，花落知多少。":          false,
		"春眠不覺曉。處處聞啼鳥，夜來風雨聲，花落知多少。":         false,
		"春眠不覺曉，處處聞啼鳥。":                     false,
		"":                                 false,
	} {
		if got := lined(poem) != nil; got != want {
			t.Errorf("%q keeps the form: %v", poem, got)
		}
	}
}

// Poems of the Tang keep their form; most rhyme by what other poems tell, and lines that are put together anyhow do not.
func TestRhymes(t *testing.T) {
	poems, err := sample.TangPoems()
	if err != nil {
		t.Fatal(err)
	}
	learn, _, held := recipe.Divide(len(poems), 0.05, 0.05)
	known := rhymes{}
	for _, i := range learn {
		known.hear(lineEnds(poems[i]))
	}
	real := quatrains(poems, held)
	form, rhyme := known.judge(real)
	if form != 1 || rhyme < 0.7 {
		t.Errorf("of %d quatrains %v keep the form and %v rhyme", len(real), form, rhyme)
	}
	var mixed []string
	for i, poem := range real {
		other := []rune(real[(i+7)%len(real)])
		if a := []rune(poem); len(a) == len(other) {
			mixed = append(mixed, string(a[:len(a)/2])+string(other[len(a)/2:]))
		}
	}
	if form, rhyme := known.judge(mixed); form != 1 || rhyme > 0.2 {
		t.Errorf("of %d mixed quatrains %v keep the form and %v rhyme", len(mixed), form, rhyme)
	}
	if form, rhyme := known.judge([]string{"春", real[0]}); form != 0.5 || rhyme != 0 && rhyme != 1 {
		t.Errorf("of one text of two: form %v, rhyme %v", form, rhyme)
	}
}

// A model that has learned nothing keeps no form, and the test of the set says so.
func TestPoetryIsJudged(t *testing.T) {
	r := recipetest.Recipe(t, "poetry", "model.layers=1", "model.heads=1", "model.width=8")
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sets := w.Sets()
	if n := sets.Train.Len() + sets.Validation.Len() + sets.Test.Len(); n != 6153 || sets.Unit != "quatrains" {
		t.Errorf("%d %s", n, sets.Unit)
	}
	j, err := w.Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	if rule, ok := j.Writer.Rule.(rhyming); !ok || !rule.known.rhyme('人', '春') {
		t.Errorf("the writer's rule is %T", j.Writer.Rule)
	}
	free, err := recipetest.Recipe(t, "poetry", "data.rhyme=false").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if rule := free.(*work).writer(j.Writer.Model).Rule; rule != nil {
		t.Errorf("without data.rhyme the rule is %T", rule)
	}
	said, err := w.(*work).held.judge(t.Context(), j.Writer)
	if err != nil || len(said) != 3 || said["form"] != 0 || said["rhyme"] != 0 {
		t.Errorf("%v, %v", said, err)
	}
}

// The rule lets the last character of a quatrain be one that rhymes, and everything else be what it is.
func TestRhymeRule(t *testing.T) {
	tokens, err := token.Characters("春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少。", ends)
	if err != nil {
		t.Fatal(err)
	}
	rule := newRhyming([]string{"鳥少"}, tokens, 1)
	for text, want := range map[string]int{
		"春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多":  1,
		"春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知":   tokens.Size(),
		"春眠不覺曉，處處聞啼春。夜來風雨聲，花落知多":  tokens.Size(), // nothing is known to rhyme
		"春眠不覺曉，處處聞啼鳥，夜來風雨聲，花落知多":  tokens.Size(), // that is no quatrain
		"春眠不覺曉，處處聞啼鳥。夜來風雨聲，花落知多少": tokens.Size(),
		"": tokens.Size(),
	} {
		ids, err := tokens.IDs(text)
		if err != nil {
			t.Fatal(err)
		}
		logits := make([]float32, tokens.Size())
		rule.Process(append([]int64{0}, ids...), logits)
		left := 0
		for id, v := range logits {
			if !math.IsInf(float64(v), -1) {
				left++
				if want == 1 && tokens.Decode([]int64{int64(id)}, true) != "少" {
					t.Errorf("%q may end with token %d", text, id)
				}
			}
		}
		if left != want {
			t.Errorf("behind %q may come %d tokens, want %d", text, left, want)
		}
	}
}
