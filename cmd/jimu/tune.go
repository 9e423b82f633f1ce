package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe/tune"
)

// tuneOptions are the flags of tune.
type tuneOptions struct {
	train  trainOptions // those that it shares with train
	search []string
	study  tune.Study
	time   time.Duration
	keep   bool
}

func tuneCommand(a *app) *cobra.Command {
	var o tuneOptions
	c := &cobra.Command{
		Use: "tune NAME|recipe.json|study.json", Short: "Search for a recipe's best values",
		Long: "Train a recipe with other values again and again, and find those that do best on its validation set: rates, sizes, whole\n" +
			"architectures. --search says which keys may change, and to what; what decides is train.monitor of the recipe. The test set is\n" +
			"not looked at.\n\n" +
			"  --search \"optimizer.lr=log(1e-4, 1e-2)\"            a number, evenly on a logarithmic scale; logint for whole ones\n" +
			"  --search \"model.dropout=uniform(0, 0.5)\"           a number; uniform(0, 0.5, 0.1) in steps, int(1, 8) whole\n" +
			"  --search \"model.name=mlp|convnet\"                  one of these\n" +
			"  --search \"model.channels=[[16, 32], [32, 64]]\"     an element of a list\n\n" +
			"The methods: random; grid, all combinations; tpe, which learns from earlier trials where to look; asha and hyperband, which train\n" +
			"many trials for few epochs and the better ones longer (--draw tpe lets them learn too). A key that a trial's architecture does\n" +
			"not have is left out of it. A JSON document {\"recipe\": …, \"search\": {…}, \"method\": …} says the same in a file.\n\n" +
			"The study's folder gets a journal, a run for each trial, trials.csv, trials.json, a picture of them, trials.svg, and best.json:\n" +
			"the best recipe, ready for jimu train. Ctrl-C saves the study and stops; --resume goes on with it to the same trials, also\n" +
			"after a kill.",
		Example: "  jimu tune fashion --search \"optimizer.lr=log(1e-4, 1e-2)\" --search \"model.dropout=uniform(0, 0.5)\" --method tpe --trials 20\n" +
			"  jimu tune fashion --search \"model.channels=[[16, 32], [32, 64]]\" --method asha --time 10m\n" +
			"  jimu tune --resume --out runs/fashion-tune --trials 40",
		Args:              cobra.MaximumNArgs(1),
		RunE:              func(c *cobra.Command, args []string) error { return a.tune(c, args, o) },
		ValidArgsFunction: completeRecipes,
	}
	f := c.Flags()
	f.StringArrayVar(&o.search, "search", nil, "what a key may be: `key=values`; may be given several times")
	f.StringVar(&o.study.Method, "method", "", "random, grid, tpe, asha or hyperband; random if not given")
	f.StringVar(&o.study.Draw, "draw", "", "how asha and hyperband draw new trials: random or tpe")
	f.IntVar(&o.study.Trials, "trials", 0, "how many; 20 if not given, of grids all, of hyperband one round of brackets")
	f.DurationVar(&o.time, "time", 0, "begin no trial after so long, such as 30m")
	f.IntVar(&o.study.Parallel, "parallel", 0, "trials at a time, each with its share of the processors; one if not given")
	f.IntVar(&o.study.Eta, "eta", 0, "asha and hyperband train the best of so many longer; 3 if not given")
	f.IntVar(&o.study.MinEpochs, "min-epochs", 0, "that a trial of asha or hyperband gets at least; 1 if not given")
	f.Uint64Var(&o.study.Seed, "seed", 1, "of what is drawn; the trials have the recipe's own")
	f.StringArrayVar(&o.train.set, "set", nil, "change the recipe: `key=value`, such as train.monitor=val_accuracy; may be given several times")
	f.IntVar(&o.train.epochs, "epochs", 0, "passes over the data of a whole trial, in place of the recipe's")
	f.StringVar(&o.train.dir, "out", "", "the study's `folder`; runs/NAME-tune, or runs/NAME-tune-2 and so on if there is one already")
	f.BoolVar(&o.train.resume, "resume", false, "go on with the study in the folder")
	f.BoolVar(&o.keep, "keep", false, "keep the models of all finished trials, not of the best alone")
	f.BoolVar(&o.train.json, "json", false, "print the outcome as one line of JSON")
	a.threadsFlag(c, "processors to use; all if not given. The result does not depend on it")
	return c
}

func (a *app) tune(c *cobra.Command, args []string, o tuneOptions) error {
	if err := counts(c, "trials", "parallel", "eta", "min-epochs"); err != nil {
		return err
	}
	if c.Flags().Changed("time") && o.time <= 0 {
		return misusef("--time is %v; want how long trials may be begun, such as 30m", o.time)
	}
	if err := notFile("--out", o.train.dir); err != nil {
		return err
	}
	s, dir, err := o.begin(c, args)
	if err != nil {
		return err
	}
	p := newProgress(a.err)
	p.say("%s\n%s", describeStudy(s), strings.Replace(dir.note(), "the run", "the study", 1))
	out, err := tune.Run(c.Context(), s, tune.Options{
		Dir: dir.path, Resume: o.train.resume, Time: o.time, Keep: o.keep,
		Report: func(e tune.Event) { p.trial(e) },
		Warn:   func(err error) { p.say("warning: %v", err) },
	})
	p.close()
	if errors.Is(err, context.Canceled) {
		return interruption{fmt.Sprintf("stopped, with %s saved in %s; go on with: %s tune --resume --out %s", several(len(out.Trials), "trial"), dir.path, self(), dir.path)}
	}
	if err != nil {
		return err
	}
	if o.train.json {
		return json.NewEncoder(a.out).Encode(struct {
			Study   string       `json:"study"`
			Monitor string       `json:"monitor"`
			Best    *tune.Trial  `json:"best"`
			Trials  []tune.Trial `json:"trials"`
		}{dir.path, out.Monitor, out.Best, out.Ranked()})
	}
	return a.outcome(s, out, dir.path)
}

// begin returns the study and its folder.
func (o *tuneOptions) begin(c *cobra.Command, args []string) (*tune.Study, runDir, error) {
	if len(args) == 0 {
		if o.train.resume && o.train.dir == "" {
			return nil, runDir{}, misusef("tune --resume needs the folder of the study to go on with: %s tune --resume --out %s", self(), filepath.Join(runs, "fashion-tune"))
		}
		if !o.train.resume {
			return nil, runDir{}, misusef("tune needs a recipe or a study: jimu tune fashion --search \"optimizer.lr=log(1e-4, 1e-2)\"")
		}
		s, err := o.goOn(c, o.train.dir)
		return s, runDir{path: o.train.dir, resumed: true}, err
	}
	s, err := tune.Find(args[0])
	if err != nil {
		return nil, runDir{}, orMissing(err)
	}
	dir := chooseDirOf(o.train.dir, runName(s.Recipe, args[0])+"-tune", o.train.resume, tune.IsStudy)
	if dir.resumed {
		s, err = o.goOn(c, dir.path)
		return s, dir, err
	}
	if err := o.train.assign(c, s.Recipe); err != nil {
		return nil, dir, err
	}
	if err := o.searched(s); err != nil {
		return nil, dir, err
	}
	o.override(c, s)
	return s, dir, s.Check()
}

// searched adds to a study what --search says.
func (o *tuneOptions) searched(s *tune.Study) error {
	seen := map[string]bool{}
	for _, x := range o.search {
		key, text, ok := strings.Cut(x, "=")
		if !ok {
			return misusef("--search %s: want key=values, such as \"optimizer.lr=log(1e-4, 1e-2)\"", x)
		}
		if key = strings.TrimSpace(key); seen[key] {
			return misusef("--search %s is given twice; put all its values into one, such as \"%s=1|2|3\"", key, key)
		}
		seen[key] = true
		if err := s.Search(key, text); err != nil {
			return err
		}
	}
	return nil
}

// override puts what the flags say in place of what the study's file says.
func (o *tuneOptions) override(c *cobra.Command, s *tune.Study) {
	for name, set := range map[string]func(){
		"method": func() { s.Method = o.study.Method }, "draw": func() { s.Draw = o.study.Draw },
		"trials": func() { s.Trials = o.study.Trials }, "parallel": func() { s.Parallel = o.study.Parallel },
		"eta": func() { s.Eta = o.study.Eta }, "min-epochs": func() { s.MinEpochs = o.study.MinEpochs },
		"seed": func() { s.Seed = o.study.Seed },
	} {
		if c.Flags().Changed(name) {
			set()
		}
	}
}

// goOn opens a study that was begun. Only the number of its trials may be another one.
func (o *tuneOptions) goOn(c *cobra.Command, dir string) (*tune.Study, error) {
	if !tune.IsStudy(dir) {
		return nil, misusef("%s is no study's folder: it has no study.json; jimu tune makes one", dir)
	}
	for _, name := range []string{"search", "method", "draw", "parallel", "eta", "min-epochs", "seed", "set", "epochs"} {
		if c.Flags().Changed(name) {
			return nil, misusef("--%s cannot change a study that was begun; leave it out, or begin another by --out", name)
		}
	}
	s, err := tune.Open(dir)
	if err == nil && c.Flags().Changed("trials") {
		s.Trials = o.study.Trials
	}
	return s, err
}

// describeStudy says in one line what a study is about to do.
func describeStudy(s *tune.Study) string {
	var keys []string
	for _, d := range s.Space {
		keys = append(keys, d.Key)
	}
	at := ""
	if s.Parallel > 1 {
		at = fmt.Sprintf(", %d at a time", s.Parallel)
	}
	return fmt.Sprintf("%s: %s searches %s%s; %s each at most, and %s decides",
		s.Recipe.Name, s.Method, strings.Join(keys, ", "), at, epochs(s.Recipe.Train.Epochs), s.Monitor())
}

// trial shows how a trial goes on.
func (p *progress) trial(e tune.Event) {
	switch e.Kind {
	case "epoch":
		p.tell(fmt.Sprintf("trial %d: epoch %d/%d, %.4g", e.Trial.Number, e.Epoch, e.Until, e.Value))
	case "end":
		said := "failed: " + e.Trial.Error
		if e.Trial.Value != nil {
			said = fmt.Sprintf("%.4g after %s", *e.Trial.Value, epochs(e.Trial.Epochs))
		}
		if e.Best != nil {
			said += fmt.Sprintf(" (best %.4g, trial %d)", *e.Best.Value, e.Best.Number)
		}
		p.say("trial %d: %s; %s", e.Trial.Number, said, tried(e.Trial))
	}
}

// tried returns the values of a trial in one line.
func tried(t tune.Trial) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(t.Values)) {
		parts = append(parts, key+"="+tune.Worded(t.Values[key]))
	}
	return strings.Join(parts, " ")
}

// outcome prints the best trials, and what to try next.
func (a *app) outcome(s *tune.Study, out *tune.Outcome, dir string) error {
	const most = 10
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "trial\t%s\tepochs\ttime", out.Monitor)
	for _, d := range s.Space {
		fmt.Fprint(w, "\t"+d.Key)
	}
	fmt.Fprintln(w)
	for i, t := range out.Ranked() {
		if i == most {
			break
		}
		value := "failed"
		if t.Value != nil {
			value = fmt.Sprintf("%.4g", *t.Value)
		}
		fmt.Fprintf(w, "%d\t%s\t%d\t%s", t.Number, value, t.Epochs, clock(t.Seconds))
		for _, d := range s.Space {
			cell := "–"
			if v, ok := t.Values[d.Key]; ok {
				cell = tune.Worded(v)
			}
			fmt.Fprint(w, "\t"+cell)
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(out.Trials) > most {
		fmt.Fprintf(a.out, "and %d more in %s\n", len(out.Trials)-most, filepath.Join(dir, "trials.csv"))
	}
	if out.Late {
		fmt.Fprintln(a.out, "The time was up before the last trial.")
	}
	if out.Best == nil {
		return nil
	}
	return a.afterTuning(out, dir)
}

// afterTuning says what to try next.
func (a *app) afterTuning(out *tune.Outcome, dir string) error {
	next := [][2]string{{self() + " train " + filepath.Join(dir, "best.json"), "the best, and its test"}}
	more := 2 * len(out.Trials)
	if out.Grid > 0 {
		more = min(more, out.Grid)
	}
	if more > len(out.Trials) {
		next = append(next, [2]string{fmt.Sprintf("%s tune --resume --out %s --trials %d", self(), dir, more), "more trials"})
	} else {
		fmt.Fprintf(a.out, "\nThe grid is finished: all of its %d points were tried.\n", out.Grid)
	}
	fmt.Fprintf(a.out, "\n%s is a picture of all.\n%s", filepath.Join(dir, "trials.svg"), suggested(next))
	_, err := os.Stat(filepath.Join(dir, "best.json"))
	return err
}
