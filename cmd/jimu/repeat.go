package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// A turn is one of several runs of a recipe.
type turn struct {
	name string // of its folder
	set  []string
}

// turns returns the runs that --seeds or --folds asks for.
func (o *trainOptions) turns(r *recipe.Recipe) ([]turn, error) {
	if o.seeds != 0 && o.folds != 0 {
		return nil, misusef("--seeds and --folds are two ways to train several times; give one")
	}
	n := max(o.seeds, o.folds)
	if o.folds != 0 && !r.Takes("data.folds") {
		return nil, misusef("--folds is for sets that are divided here by chance; %s has the same test set always: use --seeds", r.Data.Name)
	}
	var all []turn
	for i := range n {
		if o.folds != 0 {
			all = append(all, turn{fmt.Sprintf("fold-%d", i+1), []string{fmt.Sprint("data.folds=", n), fmt.Sprint("data.fold=", i+1)}})
			continue
		}
		seed := r.Seed + uint64(i)
		all = append(all, turn{fmt.Sprint("seed-", seed), []string{fmt.Sprint("seed=", seed)}})
	}
	return all, nil
}

// repeat runs a recipe several times, below one folder. Runs that are there already are gone on with.
func (a *app) repeat(ctx context.Context, r *recipe.Recipe, dir runDir, o trainOptions) error {
	turns, err := o.turns(r)
	if err != nil {
		return err
	}
	var all []*recipe.Result
	for _, t := range turns {
		one, err := recipe.Parse(r.Document())
		if err != nil {
			return err
		}
		for _, s := range t.set {
			if err := one.Set(s); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		path := filepath.Join(dir.path, t.name)
		again := o
		again.resume = isRun(path)
		res, err := a.trainOnce(ctx, one, runDir{path: path, resumed: again.resume}, again)
		if err != nil {
			return a.stopped(fmt.Errorf("%s: %w", t.name, err), path)
		}
		all = append(all, res)
		if o.json {
			if err := json.NewEncoder(a.out).Encode(res); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.out, "%s: %s; %s\n", t.name, results(res), clock(res.Seconds))
	}
	if !o.json {
		fmt.Fprintf(a.out, "%d runs, mean and deviation: %s; kept below %s\n", len(all), spread(all), dir.path)
	}
	return nil
}

// spread returns the mean and the deviation of each number of several results.
func spread(all []*recipe.Result) string {
	var parts []string
	for _, name := range append(slices.Sorted(maps.Keys(all[0].Metrics)), "loss") {
		var mean, square float64
		for _, res := range all {
			x := res.Loss
			if name != "loss" {
				x = res.Metrics[name]
			}
			mean += x / float64(len(all))
			square += x * x / float64(len(all))
		}
		deviation := math.Sqrt(max(square-mean*mean, 0) * float64(len(all)) / float64(len(all)-1))
		parts = append(parts, fmt.Sprintf("%s ± %s", value(name, mean), strings.TrimPrefix(value(name, deviation), name+" ")))
	}
	return strings.Join(parts, ", ")
}
