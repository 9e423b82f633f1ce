package translation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

// kept is what a run keeps of its set.
type kept struct {
	From      string          `json:"from"`
	To        string          `json:"to"`
	Longest   int             `json:"longest"` // sentence, in tokens
	Beams     int             `json:"beams"`
	Penalty   float64         `json:"penalty"`
	Tokenizer json.RawMessage `json:"tokenizer"`
}

// work is a set of pairs and its vocabulary.
type work struct {
	kept
	tokens *recipe.Pieces
	sets   *recipe.Sets // nil if there is no data
	tests  []part
}

// work learns the vocabulary of a corpus, and makes tokens of it.
func (c languages) work(ctx context.Context, all *corpus) (recipe.Work, error) {
	t, err := recipe.LearnPieces(ctx, both(all.training), c.Vocabulary)
	if err != nil {
		return nil, err
	}
	text, err := t.Document()
	if err != nil {
		return nil, err
	}
	w := &work{
		kept:   kept{c.From, c.To, c.Longest, c.Beams, c.Penalty, text},
		tokens: t, tests: all.tests,
	}
	training, err := newExamples(t, all.training, c.Longest, true, c.Dropout)
	if err != nil {
		return nil, err
	}
	batches := data.ByLength{Lengths: training.lengths(), Tokens: c.Tokens}
	w.sets = &recipe.Sets{Train: training, Unit: "pairs", Batch: evaluated, Batcher: batches, Files: all.files}
	if len(all.validation) > 0 {
		if w.sets.Validation, err = newExamples(t, all.validation, c.Longest, false, 0); err != nil {
			return nil, err
		}
	}
	w.sets.Test, err = newExamples(t, all.tests[0].pairs, c.Longest, false, 0)
	return w, err
}

// evaluated is how many pairs are evaluated at once.
const evaluated = 32

// reopen makes the work of a run of what it kept.
func reopen(text json.RawMessage) (recipe.Work, error) {
	w := new(work)
	if err := json.Unmarshal(text, &w.kept); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.Longest < 1 || w.Beams < 1 {
		return nil, errors.New("it is damaged: it does not say how to translate")
	}
	var err error
	if w.tokens, err = recipe.OpenPieces(w.Tokenizer); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return w, nil
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
	o, ok := g.Objective.(objective.CrossEntropyLoss)
	if !ok || o.Weight != nil {
		return nil, recipe.Errorf("objective.name", "a translator learns by cross_entropy without weights, not %s", r.Objective.Name)
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "a translator is measured by BLEU; leave them out")
	}
	made, err := r.NewProgram(w.examples())
	if err != nil {
		return nil, err
	}
	m, err := translating(r, made)
	if err != nil {
		return nil, err
	}
	t := &translator{work: w, model: m, smoothing: o.Smoothing}
	j := &recipe.Job{Predict: t.answer, Test: t.test, Examine: t.examine}
	j.Model, j.Loss = m, t.loss
	return j, nil
}

// examples says what a model takes and gives.
func (w *work) examples() model.Examples {
	size := w.tokens.Size()
	return model.Examples{Input: []int{w.Longest}, Tokens: size, Outputs: size}
}

// translating returns a model as one that translates.
func translating(r *recipe.Recipe, made model.Program) (*transformer.Model, error) {
	m, ok := made.(*transformer.Model)
	if !ok {
		return nil, recipe.Errorf("model.name", "%s does not translate; use transformer", r.Model.Name)
	}
	return m, nil
}
