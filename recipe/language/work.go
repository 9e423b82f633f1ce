package language

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// work is the work of predicting the next token.
type work struct {
	kept   kept
	tokens *token.Tokenizer
	sets   *recipe.Sets
	held   held
}

// kept is what a run keeps of it.
type kept struct {
	Unit      string          `json:"unit"`
	Length    int             `json:"length"`              // tokens of an example
	Documents bool            `json:"documents,omitempty"` // a text ends with the token ends, and comes to nothing behind it
	Chat      bool            `json:"chat,omitempty"`      // documents are conversations
	Rhymes    []string        `json:"rhymes,omitempty"`    // of poems: characters that rhyme with each other
	Tokenizer json.RawMessage `json:"tokenizer"`           // as tokenizer.json
}

// ends is the token that stands before and behind documents.
const ends = "<|endoftext|>"

// held is what is known of the texts that a model is tested on.
type held struct {
	tokens, characters int
	fresh              data.Set // those of which there is no copy in what is trained on; nil: all are
	judge              func(ctx context.Context, w *recipe.Writer) (train.Values, error)
	kinds              map[string]data.Set // parts of the test set, by name, whose perplexity is given too
	asked              []exchange          // of conversations, some questions with their answers
}

// keep returns a work with what a run keeps of the tokenizer.
func keep(k kept, t *token.Tokenizer) (*work, error) {
	var b, small bytes.Buffer
	if err := t.Write(&b); err != nil {
		return nil, err
	}
	if err := json.Compact(&small, b.Bytes()); err != nil {
		return nil, err
	}
	k.Tokenizer = small.Bytes()
	return &work{kept: k, tokens: t}, nil
}

// reopen is keep the way back.
func reopen(text json.RawMessage) (recipe.Work, error) {
	w, err := reopened(text)
	if err != nil {
		return nil, err
	}
	return w, nil
}

func reopened(text json.RawMessage) (*work, error) {
	w := &work{}
	if err := json.Unmarshal(text, &w.kept); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.kept.Length < 1 || w.kept.Length > 1<<20 {
		return nil, fmt.Errorf("it is damaged: examples of %d tokens", w.kept.Length)
	}
	t, err := token.ReadJSON(bytes.NewReader(w.kept.Tokenizer))
	if err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if t.Size() == 0 || w.kept.Documents && !has(t, ends) || w.kept.Chat && !(has(t, ends) && has(t, asks) && has(t, answers)) {
		return nil, errors.New("it is damaged: the tokenizer lacks tokens")
	}
	w.tokens = t
	return w, nil
}

func has(t *token.Tokenizer, name string) bool {
	_, ok := t.ID(name)
	return ok
}

// Sets returns the examples.
func (w *work) Sets() *recipe.Sets { return w.sets }

// Kept is what reopen takes.
func (w *work) Kept() any { return w.kept }

// Begin makes the decoder.
func (w *work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(Tokens)
	if err != nil {
		return nil, err
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "the set %s is tested by its loss, perplexity and bits of a character; leave metrics out", r.Data.Name)
	}
	n := w.tokens.Size()
	of := model.Examples{Input: []int{w.kept.Length}, Tokens: n, Outputs: n}
	m, err := r.NewLayer(of)
	if err != nil {
		return nil, err
	}
	if err := decodes(m, of); err != nil {
		return nil, recipe.Errorf("model", "%s %v; take a decoder such as gpt", r.Model.Name, err)
	}
	j := &recipe.Job{Task: train.Supervised(m, g), Examples: of, Writer: w.writer(m)}
	j.Predict = func(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
		return w.predict(ctx, j.Writer, q)
	}
	j.Test = func(ctx context.Context) (train.Values, error) { return w.test(ctx, j, g) }
	j.Examine = func(ctx context.Context) (*recipe.Examination, error) { return w.examine(ctx, m) }
	return j, nil
}

// decodes reports a model that gives no logits for each token, or sees what it is to predict.
func decodes(m nn.Layer, of model.Examples) error {
	t := of.Input[0]
	ids := make([]int64, 2*t)
	ids[2*t-1] = int64(of.Tokens - 1)
	var shape []int
	var a, b []float32
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		y := m.Forward(p, p.Input(tensor.Of(ids, 2, t)))
		if shape = y.Shape(); len(shape) == 3 && t > 1 {
			z := y.Slice(1, 0, t-1)
			a, b = z.Select(0, 0).Floats(), z.Select(0, 1).Floats()
		}
	})
	if err != nil {
		return err
	}
	if len(shape) != 3 || shape[1] != t || shape[2] != of.Tokens {
		return fmt.Errorf("gives %v for texts [2 %d], not logits for each of %d tokens", shape, t, of.Tokens)
	}
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-4 {
			return errors.New("sees the tokens that it is to predict")
		}
	}
	return nil
}

// writer says how a model of the work writes.
func (w *work) writer(m nn.Layer) *recipe.Writer {
	out := &recipe.Writer{Model: m, Tokens: w.tokens, Slides: !w.kept.Documents && !w.kept.Chat}
	if w.kept.Chat {
		t := newTemplate(w.tokens)
		out.Stop = []int64{t.end}
		out.Turns = func(said []string) ([]int64, error) { return t.prompt(said, w.kept.Length) }
		return out
	}
	if id, ok := w.tokens.ID(ends); ok && w.kept.Documents {
		out.Begin, out.Stop = []int64{id}, []int64{id}
	} else if line, err := w.tokens.IDs("\n"); err == nil && len(line) > 0 {
		out.Begin = line // a text begins as a line does
	} else {
		out.Begin = []int64{0}
	}
	if len(w.kept.Rhymes) > 0 {
		out.Rule = newRhyming(w.kept.Rhymes, w.tokens, len(out.Begin))
	}
	return out
}

// maxLogits and maxTokens are how many logits, and of how many tokens, are computed at once when a model is evaluated: four bytes
// each logit, several times over, and some ten thousand each token.
const (
	maxLogits = 1 << 22
	maxTokens = 1 << 12
)

// evaluated returns how many examples that is.
func (w *work) evaluated() int {
	return max(min(maxLogits/w.tokens.Size(), maxTokens)/w.kept.Length, 1)
}

// test computes the loss of the held-out texts, and their likelihood, which is the same if the objective adds nothing to it.
func (w *work) test(ctx context.Context, j *recipe.Job, g recipe.Goal) (train.Values, error) {
	likely := train.Supervised(j.Model.(nn.Layer), objective.MaskedLMLoss{})
	v, err := train.Evaluate(ctx, likely, w.sets.Test, w.evaluated(), nil, nil)
	if err != nil {
		return nil, err
	}
	nats := v["loss"]
	if g.Objective != objective.Objective(objective.MaskedLMLoss{}) {
		if v, err = train.Evaluate(ctx, j.Task, w.sets.Test, w.evaluated(), nil, nil); err != nil {
			return nil, err
		}
	}
	v["perplexity"] = math.Exp(nats)
	if w.held.characters > 0 {
		v["bits_per_character"] = nats / math.Ln2 * float64(w.held.tokens) / float64(w.held.characters)
	}
	if w.held.fresh != nil {
		fresh, err := train.Evaluate(ctx, likely, w.held.fresh, w.evaluated(), nil, nil)
		if err != nil {
			return nil, err
		}
		v["loss_of_new"] = fresh["loss"]
	}
	for name, set := range w.held.kinds {
		of, err := train.Evaluate(ctx, likely, set, w.evaluated(), nil, nil)
		if err != nil {
			return nil, err
		}
		v["perplexity_"+name] = math.Exp(of["loss"])
	}
	if w.held.judge != nil {
		said, err := w.held.judge(ctx, j.Writer)
		if err != nil {
			return nil, err
		}
		for name, x := range said {
			v[name] = x
		}
	}
	return v, nil
}
