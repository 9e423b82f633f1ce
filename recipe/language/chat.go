package language

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strings"
	"unicode"

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
	conversations
	Context    int // tokens of an example
	Vocabulary int // tokens, learned from what is trained on
}

// conversations are where talks are, and how they are divided.
type conversations struct {
	recipe.Batches
	recipe.Held
	File string // as JSON, see readTalks; those in the program if empty
}

var talks = chat{conversations{recipe.Batches{Batch: 16, Validation: 0.05}, recipe.Held{Test: 0.05}, ""}, 128, 2000}

func (c chat) source() (recipe.Source, error) {
	return recipe.Source{Reopen: reopen, Load: func(ctx context.Context) (recipe.Work, error) {
		w, err := c.work(ctx)
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
	return c.conversations.check()
}

func (c conversations) check() error {
	if err := c.Held.Check(); err != nil {
		return err
	}
	return c.Batches.Check()
}

// divided is conversations for training, validation and the test.
type divided struct {
	parts  [3][]talk
	files  []string
	copies int // that were left out
}

// A talk is a conversation.
type talk struct {
	from      string
	exchanges []exchange
}

// divide reads the conversations. Copies are left out, and those that begin with the same question stay together, so that no
// question that is held back was answered in training.
func (c conversations) divide() (d divided, err error) {
	var all []talk
	if c.File != "" {
		d.files = []string{c.File}
		all, err = readTalks(c.File)
	} else {
		d.files = sample.Paths("conversations")
		all, err = published()
	}
	if err != nil {
		return d, err
	}
	groups, copies := grouped(all)
	if len(groups) < 10 {
		return d, fmt.Errorf("%d conversations, %d of them copies of others, begin with %d different questions; want ten at least", len(all), copies, len(groups))
	}
	d.copies = copies
	t, v, e := c.Held.Divide(len(groups), c.Validation)
	for i, index := range [][]int{t, v, e} {
		for _, k := range index {
			d.parts[i] = append(d.parts[i], groups[k]...)
		}
	}
	return d, nil
}

// grouped puts the conversations together that begin with the same words, in the order in which they came, and counts the copies
// that it leaves out.
func grouped(all []talk) (groups [][]talk, copies int) {
	known, at := map[string]bool{}, map[string]int{}
	for _, t := range all {
		var said strings.Builder
		for _, x := range t.exchanges {
			said.WriteString(words(x.asked) + "\n" + words(x.answer) + "\n")
		}
		if known[said.String()] {
			copies++
			continue
		}
		known[said.String()] = true
		first := words(t.exchanges[0].asked)
		k, ok := at[first]
		if !ok {
			k = len(groups)
			at[first], groups = k, append(groups, nil)
		}
		groups[k] = append(groups[k], t)
	}
	return groups, copies
}

// words returns the words of a text in small letters, without the marks between them; a text of marks alone as it is.
func words(s string) string {
	some := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	return cmp.Or(strings.Join(some, " "), s)
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

// work makes the work.
func (c chat) work(ctx context.Context) (*work, error) {
	d, err := c.divide()
	if err != nil {
		return nil, err
	}
	t, err := c.tokenizer(ctx, d.parts[0])
	if err != nil {
		return nil, err
	}
	w, err := keep(kept{Unit: "conversations", Length: c.Context, Chat: true}, t)
	if err != nil {
		return nil, err
	}
	var sets [3]answered
	for i, part := range d.parts {
		if sets[i], err = answersOf(newTemplate(t), part, c.Context); err != nil {
			return nil, err
		}
	}
	w.sets = &recipe.Sets{Train: sets[0], Test: sets[2], Unit: "pieces of conversations", Batch: c.Batch, Evaluated: w.evaluated(), Files: d.files, Note: d.note()}
	w.sets.Batcher = data.ByLength{Lengths: sets[0].lengths(), Tokens: c.Batch * c.Context, Most: 2 * c.Batch}
	if len(sets[1].rows) > 0 {
		w.sets.Validation = sets[1]
	}
	w.held.asked = d.asked()
	if c.File == "" {
		w.held.kinds, err = kinds(newTemplate(t), d.parts[2], c.Context)
	}
	return w, err
}

// kinds divides conversations by where they come from.
func kinds(m template, talks []talk, length int) (map[string]data.Set, error) {
	from := map[string][]talk{}
	for _, t := range talks {
		from[t.from] = append(from[t.from], t)
	}
	sets := map[string]data.Set{}
	for name, some := range from {
		s, err := answersOf(m, some, length)
		if err != nil {
			return nil, err
		}
		sets[name] = s
	}
	return sets, nil
}

// note says what was left out.
func (d divided) note() string {
	if d.copies == 0 {
		return ""
	}
	return fmt.Sprintf("%d copies of conversations were left out", d.copies)
}

// asked returns the first questions of the test with their answers.
func (d divided) asked() (all []exchange) {
	for _, t := range d.parts[2] {
		all = append(all, t.exchanges[0])
	}
	return all
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
