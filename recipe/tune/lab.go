package tune

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/train"
)

// A running is a job under way, or one whose result is known from the journal.
type running struct {
	Job
	end    int // when it ends on a clock that counts epochs
	result chan Trial
}

// work runs jobs until there are none. The results are taken in the order in which they would come if every epoch took the
// same time, so that what the methods see does not depend on the machine.
func (l *lab) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var under []running
	var failure error
	now := 0
	for {
		for len(under) < max(1, l.Parallel) && failure == nil && ctx.Err() == nil && !l.isLate() {
			j, ok := l.planner.Next()
			if !ok {
				break
			}
			under = append(under, l.start(ctx, j, now, under))
		}
		if len(under) == 0 {
			break
		}
		first := 0
		for i, r := range under {
			if r.end < under[first].end {
				first = i
			}
		}
		r := under[first]
		t := <-r.result
		now, under = r.end, slices.Delete(under, first, first+1)
		if t.State == "" { // it was cancelled
			continue
		}
		if err := l.finish(r.Job, t); err != nil && failure == nil {
			failure = err
			stop()
		}
	}
	if failure == nil && ctx.Err() == nil && l.isLate() {
		_, l.late = l.planner.Next()
	}
	return cmp.Or(failure, ctx.Err())
}

func (l *lab) isLate() bool { return l.Time > 0 && time.Since(l.began) > l.Time }

// start begins a job, or looks its result up in the journal.
func (l *lab) start(ctx context.Context, j Job, now int, under []running) running {
	if j.Trial == len(l.points) {
		l.points = append(l.points, l.point(j.Trial, under))
		l.trials = append(l.trials, Trial{Number: j.Trial + 1, Dir: fmt.Sprintf("trials/%04d", j.Trial+1)})
	}
	r, p, err := l.Apply(l.points[j.Trial])
	l.points[j.Trial] = p
	t := &l.trials[j.Trial]
	t.Values = l.Space.values(p)
	run := running{j, now + j.Until - j.From, make(chan Trial, 1)}
	if old, ok := l.journal.find(j, *t); ok {
		run.result <- old
		return run
	}
	l.tell(Event{Kind: "begin", Trial: *t, Until: j.Until})
	go func(t Trial) {
		if err != nil {
			t.State, t.Error = failed, err.Error()
			run.result <- t
			return
		}
		run.result <- l.train(ctx, r, j, t)
	}(*t)
	return run
}

// point returns the point of a new trial.
func (l *lab) point(trial int, under []running) Point {
	key := rng.KeyOf(l.Seed).Child("tune").At(uint64(trial))
	switch {
	case l.grid != nil:
		return l.grid[trial]
	case l.Method == "tpe" || l.Draw == "tpe":
		var pending []Point
		for _, r := range under {
			if r.From == 0 { // one that goes on has been observed
				pending = append(pending, l.points[r.Trial])
			}
		}
		return TPE{}.Draw(l.Space, l.observed(), pending, key)
	}
	return l.Space.Draw(key)
}

// observed returns what is known after as many epochs as possible, of trials enough to learn from.
func (l *lab) observed() []Observation {
	for _, until := range slices.Backward(slices.Sorted(maps.Keys(l.seen))) {
		if len(l.seen[until]) >= (TPE{}).startup() {
			var all []Observation
			for _, trial := range slices.Sorted(maps.Keys(l.seen[until])) {
				all = append(all, Observation{l.points[trial], l.seen[until][trial]})
			}
			return all
		}
	}
	return nil
}

// finish enters a result everywhere.
func (l *lab) finish(j Job, t Trial) error {
	t.until = j.Until
	l.trials[j.Trial] = t
	loss := l.loss(t)
	l.planner.Tell(j, loss)
	if l.seen[j.Until] == nil {
		l.seen[j.Until] = map[int]float64{}
	}
	l.seen[j.Until][j.Trial] = loss
	if err := l.journal.write(j, t); err != nil {
		return err
	}
	if err := l.rank(); err != nil {
		return err
	}
	e := Event{Kind: "end", Trial: t, Until: j.Until}
	if l.best >= 0 {
		e.Best = &l.trials[l.best]
	}
	l.tell(e)
	return nil
}

// loss returns the value of a trial, turned so that the smaller is the better.
func (l *lab) loss(t Trial) float64 {
	switch {
	case t.Value == nil:
		return nan
	case train.SmallerIsBetter(l.monitor):
		return *t.Value
	}
	return -*t.Value
}

// rank finds the best trial among those that were trained longest, writes its recipe, and removes the checkpoints of those
// that are finished and not the best.
func (l *lab) rank() error {
	old := l.best
	l.best = -1
	for i, t := range l.trials {
		if t.Value == nil {
			continue
		}
		if l.best < 0 || t.until > l.trials[l.best].until || t.until == l.trials[l.best].until && l.loss(t) < l.loss(l.trials[l.best]) {
			l.best = i
		}
	}
	for i, t := range l.trials {
		if !l.Keep && i != l.best && (t.State == done || t.State == failed) {
			if err := os.RemoveAll(filepath.Join(l.Dir, t.Dir, "checkpoints")); err != nil {
				l.Warn(err)
			}
		}
	}
	if l.best == old {
		return nil
	}
	r, _, err := l.Apply(l.points[l.best])
	if err != nil {
		return err
	}
	r.Name, r.About = r.Name+"-tuned", fmt.Sprintf("%s, with what trial %d of a study found best", r.Name, l.best+1)
	return replace(filepath.Join(l.Dir, bestName), r.Document())
}

func (l *lab) tell(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Report(e)
}

func (l *lab) outcome() *Outcome {
	out := &Outcome{Monitor: l.monitor, Late: l.late, Grid: len(l.grid)}
	for _, t := range l.trials {
		if t.State != "" {
			out.Trials = append(out.Trials, t)
		}
	}
	if l.best >= 0 {
		out.Best = &l.trials[l.best]
	}
	return out
}
