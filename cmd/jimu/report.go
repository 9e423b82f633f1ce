package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/recipe/ensemble"
	"github.com/jimu-ml/jimu/recipe/report"
)

func reportCommand(a *app) *cobra.Command {
	var out, curves string
	c := &cobra.Command{
		Use: "report [RUN]", Short: "Write a run or an ensemble as one page of HTML",
		Long: "Write a run's folder, the newest below runs if none is given, as one page of HTML that needs nothing else: how it learned,\n" +
			"what it takes for what, how sure it may be, its worst mistakes, samples, the recipe, checksums of the data, the machine.\n" +
			"Of an ensemble the page shows its members instead. The data is read and the model tested again.",
		Example: "  jimu report runs/fashion\n  jimu report runs/fashion --curves loss.svg",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := ""
			if len(args) > 0 {
				dir = args[0]
			}
			return a.report(c.Context(), dir, out, curves)
		},
	}
	c.Flags().StringVar(&out, "out", "", "the `file` to write; RUN/report.html if not given")
	c.Flags().StringVar(&curves, "curves", "", "write the curves of the loss alone into this SVG `file`, and no page")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

func (a *app) report(ctx context.Context, dir, out, curves string) error {
	if out != "" && curves != "" {
		return misusef("--out is for the page and --curves for the curves alone; give one")
	}
	if ensemble.IsEnsemble(dir) {
		if curves != "" {
			return misusef("%s is an ensemble, which was not trained and has no curve; those of its members are in the runs that they come from", dir)
		}
		return a.reportEnsemble(ctx, dir, cmp.Or(out, filepath.Join(dir, "report.html")))
	}
	s, err := a.openRun(dir)
	if err != nil {
		return err
	}
	if curves != "" {
		k, err := report.Curves(s)
		if err != nil {
			return err
		}
		return a.written(curves, func(w io.Writer) error {
			_, err := io.WriteString(w, k.SVG())
			return err
		})
	}
	return a.written(cmp.Or(out, filepath.Join(s.Dir, "report.html")), func(w io.Writer) error { return report.Write(ctx, w, s) })
}

// reportEnsemble writes the page of an ensemble.
func (a *app) reportEnsemble(ctx context.Context, dir, out string) error {
	e, err := ensemble.Open(dir)
	if err != nil {
		return err
	}
	scores, err := e.Scores(ctx)
	if err != nil {
		return err
	}
	g := report.Group{
		Name: filepath.Base(dir), About: fmt.Sprintf("%d models of %s that answer as one", len(e.Members), e.Members[0].Recipe.Data.Name),
		Rule: e.Rule.How, Members: scoreTable(e, scores), Scaled: e.Members[0].Job.Scaled, Model: e,
	}
	return a.written(out, func(w io.Writer) error { return report.WriteGroup(ctx, w, g) })
}

// written writes a file and says so.
func (a *app) written(path string, write func(w io.Writer) error) error {
	if err := format.Replace(path, write); err != nil {
		return err
	}
	fmt.Fprintln(a.out, path)
	return nil
}
