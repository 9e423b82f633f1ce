package train

import (
	"context"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// Evaluate computes the mean loss and the metrics of a task over a set, in passes that evaluate. The metrics are reset
// first. They are of the truth, also where the set is [Relative]. Values of parameters may be overridden, by their averages for
// instance; nil: they are not.
func Evaluate(ctx context.Context, t Task, set data.Set, batch int, metrics []metric.Metric, override map[*tensor.Param]*tensor.Tensor) (Values, error) {
	if set.Len() == 0 {
		return nil, fmt.Errorf("evaluate: the set is empty")
	}
	for _, m := range metrics {
		m.Reset()
	}
	params := nn.Params(t.Model)
	var sum, count float64
	l := data.Loader{Set: set, BatchSize: batch, Ordered: true}
	for b, err := range l.Epoch(ctx, 0, 0) {
		if err != nil {
			return nil, fmt.Errorf("evaluate: %w", err)
		}
		var failed error
		err := inPass(nn.PassConfig{Params: params, Override: override}, func(p *nn.Pass) {
			loss, prediction := t.Loss(p, b)
			sum += loss.Sum.Item()
			count += loss.Count
			failed = addTo(metrics, prediction, b, set)
		})
		if err = errors.Join(err, failed); err != nil {
			return nil, fmt.Errorf("evaluate: %w", err)
		}
	}
	v := Values{"loss": sum / count}
	for _, m := range metrics {
		v[m.Name()] = m.Value()
	}
	return v, nil
}

// addTo adds a batch of a set, and what is predicted for it, to metrics.
func addTo(metrics []metric.Metric, prediction *tensor.Tensor, b data.Batch, set data.Set) error {
	if prediction == nil || b.Y == nil || len(metrics) == 0 {
		return nil
	}
	prediction, err := Absolute(set, b.Index, prediction.Detach())
	if err != nil {
		return err
	}
	target, err := Absolute(set, b.Index, b.Y)
	if err != nil {
		return err
	}
	for _, m := range metrics {
		m.Add(prediction, target)
	}
	return nil
}

// inPass runs f in a pass of its own, and turns a misuse into an error.
func inPass(c nn.PassConfig, f func(p *nn.Pass)) error {
	p := nn.NewPass(c)
	defer p.Close()
	return tensor.Catch(func() { f(p) })
}

// Predict runs a model on every example of a set, in order, and returns the outputs joined along the first axis.
func Predict(ctx context.Context, model nn.Layer, set data.Set, batch int) (*tensor.Tensor, error) {
	if set.Len() == 0 {
		return nil, fmt.Errorf("predict: the set is empty")
	}
	params := nn.Params(model)
	var out []*tensor.Tensor
	l := data.Loader{Set: set, BatchSize: batch, Ordered: true}
	for b, err := range l.Epoch(ctx, 0, 0) {
		if err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
		err := inPass(nn.PassConfig{Params: params}, func(p *nn.Pass) {
			out = append(out, p.Keep(model.Forward(p, p.Input(b.X)).Contiguous()))
		})
		if err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
	}
	return tensor.Concat(0, out...), nil
}
