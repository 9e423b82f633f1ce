package summary

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

// kept is what a run keeps of its set.
type kept struct {
	Words     string `json:"words"` // one a line
	Length    int    `json:"length"`
	Sentences int    `json:"sentences"`
}

// work is a set of texts and the words that are known.
type work struct {
	kept
	reader *reader
	sets   *recipe.Sets // nil if there is no data
	tests  []sample.Abstract
}

// reopen makes the work of a run of what it kept.
func reopen(text json.RawMessage) (recipe.Work, error) {
	w := new(work)
	if err := json.Unmarshal(text, &w.kept); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.Length < 1 || w.Length > longest || w.Sentences < 1 {
		return nil, errors.New("it is damaged: it does not say what the texts are")
	}
	var err error
	w.reader, err = openReader(w.Words, w.Length)
	return w, err
}

// longest is how many words of a sentence, or pieces of a text or of a summary, are looked at at most, by the recipe and by what a run kept.
const longest = 1 << 16

func openReader(words string, length int) (*reader, error) {
	v, err := text.ReadVocabulary(strings.NewReader(words), "its words")
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return &reader{words: v, width: length + marked}, nil
}

// Sets returns the examples.
func (w *work) Sets() *recipe.Sets { return w.sets }

// Kept returns what a run keeps.
func (w *work) Kept() any { return w.kept }

// Begin makes the model and what it learns.
func (w *work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(recipe.Classes)
	if err != nil {
		return nil, err
	}
	if o, ok := g.Objective.(objective.CrossEntropyLoss); !ok || o.Weight != nil || o.Smoothing != 0 {
		return nil, recipe.Errorf("objective.name", "which sentences are best is learned by plain cross_entropy")
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "summaries are measured by ROUGE; leave them out")
	}
	m, err := r.NewLayer(model.Examples{Input: []int{w.reader.width}, Tokens: w.reader.tokens(), Outputs: 1})
	if err != nil {
		return nil, err
	}
	s := &summarizer{work: w, model: m}
	j := &recipe.Job{
		Predict: s.answer, Test: s.test, Examine: examined(w.tests, s.answer),
		Examples: model.Examples{Input: []int{w.reader.width}, Tokens: w.reader.tokens(), Outputs: 1},
	}
	j.Model, j.Loss = m, s.loss
	return j, nil
}
