package summary

import (
	"cmp"
	"fmt"
	"strings"

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
		var err error
		if text, err = recipe.Text(q.File, largest); err != nil {
			return nil, err
		}
	case text != "":
	case tests == nil:
		return nil, recipe.ErrNoData
	default:
		var all []asked
		for i, a := range tests[:min(cmp.Or(q.Most, 8), len(tests))] {
			all = append(all, asked{recipe.Prediction{Input: fmt.Sprintf("test abstract %d", i+1), Want: a.Target[0], Read: strings.Join(strings.Fields(strings.Join(a.Source, " ")), " ")}, a.Source})
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
