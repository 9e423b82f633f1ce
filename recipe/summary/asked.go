package summary

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// largest is how many bytes of a text are read.
const largest = 1 << 24

// An asked is a text that is to be summarized, with what is known of it.
type asked struct {
	recipe.Prediction
	sentences []string
}

// texts returns the texts that a question is about, of which each has a sentence: one that is given, that of a file, or the first
// of the test set.
func texts(q recipe.Question, tests []sample.Abstract) ([]asked, error) {
	text := q.Text
	switch {
	case q.File != "":
		b, err := os.ReadFile(q.File)
		if err != nil {
			return nil, fmt.Errorf("reading a text: %w", err)
		}
		if len(b) > largest {
			return nil, fmt.Errorf("%s has %d bytes; a text has %d at most", q.File, len(b), largest)
		}
		if !utf8.Valid(b) {
			return nil, fmt.Errorf("%s is no text in UTF-8", q.File)
		}
		text = string(b)
	case text != "":
	case tests == nil:
		return nil, recipe.ErrNoData
	default:
		var all []asked
		for i, a := range tests[:min(cmp.Or(q.Most, 8), len(tests))] {
			all = append(all, asked{recipe.Prediction{Input: fmt.Sprintf("test abstract %d", i+1), Want: a.Target[0]}, a.Source})
		}
		return all, nil
	}
	sentences := split(text)
	if len(sentences) == 0 {
		return nil, fmt.Errorf("%s holds no sentence", cmp.Or(q.File, "the text"))
	}
	return []asked{{recipe.Prediction{Input: q.File}, sentences}}, nil
}

// predictions returns what was said of texts.
func predictions(all []asked) []recipe.Prediction {
	said := make([]recipe.Prediction, len(all))
	for i, a := range all {
		said[i] = a.Prediction
		said[i].Text = strings.TrimSpace(a.Text)
	}
	return said
}
