package language

import (
	"context"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// names is a collection of short texts of which nothing is known but that they are of one kind.
type names struct {
	recipe.Batches
	recipe.Held
	File string // with one on each line; the names in the program if empty
}

func (c names) source() (recipe.Source, error) {
	if err := c.Held.Check(); err != nil {
		return recipe.Source{}, err
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, c.Batches.Check()
}

func (c names) load(context.Context) (recipe.Work, error) {
	var all, files []string
	if c.File == "" {
		published, err := sample.Names()
		if err != nil {
			return nil, err
		}
		all, files = published, sample.Paths("names")
	} else {
		s, err := recipe.Text(c.File, maxText)
		if err != nil {
			return nil, err
		}
		all, files = lines(s), []string{c.File}
	}
	if len(all) < 10 {
		return nil, fmt.Errorf("%s has %d lines; want one for each name, ten at least", c.File, len(all))
	}
	t, v, e := c.Held.Divide(len(all), c.Validation)
	set := collection{unit: "names", train: pick(all, t), validation: pick(all, v), test: pick(all, e)}
	return set.work(c.Batch, files...)
}

// lines returns the lines of a text that hold something, without the space around it.
func lines(s string) (all []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func pick(all []string, index []int) []string {
	some := make([]string, len(index))
	for i, k := range index {
		some[i] = all[k]
	}
	return some
}
