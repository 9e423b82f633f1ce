package questions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/recipe"
)

// largest is how many bytes of a passage are read.
const largest = 1 << 20

// alternatives is how many answers are given, the likeliest first.
const alternatives = 5

// answer answers a question that stands behind a passage, in a file or in a text, or the first questions of the test set.
func (a *answerer) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	if q.File != "" {
		var err error
		if q.Text, err = recipe.Text(q.File, largest); err != nil {
			return nil, err
		}
	}
	if q.Text != "" {
		return a.asked(ctx, q)
	}
	if a.sets == nil {
		return nil, recipe.ErrNoData
	}
	var all []recipe.Prediction
	for passage, q := range a.tested(cmp.Or(q.Most, 8)) {
		one, err := a.about(ctx, passage, q.Question, shown)
		if err != nil {
			return nil, err
		}
		one.Want, one.Read = strings.Join(pieces(passage, q.Answers[:1]), ""), passage
		all = append(all, one)
	}
	return all, nil
}

// tested returns the first questions of the test set with their passages: one of each passage, then the next.
func (a *answerer) tested(most int) iter.Seq2[string, text.Asked] {
	return func(yield func(string, text.Asked) bool) {
		for k := 0; ; k++ {
			some := false
			for _, p := range a.tests {
				if k >= len(p.Questions) {
					continue
				}
				if most--; most < 0 || !yield(p.Text, p.Questions[k]) {
					return
				}
				some = true
			}
			if !some {
				return
			}
		}
	}
}

// examine says how far the answers to the questions of the test set are from those that people gave, by F1.
func (a *answerer) examine(ctx context.Context) (*recipe.Examination, error) {
	var wanted [][]string
	for passage, q := range a.tested(math.MaxInt) {
		wanted = append(wanted, pieces(passage, q.Answers))
	}
	return recipe.Faults(ctx, len(wanted), a.answer, func(i int, p recipe.Prediction) float64 {
		f1 := a.metrics()[1]
		f1.AddText(p.Classes[0].Class, wanted[i]...)
		return 100 - f1.Value()
	})
}

// asked answers a question that somebody asks.
func (a *answerer) asked(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	name := cmp.Or(q.File, "the text")
	switch {
	case len(q.Text) > largest:
		return nil, fmt.Errorf("%s has %d bytes; a passage has %d at most", name, len(q.Text), largest)
	case !utf8.ValidString(q.Text):
		return nil, fmt.Errorf("%s is no text in UTF-8", name)
	}
	passage, question, err := parted(q.Text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	one, err := a.about(ctx, passage, question, len(passage))
	return []recipe.Prediction{one}, err
}

// parted parts a text into a passage and the question behind it: its last line, or if it has only one, its last sentence.
func parted(s string) (passage, question string, err error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '\n')
	if at < 0 {
		body := strings.TrimRight(s, "?？ ")
		if at = strings.LastIndexAny(body, ".!?。！？"); at >= 0 {
			_, n := utf8.DecodeRuneInString(s[at:])
			at += n
		}
	}
	if at > 0 {
		passage, question = strings.TrimSpace(s[:at]), strings.TrimSpace(s[at:])
	}
	if len(text.Words(passage)) == 0 || len(text.Words(question)) == 0 {
		return "", "", errors.New("want a passage, and behind it, on the last line or as the last sentence, a question about it")
	}
	return passage, question, nil
}

// shown is how many bytes before and behind an answer are shown of a passage that nobody asks about.
const shown = 120

// about answers a question about a passage, and shows the answer in it, with so many bytes around it.
func (a *answerer) about(ctx context.Context, passage, question string, around int) (recipe.Prediction, error) {
	best, tokens, err := a.say(ctx, passage, question, alternatives)
	if err != nil {
		return recipe.Prediction{}, err
	}
	one := recipe.Prediction{Input: question, Value: best[0].probability}
	for _, s := range best {
		one.Classes = append(one.Classes, recipe.Score{Class: s.of(passage, tokens), Probability: s.probability})
	}
	one.Text = fmt.Sprintf("%s (%.1f %%)\n  %s", one.Classes[0].Class, 100*best[0].probability, marks(passage, best[0].bytes(tokens), around))
	return one, nil
}

// marks returns a passage with a piece between brackets, and so many bytes around it.
func marks(passage string, s text.Span, around int) string {
	lo, hi := max(0, s.Start-around), min(len(passage), s.End+around)
	for lo > 0 && !utf8.RuneStart(passage[lo]) {
		lo--
	}
	for hi < len(passage) && !utf8.RuneStart(passage[hi]) {
		hi++
	}
	before, behind := passage[lo:s.Start], passage[s.End:hi]
	if lo > 0 {
		before = "…" + before
	}
	if hi < len(passage) {
		behind += "…"
	}
	return strings.Join(strings.Fields(before+"【"+passage[s.Start:s.End]+"】"+behind), " ")
}
