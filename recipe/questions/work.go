package questions

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/spanreader"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

// kept is what a run keeps of its set.
type kept struct {
	Words    string `json:"words"` // one a line
	Question int    `json:"question"`
	Context  int    `json:"context"`
	Stride   int    `json:"stride"`
	Longest  int    `json:"longest"`
	Chinese  bool   `json:"chinese"` // answers are compared by characters
}

// work is questions about passages, and how they are read.
type work struct {
	kept
	reader *reader

	// Of the data, if it was read.
	sets     *recipe.Sets
	tests    []text.Passage
	unasked  *hidden // the passages of training without questions
	batch    int
	pretrain int // epochs
}

func (w *work) slicing() slicing { return slicing{w.Question, w.Context, w.Stride} }

// most is how many tokens a question, a window or an answer has at most, by the recipe and by what a run kept.
const most = 1 << 16

// reopen makes the work of a run of what it kept.
func reopen(kept json.RawMessage) (recipe.Work, error) {
	w := new(work)
	if err := json.Unmarshal(kept, &w.kept); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	for _, n := range []int{w.Question, w.Context, w.Stride, w.Longest} {
		if n < 1 || n > most {
			return nil, errors.New("it is damaged: it does not say what the windows are")
		}
	}
	v, err := text.ReadVocabulary(strings.NewReader(w.Words), "its words")
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	w.reader = &reader{v}
	return w, nil
}

// written returns the words, one a line.
func (r *reader) written() string {
	var b strings.Builder
	if err := r.words.Write(&b); err != nil {
		return "" // a builder takes everything
	}
	return b.String()
}

// Sets returns the examples.
func (w *work) Sets() *recipe.Sets { return w.sets }

// Kept returns what a run keeps.
func (w *work) Kept() any { return w.kept }

// named returns a recipe whose model knows how long questions are.
func (w *work) named(r *recipe.Recipe) *recipe.Recipe {
	told := *r
	told.Model.Config = maps.Clone(r.Model.Config)
	if told.Model.Config == nil {
		told.Model.Config = map[string]any{}
	}
	told.Model.Config["question"] = w.Question
	return &told
}

// reads is the architecture that finds answers.
const reads = "span_reader"

// Begin makes the model and what it learns.
func (w *work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(recipe.Classes)
	if err != nil {
		return nil, err
	}
	if o, ok := g.Objective.(objective.CrossEntropyLoss); !ok || o.Weight != nil || o.Smoothing != 0 {
		return nil, recipe.Errorf("objective.name", "where an answer begins and ends is learned by plain cross_entropy")
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "answers are measured by exact match and F1; leave them out")
	}
	if q, ok := r.Model.Config["question"]; ok && fmt.Sprint(q) != fmt.Sprint(w.Question) {
		return nil, recipe.Errorf("model.question", "is %v, and data.question %d; leave it out", q, w.Question)
	}
	if r.Model.Name != reads {
		return nil, recipe.Errorf("model.name", "%s finds no answers in passages; use %s", r.Model.Name, reads)
	}
	of := model.Examples{Input: []int{w.Question + w.Context, channels}, Tokens: w.reader.size(), Outputs: 2}
	l, err := w.named(r).NewLayer(of)
	if err != nil {
		return nil, err
	}
	m := l.(*spanreader.Model)
	a := &answerer{work: w, model: m}
	j := &recipe.Job{Predict: a.answer, Test: a.test, Examine: a.examine, Metrics: []metric.Metric{&spanF1{longest: w.Longest}}, Examples: of}
	j.Model, j.Loss = m, a.loss
	if w.sets != nil && w.pretrain > 0 {
		j.First = w.pretraining(r.Seed, m)
	}
	return j, nil
}
