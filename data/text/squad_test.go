package text

import (
	"slices"
	"strings"
	"testing"
)

const twoQuestions = `{"version": "1.1", "data": [{"title": "Ulm", "paragraphs": [{"context": "Das Münster in Ulm ist 161 m hoch, 161!", "qas": [
{"id": "a", "question": "Wie hoch?", "answers": [{"text": "161", "answer_start": 23}, {"text": "161 m", "answer_start": 20}, {"text": "170", "answer_start": 0}]},
{"id": "b", "question": "Wie oft?", "answers": [{"text": "161", "answer_start": 39}]},
{"id": "c", "question": "Wo?", "answers": [{"text": "Bonn", "answer_start": 3}]},
{"id": "d", "question": "Was?", "answers": [{"text": "", "answer_start": 3}]}]}]}]}`

// Places count code points; an answer that stands elsewhere is found at the nearest place, one that stands nowhere is dropped, and
// a question without answers is left out.
func TestReadSQuAD(t *testing.T) {
	all, repairs, err := ReadSQuAD(strings.NewReader(twoQuestions))
	if err != nil || len(all) != 1 || len(all[0].Questions) != 2 || all[0].Title != "Ulm" {
		t.Fatal(all, err)
	}
	p := all[0]
	var said []string
	for _, q := range p.Questions {
		for _, a := range q.Answers {
			said = append(said, p.Text[a.Start:a.End])
		}
	}
	if want := []string{"161", "161 m", "161"}; !slices.Equal(said, want) {
		t.Errorf("answers %q, want %q", said, want)
	}
	if first, last := p.Questions[0].Answers[0].Start, p.Questions[1].Answers[0].Start; first != 24 || last != 36 {
		t.Errorf("they begin at %d and %d, want 24 and 36", first, last)
	}
	if want := (Repairs{Moved: 2, Dropped: 3, Lost: 2}); repairs != want {
		t.Errorf("repairs %+v, want %+v", repairs, want)
	}
	for _, bad := range []string{"", "[]", `{"data": 3}`, `{"data": [{"paragraphs": [{"qas": "x"}]}]}`, twoQuestions[:200]} {
		if _, _, err := ReadSQuAD(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "JSON of SQuAD") {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

// Whatever the file is, answers are pieces of their passages.
func FuzzReadSQuAD(f *testing.F) {
	f.Add(twoQuestions)
	f.Add(`{"data":[{"paragraphs":[{"context":"\ufffd\u0000x","qas":[{"question":"x","answers":[{"text":"x","answer_start":-7}]}]}]}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		all, _, err := ReadSQuAD(strings.NewReader(s))
		if err != nil {
			return
		}
		for _, p := range all {
			for _, q := range p.Questions {
				if len(q.Answers) == 0 {
					t.Errorf("%q has no answer", q.Question)
				}
				for _, a := range q.Answers {
					if a.Start < 0 || a.End > len(p.Text) || a.Start >= a.End {
						t.Errorf("an answer at %d to %d of %d bytes", a.Start, a.End, len(p.Text))
					}
				}
			}
		}
	})
}
