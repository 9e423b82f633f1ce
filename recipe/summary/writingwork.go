package summary

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/recipe"
)

// keptWriting is what a run keeps of its set.
type keptWriting struct {
	Words     string          `json:"words"` // one a line
	Longest   int             `json:"longest"`
	Most      int             `json:"most"`
	Beams     int             `json:"beams"`
	Penalty   float64         `json:"penalty"`
	Focus     int             `json:"focus"`
	Repeat    int             `json:"repeat"`
	Tokenizer json.RawMessage `json:"tokenizer"`
}

// writingWork is a set of texts, its vocabulary and the words that are known.
type writingWork struct {
	keptWriting
	pieces *recipe.Pieces
	reader *reader // of marks
	sets   *recipe.Sets
	tests  []sample.Abstract
}

// reopenWriting makes the work of a run of what it kept.
func reopenWriting(text json.RawMessage) (recipe.Work, error) {
	w := new(writingWork)
	if err := json.Unmarshal(text, &w.keptWriting); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.Longest <= marked || w.Longest > longest || w.Most < 1 || w.Most > longest || w.Beams < 1 {
		return nil, errors.New("it is damaged: it does not say how summaries are written")
	}
	var err error
	if w.pieces, err = recipe.OpenPieces(w.Tokenizer); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	w.reader, err = openReader(w.Words, 1)
	return w, err
}

// Sets returns the examples.
func (w *writingWork) Sets() *recipe.Sets { return w.sets }

// Kept returns what a run keeps.
func (w *writingWork) Kept() any { return w.keptWriting }

// Begin makes the model and what it learns.
func (w *writingWork) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	s, err := w.writer(r)
	if err != nil {
		return nil, err
	}
	j := &recipe.Job{Predict: s.answer, Test: s.test, Examine: examined(w.tests, s.answer)}
	j.Model, j.Loss = s.model, s.loss
	return j, nil
}

// writer makes the model that a recipe names.
func (w *writingWork) writer(r *recipe.Recipe) (*writer, error) {
	g, err := r.Goal(summaries)
	if err != nil {
		return nil, err
	}
	c, ok := g.Config.(pointing)
	if !ok {
		return nil, recipe.Errorf("objective.name", "summaries are learned by pointing, not %s", r.Objective.Name)
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "summaries are measured by ROUGE; leave them out")
	}
	size := w.pieces.Size()
	made, err := r.NewProgram(model.Examples{Input: []int{w.Longest}, Tokens: size + marks, Outputs: size})
	if err != nil {
		return nil, err
	}
	m, ok := made.(*transformer.Pointer)
	if !ok {
		return nil, recipe.Errorf("model.name", "%s does not write summaries; use pointer_generator", r.Model.Name)
	}
	if m.Config.Sentences != told {
		return nil, recipe.Errorf("model.sentences", "%d sentences are told apart here, not %d", told, m.Config.Sentences)
	}
	return &writer{writingWork: w, pointing: c, model: m}, nil
}
