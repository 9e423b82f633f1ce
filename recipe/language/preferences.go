package language

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// preferences is pairs of answers to the first question of conversations: the true one, and one to another question. Nobody was
// asked which is better; the other is wrong by its making, unless two questions have one answer.
type preferences struct {
	chat
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
	d, files, err := c.divide()
	if err != nil {
		return nil, err
	}
	d[2] = d.fresh() // an answer that was learned by heart says nothing of preference
	w := &choosing{work: &work{kept: before.kept, tokens: before.tokens}, before: s.Job.Writer.Model, run: c.Run}
	var sets [3]pairs
	for i := range d {
		if sets[i], err = pairsOf(newTemplate(w.tokens), d[i], w.kept.Length); err != nil {
			return nil, err
		}
	}
	w.sets = &recipe.Sets{Train: sets[0], Test: sets[2], Unit: "pairs of answers", Batch: c.Batch, Evaluated: max(1, w.evaluated()/4), Files: files}
	if sets[1].Len() > 0 {
		w.sets.Validation = sets[1]
	}
	for _, x := range d[2] {
		w.held.asked = append(w.held.asked, x.exchanges[0])
	}
	return w, nil
}

// pairs is a set of questions with two answers.
//
//	X [n 2 t] tokens, those with the true answer first; Y [n 2 t] the same, −100 where they are no answer's
type pairs struct {
	rows [][2]example
	end  int64
}

// pairsOf gives each first question the answer of another from the same source, chosen by chance.
func pairsOf(m template, talks []talk, most int) (pairs, error) {
	p := pairs{end: m.end}
	byFrom := map[string][]exchange{}
	for _, t := range talks {
		byFrom[t.from] = append(byFrom[t.from], t.exchanges[0])
	}
	key := rng.KeyOf(0).Child("preferences")
	for i, t := range talks {
		right, others := t.exchanges[0], byFrom[t.from]
		wrong := others[key.IntnAt(uint64(i), len(others))]
		if wrong.answer == right.answer {
			continue
		}
		var row [2]example
		for k, answer := range []string{right.answer, wrong.answer} {
			var err error
			if row[k], err = m.exchange(exchange{right.asked, answer}); err != nil {
				return p, err
			}
		}
		if max(len(row[0].ids), len(row[1].ids)) <= most {
			p.rows = append(p.rows, row)
		}
	}
	return p, nil
}

// Len returns the number of pairs.
func (p pairs) Len() int { return len(p.rows) }

// Batch returns the pairs at those positions.
func (p pairs) Batch(index []int, _ rng.Key) (data.Batch, error) {
	t := 0
	for _, k := range index {
		if k < 0 || k >= len(p.rows) {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, len(p.rows))
		}
		t = max(t, len(p.rows[k][0].ids), len(p.rows[k][1].ids))
	}
	x, y := make([]int64, 0, 2*len(index)*t), make([]int64, 0, 2*len(index)*t)
	for _, k := range index {
		for _, e := range p.rows[k] {
			for i := range t {
				at, label := p.end, dataset.Unlabelled
				if i < len(e.ids) {
					at = e.ids[i]
					if e.answer[i] {
						label = at
					}
				}
				x, y = append(x, at), append(y, label)
			}
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), 2, t), Y: tensor.Of(y, len(index), 2, t), Index: index}, nil
}

// choosing is the work of learning which of two answers is the right one.
type choosing struct {
	*work
	before nn.Layer // the model that training goes on from; nil without the data
	run    string
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
	n := w.tokens.Size()
	of := model.Examples{Input: []int{w.kept.Length}, Tokens: n, Outputs: n}
	m, err := r.NewLayer(of)
	if err != nil {
		return nil, err
	}
	if w.before != nil {
		if err := copyWeights(m, w.before); err != nil {
			return nil, recipe.Errorf("model", "it is not that of %s: %v", w.run, err)
		}
	}
	j := &recipe.Job{Examples: of, Writer: w.writer(m), Metrics: []metric.Metric{new(preferred)}}
	j.Task = train.Task{Model: m, Loss: w.loss(m, g.Config.(dpo))}
	j.Predict = func(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
		return w.predict(ctx, j.Writer, q)
	}
	j.Test = func(ctx context.Context) (train.Values, error) {
		v, err := train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Evaluated, j.Metrics, nil)
		if err != nil {
			return nil, err
		}
		t := train.Task{Model: w.before, Loss: w.loss(w.before, g.Config.(dpo))}
		was, err := train.Evaluate(ctx, t, w.sets.Test, w.sets.Evaluated, []metric.Metric{new(preferred)}, nil)
		if err != nil {
			return nil, err
		}
		v["preferred_before"] = was["preferred"]
		return v, nil
	}
	return j, nil
}

// copyWeights gives a model the parameters of another.
func copyWeights(to, from nn.Layer) error {
	a, b := nn.Params(to), nn.Params(from)
	if len(a) != len(b) {
		return fmt.Errorf("%d parameters, and %d there", len(a), len(b))
	}
	for i, p := range a {
		x, y := p.Param.Value, b[i].Param.Value
		if p.Name != b[i].Name || fmt.Sprint(x.Shape()) != fmt.Sprint(y.Shape()) {
			return fmt.Errorf("%s of %v, and %s of %v there", p.Name, x.Shape(), b[i].Name, y.Shape())
		}
	}
	for i, p := range a {
		p.Param.Value.CopyFrom(b[i].Param.Value)
	}
	return nil
}

// loss returns the loss of pairs. What is predicted is by how much a token of the right answer is likelier than one of the other, in
// nats: [n 1], and the targets do not matter.
func (w *choosing) loss(m nn.Layer, o dpo) func(*nn.Pass, data.Batch) (objective.Loss, *tensor.Tensor) {
	return func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		n, t := b.X.Dim(0), b.X.Dim(2)
		ids, labels := p.Input(b.X.Reshape(2*n, t)), b.Y.Reshape(2*n, t)
		sum, mean := objective.LogLikelihoods(m.Forward(p, ids), labels)
		sum, mean = sum.Reshape(n, 2), mean.Reshape(n, 2)
		old, _ := objective.LogLikelihoods(w.before.Forward(p, ids).Detach(), labels)
		old = old.Reshape(n, 2)
		loss := o.DPOLoss.Loss(sum.Select(1, 0), sum.Select(1, 1), old.Select(1, 0), old.Select(1, 1))
		right := objective.Loss{Sum: mean.Select(1, 0).Sum().Neg(), Count: float64(n)}
		return loss.With(o.Likelihood, right), mean.Select(1, 0).Sub(mean.Select(1, 1))
	}
}
