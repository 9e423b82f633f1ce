// Package report writes a run as one page of HTML: curves, mistakes, samples, data and configuration.
//
// The page needs nothing from outside, so that it can be sent and kept; and no knowledge of the code, so that it can be read.
package report

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"

	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"percent": percent, "thousands": recipe.Thousands[int64], "shade": shade}).Parse(pageText))

// A contents is what the page shows. A section without content is left out.
type contents struct {
	Name, About, Dir string
	Headline         string // "test accuracy 98.8 %"
	Verdict          string
	Game             bool // of several sides
	Advice           []recipe.Advice
	Facts            []fact
	Members          *Table // of an ensemble
	Curves           []template.HTML
	Measures         []measure
	Confusion        *confusion
	Calibration      *calibration
	Mistakes         []shown
	Samples          []shown
	Missing          []string // what could not be shown, and why
	Document         string
	Origin           *recipe.Origin

	sound int // bytes of the sounds so far
}

// A fact is a line of a table.
type fact struct{ Name, Value string }

// Write writes the page of a run. The data is read, and the model tested again; where that cannot be done, the page says so.
func Write(ctx context.Context, w io.Writer, s *recipe.Saved) error {
	records, err := train.ReadLog(s.Dir)
	if err != nil {
		return err
	}
	c := contents{Name: s.Recipe.Name, About: s.Recipe.About, Dir: s.Dir, Document: string(s.Recipe.Document())}
	for _, k := range curves(s.Recipe.Name, records) {
		c.Curves = append(c.Curves, template.HTML(k.SVG())) //nolint:gosec // the drawing escapes its texts
	}
	if err := c.outcome(ctx, s); err != nil {
		return err
	}
	if err := c.examine(ctx, s); err != nil {
		return err
	}
	if err := c.sample(ctx, s, cmp.Or(s.Job.Samples, samples)); err != nil {
		return err
	}
	if c.Origin, err = s.Origin(); err != nil {
		c.Missing = append(c.Missing, fmt.Sprintf("Where the run came from: %v.", err))
	}
	return c.write(w)
}

func (c *contents) write(w io.Writer) error {
	var b bytes.Buffer // so that a page is whole or not there
	if err := page.Execute(&b, c); err != nil {
		return fmt.Errorf("the page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// A Model is what a page asks: that of a run, or several that answer as one.
type Model interface {
	Ask(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error)
	Evaluate(ctx context.Context) (*recipe.Result, *metric.Confusion, error)
	Examine(ctx context.Context) (*recipe.Examination, error)
}

// outcome fills in what the run came to: as it noted at its end, or by a test now.
func (c *contents) outcome(ctx context.Context, s *recipe.Saved) error {
	res, err := s.Result()
	if err != nil {
		c.Missing = append(c.Missing, fmt.Sprintf("What the run came to: %v.", err))
		c.Verdict = fmt.Sprintf("it has not ended, and what stands here is of step %d", s.Step)
		if res, _, err = s.Evaluate(ctx); err != nil {
			return stopped(ctx, c, "The test", err)
		}
	}
	c.Measures = measures(res, s.Job.Scaled)
	c.Headline = headline(c.Measures)
	if res.Verdict != nil {
		c.Verdict, c.Game = res.Verdict.String(), res.Verdict.Outcome == train.Played
		c.Advice = s.Recipe.Advise(*res.Verdict)
	}
	c.Facts = facts(res)
	if plan, err := s.Plan(ctx); err == nil {
		c.Facts = append(counts(plan, s.Recipe.Model.Name), c.Facts...)
	}
	return nil
}

// stopped returns the error of a cancelled run, and notes any other on the page.
func stopped(ctx context.Context, c *contents, what string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	c.Missing = append(c.Missing, fmt.Sprintf("%s: %v.", what, err))
	return nil
}

// examine fills in what the model says of its test set.
func (c *contents) examine(ctx context.Context, s Model) error {
	e, err := s.Examine(ctx)
	if err != nil {
		return stopped(ctx, c, "Confusion, calibration and mistakes", err)
	}
	if e == nil {
		return nil
	}
	if e.Classes != nil {
		c.Confusion, c.Calibration = confused(e), calibrated(e)
	}
	for _, i := range e.Worst(mistakes) {
		p, err := e.Show(i)
		if err != nil {
			return stopped(ctx, c, "The mistakes", err)
		}
		c.Mistakes = append(c.Mistakes, c.show(p))
	}
	return nil
}

// sample fills in what the model says when it is asked nothing in particular.
func (c *contents) sample(ctx context.Context, s Model, most int) error {
	all, err := s.Ask(ctx, recipe.Question{Most: most, Seed: 1})
	if err != nil {
		return stopped(ctx, c, "Samples", err)
	}
	for _, p := range all {
		c.Samples = append(c.Samples, c.show(p))
	}
	return nil
}

// Curves draws the losses of a run into one chart: of steps, of epochs, and of the validation set.
func Curves(s *recipe.Saved) (*chart.Chart, error) {
	records, err := train.ReadLog(s.Dir)
	if err != nil {
		return nil, err
	}
	all := curves(s.Recipe.Name, records)
	if len(all) == 0 {
		return nil, errors.New("the run's log has no losses yet")
	}
	return &all[0], nil
}
