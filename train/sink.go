package train

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A sink is where records go.
type sink interface {
	Write(r Record) error
	Close() error
}

// report tells everyone about a step or an epoch. A log that cannot be written is a warning; a callback may end the run.
func (r *run) report(kind string, v Values) error {
	epoch := r.at.Epoch
	if kind == "step" {
		epoch++
	}
	rec := Record{
		Kind: kind, Step: r.opt.Steps(), Epoch: epoch, Batch: r.at.Batch, Batches: r.batches, Epochs: r.Epochs,
		Rate: r.opt.Rate(), Values: v, ExamplesPerSecond: r.rate.perSecond(), Elapsed: time.Since(r.began),
		Dir: r.Dir,
	}
	if kind == "epoch" {
		rec.Override = r.averages()
	}
	for _, s := range r.sinks {
		if err := s.Write(rec); err != nil {
			r.Warn(err)
		}
	}
	for _, c := range r.Callbacks {
		if err := c(rec); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) openSinks(from int) error {
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return fmt.Errorf("the run's folder: %w", err)
	}
	log, err := openLog(filepath.Join(r.Dir, "metrics.jsonl"), from)
	if err != nil {
		return err
	}
	r.sinks = append(r.sinks, log)
	board, err := CreateEvents(filepath.Join(r.Dir, "tensorboard"))
	if err != nil {
		return err
	}
	if from > 0 {
		if err := board.Resume(from + 1); err != nil {
			return err
		}
	}
	r.sinks = append(r.sinks, boardSink{board})
	return nil
}

// logSink writes records as JSON lines.
type logSink struct {
	f *os.File
	w *bufio.Writer
}

type line struct {
	Kind    string  `json:"kind"`
	Step    int     `json:"step"`
	Epoch   int     `json:"epoch"`
	Rate    float64 `json:"rate"`
	Values  Values  `json:"values"`
	Speed   float64 `json:"examples_per_second"`
	Seconds float64 `json:"seconds"`
}

// openLog opens a log to append to, without what an earlier run wrote after that step.
func openLog(path string, from int) (*logSink, error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the run's log: %w", err)
	}
	kept := upTo(old, from)
	if err := disk.Replace(path, func(w io.Writer) error { _, err := w.Write(kept); return err }); err != nil {
		return nil, fmt.Errorf("the run's log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the run's log: %w", err)
	}
	return &logSink{f, bufio.NewWriter(f)}, nil
}

// upTo returns the whole lines of a log that tell of steps up to the last.
func upTo(log []byte, last int) []byte {
	var kept []byte
	for l := range bytes.Lines(log) {
		var r line
		if json.Unmarshal(l, &r) == nil && r.Step <= last && bytes.HasSuffix(l, []byte("\n")) {
			kept = append(kept, l...)
		}
	}
	return kept
}

func (s *logSink) Write(r Record) error {
	text, err := json.Marshal(line{r.Kind, r.Step, r.Epoch, r.Rate, r.Values.finite(), r.ExamplesPerSecond, r.Elapsed.Seconds()})
	if err != nil {
		return fmt.Errorf("the run's log: %w", err)
	}
	if _, err = s.w.Write(append(text, '\n')); err == nil && r.Kind == "epoch" {
		err = s.w.Flush()
	}
	if err != nil {
		return fmt.Errorf("the run's log: %w", err)
	}
	return nil
}

func (s *logSink) Close() error { return errors.Join(s.w.Flush(), s.f.Close()) }

// boardSink writes records for TensorBoard: every step's loss, every epoch's values.
type boardSink struct{ *Events }

func (s boardSink) Write(r Record) error {
	prefix := "step/"
	if r.Kind == "epoch" {
		prefix = "epoch/"
	} else if err := s.Scalar("step/rate", r.Step, r.Rate); err != nil {
		return err
	}
	for _, name := range names(r.Values) {
		if err := s.Scalar(prefix+name, r.Step, r.Values[name]); err != nil {
			return err
		}
	}
	return nil
}

// speed measures examples per second over the last few seconds.
type speed struct {
	since    time.Time
	examples int
	last     float64
}

func (s *speed) saw(n int) {
	now := time.Now()
	if s.since.IsZero() {
		s.since = now
		return // the first step also warms up
	}
	s.examples += n
	if d := now.Sub(s.since).Seconds(); d >= 1 {
		s.last = float64(s.examples) / d
		s.since, s.examples = now, 0
	}
}

func (s *speed) perSecond() float64 {
	if s.last == 0 && s.examples > 0 {
		return float64(s.examples) / max(time.Since(s.since).Seconds(), 1e-9)
	}
	return s.last
}
