package tune

import (
	"cmp"
	"slices"
)

// ASHA trains many trials for a short time and few for a long one, without ever waiting for all: the asynchronous successive
// halving algorithm.
//
//	rung k = 0 … K      Min·ηᵏ epochs, the last one Epochs
//	next                the best trial among the best ⌊n/η⌋ of the n in a rung, the highest rung first, that has not been
//	                    promoted yet, to the rung above; where there is none, a new trial in rung 0
//
// A trial that failed is never promoted.
//
// Li, Jamieson, Rostamizadeh, Gonina, Ben-tzur, Hardt, Recht and Talwalkar, A System for Massively Parallel Hyperparameter
// Tuning, 2020 (arXiv:1810.05934), algorithm 2.
type ASHA struct {
	Trials int // at most
	Epochs int // of a trial that is never stopped
	Min    int // epochs of the first rung; 1 if 0
	Eta    int // η; 3 if 0

	rungs []rung
	begun int
}

// A rung is what is known of the trials that were trained so far.
type rung struct {
	results  []result
	promoted map[int]bool
}

type result struct {
	trial int
	loss  float64
}

// Rungs returns the epochs until which the trials of each rung are trained.
func (a *ASHA) Rungs() []int {
	var all []int
	for epochs := max(1, a.Min); epochs < a.Epochs; epochs *= a.eta() {
		all = append(all, epochs)
	}
	return append(all, a.Epochs)
}

func (a *ASHA) eta() int {
	if a.Eta < 2 {
		return 3
	}
	return a.Eta
}

// Next returns a promotion, or else a new trial, while there are to be any.
func (a *ASHA) Next() (Job, bool) {
	epochs := a.Rungs()
	a.grow(len(epochs))
	for k := len(epochs) - 2; k >= 0; k-- {
		if trial, ok := a.rungs[k].promotable(a.eta()); ok {
			a.rungs[k].promoted[trial] = true
			return Job{trial, epochs[k], epochs[k+1]}, true
		}
	}
	if a.begun >= a.Trials {
		return Job{}, false
	}
	a.begun++
	return Job{a.begun - 1, 0, epochs[0]}, true
}

func (a *ASHA) grow(n int) {
	for len(a.rungs) < n {
		a.rungs = append(a.rungs, rung{promoted: map[int]bool{}})
	}
}

// Tell enters a result into its rung.
func (a *ASHA) Tell(j Job, loss float64) {
	epochs := a.Rungs()
	a.grow(len(epochs))
	if k := slices.Index(epochs, j.Until); k >= 0 {
		a.rungs[k].results = append(a.rungs[k].results, result{j.Trial, loss})
	}
}

// promotable returns the best of the top ⌊n/η⌋ trials that is not promoted yet.
func (r *rung) promotable(eta int) (int, bool) {
	for _, x := range best(r.results, len(r.results)/eta) {
		if !r.promoted[x.trial] {
			return x.trial, true
		}
	}
	return 0, false
}

// best returns the n best results, the best first, without those that failed. Of equals the earlier trial is the better.
func best(of []result, n int) []result {
	sorted := slices.DeleteFunc(slices.Clone(of), func(r result) bool { return r.loss != r.loss })
	slices.SortFunc(sorted, func(a, b result) int {
		return cmp.Or(cmp.Compare(a.loss, b.loss), cmp.Compare(a.trial, b.trial))
	})
	return sorted[:min(n, len(sorted))]
}
