package text

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// SpanCorruption takes spans of tokens out of a text and asks for them, as T5's pre-training does: the input has a sentinel
// where a span was, and the target is each sentinel with the span it stands for.
//
//	tokens  Thank you for inviting me to your party last week
//	input   Thank you ⟨0⟩ me to your party ⟨1⟩ week
//	target  ⟨0⟩ for inviting ⟨1⟩ last ⟨2⟩
//
// Where the spans are is a function of the key alone. Texts begin with what is kept and end with a span, as in T5's code.
//
// Raffel and others, Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, 2019
// (arXiv:1910.10683), section 3.1.4 and figure 2.
type SpanCorruption struct {
	Sentinel int64   // the id of ⟨0⟩; those of the next ones count up by Step
	Step     int64   // 0 means −1, as in T5's vocabulary, whose sentinels end it
	Rate     float64 // of tokens that are taken out; 0 means 0.15
	Span     float64 // mean length of a span; 0 means 3
	End      *int64  // an id that ends input and target; nil means none, and a last sentinel at the end of the target
}

// Apply returns what the model sees and what it is to say.
func (c SpanCorruption) Apply(tokens []int64, key rng.Key) (input, target []int64) {
	return c.Corrupt(tokens, c.Noise(len(tokens), key))
}

// Noise returns which of n tokens are taken out. As many are as the rate says, rounded, at least 1 and not all; they are in as
// many spans as their mean length says, rounded.
func (c SpanCorruption) Noise(n int, key rng.Key) []bool {
	out := make([]bool, n)
	noise, spans := c.counts(n)
	if noise == 0 {
		return out
	}
	at := 0
	gone, kept := cut(noise, spans, key.Child("noise")), cut(n-noise, spans, key.Child("kept"))
	for i := range spans {
		at += kept[i]
		for range gone[i] {
			out[at] = true
			at++
		}
	}
	return out
}

// counts returns how many of n tokens are taken out, in how many spans.
func (c SpanCorruption) counts(n int) (noise, spans int) {
	if n < 2 {
		return 0, 0
	}
	rate, span := c.Rate, c.Span
	if rate == 0 {
		rate = 0.15
	}
	if span == 0 {
		span = 3
	}
	noise = min(max(int(math.RoundToEven(float64(n)*rate)), 1), n-1)
	spans = max(int(math.RoundToEven(float64(noise)/span)), 1)
	return noise, min(spans, noise, n-noise)
}

// cut divides n things into k parts of at least one; every way is as likely as any other.
func cut(n, k int, key rng.Key) []int {
	first := make([]bool, n) // whether a thing begins a part
	for i := range k - 1 {
		first[i+1] = true
	}
	rest := first[1:]
	key.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	parts := make([]int, 1, k)
	for i := range n {
		if first[i] {
			parts = append(parts, 0)
		}
		parts[len(parts)-1]++
	}
	return parts
}

// Corrupt is [SpanCorruption.Apply] with the tokens to be taken out given. It panics with a [tensor.Error] if it is not said of
// each token.
func (c SpanCorruption) Corrupt(tokens []int64, noise []bool) (input, target []int64) {
	if len(noise) != len(tokens) {
		panic(tensor.Errorf("SpanCorruption", "%d tokens, of %d of which it is said whether they are taken out", len(tokens), len(noise)))
	}
	step := c.Step
	if step == 0 {
		step = -1
	}
	sentinel := c.Sentinel
	for i, id := range tokens {
		if !noise[i] {
			input = append(input, id)
			continue
		}
		if i == 0 || !noise[i-1] {
			input, target = append(input, sentinel), append(target, sentinel)
			sentinel += step
		}
		target = append(target, id)
	}
	if c.End != nil {
		return append(input, *c.End), append(target, *c.End)
	}
	return input, append(target, sentinel)
}

// Lengths returns how many tokens a text of n gives as input and as target.
func (c SpanCorruption) Lengths(n int) (input, target int) {
	noise, spans := c.counts(n)
	input, target = n-noise+spans, noise+spans+1
	if c.End != nil {
		input++
	}
	return input, target
}
