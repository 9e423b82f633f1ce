package generate_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// reads is a model with five positions that keeps what it was given to read.
type reads struct {
	limited
	seen *[][]int64
}

func (m reads) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	*m.seen = append(*m.seen, x.Ints())
	return m.limited.Forward(p, x)
}

func slid(t *testing.T, m nn.Layer, prompt []int64, c generate.Config) (ids []int64) {
	t.Helper()
	for tok, err := range generate.Sliding(t.Context(), m, prompt, c) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, tok.ID)
	}
	return ids
}

// A text goes on beyond the five positions, from what the later half of them held, and is as long as asked for.
func TestSliding(t *testing.T) {
	m := limited{table{{0, 9, 0, 0}, {0, 0, 9, 0}, {0, 0, 0, 9}, {9, 0, 0, 0}}}
	var seen [][]int64
	got := slid(t, reads{m, &seen}, []int64{0}, generate.Config{Most: 9})
	if !slices.Equal(got, []int64{1, 2, 3, 0, 1, 2, 3, 0, 1}) {
		t.Errorf("after 0 come %v", got)
	}
	if first := seen[4]; !slices.Equal(first, []int64{2, 3, 0}) {
		t.Errorf("when its positions were full, it went on from %v", first)
	}
	if got := slid(t, m, []int64{3, 3, 3, 3, 3, 3, 3, 2}, generate.Config{Most: 6, Stop: []int64{0}, Context: 1 << 20}); !slices.Equal(got, []int64{3, 0}) {
		t.Errorf("of a long prompt, to the stop: %v", got)
	}
	even := limited{table{{0, 0}, {0, 0}}}
	c := generate.Config{Most: 64, Temperature: 1, Key: rng.KeyOf(1)}
	got = slid(t, even, []int64{0}, c)
	if first, _, _ := text(even, []int64{0}, c); len(got) != 64 || !slices.Equal(got[:4], first) || !slices.Equal(got, slid(t, even, []int64{0}, c)) {
		t.Errorf("%v, and %v at first", got, first)
	}
	if slices.Equal(got[4:6], got[6:8]) && slices.Equal(got[6:8], got[8:10]) && slices.Equal(got[8:10], got[10:12]) {
		t.Errorf("every part of the text is drawn alike: %v", got)
	}
	if got := len(slid(t, m.table, []int64{0}, generate.Config{Most: 20})); got != 20 {
		t.Errorf("%d tokens of a model without a limit", got)
	}
	for _, c := range []generate.Config{{Most: -1}, {TopK: -1}} {
		failed := false
		for _, err := range generate.Sliding(t.Context(), m, []int64{0}, c) {
			failed = err != nil
		}
		if !failed {
			t.Errorf("%+v is taken", c)
		}
	}
}
