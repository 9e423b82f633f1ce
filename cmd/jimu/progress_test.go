package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/train"
)

// shown returns what a progress writes of two epochs of ten batches, one a second.
func shown(t *testing.T, width int, every time.Duration) string {
	t.Helper()
	var b bytes.Buffer
	now := time.Unix(1000, 0)
	p := newProgress(&b)
	p.width, p.every, p.now = width, every, func() time.Time { return now }
	for epoch := 1; epoch <= 2; epoch++ {
		r := train.Record{Kind: "step", Epoch: epoch, Epochs: 2, Batches: 10, ExamplesPerSecond: 64, Values: train.Values{"loss": 0.5}}
		for r.Batch = 1; r.Batch <= 10; r.Batch++ {
			now = now.Add(time.Second)
			if err := p.record(r); err != nil {
				t.Fatal(err)
			}
		}
		r.Kind, r.Values = "epoch", train.Values{"loss": 0.5, "val_accuracy": 0.875}
		if err := p.record(r); err != nil {
			t.Fatal(err)
		}
	}
	p.close()
	return b.String()
}

func TestPlainLines(t *testing.T) {
	want := `epoch 1/2, batch 6/10: loss 0.5000, 64 examples/s, 14 s left
epoch 1/2: loss 0.5, val_accuracy 87.5 %, 64 examples/s
epoch 2/2, batch 5/10: loss 0.5000, val_accuracy 87.5 %, 64 examples/s, 5.0 s left
epoch 2/2, batch 10/10: loss 0.5000, val_accuracy 87.5 %, 64 examples/s, 0.0 s left
epoch 2/2: loss 0.5, val_accuracy 87.5 %, 64 examples/s
`
	if got := shown(t, 0, 5*time.Second); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLiveLine(t *testing.T) {
	got := shown(t, 100, time.Second)
	if n := strings.Count(got, "\n"); n != 2 {
		t.Errorf("%d lines stay, want the two epochs':\n%q", n, got)
	}
	if !strings.Contains(got, "\r[#####") || !strings.HasSuffix(got, "examples/s\n") {
		t.Errorf("no bar, or it stays:\n%q", got)
	}
	for _, line := range strings.FieldsFunc(shown(t, 30, time.Second), func(r rune) bool { return r == '\r' || r == '\n' }) {
		if n := len(strings.TrimSuffix(line, "\x1b[K")); n > 60 || strings.Contains(line, "left") {
			t.Errorf("%q does not fit 30 columns", line)
		}
	}
}

func TestWordsForNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(7), "7"},
		{count(1234567), "1,234,567"},
		{count(1000), "1,000"},
		{clock(0.25), "0.2 s"},
		{clock(59.7), "60 s"},
		{clock(125), "2 min 05 s"},
		{clock(7300), "2 h 01 min"},
		{value("val_accuracy", 0.891), "val_accuracy 89.1 %"},
		{value("mae", 1.23456), "mae 1.235"},
		{epochs(1), "1 epoch"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
