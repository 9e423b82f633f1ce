package language

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/data/token/vocab"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// chat is conversations, of which a model learns the answers.
type chat struct {
	recipe.Batches
	recipe.Held
	File       string // conversations as JSON, see readTalks; those in the program if empty
	Context    int    // tokens of an example
	Vocabulary int    // tokens, learned from what is trained on
}

var talks = chat{Batches: recipe.Batches{Batch: 16, Validation: 0.05}, Held: recipe.Held{Test: 0.05}, Context: 128, Vocabulary: 2000}

func (c chat) source() (recipe.Source, error) {
	return recipe.Source{Reopen: reopen, Load: func(ctx context.Context) (recipe.Work, error) {
		w, _, err := c.work(ctx)
		if err != nil {
			return nil, err
		}
		return w, nil
	}}, c.check()
}

func (c chat) check() error {
	if c.Context < 16 || c.Context > 1<<16 {
		return recipe.Errorf("data.context", "want 16 to 65536, not %d", c.Context)
	}
	if c.Vocabulary < 300 || c.Vocabulary > 1<<20 {
		return recipe.Errorf("data.vocabulary", "want 300 tokens or more, since each byte is one, not %d", c.Vocabulary)
	}
	if err := c.Held.Check(); err != nil {
		return err
	}
	return c.Batches.Check()
}

// divided is conversations for training, validation and the test.
type divided [3][]talk

// A talk is a conversation.
type talk struct {
	from      string
	exchanges []exchange
}

// divide reads the conversations.
func (c chat) divide() (d divided, files []string, err error) {
	var all []talk
	if c.File != "" {
		files = []string{c.File}
		all, err = readTalks(c.File)
	} else {
		all, err = published()
	}
	if err != nil {
		return d, nil, err
	}
	t, v, e := recipe.Divide(len(all), c.Validation, c.Test)
	for i, index := range [][]int{t, v, e} {
		for _, k := range index {
			d[i] = append(d[i], all[k])
		}
	}
	return d, files, nil
}

func published() (all []talk, err error) {
	list, err := sample.Conversations()
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		all = append(all, talk{c.From, exchanges(c.Turns)})
	}
	return all, nil
}

func exchanges(turns []string) (all []exchange) {
	for ; len(turns) >= 2; turns = turns[2:] {
		all = append(all, exchange{turns[0], turns[1]})
	}
	return all
}

// work makes the work, and returns the conversations too.
func (c chat) work(ctx context.Context) (*work, divided, error) {
	d, files, err := c.divide()
	if err != nil {
		return nil, d, err
	}
	t, err := c.tokenizer(ctx, d[0])
	if err != nil {
		return nil, d, err
	}
	w, err := keep(kept{Unit: "conversations", Length: c.Context, Chat: true}, t)
	if err != nil {
		return nil, d, err
	}
	var sets [3]answered
	for i := range d {
		if sets[i], err = answersOf(newTemplate(t), d[i], c.Context); err != nil {
			return nil, d, err
		}
	}
	w.sets = &recipe.Sets{Train: sets[0], Test: sets[2], Unit: "pieces of conversations", Batch: c.Batch, Evaluated: w.evaluated(), Files: files}
	w.sets.Batcher = data.ByLength{Lengths: sets[0].lengths(), Tokens: c.Batch * c.Context, Most: 2 * c.Batch}
	if len(sets[1].rows) > 0 {
		w.sets.Validation = sets[1]
	}
	if fresh := d.fresh(); len(fresh) < len(d[2]) && len(fresh) > 0 {
		if w.held.fresh, err = answersOf(newTemplate(t), fresh, c.Context); err != nil {
			return nil, d, err
		}
	}
	for _, x := range d[2] {
		w.held.asked = append(w.held.asked, x.exchanges[0])
	}
	return w, d, nil
}

// fresh returns the conversations of the test that stand nowhere else.
func (d divided) fresh() (some []talk) {
	known := map[string]bool{}
	for _, t := range slices.Concat(d[0], d[1]) {
		known[fmt.Sprint(t.exchanges)] = true
	}
	for _, t := range d[2] {
		if !known[fmt.Sprint(t.exchanges)] {
			some = append(some, t)
		}
	}
	return some
}

// tokenizer learns byte pairs of what is said.
func (c chat) tokenizer(ctx context.Context, learn []talk) (*token.Tokenizer, error) {
	base, err := vocab.Base("bpe")
	if err != nil {
		return nil, err
	}
	config := vocab.Defaults("bpe")
	config.Size, config.Special = c.Vocabulary, []string{ends, asks, answers}
	var texts iter.Seq[string] = func(yield func(string) bool) {
		for _, t := range learn {
			for _, x := range t.exchanges {
				if !yield(x.asked) || !yield(x.answer) {
					return
				}
			}
		}
	}
	return vocab.Learn(ctx, base, texts, config)
}

// answered is a set of conversations in which the answers alone are predicted.
//
//	X [n t] tokens, Y [n t] the next ones, or −100 where that is no answer's; t is that of the longest of a batch
type answered struct {
	rows []example
	end  int64
}

func answersOf(m template, talks []talk, length int) (answered, error) {
	s := answered{end: m.end}
	for _, t := range talks {
		some, err := m.examples(t.exchanges, length+1)
		if err != nil {
			return s, err
		}
		s.rows = append(s.rows, some...)
	}
	return s, nil
}

func (s answered) lengths() []int {
	n := make([]int, len(s.rows))
	for i, e := range s.rows {
		n[i] = len(e.ids) - 1
	}
	return n
}

// Len returns the number of examples.
func (s answered) Len() int { return len(s.rows) }

// Batch returns the examples at those positions.
func (s answered) Batch(index []int, _ rng.Key) (data.Batch, error) {
	t := 0
	for _, k := range index {
		if k < 0 || k >= len(s.rows) {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, len(s.rows))
		}
		t = max(t, len(s.rows[k].ids)-1)
	}
	x, y := make([]int64, 0, len(index)*t), make([]int64, 0, len(index)*t)
	for _, k := range index {
		e := s.rows[k]
		for i := range t {
			at, next := s.end, dataset.Unlabelled
			if i+1 < len(e.ids) {
				at = e.ids[i]
				if e.answer[i+1] {
					next = e.ids[i+1]
				}
			}
			x, y = append(x, at), append(y, next)
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), t), Y: tensor.Of(y, len(index), t), Index: index}, nil
}

// answer answers a question, or some of the test set.
func (w *work) answer(ctx context.Context, to *recipe.Writer, text string, most int) ([]recipe.Prediction, error) {
	asked := []exchange{{asked: text}}
	if text == "" {
		if w.sets == nil {
			return nil, recipe.ErrNoData
		}
		asked = w.held.asked[:min(most, len(w.held.asked))]
	}
	var all []recipe.Prediction
	for _, x := range asked {
		prompt, err := to.Prompt(x.asked)
		if err != nil {
			return nil, err
		}
		said, err := to.Write(ctx, prompt, generate.Config{Most: w.kept.Length})
		if err != nil {
			return nil, err
		}
		all = append(all, recipe.Prediction{Input: x.asked, Text: said, Want: x.answer})
	}
	return all, nil
}
