// Package tune searches for the values of a recipe's keys that do best on its validation set.
//
// A [Study] is a recipe, the keys that may change, and a method: at random, on a grid, by the Parzen estimators of [TPE], or
// with trials that are stopped early, [ASHA] and [Hyperband]. [Run] trains one trial after another, or several at a time,
// and writes down what each came to; a study that was stopped or killed goes on where it was. Architectures are keys like
// others, so a small search for one is a study too:
//
//	{
//	  "recipe": "fashion",
//	  "search": {
//	    "model.name": ["mlp", "convnet"],
//	    "model.channels": [[16, 32], [32, 64]],
//	    "optimizer.lr": "log(1e-4, 1e-2)"
//	  },
//	  "method": "tpe", "trials": 20
//	}
//
// What decides is the monitored value of the validation set, "train.monitor" of the recipe; the test set is not looked at.
package tune

import "math"

var nan = math.NaN()

// A Point is a value for each of the dimensions of a space: a number, or the position of a choice. NaN stands for a key that
// the trial's recipe does not have.
type Point []float64

// An Observation is a point with what came of it.
type Observation struct {
	Point Point
	Loss  float64 // the smaller the better; NaN is as bad as can be
}

// A Job is a trial, and how far it is to be trained now.
type Job struct {
	Trial int // counted from 0
	From  int // epochs that it was trained before
	Until int // epochs that it is to have been trained then
}

// A Planner says which trial is trained next, and how far. It sees the results in the order in which they come.
type Planner interface {
	// Next returns a job. If there is none now, there may be one when a result of those under way is known.
	Next() (Job, bool)

	// Tell says what a job came to: the smaller the better, NaN if it failed.
	Tell(j Job, loss float64)
}

// Flat is the planner that trains every trial to the end.
type Flat struct {
	Trials, Epochs int
	begun          int
}

// Next returns the next trial.
func (f *Flat) Next() (Job, bool) {
	if f.begun >= f.Trials {
		return Job{}, false
	}
	f.begun++
	return Job{f.begun - 1, 0, f.Epochs}, true
}

// Tell does nothing: no trial depends on another.
func (f *Flat) Tell(Job, float64) {}

// worse makes a loss comparable: NaN becomes ∞.
func worse(loss float64) float64 {
	if math.IsNaN(loss) {
		return math.Inf(1)
	}
	return loss
}
