package train

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// A Model is a layer with what it takes to train it: Keras's habit, as a thin layer over [Fit], [Evaluate] and [Predict].
type Model struct {
	Layer     nn.Layer
	Optimizer *optim.Optimizer
	Objective objective.Objective
	Metrics   []metric.Metric
}

// Compile returns a model that trains a layer by a rule on an objective, and reports metrics.
func Compile(layer nn.Layer, rule optim.Rule, o objective.Objective, metrics ...metric.Metric) *Model {
	return &Model{layer, optim.New(rule, nn.Params(layer)), o, metrics}
}

// Task returns what the model learns, for [Fit] and [Evaluate].
func (m *Model) Task() Task { return Supervised(m.Layer, m.Objective) }

// Fit trains the model on a set. The configuration's metrics are the model's, if it names none.
func (m *Model) Fit(ctx context.Context, set data.Set, c Config) (*History, error) {
	if c.Metrics == nil {
		c.Metrics = m.Metrics
	}
	return Fit(ctx, m.Task(), m.Optimizer, set, c)
}

// Evaluate returns the mean loss and the metrics over a set.
func (m *Model) Evaluate(ctx context.Context, set data.Set) (Values, error) {
	return Evaluate(ctx, m.Task(), set, 256, m.Metrics, nil)
}

// Predict returns the model's outputs for the examples x [n …].
func (m *Model) Predict(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	set, err := data.NewTensors(x, nil)
	if err != nil {
		return nil, fmt.Errorf("predict: %w", err)
	}
	return Predict(ctx, m.Layer, set, 256)
}

// Summary returns a table of the layers with output shapes and parameters, for examples of that shape without the batch's
// axis. Nothing is computed: the model runs on the meta device.
func (m *Model) Summary(shape ...int) (string, error) {
	s, err := nn.Summarize(m.Layer, shape...)
	if err != nil {
		return "", err
	}
	return s.String(), nil
}
