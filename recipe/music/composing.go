package music

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// kept is what a run keeps of a work of music.
type kept struct {
	Steps       int     `json:"steps"` // of a quarter note
	Length      int     `json:"length"`
	CommonKey   bool    `json:"common_key"`
	Tempo       float64 `json:"tempo"`
	Compose     int     `json:"compose"`
	Temperature float64 `json:"temperature"`
}

// composing is the work of going on with music.
type composing struct {
	kept
	sets *recipe.Sets
}

func reopen(text json.RawMessage) (recipe.Work, error) {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	c := score{Steps: k.Steps, Length: k.Length, Tempo: k.Tempo, Compose: k.Compose, Temperature: k.Temperature}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return composing{k, nil}, nil
}

func (w composing) Sets() *recipe.Sets { return w.sets }

func (w composing) Kept() any { return w.kept }

// Begin makes the model, which has a logit for each of 88 keys at every step, and what it learns. The loss is of a step: the sum over
// the keys.
func (w composing) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(recipe.YesOrNo)
	if err != nil {
		return nil, err
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "the set %s is always measured by nll, the negative log-likelihood of a step; leave metrics out", r.Data.Name)
	}
	j := &recipe.Job{Examples: model.Examples{Input: []int{min(w.Length, 64), music.Keys}, Outputs: music.Keys}}
	m, err := r.NewLayer(j.Examples)
	if err != nil {
		return nil, err
	}
	if err := looksBack(m); err != nil {
		return nil, err
	}
	j.Task = train.Task{Model: m, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		z := m.Forward(p, p.Input(b.X))
		rows := sounding(b.Y, 0)
		steps := func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(-1, music.Keys).Take(0, rows) }
		l := g.Loss(steps(z), steps(b.Y))
		return objective.Loss{Sum: l.Sum, Count: float64(rows.Len())}, z
	}}
	j.Metrics = []metric.Metric{&likelihood{}}
	j.Test = func(ctx context.Context) (train.Values, error) {
		return train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Batch, j.Metrics, nil)
	}
	asked := composer{w, m}
	j.Predict, j.Examine, j.Samples = asked.answer, asked.examine, 3
	return j, nil
}

// looksBack reports a model that hears what it is to say: whose logits at a step change with what comes later, or that has none for
// each step.
func looksBack(m nn.Layer) error {
	const steps = 4
	x := make([]float32, 2*steps*music.Keys)
	for i := steps*music.Keys - music.Keys; i < steps*music.Keys; i++ {
		x[i] = 1 // of the first of two pieces, the last step
	}
	var z *tensor.Tensor
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{Params: nn.Params(m)})
		defer p.Close()
		z = p.Keep(m.Forward(p, p.Input(tensor.Of(x, 2, steps, music.Keys))).Contiguous())
	})
	if err != nil {
		return fmt.Errorf("the model on %d steps of %d keys: %w", steps, music.Keys, err)
	}
	const want = "; use sequential with lstm or gru layers, or with causal attention"
	if z.Rank() != 3 || z.Dim(1) != steps || z.Dim(2) != music.Keys {
		return recipe.Errorf("model", "it gives %v for 2 pieces of %d steps, not %d keys at each step%s", z.Shape(), steps, music.Keys, want)
	}
	v := z.Floats()
	for i := range (steps - 1) * music.Keys {
		if math.Abs(float64(v[i]-v[steps*music.Keys+i])) > 1e-4 {
			return recipe.Errorf("model", "it looks ahead at the steps that it is to predict%s", want)
		}
	}
	return nil
}

// likelihood is the mean negative log-likelihood of the steps of pieces but the first of each, in nats, under keys that sound
// independently of each other: what is published of these sets.
type likelihood struct{ sum, count float64 }

func (l *likelihood) Name() string { return "nll" }

func (l *likelihood) Add(prediction, target *tensor.Tensor) {
	rows := sounding(target, 1)
	if rows.Len() == 0 {
		return
	}
	steps := func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(-1, music.Keys).Take(0, rows) }
	l.sum += objective.BinaryCrossEntropyLoss{}.Loss(steps(prediction), steps(target)).Sum.Item()
	l.count += float64(rows.Len())
}

func (l *likelihood) Value() float64 { return l.sum / l.count }

func (l *likelihood) Reset() { *l = likelihood{} }

func (l *likelihood) Merge(m metric.Metric) {
	o, ok := m.(*likelihood)
	if !ok {
		panic(tensor.Errorf("nll", "%T does not merge into a likelihood", m))
	}
	l.sum, l.count = l.sum+o.sum, l.count+o.count
}

var errShort = errors.New("it holds no music that is long enough")
