package language

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// maxDocument is how many characters a text of a collection may have.
const maxDocument = 4096

// A collection is short texts, divided.
type collection struct {
	unit                    string
	train, validation, test []string
}

// work makes the work of a collection: a row for each text, with what ends it, filled up to the length of the longest.
func (c collection) work(batch int, files ...string) (*work, error) {
	var all strings.Builder
	longest := 0
	for _, part := range [][]string{c.train, c.validation, c.test} {
		for _, s := range part {
			n := utf8.RuneCountInString(s)
			if n == 0 || n > maxDocument {
				return nil, fmt.Errorf("a text of %d characters among the %s: want 1 to %d; a long text is for the set text", n, c.unit, maxDocument)
			}
			longest = max(longest, n)
			all.WriteString(s)
		}
	}
	t, err := token.Characters(all.String(), ends)
	if err != nil {
		return nil, err
	}
	w, err := keep(kept{Unit: c.unit, Length: longest + 1, Documents: true}, t)
	if err != nil {
		return nil, err
	}
	w.sets = &recipe.Sets{Unit: c.unit, Batch: batch, Evaluated: w.evaluated(), Files: files}
	for _, p := range []struct {
		texts []string
		into  *data.Set
	}{{c.train, &w.sets.Train}, {c.validation, &w.sets.Validation}, {c.test, &w.sets.Test}, {c.fresh(), &w.held.fresh}} {
		if len(p.texts) == 0 {
			continue
		}
		if *p.into, err = rows(t, p.texts, w.kept.Length); err != nil {
			return nil, err
		}
	}
	for _, s := range c.test {
		w.held.tokens += utf8.RuneCountInString(s) + 1
	}
	w.held.characters = w.held.tokens // the end of a text counts as one
	return w, nil
}

// fresh returns the texts of the test that stand nowhere else, or nothing if that is all of them.
func (c collection) fresh() (some []string) {
	known := map[string]bool{}
	for _, s := range slices.Concat(c.train, c.validation) {
		known[s] = true
	}
	for _, s := range c.test {
		if !known[s] {
			some = append(some, s)
		}
	}
	if len(some) == len(c.test) {
		return nil
	}
	return some
}

// rows returns texts as a set: X [n t] = the end, then the text; Y [n t] = the text, then the end; behind it X is the end too,
// and Y −100.
func rows(t *token.Tokenizer, texts []string, length int) (data.Set, error) {
	end, _ := t.ID(ends)
	x, y := make([]int64, 0, len(texts)*length), make([]int64, 0, len(texts)*length)
	for _, s := range texts {
		ids, err := t.IDs(s)
		if err != nil {
			return nil, err
		}
		if len(ids) >= length {
			return nil, fmt.Errorf("the text %.40q has %d tokens; want fewer than %d", s, len(ids), length)
		}
		x, y = append(append(x, end), ids...), append(append(y, ids...), end)
		for range length - len(ids) - 1 {
			x, y = append(x, end), append(y, dataset.Unlabelled)
		}
	}
	return data.NewTensors(tensor.Of(x, len(texts), length), tensor.Of(y, len(texts), length))
}
