package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// An order is a line to a process that measures: this command, called with --answer, or a peer. See peer/protocol.py.
type order struct {
	Do      string  `json:"do"` // hello, make, run; of our own also peaks and count
	Work    string  `json:"work,omitempty"`
	Threads int     `json:"threads,omitempty"`
	Tuned   bool    `json:"tuned"`
	Compile bool    `json:"compile"`
	Seconds float64 `json:"seconds,omitempty"`
}

// An answer is the line that comes back.
type answer struct {
	Error   string    `json:"error,omitempty"`
	Missing bool      `json:"missing,omitempty"` // there is no such work
	Name    string    `json:"name,omitempty"`
	How     string    `json:"how,omitempty"`      // which of several ways to do the work was chosen
	Say     []string  `json:"say,omitempty"`      // what a person should know
	Times   []float64 `json:"times,omitempty"`    // of each run, in seconds
	PeakRSS float64   `json:"peak_rss,omitempty"` // in bytes
	FLOPs   float64   `json:"flops,omitempty"`    // of one run
	Bytes   float64   `json:"bytes,omitempty"`    // that it reads and writes at least
	FMA     float64   `json:"fma,omitempty"`      // GFLOP/s
	Copy    float64   `json:"copy,omitempty"`     // GB/s
}

var errMissing = errors.New("there is no such work")

// A side is a process that measures.
type side struct {
	name    string
	cmd     *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
	noise   *tail
	idle    float64  // the most memory before it has work, in MB
	said    []string // what it had to say at first
}

// startSelf starts this command as a side.
func startSelf(ctx context.Context, threads int) (*side, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s, err := startSide(exec.CommandContext(ctx, path, "bench", "--answer", "--threads", fmt.Sprint(threads)))
	if err != nil {
		return nil, err
	}
	a, err := s.ask(order{Do: "hello"})
	if err != nil {
		s.end()
		return nil, err
	}
	s.name, s.idle = "jimu on "+threadsOf(threads), a.PeakRSS/1e6
	return s, nil
}

func startSide(cmd *exec.Cmd) (*side, error) {
	s := &side{name: "jimu", cmd: cmd, noise: new(tail)}
	cmd.Stderr = s.noise
	cmd.WaitDelay = time.Second
	var err error
	if s.orders, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answers = bufio.NewReader(out)
	return s, cmd.Start()
}

// ask gives an order and waits for the answer. Without a side it does nothing.
func (s *side) ask(o order) (a answer, err error) {
	if s == nil {
		return a, nil
	}
	if err := json.NewEncoder(s.orders).Encode(o); err != nil {
		return a, s.gone(err)
	}
	line, err := s.answers.ReadBytes('\n')
	if err != nil {
		return a, s.gone(err)
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("%s answers %q: %w", s.name, line, err)
	}
	switch {
	case a.Error != "":
		return a, fmt.Errorf("%s: %s", s.name, a.Error)
	case a.Missing:
		return a, errMissing
	}
	return a, nil
}

// gone says why a side does not answer any more.
func (s *side) gone(err error) error {
	s.orders.Close()
	if e := s.cmd.Wait(); e != nil {
		err = e
	}
	if last := s.noise.line(); last != "" {
		return fmt.Errorf("%s ended (%w): %s", s.name, err, last)
	}
	return fmt.Errorf("%s ended: %w", s.name, err)
}

// end lets the process end, and waits for it.
func (s *side) end() {
	s.orders.Close()
	_ = s.cmd.Wait() // what it measured is known; how it ends is not of interest
}

// A tail keeps the end of what is written to it.
type tail struct{ text []byte }

func (t *tail) Write(b []byte) (int, error) {
	const most = 4096
	t.text = append(t.text, b...)
	t.text = slices.Clone(t.text[max(0, len(t.text)-most):])
	return len(b), nil
}

// line returns the last line.
func (t *tail) line() string {
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// laps are the rounds of a side.
type laps struct {
	medians []float64 // of each round, in seconds
	best    float64
	memory  float64 // the most, in MB
}

// add runs another round. Without a side it does nothing.
func (l *laps) add(s *side, seconds float64) error {
	if s == nil {
		return nil
	}
	a, err := s.ask(order{Do: "run", Seconds: seconds})
	if err != nil {
		return err
	}
	if len(a.Times) == 0 {
		return fmt.Errorf("%s ran for %v s and reports no run", s.name, seconds)
	}
	if least := slices.Min(a.Times); l.best == 0 || least < l.best {
		l.best = least
	}
	l.medians = append(l.medians, middle(a.Times))
	l.memory = max(l.memory, a.PeakRSS/1e6)
	return nil
}

func (l *laps) median() float64 { return middle(l.medians) }

// middle returns the median.
func middle(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}

// medianRatio returns the median of x/y, round by round.
func medianRatio(x, y []float64) float64 {
	ratios := make([]float64, len(x))
	for i := range x {
		ratios[i] = x[i] / y[i]
	}
	return middle(ratios)
}
