package sample

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/internal/check"
)

func questionsOf(all []text.Passage) (n int) {
	for _, p := range all {
		n += len(p.Questions)
	}
	return n
}

// Every answer of the English questions stands where the file says, and 79 of the Chinese ones in the program stand nowhere.
func TestQuestions(t *testing.T) {
	all, read, err := XQuAD("", "en")
	if err != nil || len(all) != 240 || questionsOf(all) != 1190 || !slices.Equal(read, Paths("xquad")) {
		t.Fatal(len(all), read, err)
	}
	p := all[0]
	if a := p.Questions[0].Answers[0]; p.Text[a.Start:a.End] != "308" || p.Questions[0].Question != "How many points did the Panthers defense surrender?" {
		t.Errorf("%+v", p.Questions[0])
	}
	sets, repairs, _, err := CMRC("")
	if err != nil || questionsOf(sets[0]) != 850 || questionsOf(sets[1]) != 318 || repairs[0] != (text.Repairs{Moved: 7, Dropped: 79}) || repairs[1] != (text.Repairs{Moved: 5}) {
		t.Fatal(questionsOf(sets[0]), questionsOf(sets[1]), repairs, err)
	}
	for _, language := range []string{"zh", "fr"} {
		if _, _, err := XQuAD("", language); err == nil || !strings.Contains(err.Error(), language) {
			t.Error(err)
		}
	}
	var missing *FileError
	if _, _, _, err := CMRC(t.TempDir()); !errors.As(err, &missing) || !strings.Contains(err.Error(), "cmrc2018_dev.json.gz is missing") {
		t.Error(err)
	}
}

func TestAllQuestions(t *testing.T) {
	dir := filepath.Dir(check.Published(t, "data/extractive-qa/xquad.de.json.gz"))
	for language := range xquad {
		if all, read, err := XQuAD(dir, language); err != nil || len(all) != 240 || questionsOf(all) != 1190 || len(read) != 1 {
			t.Error(language, len(all), questionsOf(all), read, err)
		}
	}
	sets, repairs, read, err := CMRC(dir)
	if err != nil || questionsOf(sets[0]) != 3219 || questionsOf(sets[1]) != 1000 || len(read) != 2 {
		t.Fatal(questionsOf(sets[0]), questionsOf(sets[1]), read, err)
	}
	if repairs[0] != (text.Repairs{Moved: 7, Dropped: 193}) || repairs[1] != (text.Repairs{Moved: 5, Lost: 2}) {
		t.Errorf("%+v", repairs)
	}
}
