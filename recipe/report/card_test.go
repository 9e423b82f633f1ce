package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// card returns a prediction as the page has it.
func card(t *testing.T, p recipe.Prediction) string {
	t.Helper()
	var c contents
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "card", c.show(p)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Only another class is wrong; how far a number is off is for the reader to judge.
func TestWhatIsWrong(t *testing.T) {
	classes := []recipe.Score{{Class: "ham", Probability: 0.9}, {Class: "spam", Probability: 0.1}}
	for _, c := range []struct {
		p     recipe.Prediction
		wrong bool
		has   string
	}{
		{recipe.Prediction{Classes: classes, Want: "spam"}, true, "ham, 90.0 % sure"},
		{recipe.Prediction{Classes: classes, Want: "ham"}, false, "it is ham"},
		{recipe.Prediction{Classes: classes}, false, "ham, 90.0 % sure"},
		{recipe.Prediction{Value: 53647, Want: "500,001"}, false, "predicted 53,647"},
		{recipe.Prediction{Text: "a summary", Want: "another"}, false, "wanted: another"},
		{recipe.Prediction{Text: "1 2 3", Want: "3 2 1", Wrong: "wrong by 1.3 in the mean"}, false, "wrong by 1.3 in the mean"},
	} {
		if text := card(t, c.p); strings.Contains(text, "wrong\"") != c.wrong || !strings.Contains(text, c.has) || c.p.Wrong != "" && strings.Contains(text, "3 2 1") {
			t.Errorf("%+v: %s", c.p, text)
		}
	}
}

// Long texts and rows of many columns are folded, and lose nothing.
func TestFolding(t *testing.T) {
	words := strings.Repeat("One word and another. ", 60)
	f := folded(words)
	if f.Opening+f.Rest != words || len(f.Opening) > opening || !strings.HasSuffix(f.Opening, "and") && !strings.HasPrefix(f.Rest, " ") {
		t.Errorf("%q and %q", f.Opening, f.Rest)
	}
	if one := strings.Repeat("長", long+1); folded(one).Opening+folded(one).Rest != one {
		t.Error("a text of one word is not whole")
	}
	var row []recipe.Cell
	for i := range 30 {
		row = append(row, recipe.Cell{Column: fmt.Sprint("column ", i), Value: fmt.Sprint("<", i, ">"), Unseen: i == 2})
	}
	text := card(t, recipe.Prediction{Input: "test example 7", Row: row, Read: words})
	for _, want := range []string{
		"test example 7", "&lt;0&gt;", "&lt;29&gt;", "18 more columns", "column 2 (unseen)", "<details><summary>One word", "another. One word and another. </details>", "card wide",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the card lacks %q", want)
		}
	}
	if text := card(t, recipe.Prediction{Row: row[:manyCells], Read: "Short."}); strings.Contains(text, "<details>") || !strings.Contains(text, "Short.") {
		t.Errorf("what is short is folded: %s", text)
	}
}
