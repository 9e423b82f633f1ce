package language

import (
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/data/token"
)

// Tokens that stand in front of what is said. The token ends stands behind an answer.
const (
	asks    = "<|user|>"
	answers = "<|assistant|>"
)

// An exchange is a question with its answer.
type exchange struct{ asked, answer string }

// A template makes tokens of conversations:
//
//	<|user|>question<|assistant|>answer<|endoftext|><|user|>…
type template struct {
	tokens           *token.Tokenizer
	ask, answer, end int64
}

func newTemplate(t *token.Tokenizer) template {
	m := template{tokens: t}
	m.ask, _ = t.ID(asks)
	m.answer, _ = t.ID(answers)
	m.end, _ = t.ID(ends)
	return m
}

// plain returns the tokens of what somebody said, none of which is one of the template's.
func (m template) plain(s string) ([]int64, error) {
	return m.tokens.IDs(strings.ReplaceAll(s, "<|", "< |"))
}

// An example is the tokens of a conversation, or of a part of it, and which of them are an answer's.
type example struct {
	ids    []int64
	answer []bool
}

func (e *example) add(answer bool, ids ...int64) {
	for _, id := range ids {
		e.ids, e.answer = append(e.ids, id), append(e.answer, answer)
	}
}

// exchange returns the tokens of a question with its answer.
func (m template) exchange(x exchange) (e example, err error) {
	said, err := m.plain(x.asked)
	if err != nil {
		return e, err
	}
	answer, err := m.plain(x.answer)
	if err != nil {
		return e, err
	}
	e.add(false, m.ask)
	e.add(false, said...)
	e.add(false, m.answer)
	e.add(true, answer...)
	e.add(true, m.end)
	return e, nil
}

// examples cuts a conversation into examples of at most so many tokens, between its exchanges. An exchange that is longer is
// left out.
func (m template) examples(talk []exchange, most int) (all []example, err error) {
	var now example
	for _, x := range talk {
		e, err := m.exchange(x)
		if err != nil {
			return nil, err
		}
		if len(now.ids) > 0 && len(now.ids)+len(e.ids) > most {
			all, now = append(all, now), example{}
		}
		if len(e.ids) <= most {
			now.ids, now.answer = append(now.ids, e.ids...), append(now.answer, e.answer...)
		}
	}
	if len(now.ids) > 0 {
		all = append(all, now)
	}
	return all, nil
}

// prompt returns the tokens of what was said in turn, the user being first and last, so that a quarter of so many tokens is left for
// the answer.
func (m template) prompt(said []string, most int) ([]int64, error) {
	if len(said)%2 == 0 {
		return nil, fmt.Errorf("a conversation of %d turns; the user is the first and the last", len(said))
	}
	room := most - most/4
	last, err := m.plain(said[len(said)-1])
	if err != nil {
		return nil, err
	}
	ids := append(append([]int64{m.ask}, last...), m.answer)
	if len(ids) > room {
		return nil, fmt.Errorf("that is %d tokens, and the model sees %d at once with its answer; say it in fewer words", len(ids), most)
	}
	for i := len(said) - 3; i >= 0; i -= 2 {
		before, err := m.exchange(exchange{said[i], said[i+1]})
		if err != nil {
			return nil, err
		}
		if len(before.ids)+len(ids) > room {
			break
		}
		ids = append(before.ids, ids...)
	}
	return ids, nil
}
