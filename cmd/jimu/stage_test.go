package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A run that is stopped in what comes first says how far it is, and that it can be gone on with.
func TestStoppedInStage(t *testing.T) {
	dir := t.TempDir()
	if err := new(app).stopped(context.Canceled, dir); !strings.Contains(err.Error(), "nothing was saved yet") {
		t.Error(err)
	}
	c := train.Checkpoint{Step: 7, Files: map[string]train.Names{"model": {{Name: "x", Tensor: tensor.Zeros(1)}}}}
	if err := c.Save(filepath.Join(dir, "pretraining", "checkpoints")); err != nil {
		t.Fatal(err)
	}
	if err := new(app).stopped(context.Canceled, dir); !strings.Contains(err.Error(), "saved after step 7 of pretraining in "+dir) {
		t.Error(err)
	}
}

// What comes first is announced, and its epochs are shown.
func TestProgressOfStage(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	hear := p.stage(&recipe.Stage{Name: "pretraining", About: "hidden words", Set: &data.Tensors{X: tensor.Zeros(5, 1)}, Epochs: 2})
	if err := hear(train.Record{Kind: "epoch", Epoch: 2, Epochs: 2, Values: train.Values{"loss": 3}}); err != nil {
		t.Fatal(err)
	}
	want := "first pretraining: hidden words, 5 examples, 2 epochs\nepoch 2/2: loss 3, 0 examples/s\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
