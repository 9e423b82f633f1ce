// Package generate makes tokens one after another from a decoder: sampling, beams, speculation, grammars.
//
// [Tokens] draws a text, [Beams] searches for the likeliest. Both take any layer from tokens [b t] to logits [b t v], and are fast
// with one that is a [Decoder]. What a text may become is said by [Processor]s, which change the logits before a token is
// chosen.
package generate

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A Config says how to choose tokens. The zero value always takes the likeliest, 256 times.
type Config struct {
	Most    int     // tokens to make; 0 means 256
	Context int     // tokens that prompt and text may have together; 0 means as many as the model has positions for
	Stop    []int64 // tokens that end the text

	Temperature       float64 // of the draw; 0 takes the likeliest token
	TopK              int     // see [TopK]; 0: not
	TopP              float64 // see [TopP]; 0: not
	MinP              float64 // see [MinP]; 0: not
	RepetitionPenalty float64 // see [RepetitionPenalty]; 0: not

	Processors []Processor // go before those
	Key        rng.Key     // of the draws: the same key, model and prompt give the same text
}

// A Token is one of a text that is being made.
type Token struct {
	ID             int64
	LogProbability float64 // in nats, by the model's own logits
	Stop           bool    // it is one of Config.Stop, and the last
}

// Tokens makes the tokens that follow a prompt, one by one as they are asked for: those of Config.Stop end the text and are
// given too. The only error, the last value, is that of the context, of a prompt that is empty or too long, or of a model that
// does not fit.
func Tokens(ctx context.Context, m nn.Layer, prompt []int64, c Config) iter.Seq2[Token, error] {
	return func(yield func(Token, error) bool) {
		c.Context = limited(c.Context, m)
		most, err := c.room(len(prompt))
		if err != nil {
			yield(Token{}, err)
			return
		}
		s := newSession(m, [][]int64{prompt}, most)
		processors := c.processors()
		for i := range most {
			logits, err := s.logits(ctx)
			if err != nil {
				yield(Token{}, err)
				return
			}
			t, err := choose(s.text[0], logits[0], processors, c.Temperature > 0, c.Key.Float64At(uint64(i)))
			t.Stop = err == nil && slices.Contains(c.Stop, t.ID)
			if !yield(t, err) || err != nil || t.Stop {
				return
			}
			s.add(t.ID)
		}
	}
}

// limited returns the limit that the caller or the model sets, 0 for none.
func limited(context int, m nn.Layer) int {
	if l, ok := m.(Limited); ok && (context == 0 || l.Positions() < context) {
		return l.Positions()
	}
	return context
}

// room returns how many tokens may be made.
func (c Config) room(prompt int) (int, error) {
	most := c.Most
	if most == 0 {
		most = 256
	}
	if prompt == 0 {
		return 0, fmt.Errorf("generate: the prompt has no token to begin with")
	}
	if most < 0 || c.Context < 0 || c.TopK < 0 || !(c.Temperature >= 0) || !(c.TopP >= 0 && c.TopP <= 1) || !(c.MinP >= 0 && c.MinP <= 1) || !(c.RepetitionPenalty >= 0) {
		return 0, fmt.Errorf("generate: no %d tokens in a context of %d at temperature %g, top k %d, top p %g, min p %g and repetition penalty %g",
			most, c.Context, c.Temperature, c.TopK, c.TopP, c.MinP, c.RepetitionPenalty)
	}
	if c.Context > 0 {
		if prompt >= c.Context {
			return 0, fmt.Errorf("generate: a prompt of %d tokens leaves no room in a context of %d", prompt, c.Context)
		}
		most = min(most, c.Context-prompt)
	}
	return most, nil
}

// processors returns all that change the logits, in their order.
func (c Config) processors() []Processor {
	all := slices.Clone(c.Processors)
	if c.RepetitionPenalty > 0 {
		all = append(all, RepetitionPenalty{Factor: c.RepetitionPenalty})
	}
	if c.Temperature > 0 {
		all = append(all, Temperature{c.Temperature})
	}
	if c.TopK > 0 {
		all = append(all, TopK{c.TopK})
	}
	if c.TopP > 0 {
		all = append(all, TopP{c.TopP})
	}
	if c.MinP > 0 {
		all = append(all, MinP{c.MinP})
	}
	return all
}

// choose draws a token by u, even in [0, 1), or takes the likeliest, from logits that the processors may change.
func choose(text []int64, logits []float32, processors []Processor, draws bool, u float64) (Token, error) {
	own := slices.Clone(logits)
	for _, p := range processors {
		p.Process(text, logits)
	}
	best := likeliest(logits)
	if v := logits[best]; math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
		return Token{}, fmt.Errorf("generate: behind %d tokens the largest logit is %v: the model has gone wrong, or every token is forbidden", len(text), v)
	}
	if draws {
		best = drawn(logits, u)
	}
	return Token{ID: int64(best), LogProbability: float64(own[best]) - logSumExp(own)}, nil
}

// likeliest returns the first of the largest; a NaN counts as the largest.
func likeliest(logits []float32) int {
	best := 0
	for i, v := range logits {
		if v > logits[best] || v != v {
			best = i
		}
	}
	return best
}

// drawn returns a token with a probability of softmax(logits).
func drawn(logits []float32, u float64) int {
	most := float64(logits[likeliest(logits)])
	sum := 0.0
	for _, v := range logits {
		sum += math.Exp(float64(v) - most)
	}
	left, last := u*sum, 0
	for i, v := range logits {
		w := math.Exp(float64(v) - most)
		if w == 0 {
			continue
		}
		if last = i; left < w {
			return i
		}
		left -= w
	}
	return last
}

// logSumExp returns ln Σ e^x.
func logSumExp(x []float32) float64 {
	most := float64(x[likeliest(x)])
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - most)
	}
	return most + math.Log(sum)
}
