package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// A progress shows how a run goes on: as one line that changes, on a terminal, and as a line now and then elsewhere.
type progress struct {
	w     io.Writer
	width int // of the terminal; 0: it is none
	every time.Duration
	now   func() time.Time

	begun   time.Time // of the first record of this process
	from    float64   // what share of the run was done then
	last    time.Time // when something was shown
	logged  time.Time // when an epoch was
	loss    float64   // smoothed
	metrics string    // of the last epoch
	shown   bool      // whether a changing line stands there
}

// newProgress returns one that writes to w. It looks whether that is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w, every: 5 * time.Second, now: time.Now}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.width, p.every = 80, 100*time.Millisecond
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			p.width = w
		}
	}
	return p
}

// say writes a line that stays.
func (p *progress) say(format string, args ...any) {
	p.wipe()
	fmt.Fprintf(p.w, format+"\n", args...)
}

// tell shows how something goes on that is no training: a line that changes, or one now and then.
func (p *progress) tell(line string) {
	now := p.now()
	if now.Sub(p.last) < p.every {
		return
	}
	p.last = now
	if p.width == 0 {
		p.say("%s", line)
		return
	}
	fmt.Fprint(p.w, "\r"+cut(line, p.width-1)+"\x1b[K")
	p.shown = true
}

// close ends the changing line.
func (p *progress) close() { p.wipe() }

func (p *progress) wipe() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// record shows a step or an epoch. It is a train.Callback.
func (p *progress) record(r train.Record) error {
	now := p.now()
	done := share(r)
	if p.begun.IsZero() {
		p.begun, p.from, p.last = now, done, now
	}
	if r.Kind == "epoch" {
		p.epoch(r, now)
		return nil
	}
	loss := r.Values["loss"]
	if p.loss == 0 {
		p.loss = loss
	}
	p.loss += (loss - p.loss) * 0.05
	if now.Sub(p.last) < p.every {
		return nil
	}
	p.last = now
	if p.width == 0 {
		p.say("%s", p.line(r, done, now))
		return nil
	}
	line := p.line(r, done, now)
	if bar := p.width - utf8.RuneCountInString(line) - 4; bar >= 8 {
		line = drawn(done, min(bar, 30)) + " " + line
	}
	fmt.Fprint(p.w, "\r"+cut(line, p.width-1)+"\x1b[K")
	p.shown = true
	return nil
}

// stage says what is learned first, and shows how that goes on.
func (p *progress) stage(s *recipe.Stage) train.Callback {
	p.say("first %s: %s, %s, %s", s.Name, s.About, several(s.Set.Len(), "example"), epochs(s.Epochs))
	own := &progress{w: p.w, width: p.width, every: p.every, now: p.now}
	return func(r train.Record) error {
		defer func() { p.shown = own.shown }()
		return own.record(r)
	}
}

// epoch writes the line of an epoch: of short epochs not more than one a second, and the last.
func (p *progress) epoch(r train.Record, now time.Time) {
	var parts, short []string
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		parts = append(parts, value(name, r.Values[name]))
		if strings.HasPrefix(name, "val_") && name != "val_loss" {
			short = append(short, value(name, r.Values[name]))
		}
	}
	p.metrics = strings.Join(short, ", ")
	if r.Epoch < r.Epochs && now.Sub(p.logged) < time.Second {
		return
	}
	p.logged, p.last = now, now
	p.say("epoch %d/%d: %s, %.0f examples/s", r.Epoch, r.Epochs, strings.Join(parts, ", "), r.ExamplesPerSecond)
}

// line returns what there is to say of a step.
func (p *progress) line(r train.Record, done float64, now time.Time) string {
	s := fmt.Sprintf("epoch %d/%d, batch %d/%d: loss %.4f", r.Epoch, r.Epochs, r.Batch, r.Batches, p.loss)
	if p.metrics != "" {
		s += ", " + p.metrics
	}
	if r.ExamplesPerSecond > 0 {
		s += fmt.Sprintf(", %.0f examples/s", r.ExamplesPerSecond)
	}
	if done > p.from {
		s += ", " + clock(now.Sub(p.begun).Seconds()*(1-done)/(done-p.from)) + " left"
	}
	return s
}

// share returns how much of a run is done.
func share(r train.Record) float64 {
	epochs := float64(r.Epoch)
	if r.Kind == "step" {
		epochs += float64(r.Batch)/float64(max(r.Batches, 1)) - 1
	}
	return epochs / float64(max(r.Epochs, 1))
}

// drawn returns a bar.
func drawn(done float64, width int) string {
	n := min(max(int(done*float64(width)+0.5), 0), width)
	return "[" + strings.Repeat("#", n) + strings.Repeat("-", width-n) + "]"
}

// cut shortens a line to what a terminal has room for.
func cut(s string, width int) string {
	if r := []rune(s); len(r) > width && width > 0 {
		return string(r[:width])
	}
	return s
}

// status shows what goes on at the moment, on a terminal.
func (p *progress) status(format string, args ...any) {
	if p.width == 0 {
		return
	}
	fmt.Fprint(p.w, "\r"+cut(fmt.Sprintf(format, args...), p.width-1)+"\x1b[K")
	p.shown = true
}
