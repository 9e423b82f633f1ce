package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/ensemble"
	"github.com/jimu-ml/jimu/recipe/report"
	"github.com/jimu-ml/jimu/train"
)

// ensembleOptions are the flags of ensemble.
type ensembleOptions struct {
	train     trainOptions // those that it shares with train
	how       string
	recipe    string
	seeds     int
	snapshots bool
}

func ensembleCommand(a *app) *cobra.Command {
	var o ensembleOptions
	c := &cobra.Command{
		Use: "ensemble RUN… | --recipe NAME --seeds N", Short: "Make one model of several",
		Long: "Make one model of several that learned the same data: of runs, or of snapshots of one (train.snapshot=10 keeps one every ten\n" +
			"epochs; RUN@10 is that of epoch 10, and --snapshots takes all of each run); or train a recipe with several seeds.\n\n" +
			"  average    the mean of the probabilities, or of the numbers\n" +
			"  weighted   a mean with weights that are fitted on the validation set\n" +
			"  vote       the class that most find likeliest; the median of numbers\n" +
			"  stacking   logistic regression on the members' log-probabilities, learned on the validation set; of numbers ridge regression\n\n" +
			"It is tested beside its members, and its folder, into which their models are copied, is opened by jimu predict --run,\n" +
			"jimu eval and jimu report as a run's is.",
		Example: "  jimu ensemble runs/fashion runs/fashion-2 runs/fashion-mlp --how stacking\n  jimu ensemble --recipe fashion --seeds 5\n" +
			"  jimu ensemble runs/fashion --snapshots",
		RunE: func(c *cobra.Command, args []string) error { return a.ensemble(c, args, o) },
	}
	f := c.Flags()
	f.StringVar(&o.how, "how", ensemble.Average, strings.Join(ensemble.Rules, ", "))
	f.StringVar(&o.recipe, "recipe", "", "train the members: `NAME` or recipe.json")
	f.IntVar(&o.seeds, "seeds", 0, "with --recipe: how many members, the first with the recipe's seed")
	f.BoolVar(&o.snapshots, "snapshots", false, "take the snapshots of the runs, not their final models")
	f.StringArrayVar(&o.train.set, "set", nil, "with --recipe: change it: `key=value`; may be given several times")
	f.IntVar(&o.train.epochs, "epochs", 0, "with --recipe: passes over the data, in place of the recipe's")
	f.StringVar(&o.train.dir, "out", "", "the ensemble's `folder`; runs/NAME-ensemble, or runs/NAME-ensemble-2 and so on if there is one already")
	f.BoolVar(&o.train.resume, "resume", false, "with --recipe: go on with the members in the folder")
	f.BoolVar(&o.train.json, "json", false, "print the scores as one line of JSON")
	a.threadsFlag(c, "processors to use; all if not given. The result does not depend on it")
	return c
}

func (a *app) ensemble(c *cobra.Command, args []string, o ensembleOptions) error {
	if !slices.Contains(ensemble.Rules, o.how) {
		return misusef("no rule %q; want one of %s", o.how, strings.Join(ensemble.Rules, ", "))
	}
	if err := notFile("--out", o.train.dir); err != nil {
		return err
	}
	members, dir, err := o.members(c, a, args)
	if err != nil {
		return err
	}
	e, err := ensemble.New(c.Context(), members, o.how)
	if err != nil {
		return err
	}
	scores, err := e.Scores(c.Context())
	if err != nil {
		return err
	}
	if err := e.Save(dir.path); err != nil {
		return err
	}
	if o.train.json {
		return json.NewEncoder(a.out).Encode(struct {
			Ensemble string           `json:"ensemble"`
			Rule     ensemble.Rule    `json:"rule"`
			Scores   []ensemble.Score `json:"scores"`
		}{dir.path, e.Rule, scores})
	}
	if err := a.scores(e, scores); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "\nkept in %s\n%s", dir.path, suggested([][2]string{
		{self() + " eval " + dir.path, "test it again"},
		{self() + " predict --run " + dir.path, "what it says of some of the test's examples; with files, of your own"},
		{self() + " report " + dir.path, "a page: its members, mistakes, data"},
	}))
	return nil
}

// members returns the models and the ensemble's folder. Runs are trained first if a recipe is given.
func (o *ensembleOptions) members(c *cobra.Command, a *app, args []string) (all []ensemble.Member, dir runDir, err error) {
	if o.recipe == "" {
		for _, flag := range []string{"seeds", "set", "epochs", "resume"} {
			if c.Flags().Changed(flag) {
				return nil, dir, misusef("--%s is for members that are trained now, of a --recipe", flag)
			}
		}
		if all, err = o.opened(a, args); err != nil {
			return nil, dir, err
		}
		dir = chooseDir(o.train.dir, runName(all[0].Recipe, "model")+"-ensemble", false)
		if ensemble.IsEnsemble(dir.path) { // before the members are fitted, which may take a while
			return nil, dir, misusef("%s holds an ensemble already; give another folder by --out", dir.path)
		}
		return all, dir, nil
	}
	if len(args) > 0 || o.snapshots {
		return nil, dir, misusef("either runs, or --recipe with --seeds")
	}
	if o.seeds < 2 {
		return nil, dir, misusef("--seeds is %d; an ensemble has two members at least: --seeds 5", o.seeds)
	}
	return o.trained(c, a)
}

// opened returns the runs or snapshots that the arguments name.
func (o *ensembleOptions) opened(a *app, args []string) (all []ensemble.Member, err error) {
	if len(args) == 0 {
		return nil, misusef("ensemble needs runs: jimu ensemble runs/fashion runs/fashion-2; or --recipe NAME --seeds 5")
	}
	seen := map[string]bool{}
	for _, arg := range args {
		dir, epochs, err := snapshotsOf(arg, o.snapshots)
		if err != nil {
			return nil, err
		}
		one := fmt.Sprint(resolved(dir), epochs)
		if seen[one] {
			return nil, misusef("%s is given twice, and would count twice; give another run", arg)
		}
		seen[one] = true
		if epochs == nil {
			s, err := a.openRun(dir)
			if err != nil {
				return nil, err
			}
			all = append(all, ensemble.Member{Saved: s, From: dir})
		}
		for _, epoch := range epochs {
			s, err := recipe.OpenSnapshot(dir, epoch)
			if err != nil {
				return nil, err
			}
			all = append(all, ensemble.Member{Saved: s, From: fmt.Sprintf("%s@%d", dir, epoch)})
		}
	}
	return all, nil
}

// resolved returns the one name of a folder that may have several.
func resolved(dir string) string {
	if path, err := filepath.EvalSymlinks(dir); err == nil {
		dir = path
	}
	if path, err := filepath.Abs(dir); err == nil {
		dir = path
	}
	return dir
}

// snapshotsOf returns the run that an argument names and the epochs whose snapshots are meant; none: its final model.
func snapshotsOf(arg string, every bool) (dir string, epochs []int, err error) {
	dir, at, one := strings.Cut(arg, "@")
	if one && isRun(arg) { // a folder that has the sign in its name
		dir, one = arg, false
	}
	if !isRun(dir) {
		return "", nil, noRun(dir)
	}
	kept := train.Snapshots(dir)
	switch {
	case (one || every) && len(kept) == 0:
		return "", nil, misusef("%s has kept no snapshots; train with --set train.snapshot=10", dir)
	case one:
		epoch, err := strconv.Atoi(at)
		if err != nil || !slices.Contains(kept, epoch) {
			return "", nil, misusef("%s: want the epoch of a snapshot behind @; there are %s", arg, joined(kept))
		}
		return dir, []int{epoch}, nil
	case every:
		return dir, kept, nil
	}
	return dir, nil, nil
}

// joined returns numbers with commas between.
func joined(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

// trained trains the recipe with one seed after another; those that are trained already stay.
func (o *ensembleOptions) trained(c *cobra.Command, a *app) (all []ensemble.Member, dir runDir, err error) {
	r, err := recipe.Find(o.recipe)
	if err != nil {
		return nil, dir, orMissing(err)
	}
	if err := o.train.assign(c, r); err != nil {
		return nil, dir, err
	}
	if p, err := r.Plan(c.Context()); err != nil {
		return nil, dir, err
	} else if !p.Predicts {
		return nil, dir, misusef("%s does not tell classes apart or predict numbers, and that is what ensembles do", o.recipe)
	}
	half := func(path string) bool { return exists(filepath.Join(path, "members")) }
	dir = chooseDirOf(o.train.dir, runName(r, o.recipe)+"-ensemble", o.train.resume, half)
	if half(dir.path) && !dir.resumed || ensemble.IsEnsemble(dir.path) {
		return nil, dir, misusef("%s holds an ensemble already; give another folder by --out, or go on with one that was stopped by --resume", dir.path)
	}
	p := newProgress(a.err)
	defer p.close()
	first := r.Seed
	for i := range o.seeds {
		r.Seed = first + uint64(i)
		folder := filepath.Join(dir.path, ensemble.MemberDir(i))
		p.say("member %d of %d, seed %d", i+1, o.seeds, r.Seed)
		_, err := recipe.Run(c.Context(), r, recipe.Options{
			Dir: folder, Resume: dir.resumed, Callbacks: []train.Callback{p.record},
			Warn: func(err error) { p.say("warning: %v", err) },
		})
		if errors.Is(err, context.Canceled) {
			again := append([]string{self(), "ensemble --resume --recipe", o.recipe, "--seeds", strconv.Itoa(o.seeds), "--out", dir.path}, o.again(c)...)
			return nil, dir, interruption{fmt.Sprintf("stopped; member %d is saved as far as it came; go on with: %s", i+1, strings.Join(again, " "))}
		}
		if err != nil {
			return nil, dir, err
		}
		s, err := recipe.Open(folder)
		if err != nil {
			return nil, dir, err
		}
		all = append(all, ensemble.Member{Saved: s, From: fmt.Sprintf("%s, seed %d", r.Name, r.Seed)})
	}
	return all, dir, nil
}

// again returns the flags that a resumed ensemble needs once more.
func (o *ensembleOptions) again(c *cobra.Command) (flags []string) {
	for _, s := range o.train.set {
		flags = append(flags, "--set", "'"+s+"'")
	}
	if c.Flags().Changed("epochs") {
		flags = append(flags, "--epochs", strconv.Itoa(o.train.epochs))
	}
	if c.Flags().Changed("how") {
		flags = append(flags, "--how", o.how)
	}
	return flags
}

// scores prints how the ensemble does beside its members.
func (a *app) scores(e *ensemble.Ensemble, scores []ensemble.Score) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	t := scoreTable(e, scores)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// scoreTable returns how the ensemble does beside its members.
func scoreTable(e *ensemble.Ensemble, scores []ensemble.Score) report.Table {
	t := report.Table{Head: append([]string{"on the test set"}, e.Measured()...)}
	for i, s := range scores {
		name := s.Name
		if i == 0 {
			name = fmt.Sprintf("all %d by %s", len(e.Members), e.Rule.How)
		} else if e.Rule.Weights != nil {
			name = fmt.Sprintf("%s (weight %.3f)", name, e.Rule.Weights[i-1])
		}
		row := []string{name}
		for _, m := range e.Measured() {
			if m == "accuracy" {
				row = append(row, fmt.Sprintf("%.2f %%", 100*s.Values[m]))
			} else {
				row = append(row, fmt.Sprintf("%.4g", s.Values[m]))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
