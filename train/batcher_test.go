package train

import (
	"context"
	"errors"
	"testing"

	"github.com/jimu-ml/jimu/data"
)

// TestBatchesOfUnequalSize: a run with a batcher counts its batches, and goes on with them after a stop.
func TestBatchesOfUnequalSize(t *testing.T) {
	lengths := make([]int, newToy(t).train.Len())
	for i := range lengths {
		lengths[i] = 1 + i%7
	}
	by := data.ByLength{Lengths: lengths, Tokens: 100}
	whole := newToy(t)
	h, err := whole.fit(t.Context(), Config{Batcher: by, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if perEpoch := len(by.Batches(upTo14(len(lengths)), 0)); h.Steps != perEpoch*len(h.Epochs) {
		t.Errorf("%d steps in %d epochs of %d batches", h.Steps, len(h.Epochs), perEpoch)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err = newToy(t).fit(ctx, Config{Batcher: by, Dir: dir, Callbacks: []Callback{func(r Record) error {
		if r.Step == 5 {
			cancel()
		}
		return nil
	}}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	again := newToy(t)
	if _, err := again.fit(t.Context(), Config{Batcher: by, Dir: dir, Resume: true}); err != nil {
		t.Fatal(err)
	}
	if again.digest() != whole.digest() {
		t.Error("stopped and resumed: other bits")
	}
}
