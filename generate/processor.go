package generate

import (
	"math"
	"slices"
)

// A Processor changes the logits of the next token in place, by the text so far, prompt included. A token it forbids gets −∞.
type Processor interface {
	Process(text []int64, logits []float32)
}

var minusInf = float32(math.Inf(-1))

// Temperature divides the logits: above 1 the draw is evener, below 1 it is surer.
type Temperature struct{ T float64 }

// Process divides the logits.
func (p Temperature) Process(_ []int64, logits []float32) {
	for i := range logits {
		logits[i] /= float32(p.T)
	}
}

// RepetitionPenalty makes tokens less likely that are in the text already: a logit above 0 is divided by the factor, one
// below 0 is multiplied.
//
// Keskar and others, CTRL, 2019 (arXiv:1909.05858), section 4.1; the multiplication is Hugging Face's.
type RepetitionPenalty struct {
	Factor float64
	Last   int // only the last so many tokens count; all if 0
}

// Process changes the logits of the tokens of the text.
func (p RepetitionPenalty) Process(text []int64, logits []float32) {
	if p.Last > 0 {
		text = text[max(0, len(text)-p.Last):]
	}
	for id := range counts(text, logits) {
		if logits[id] < 0 {
			logits[id] *= float32(p.Factor)
		} else {
			logits[id] /= float32(p.Factor)
		}
	}
}

// FrequencyPenalty makes tokens less likely the more often the text has them: OpenAI's.
//
//	logit −= presence + frequency · count, if count is above 0
type FrequencyPenalty struct{ Presence, Frequency float64 }

// Process changes the logits of the tokens of the text.
func (p FrequencyPenalty) Process(text []int64, logits []float32) {
	for id, n := range counts(text, logits) {
		logits[id] -= float32(p.Presence + p.Frequency*float64(n))
	}
}

// counts returns how often the text has each token that has a logit.
func counts(text []int64, logits []float32) map[int64]int {
	n := map[int64]int{}
	for _, id := range text {
		if id >= 0 && id < int64(len(logits)) {
			n[id]++
		}
	}
	return n
}

// NoRepeat forbids tokens that would end a run of N tokens that the text has already.
//
// Paulus, Xiong and Socher, A Deep Reinforced Model for Abstractive Summarization, 2017 (arXiv:1705.04304), section 2.5.
type NoRepeat struct{ N int }

// Process forbids what would repeat.
func (p NoRepeat) Process(text []int64, logits []float32) {
	if p.N < 1 || len(text) < p.N {
		return
	}
	end := text[len(text)-p.N+1:]
	for i := 0; i+p.N <= len(text); i++ {
		if id := text[i+p.N-1]; slices.Equal(text[i:i+p.N-1], end) && id >= 0 && id < int64(len(logits)) {
			logits[id] = minusInf
		}
	}
}

// Bias is added to the logits of some tokens; −∞ forbids one.
type Bias map[int64]float64

// Process adds the bias.
func (p Bias) Process(_ []int64, logits []float32) {
	for id, b := range p {
		if id >= 0 && id < int64(len(logits)) {
			logits[id] += float32(b)
		}
	}
}

// AtLeast forbids tokens, usually those that end a text, before it is so long, prompt included.
type AtLeast struct {
	Length int
	Stop   []int64
}

// Process forbids the tokens while the text is short.
func (p AtLeast) Process(text []int64, logits []float32) {
	if len(text) >= p.Length {
		return
	}
	for _, id := range p.Stop {
		if id >= 0 && id < int64(len(logits)) {
			logits[id] = minusInf
		}
	}
}
