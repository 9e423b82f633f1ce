package manytasks

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A Task is one of those that are learned together, with its classes.
type Task struct {
	Name    string   `json:"name"`
	Classes []string `json:"classes"`
}

// work is several tasks with one model. Its logits are those of all heads, one behind another.
type work struct {
	Tasks []Task        `json:"tasks"`
	Texts *recipe.Texts `json:"texts"`
	sets  *recipe.Sets

	validated []string // tasks that have examples for validation: where none are kept back, those that come with some
}

// outputs returns how many classes all tasks have together.
func (w *work) outputs() (n int) {
	for _, t := range w.Tasks {
		n += len(t.Classes)
	}
	return n
}

func (w *work) Sets() *recipe.Sets { return w.sets }

func (w *work) Kept() any { return w }

// reopen makes the work of what a run kept.
func reopen(kept json.RawMessage) (recipe.Work, error) {
	w := new(work)
	if err := json.Unmarshal(kept, w); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.Texts == nil || w.outputs() == 0 {
		return nil, fmt.Errorf("it is damaged: it does not say what the tasks are")
	}
	if err := w.Texts.Whole(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return w, nil
}

// Begin makes the encoder that the recipe names with a head for each task: its last layer, that gives the classes of all, is the
// heads side by side.
func (w *work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(recipe.Classes)
	if err != nil {
		return nil, err
	}
	for _, m := range r.Metrics {
		if m.Name != "accuracy" {
			return nil, recipe.Errorf("metrics", "many tasks are measured by accuracy, not %s", m.Name)
		}
	}
	j := &recipe.Job{Examples: model.Examples{Input: []int{w.Texts.Room}, Tokens: w.Texts.Tokens(), Outputs: w.outputs()}}
	m, err := r.NewLayer(j.Examples)
	if err != nil {
		return nil, err
	}
	heads := w.heads()
	j.Metrics = measures(w.watched())
	j.Task = train.Task{Model: m, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		z := m.Forward(p, p.Input(b.X))
		return lossOf(heads, g, z, b.Y), z
	}}
	j.Test = func(ctx context.Context) (train.Values, error) {
		return train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Batch, measures(heads), nil)
	}
	asked := asker{w, m, heads}
	j.Predict, j.Examine, j.Confuse = asked.answer, asked.examine, asked.confuse
	return j, nil
}

// A head is the place of a task's classes among those of all.
type head struct {
	Task
	first, end int64
}

func (w *work) heads() (all []head) {
	first := int64(0)
	for _, t := range w.Tasks {
		all = append(all, head{t, first, first + int64(len(t.Classes))})
		first += int64(len(t.Classes))
	}
	return all
}

// watched returns the heads of the tasks that have examples for validation, all if no task has: the others would have no accuracy there.
func (w *work) watched() (some []head) {
	for _, h := range w.heads() {
		if len(w.validated) == 0 || slices.Contains(w.validated, h.Name) {
			some = append(some, h)
		}
	}
	return some
}

// of returns what a head says of its own examples, and their classes counted from 0; nil if there are none in the batch.
func (h head) of(z, y *tensor.Tensor) (logits, classes *tensor.Tensor) {
	var rows, labels []int64
	for i, k := range y.Ints() {
		if k >= h.first && k < h.end {
			rows, labels = append(rows, int64(i)), append(labels, k-h.first)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	z = z.Take(0, tensor.Of(rows, len(rows)).To(z.Device())).Slice(1, int(h.first), int(h.end))
	return z, tensor.Of(labels, len(labels)).To(z.Device())
}

// lossOf adds up the losses of the heads, each over its own examples.
func lossOf(heads []head, o objective.Objective, z, y *tensor.Tensor) objective.Loss {
	var sum objective.Loss
	for _, h := range heads {
		logits, classes := h.of(z, y)
		if logits == nil {
			continue
		}
		l := o.Loss(logits, classes)
		if sum.Sum == nil {
			sum = l
			continue
		}
		sum = objective.Loss{Sum: sum.Sum.Add(l.Sum), Count: sum.Count + l.Count}
	}
	return sum
}
