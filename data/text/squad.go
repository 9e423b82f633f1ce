package text

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A Passage is a text with questions whose answers are pieces of it.
type Passage struct {
	Title     string // of the article that it is from
	Text      string
	Questions []Asked
}

// An Asked is a question, and what one person or several marked as its answer.
type Asked struct {
	Question string
	Answers  []Span
}

// A Span is a piece of a text, in bytes: the answer is text[Start:End].
type Span struct{ Start, End int }

// Repairs says what was wrong with the places of answers in a file.
type Repairs struct {
	Moved   int // answers that stand elsewhere in their passage: the nearest such place was taken
	Dropped int // answers that stand nowhere in it
	Lost    int // questions that were left out, as no answer of theirs was left
}

// largestSQuAD is how many bytes of a file are read at most; SQuAD itself has 30 million.
const largestSQuAD = 1 << 28

// ReadSQuAD reads questions in the JSON of SQuAD 1.1.
//
//	{"data": [{"title": …, "paragraphs": [{"context": …, "qas": [{"question": …, "answers": [{"text": …, "answer_start": …}]}]}]}]}
//
// answer_start counts code points. Where the answer's text does not stand there, it is looked for, see [Repairs].
//
// Rajpurkar, Zhang, Lopyrev and Liang, SQuAD: 100,000+ Questions for Machine Comprehension of Text, 2016 (arXiv:1606.05250).
func ReadSQuAD(r io.Reader) (all []Passage, repairs Repairs, err error) {
	var file struct {
		Data []struct {
			Title      string
			Paragraphs []struct {
				Context string
				Qas     []struct {
					Question string
					Answers  []struct {
						Text  string
						Start int `json:"answer_start"`
					}
				}
			}
		}
	}
	limited := &io.LimitedReader{R: r, N: largestSQuAD + 1}
	if err := json.NewDecoder(limited).Decode(&file); err != nil {
		if limited.N == 0 {
			err = fmt.Errorf("it has more than %d bytes", largestSQuAD)
		}
		return nil, repairs, fmt.Errorf("questions in the JSON of SQuAD: %w", err)
	}
	for _, article := range file.Data {
		for _, paragraph := range article.Paragraphs {
			p := Passage{Title: article.Title, Text: paragraph.Context}
			for _, q := range paragraph.Qas {
				a := Asked{Question: q.Question}
				for _, answer := range q.Answers {
					if s, ok := locate(p.Text, answer.Text, answer.Start, &repairs); ok {
						a.Answers = append(a.Answers, s)
					}
				}
				if len(a.Answers) == 0 || strings.TrimSpace(a.Question) == "" {
					repairs.Lost++
					continue
				}
				p.Questions = append(p.Questions, a)
			}
			all = append(all, p)
		}
	}
	return all, repairs, nil
}

// locate returns where an answer stands that begins at a code point of a passage, or stands nearest to it.
func locate(passage, answer string, point int, repairs *Repairs) (Span, bool) {
	if answer == "" {
		repairs.Dropped++
		return Span{}, false
	}
	want := 0
	for ; point > 0 && want < len(passage); point-- {
		_, n := utf8.DecodeRuneInString(passage[want:])
		want += n
	}
	if strings.HasPrefix(passage[want:], answer) {
		return Span{want, want + len(answer)}, true
	}
	before, behind := strings.LastIndex(passage[:min(want+len(answer), len(passage))], answer), strings.Index(passage[want:], answer)
	switch {
	case before < 0 && behind < 0:
		repairs.Dropped++
		return Span{}, false
	case before < 0 || behind >= 0 && behind < want-before:
		before = want + behind
	}
	repairs.Moved++
	return Span{before, before + len(answer)}, true
}
