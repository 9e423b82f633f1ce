package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// trainOptions are the flags of train.
type trainOptions struct {
	set    []string
	epochs int
	seed   uint64
	dir    string
	resume bool
	json   bool
	seeds  int
	folds  int
}

func trainCommand(a *app) *cobra.Command {
	var o trainOptions
	c := &cobra.Command{
		Use: "train NAME|recipe.json", Short: "Train a model by a recipe",
		Long: "Train a model by a recipe that comes with the program (see jimu list) or stands in a file, and test it on examples\n" +
			"that it has not seen. The run's folder gets the recipe, checkpoints, a log (metrics.jsonl) and event files for TensorBoard.\n" +
			"Ctrl-C saves the run and stops; --resume goes on with it, to the same bits.",
		Example: "  jimu train fashion\n  jimu train fashion --set optimizer.lr=0.002 --set model=mlp --epochs 5\n  jimu train --resume --out runs/fashion",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.train(c, args, o)
		},
		ValidArgsFunction: completeRecipes,
	}
	f := c.Flags()
	f.StringArrayVar(&o.set, "set", nil, "change the recipe: `key=value`, such as optimizer.lr=0.01; may be given several times")
	f.IntVar(&o.epochs, "epochs", 0, "passes over the data, in place of the recipe's")
	f.Uint64Var(&o.seed, "seed", 0, "of first weights, order and dropout, in place of the recipe's")
	f.StringVar(&o.dir, "out", "", "the run's `folder`; runs/NAME, or runs/NAME-2 and so on if there is one already")
	f.BoolVar(&o.resume, "resume", false, "go on with the run in the folder")
	f.IntVar(&o.seeds, "seeds", 0, "train so many times, with seeds that follow each other, and give the mean and deviation of the results")
	f.IntVar(&o.folds, "folds", 0, "divide the examples into so many parts and train as many times, tested on another part each time")
	f.BoolVar(&o.json, "json", false, "print the result as one line of JSON")
	a.threadsFlag(c, "processors to use; all if not given. The result does not depend on it")
	return c
}

func (a *app) train(c *cobra.Command, args []string, o trainOptions) error {
	for flag, n := range map[string]int{"seeds": o.seeds, "folds": o.folds} {
		if c.Flags().Changed(flag) && (n < 2 || n > 1000) {
			return misusef("--%s is %d; want 2 to 1,000", flag, n)
		}
	}
	if err := notFile("--out", o.dir); err != nil {
		return err
	}
	r, dir, err := o.recipe(args)
	if err != nil {
		return err
	}
	if err := o.change(c, r); err != nil {
		return err
	}
	if o.seeds != 0 || o.folds != 0 {
		return a.repeat(c.Context(), r, dir, o)
	}
	res, err := a.trainOnce(c.Context(), r, dir, o)
	if err != nil {
		return a.stopped(err, dir.path)
	}
	if o.json {
		return json.NewEncoder(a.out).Encode(res)
	}
	fmt.Fprint(a.out, finalWords(r, res, dir.path))
	return nil
}

// trainOnce runs a recipe and shows how it goes on.
func (a *app) trainOnce(ctx context.Context, r *recipe.Recipe, dir runDir, o trainOptions) (*recipe.Result, error) {
	p := newProgress(a.err)
	defer p.close()
	res, err := recipe.Run(ctx, r, recipe.Options{
		Dir: dir.path, Resume: o.resume,
		Begin:     func(plan recipe.Plan) { p.say("%s\n%s", describe(r, plan), dir.note()) },
		Callbacks: []train.Callback{p.record},
		Stage:     p.stage,
		Warn:      func(err error) { p.say("warning: %v", err) },
	})
	if err != nil && res != nil && res.Verdict != nil {
		p.say("%s", lastWords(r, *res.Verdict, dir.path))
	}
	return res, err
}

// recipe returns the recipe of a run and the run's folder.
func (o *trainOptions) recipe(args []string) (*recipe.Recipe, runDir, error) {
	if len(args) == 0 {
		if !o.resume || o.dir == "" {
			return nil, runDir{}, o.nothing()
		}
		r, err := readRun(o.dir)
		return r, runDir{path: o.dir, resumed: true}, err
	}
	if err := noRecipe(args[0]); err != nil {
		return nil, runDir{}, err
	}
	r, err := recipe.Find(args[0])
	if err != nil {
		return nil, runDir{}, orMissing(err)
	}
	dir := chooseDir(o.dir, runName(r, args[0]), o.resume)
	if dir.resumed {
		asked := runName(r, args[0])
		r, err = readRun(dir.path)
		if err == nil && runName(r, r.Name) != asked {
			return nil, dir, misusef("%s holds a run of %s, not of %s; give another folder by --out", dir.path, r.Name, asked)
		}
	}
	return r, dir, err
}

// nothing is the error of a call that says neither a recipe nor a run to go on with.
func (o *trainOptions) nothing() error {
	if !o.resume {
		return misusef("train needs a recipe: one of %s, or a file that ends in .json", strings.Join(recipe.Names(), ", "))
	}
	such := filepath.Join(runs, "fashion")
	if dir := newestRun(); dir != "" {
		such = dir
	}
	return misusef("train --resume needs the folder of the run to go on with: %s train --resume --out %s", self(), such)
}

// change makes the changes to the recipe that the flags ask for.
func (o *trainOptions) change(c *cobra.Command, r *recipe.Recipe) error {
	if c.Flags().Changed("seed") {
		r.Seed = o.seed
	}
	return o.assign(c, r)
}

// assign makes those of --set and --epochs.
func (o *trainOptions) assign(c *cobra.Command, r *recipe.Recipe) error {
	for _, s := range o.set {
		if err := r.Set(s); err != nil {
			return fmt.Errorf("--set %s: %w", s, err)
		}
	}
	if c.Flags().Changed("epochs") {
		r.Train.Epochs = o.epochs
	}
	return counts(c, "epochs")
}

// stopped adds to the error of a run how to go on with it.
func (a *app) stopped(err error, dir string) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	of := ""
	c, _, e := train.Latest(filepath.Join(dir, "checkpoints"))
	if e != nil { // it may have been in a stage that comes before
		stages, _ := filepath.Glob(filepath.Join(dir, "*", "checkpoints"))
		for _, s := range stages {
			of = " of " + filepath.Base(filepath.Dir(s))
			c, _, e = train.Latest(s)
		}
	}
	if e != nil {
		return fmt.Errorf("%w; nothing was saved yet", context.Canceled)
	}
	return interruption{fmt.Sprintf("stopped; saved after step %d%s in %s; go on with: %s train --resume --out %s", c.Step, of, dir, self(), dir)}
}

// An interruption is a run that a signal stopped in good order.
type interruption struct{ text string }

func (i interruption) Error() string { return i.text }

// Unwrap lets errors.Is see what it was.
func (i interruption) Unwrap() error { return context.Canceled }

// orMissing turns the error of a recipe file that is not there into a misuse.
func orMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return misusef("%v; give a file that is there, or one of %s", err, strings.Join(recipe.Names(), ", "))
	}
	return err
}

func completeRecipes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return recipe.Names(), cobra.ShellCompDirectiveDefault
}
