package tune

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jimu-ml/jimu/internal/durable"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/recipe"
)

// Options say where a study is kept and who hears of it.
type Options struct {
	Dir    string        // the study's folder
	Resume bool          // go on with the study in Dir
	Time   time.Duration // after which no further trial is begun; 0: none is ever late
	Keep   bool          // keep the checkpoints of finished trials that are not the best
	Report func(Event)   // hears of the trials, one event at a time; nil: nobody
	Warn   func(error)   // what did not stop the study
}

// An Event is news of a trial.
type Event struct {
	Kind  string // "begin", "epoch", "end"
	Trial Trial
	Epoch int     // of "epoch", from 1
	Until int     // epochs that the trial has when this turn of it ends
	Value float64 // of "epoch": what is monitored
	Best  *Trial  // of "end": so far; nil if there is none
}

// A Trial is a recipe of the study with what it came to. Its folder is that of a run.
type Trial struct {
	Number  int            `json:"trial"`           // from 1
	Values  map[string]any `json:"values"`          // by key
	Epochs  int            `json:"epochs"`          // that it was trained for
	Value   *float64       `json:"value"`           // of what is monitored; nil if there is none
	State   string         `json:"state"`           // "done"; "paused", if another method would have trained it longer; "failed"
	Error   string         `json:"error,omitempty"` // why it failed
	Seconds float64        `json:"seconds"`         // of training
	Dir     string         `json:"folder"`          // below the study's

	until int // the epochs that it was to be trained for
}

// The states of a trial.
const (
	done   = "done"
	paused = "paused"
	failed = "failed"
)

// An Outcome is what a study came to.
type Outcome struct {
	Monitor string // what decides
	Trials  []Trial
	Best    *Trial // nil: every trial failed
	Late    bool   // the time was up before the last trial
	Grid    int    // the points of a grid, all there is to try; 0 of other methods
}

// The files in a study's folder.
const (
	studyName   = "study.json"
	journalName = "journal.jsonl"
	bestName    = "best.json"
	tableName   = "trials.json"
)

// IsStudy reports whether a path is a study's folder.
func IsStudy(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, studyName))
	return err == nil
}

// Open returns the study in a folder.
func Open(dir string) (*Study, error) {
	text, err := os.ReadFile(filepath.Join(dir, studyName))
	if err != nil {
		return nil, fmt.Errorf("the study: %w", err)
	}
	s, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the study %s: %w", dir, err)
	}
	return s, nil
}

// Run does what a study says. Its folder gets the study, a journal with a line for each result, a folder for each trial, and
// when it ends or is stopped tables and a picture of the trials; best.json is the best recipe so far, ready to be trained.
//
// If the context is cancelled, trials save where they are, and the error is the context's. With Resume the study goes on
// there, also after a kill, with the trials that it would have had; only the number of trials may be another one. The
// outcome is returned with an error too.
func Run(ctx context.Context, s *Study, o Options) (*Outcome, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	l, err := newLab(ctx, s, o)
	if l != nil && l.letGo != nil {
		defer l.letGo()
	}
	if err != nil {
		return nil, err
	}
	threads := parallel.Threads()
	parallel.SetThreads(max(1, threads/max(1, s.Parallel)))
	defer parallel.SetThreads(threads)
	err = errors.Join(l.work(ctx), l.journal.Close())
	out := l.outcome()
	if len(out.Trials) > 0 {
		err = errors.Join(err, out.write(s, o.Dir))
	}
	if err == nil && out.Best == nil && len(out.Trials) > 0 {
		err = fmt.Errorf("every trial failed; the first: %s", out.Trials[0].Error)
	}
	return out, err
}

// A lab is a study under way.
type lab struct {
	*Study
	Options
	planner Planner
	grid    []Point // nil: points are drawn
	points  []Point // of the trials that were begun
	trials  []Trial
	seen    map[int]map[int]float64 // losses by the epochs after which they were measured, and by trial
	monitor string
	journal *journal
	letGo   func() // of the folder, which no other process may have
	began   time.Time
	best    int // the best trial; -1 if none is
	late    bool
	mu      sync.Mutex // held while Report is called
}

func newLab(ctx context.Context, s *Study, o Options) (*lab, error) {
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	if o.Report == nil {
		o.Report = func(Event) {}
	}
	l := &lab{Study: s, Options: o, seen: map[int]map[int]float64{}, best: -1, began: time.Now(), monitor: s.Monitor()}
	if err := l.plan(); err != nil {
		return nil, err
	}
	if !IsStudy(o.Dir) {
		if err := l.decides(ctx); err != nil {
			return nil, err
		}
	}
	if err := l.open(); err != nil {
		return l, err
	}
	j, err := openJournal(filepath.Join(o.Dir, journalName))
	l.journal = j
	return l, err
}

// plan makes the planner, and the points of a grid.
func (l *lab) plan() error {
	trials, epochs := l.Trials, l.Recipe.Train.Epochs
	switch l.Method {
	case "hyperband":
		l.planner = &Hyperband{Trials: trials, Epochs: epochs, Min: l.MinEpochs, Eta: l.Eta}
		return nil
	case "grid":
		if err := l.layGrid(); err != nil {
			return err
		}
		if trials == 0 || trials > len(l.grid) {
			trials = len(l.grid)
		}
	}
	if trials == 0 {
		trials = 20
	}
	l.planner = &Flat{Trials: trials, Epochs: epochs}
	if l.Method == "asha" {
		l.planner = &ASHA{Trials: trials, Epochs: epochs, Min: l.MinEpochs, Eta: l.Eta}
	}
	return nil
}

// layGrid takes the points of the grid whose recipes differ.
func (l *lab) layGrid() error {
	all, err := l.Space.Grid()
	seen := map[string]bool{}
	for _, p := range all {
		r, q, err := l.Apply(p)
		if text := string(r.Document()); err != nil || !seen[text] {
			seen[text] = err == nil
			l.grid = append(l.grid, q)
		}
	}
	return err
}

// decides looks at the first trial before it is trained, and reports that it would have nothing to decide by. Where the trials' data
// differs, so may what they are measured by; then each shows for itself.
func (l *lab) decides(ctx context.Context) error {
	for _, d := range l.Space {
		if section, key, _ := strings.Cut(d.Key, "."); section == "metrics" || section == "data" && key != "batch" || key == "monitor" {
			return nil
		}
	}
	r, _, err := l.Apply(l.point(0, nil))
	if err != nil {
		return nil //nolint:nilerr // this trial fails, and says so; another may not
	}
	p, err := r.Plan(ctx)
	if err != nil {
		_, err = l.Recipe.Load(ctx) // what cannot be read no trial can read
		return err
	}
	if !slices.Contains(p.Watched, l.monitor) {
		return recipe.Unwatched(l.monitor, p.Watched)
	}
	return nil
}

// open makes the study's folder, or compares the study with the one that is there.
func (l *lab) open() error {
	path := filepath.Join(l.Dir, studyName)
	text, err := json.MarshalIndent(l.Study, "", "  ")
	if err != nil {
		return err
	}
	if IsStudy(l.Dir) {
		if !l.Resume {
			return recipe.Errorf("", "%s holds a study already; go on with it by --resume, or give another folder by --out", l.Dir)
		}
		old, err := Open(l.Dir)
		if err != nil {
			return err
		}
		old.Trials = l.Trials
		if was, err := json.MarshalIndent(old, "", "  "); err != nil || string(was) != string(text) {
			return recipe.Errorf("", "the study in %s is another one: its %s differs; resume it as it was", l.Dir, studyName)
		}
	}
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return fmt.Errorf("the study's folder: %w", err)
	}
	var held *durable.HeldError
	if l.letGo, err = durable.Hold(l.Dir); errors.As(err, &held) {
		return recipe.Errorf("", "%s is being searched by %s; wait for it, or give another folder by --out", l.Dir, held.Who())
	}
	if err != nil {
		return fmt.Errorf("the study's folder: %w", err)
	}
	return replace(path, append(text, '\n'))
}
