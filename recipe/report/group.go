package report

import (
	"context"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/recipe"
)

// A Group is several models that answer as one: an ensemble.
type Group struct {
	Name, About string
	Rule        string // by which their answers become one
	Members     Table  // how each of them does, and all together
	Scaled      bool   // as recipe.Job has it
	Model       Model
}

// A Table is cells below a head. Its first column is words, the others are numbers.
type Table struct {
	Head []string
	Rows [][]string
}

// WriteGroup writes the page of a group. The data is read and the models are tested again; where that cannot be done, the page
// says so.
func WriteGroup(ctx context.Context, w io.Writer, g Group) error {
	c := contents{Name: g.Name, About: g.About, Members: &g.Members, Facts: []fact{{"the answers become one by", g.Rule}}}
	res, _, err := g.Model.Evaluate(ctx)
	if err != nil {
		if err := stopped(ctx, &c, "The test", err); err != nil {
			return err
		}
	} else {
		c.Measures = measures(res, g.Scaled)
		c.Headline = headline(c.Measures)
		c.Facts = append(c.Facts, fact{"held out for the test", fmt.Sprintf("%s %s", recipe.Thousands(res.Tested), res.Unit)})
	}
	if err := c.examine(ctx, g.Model); err != nil {
		return err
	}
	if err := c.sample(ctx, g.Model, samples); err != nil {
		return err
	}
	return c.write(w)
}
