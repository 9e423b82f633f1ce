package language

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// preferences is pairs of answers to the first question of conversations: the true one, and one to another question. Nobody was
// asked which is better; the other is wrong by its making, unless two questions have one answer.
type preferences struct {
	conversations
	Run string // the folder of the run of the set chat that training goes on from
}

func (c preferences) source() (recipe.Source, error) {
	if c.Run == "" {
		return recipe.Source{}, recipe.Errorf("data.run", "the set preferences needs the run that it goes on from: --set data.run=runs/chat")
	}
	s := recipe.Source{Load: c.load, Reopen: func(text json.RawMessage) (recipe.Work, error) {
		w, err := reopened(text)
		if err != nil {
			return nil, err
		}
		return &choosing{work: w}, nil
	}}
	return s, c.check()
}

// dpo is the objective of pairs. Preference alone lets the right answer become unlikely, as long as the other becomes more so:
// its own likelihood is added.
//
// Pang, Yuan, Cho, He, Sukhbaatar and Weston, Iterative Reasoning Preference Optimization, 2024 (arXiv:2404.19733), equation 1.
type dpo struct {
	objective.DPOLoss
	Likelihood float64 // weight of the loss of a token of the right answer
}

func (o dpo) goal() (recipe.Goal, error) {
	if o.Beta <= 0 || o.Smoothing < 0 || o.Smoothing >= 0.5 || o.Likelihood < 0 {
		return recipe.Goal{}, recipe.Errorf("objective", "beta is %v, smoothing %v and likelihood %v; want above 0, 0 or more and below 0.5, 0 or more",
			o.Beta, o.Smoothing, o.Likelihood)
	}
	return recipe.Goal{Config: o, Of: Preferences}, nil
}

// load makes the pairs, with the tokens of the run.
func (c preferences) load(context.Context) (recipe.Work, error) {
	s, err := recipe.Open(c.Run)
	if err != nil {
		return nil, err
	}
	before, ok := s.Work.(*work)
	if !ok || !before.kept.Chat {
		return nil, recipe.Errorf("data.run", "%s is a run of the set %s, not of chat", c.Run, s.Recipe.Data.Name)
	}
	if err := c.divides(s.Recipe); err != nil {
		return nil, err
	}
	d, err := c.divide()
	if err != nil {
		return nil, err
	}
	w := &choosing{work: &work{kept: before.kept, tokens: before.tokens}, before: s.Job.Writer.Model, run: c.Run, was: s.Recipe}
	var sets [3]pairs
	for i, part := range d.parts {
		if sets[i], err = pairsOf(newTemplate(w.tokens), part, w.kept.Length); err != nil {
			return nil, err
		}
	}
	if w.said, err = answersOf(newTemplate(w.tokens), d.parts[2], w.kept.Length); err != nil {
		return nil, err
	}
	w.sets = &recipe.Sets{Train: sets[0], Test: sets[2], Unit: "pairs of answers", Batch: c.Batch, Evaluated: max(1, w.evaluated()/4), Files: d.files, Note: d.note()}
	w.sets.Files = append(w.sets.Files, filepath.Join(c.Run, "checkpoints")) // other weights there would be another beginning
	w.sets.Batcher = data.ByLength{Lengths: sets[0].lengths(), Tokens: max(c.Batch, 2) * w.kept.Length, Most: c.Batch}
	if sets[1].Len() > 0 {
		w.sets.Validation = sets[1]
	}
	w.held.asked = d.asked()
	return w, nil
}

// divides reports how the conversations are divided otherwise than in the run that training goes on from: it would be tested on some
// that it has learned.
func (c preferences) divides(run *recipe.Recipe) error {
	text, err := json.Marshal(run.Data.Config)
	if err != nil {
		return fmt.Errorf("%s: the keys of its data: %w", c.Run, err)
	}
	was := talks.conversations
	if err := json.Unmarshal(text, &was); err != nil {
		return fmt.Errorf("%s: the keys of its data: %w", c.Run, err)
	}
	for _, k := range []struct {
		key     string
		is, was any
		same    bool
	}{
		{"file", c.File, was.File, sameFile(c.File, was.File)},
		{"folds", c.Folds, was.Folds, c.Folds == was.Folds},
		{"fold", max(c.Fold, 1), max(was.Fold, 1), c.Folds == 0 || max(c.Fold, 1) == max(was.Fold, 1)},
		{"test", c.Test, was.Test, c.Folds != 0 || c.Test == was.Test},
		{"validation", c.Validation, was.Validation, c.Validation == was.Validation},
	} {
		if !k.same {
			return recipe.Errorf("data."+k.key, "it is %#v, and was %#v in the run %s, which has then learned conversations that are held back here; divide them as it did: --set data.%s=%[2]v",
				k.is, k.was, c.Run, k.key)
		}
	}
	return nil
}

// sameFile reports whether two paths, which may be empty, are of one file.
func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// choosing is the work of learning which of two answers is the right one.
type choosing struct {
	*work
	before nn.Layer       // the model that training goes on from; nil without the data
	run    string         // its folder
	was    *recipe.Recipe // of that run
	said   answered       // the conversations of the test, as the set chat has them
}

// Begin makes the model, with the weights of the run that it goes on from.
func (w *choosing) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(Preferences)
	if err != nil {
		return nil, err
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "the set %s is tested by the share of pairs whose right answer is preferred; leave metrics out", r.Data.Name)
	}
	if w.before != nil && r.Start.Weights != "" {
		return nil, recipe.Errorf("start.weights", "the set %s begins with the weights of data.run, %s; leave start.weights out, or name the run of chat to begin with: --set data.run=%s",
			r.Data.Name, w.run, r.Start.Weights)
	}
	n := w.tokens.Size()
	of := model.Examples{Input: []int{w.kept.Length}, Tokens: n, Outputs: n}
	m, err := r.NewLayer(of)
	if err != nil {
		return nil, err
	}
	if w.before != nil {
		if err := copyWeights(m, w.before); err != nil {
			return nil, recipe.Errorf("model", "it is not that of %s, from which training goes on: %v; take the same: --set 'model=%s'", w.run, err, w.was.Model.Document("name"))
		}
	}
	j := &recipe.Job{Examples: of, Writer: w.writer(m), Metrics: measures()}
	j.Task = train.Task{Model: m, Loss: w.loss(m, g.Config.(dpo))}
	j.Predict = func(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
		return w.predict(ctx, j.Writer, q)
	}
	j.Test = func(ctx context.Context) (train.Values, error) { return w.test(ctx, j, g.Config.(dpo)) }
	return j, nil
}

// test tests the model and, besides, the one that training began with: on the pairs, and by the perplexity of the true answers.
func (w *choosing) test(ctx context.Context, j *recipe.Job, o dpo) (train.Values, error) {
	v, err := train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Evaluated, j.Metrics, nil)
	if err != nil {
		return nil, err
	}
	was, err := train.Evaluate(ctx, train.Task{Model: w.before, Loss: w.loss(w.before, o)}, w.sets.Test, w.sets.Evaluated, measures(), nil)
	if err != nil {
		return nil, err
	}
	v["preferred_before"] = was["preferred"]
	for name, m := range map[string]nn.Layer{"perplexity": j.Writer.Model, "perplexity_before": w.before} {
		said, err := train.Evaluate(ctx, train.Supervised(m, objective.MaskedLMLoss{}), w.said, w.evaluated(), nil, nil)
		if err != nil {
			return nil, err
		}
		v[name] = math.Exp(said["loss"])
	}
	return v, nil
}

// copyWeights gives a model the parameters of another.
func copyWeights(to, from nn.Layer) error {
	a, b := nn.Params(to), nn.Params(from)
	for i, p := range a[:min(len(a), len(b))] {
		x, y := p.Param.Value, b[i].Param.Value
		if p.Name != b[i].Name || !slices.Equal(x.Shape(), y.Shape()) {
			return fmt.Errorf("it has %s of %v where that one has %s of %v", p.Name, x.Shape(), b[i].Name, y.Shape())
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("one has more layers than the other")
	}
	for i, p := range a {
		p.Param.Value.CopyFrom(b[i].Param.Value)
	}
	return nil
}

// loss returns the loss of pairs. What is predicted is, in nats, by how much a token of the right answer is likelier than one of the
// other, and β times by how much more likely than before the whole right answer is than the other: [n 2], and the targets do not matter.
func (w *choosing) loss(m nn.Layer, o dpo) func(*nn.Pass, data.Batch) (objective.Loss, *tensor.Tensor) {
	return func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		n, t := b.X.Dim(0), b.X.Dim(2)
		ids, labels := p.Input(b.X.Reshape(2*n, t)), b.Y.Reshape(2*n, t)
		old := w.reference(b.X.Reshape(2*n, t), labels).Reshape(n, 2)
		sum, mean := objective.LogLikelihoods(m.Forward(p, ids), labels)
		sum, mean = sum.Reshape(n, 2), mean.Reshape(n, 2)
		loss := o.DPOLoss.Loss(sum.Select(1, 0), sum.Select(1, 1), old.Select(1, 0), old.Select(1, 1))
		right := objective.Loss{Sum: mean.Select(1, 0).Sum().Neg(), Count: float64(n)}
		reward := sum.Sub(old).Scale(o.Beta)
		both := tensor.Stack(1, mean.Select(1, 0).Sub(mean.Select(1, 1)), reward.Select(1, 0).Sub(reward.Select(1, 1)))
		return loss.With(o.Likelihood, right), both
	}
}

// reference returns the log-likelihoods of answers under the model that training began with. It has a pass of its own, in which
// nothing is dropped, and which gives its memory back before the model that learns needs it.
func (w *choosing) reference(ids, labels *tensor.Tensor) *tensor.Tensor {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	sum, _ := objective.LogLikelihoods(w.before.Forward(p, p.Input(ids)), labels)
	return p.Keep(sum)
}
