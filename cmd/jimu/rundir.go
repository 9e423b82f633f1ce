package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/ensemble"
	"github.com/jimu-ml/jimu/recipe/tune"
)

// runs is the folder in which runs are kept unless another is given.
const runs = "runs"

// A runDir is the folder of a run that is to begin or to go on.
type runDir struct {
	path    string
	before  string // another run's folder, which has the name that this one would have had
	resumed bool
}

// note says in one line where the run is kept.
func (d runDir) note() string {
	switch {
	case d.resumed:
		return "going on with the run in " + d.path
	case d.before != "":
		return fmt.Sprintf("the run is kept in %s; %s is there already, and --resume would go on with it", d.path, d.before)
	}
	return "the run is kept in " + d.path
}

// chooseDir returns the folder of a run: the one that is given, or the next below runs that is free; to go on with, the
// newest that is there.
func chooseDir(given, name string, resume bool) runDir {
	return chooseDirOf(given, name, resume, isRun)
}

// chooseDirOf is [chooseDir] for folders of another kind; is tells them.
func chooseDirOf(given, name string, resume bool, is func(path string) bool) runDir {
	if given != "" {
		return runDir{path: given, resumed: resume && is(given)}
	}
	d := runDir{path: filepath.Join(runs, name)}
	for n := 2; exists(d.path); n++ {
		d.before, d.path = d.path, filepath.Join(runs, fmt.Sprintf("%s-%d", name, n))
	}
	if resume && d.before != "" && is(d.before) {
		return runDir{path: d.before, resumed: true}
	}
	return d
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// notFile reports a flag that names a file where a folder is wanted, or a folder inside a file.
func notFile(flag, dir string) error {
	for at := dir; at != "" && at != "." && at != string(filepath.Separator); at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err == nil && info.IsDir() {
			return nil
		}
		if err == nil {
			return misusef("%s %s: %s is a file; give a folder, which is made if it is not there", flag, dir, at)
		}
		if filepath.Dir(at) == at {
			return nil
		}
	}
	return nil
}

// isRun reports whether a path is the folder of a run, and not a recipe's file.
func isRun(path string) bool {
	return isFolder(path) && exists(filepath.Join(path, "recipe.json"))
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// runName returns the name of a recipe as that of a folder.
func runName(r *recipe.Recipe, given string) string {
	if r.Name != "" && r.Name == filepath.Base(r.Name) && !strings.HasPrefix(r.Name, ".") {
		return r.Name
	}
	return strings.TrimSuffix(filepath.Base(given), ".json")
}

// readRun returns the recipe of a run.
func readRun(dir string) (*recipe.Recipe, error) {
	if !isRun(dir) {
		return nil, noRun(dir)
	}
	return recipe.Read(filepath.Join(dir, "recipe.json"))
}

// openRun opens the run in a folder, or the newest below runs if none is given, and warns of what was damaged.
func (a *app) openRun(dir string) (*recipe.Saved, error) {
	if dir == "" {
		if dir = newestRun(); dir == "" {
			return nil, misusef("there is no run below %s; give the folder of one, or begin with: %s train fashion", runs, self())
		}
		fmt.Fprintf(a.err, "of the newest run, %s\n", dir)
	} else if !isRun(dir) {
		return nil, noRun(dir)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		return nil, err
	}
	for _, d := range s.Damaged {
		fmt.Fprintf(a.err, "warning: passed over: %v; using the checkpoint of step %d\n", d, s.Step)
	}
	return s, nil
}

// An opened model answers questions and can be tested: that of a run, or an ensemble.
type opened interface {
	Ask(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error)
	Evaluate(ctx context.Context) (*recipe.Result, *metric.Confusion, error)
}

// openModel opens the run or the ensemble in a folder, and says what to call it.
func (a *app) openModel(dir string) (opened, string, error) {
	if ensemble.IsEnsemble(dir) {
		e, err := ensemble.Open(dir)
		if err != nil {
			return nil, "", err
		}
		return e, fmt.Sprintf("%s, %d models by %s", dir, len(e.Members), e.Rule.How), nil
	}
	s, err := a.openRun(dir)
	if err != nil {
		return nil, "", err
	}
	return s, fmt.Sprintf("%s, step %d", s.Dir, s.Step), nil
}

// noRun says what a folder is that is not a run's, and what can be done with it.
func noRun(dir string) error {
	switch {
	case exists(dir) && !isFolder(dir):
		return misusef("%s is a file; give the folder of a run", dir)
	case ensemble.IsEnsemble(dir):
		return misusef("%s is an ensemble, and this takes the folder of one run: one of its members, such as %s; jimu predict --run, jimu eval and jimu report take all of it",
			dir, filepath.Join(dir, ensemble.MemberDir(0)))
	case exists(filepath.Join(dir, "members")):
		return misusef("%s is an ensemble whose members are not all trained; go on with it by: %s ensemble --resume --out %s, and the flags that it was begun with", dir, self(), dir)
	case tune.IsStudy(dir):
		if best, err := tune.BestRun(dir); err == nil {
			return misusef("%s is a study of many runs; that of its best trial is %s", dir, best)
		}
		return misusef("%s is a study, and none of its trials has ended; go on with it by: %s tune --resume --out %s", dir, self(), dir)
	}
	if below := runsBelow(dir); len(below) > 0 {
		return misusef("%s is no run's folder, but there are some in it; give one of them: %s", dir, listed(below, 6))
	}
	return misusef("%s is no run's folder: it has no recipe.json; jimu train makes one", dir)
}

// noRecipe reports a folder that is given where a recipe is wanted.
func noRecipe(name string) error {
	switch {
	case !isFolder(name) || slices.Contains(recipe.Names(), name):
		return nil
	case isRun(name):
		return misusef("%s is the folder of a run; its recipe is %s, and %s train --resume --out %[1]s goes on with it", name, filepath.Join(name, "recipe.json"), self())
	}
	return noRun(name)
}

// runsBelow returns the runs in a folder.
func runsBelow(dir string) (all []string) {
	found, err := filepath.Glob(filepath.Join(dir, "*", "recipe.json"))
	if err != nil {
		return nil
	}
	for _, path := range found {
		all = append(all, filepath.Dir(path))
	}
	return all
}

// listed returns the first words of a list.
func listed(words []string, most int) string {
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}

// newestRun returns the run below runs that was changed last, one of several seeds or folds too; or nothing.
func newestRun() string {
	best, at := "", time.Time{}
	for _, dir := range append(runsBelow(runs), runsBelow(filepath.Join(runs, "*"))...) {
		if info, err := os.Stat(filepath.Join(dir, "checkpoints")); err == nil && info.ModTime().After(at) {
			best, at = dir, info.ModTime()
		}
	}
	return best
}
