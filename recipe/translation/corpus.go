package translation

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// A pair is a sentence and its translation.
type pair struct{ from, to string }

// A part is some pairs with a name: "bleu" of the test, and "bleu_2017" of another.
type part struct {
	name  string
	pairs []pair
}

// A corpus is pairs that are divided.
type corpus struct {
	training, validation []pair
	tests                []part // the first is the test set; the others are tested too
	files                []string
}

// both returns all sentences of pairs.
func both(all []pair) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range all {
			if !yield(p.from) || !yield(p.to) {
				return
			}
		}
	}
}

// source returns the source of a corpus that read reads.
func (c languages) source(read func(ctx context.Context) (*corpus, error)) recipe.Source {
	return recipe.Source{
		Reopen: reopen,
		Load: func(ctx context.Context) (recipe.Work, error) {
			if err := c.differ(); err != nil {
				return nil, err
			}
			all, err := read(ctx)
			if err != nil {
				return nil, err
			}
			return c.work(ctx, all)
		},
	}
}

// divide divides pairs so that those of one sentence are on one side.
func (s split) divide(all []pair) *corpus {
	number := map[string]int{}
	var groups [][]pair
	for _, p := range all {
		i, there := number[p.from]
		if !there {
			i = len(groups)
			number[p.from], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	taken := func(index []int) (some []pair) {
		for _, i := range slices.Sorted(slices.Values(index)) {
			some = append(some, groups[i]...)
		}
		return some
	}
	t, v, e := recipe.Divide(len(groups), s.Validation, s.Test)
	return &corpus{training: taken(t), validation: taken(v), tests: []part{{"bleu", taken(e)}}}
}

// sentences returns the lines of a text, without the white space around them.
func sentences(text string) []string {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return lines
}

// paired returns the pairs of two texts with a sentence on each line; lines that are empty on one side are left out.
func paired(from, to []string, names ...string) ([]pair, error) {
	if len(from) != len(to) {
		return nil, recipe.Errorf("data", "%s has %d lines and %s %d; line for line they are to be translations", names[0], len(from), names[1], len(to))
	}
	all := make([]pair, 0, len(from))
	for i := range from {
		if from[i] != "" && to[i] != "" {
			all = append(all, pair{from[i], to[i]})
		}
	}
	return all, nil
}
