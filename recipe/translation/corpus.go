package translation

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"unicode"

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

// divide divides pairs so that no sentence, of either language, is in two parts.
func (s split) divide(all []pair) *corpus {
	groups := connected(all)
	taken := func(index []int) (some []pair) {
		for _, i := range slices.Sorted(slices.Values(index)) {
			some = append(some, groups[i]...)
		}
		return some
	}
	t, v, e := recipe.Divide(len(groups), s.Validation, s.Test)
	return &corpus{training: taken(t), validation: taken(v), tests: []part{{"bleu", taken(e)}}}
}

// connected puts pairs together that have a sentence in common, and those that have one in common with these, in the order in which
// the first of each came.
func connected(all []pair) (groups [][]pair) {
	before := make([]int, len(all)) // of each pair, one of its group that came before, or itself
	first := func(i int) int {
		for before[i] != i {
			before[i] = before[before[i]]
			i = before[i]
		}
		return i
	}
	var known [2]map[string]int // of each language, the pair where a sentence came last
	for side := range known {
		known[side] = map[string]int{}
	}
	for i, p := range all {
		before[i] = i
		for side, text := range []string{p.from, p.to} {
			key := bare(text)
			if k, there := known[side][key]; there {
				a, b := first(i), first(k)
				before[max(a, b)] = min(a, b)
			}
			known[side][key] = i
		}
	}
	number := map[int]int{}
	for i, p := range all {
		k, there := number[first(i)]
		if !there {
			k = len(groups)
			number[first(i)], groups = k, append(groups, nil)
		}
		groups[k] = append(groups[k], p)
	}
	return groups
}

// bare returns the letters and digits of a text, small; a text without any as it is.
func bare(text string) string {
	return cmp.Or(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text), text)
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
