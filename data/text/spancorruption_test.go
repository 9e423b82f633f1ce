package text

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestSpansOfThePaper: figure 2, "Thank you for inviting me to your party last week".
func TestSpansOfThePaper(t *testing.T) {
	tokens := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	noise := []bool{2: true, 3: true, 8: true, 9: false}
	if err := tensor.Catch(func() { SpanCorruption{}.Corrupt(tokens, noise[:9]) }); err == nil {
		t.Error("10 tokens and 9 answers")
	}
	input, target := SpanCorruption{Sentinel: 99}.Corrupt(tokens, noise)
	if !slices.Equal(input, []int64{1, 2, 99, 5, 6, 7, 8, 98, 10}) || !slices.Equal(target, []int64{99, 3, 4, 98, 9, 97}) {
		t.Errorf("input %v, target %v", input, target)
	}
	input, target = SpanCorruption{Sentinel: 50, Step: 1, End: new(int64(0))}.Corrupt(tokens, noise)
	if !slices.Equal(input, []int64{1, 2, 50, 5, 6, 7, 8, 51, 10, 0}) || !slices.Equal(target, []int64{50, 3, 4, 51, 9, 0}) {
		t.Errorf("with an end: input %v, target %v", input, target)
	}
}

// TestSpanLengths: 568 tokens give an input of 512 and a target of 114, the numbers of T5's pre-training.
func TestSpanLengths(t *testing.T) {
	c := SpanCorruption{Sentinel: 32099, End: new(int64(1))}
	if in, out := c.Lengths(568); in != 512 || out != 114 {
		t.Errorf("568 tokens give %d and %d", in, out)
	}
	for n := range 200 {
		for _, c := range []SpanCorruption{c, {Sentinel: 1000, Rate: 0.5, Span: 1.5}, {Sentinel: 1000, Rate: 0.9, Span: 1}} {
			tokens := make([]int64, n)
			for i := range tokens {
				tokens[i] = int64(10 + i)
			}
			input, target := c.Apply(tokens, rng.KeyOf(uint64(n)))
			if in, out := c.Lengths(n); len(input) != in || len(target) != out {
				t.Fatalf("%d tokens give %d and %d, want %d and %d", n, len(input), len(target), in, out)
			}
			if got := c.filled(input, target); !slices.Equal(got, tokens) {
				t.Fatalf("%d tokens come back as %v", n, got)
			}
		}
	}
}

// filled puts the spans of a target where their sentinels are in an input.
func (c SpanCorruption) filled(input, target []int64) (tokens []int64) {
	isSentinel := func(id int64) bool { return id > 500 }
	for _, id := range input {
		switch {
		case isSentinel(id):
			at := slices.Index(target, id) + 1
			for at < len(target) && !isSentinel(target[at]) && (c.End == nil || target[at] != *c.End) {
				tokens = append(tokens, target[at])
				at++
			}
		case c.End == nil || id != *c.End:
			tokens = append(tokens, id)
		}
	}
	return tokens
}

// TestSpansAreSpread: over many keys the tokens of the middle are taken out about as often as each other; the first is always
// kept, and the last always in a span.
func TestSpansAreSpread(t *testing.T) {
	c := SpanCorruption{Rate: 0.3}
	count := make([]int, 20)
	const keys = 4000
	for k := range uint64(keys) {
		for i, gone := range c.Noise(20, rng.KeyOf(k)) {
			if gone {
				count[i]++
			}
		}
	}
	sum := 0
	for i, n := range count {
		sum += n
		if i == 0 && n != 0 || i == 19 && n != keys || i > 4 && i < 14 && (n < keys/5 || n > keys/4) {
			t.Errorf("token %d is taken out %d of %d times: %v", i, n, keys, count)
		}
	}
	if sum != 6*keys {
		t.Errorf("%d tokens in %d texts, want 6 each", sum, keys)
	}
}
