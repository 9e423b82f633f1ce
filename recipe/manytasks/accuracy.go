package manytasks

import (
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// accuracy is the share of one task's examples whose class its head predicts.
type accuracy struct {
	head
	metric.Accuracy
}

// Name returns accuracy_ and the task's name.
func (a *accuracy) Name() string { return "accuracy_" + a.head.Name }

// Add counts those of a batch that are the task's.
func (a *accuracy) Add(z, y *tensor.Tensor) {
	if logits, classes := a.of(z, y); logits != nil {
		a.Accuracy.Add(logits, classes)
	}
}

// Merge adds what another has counted.
func (a *accuracy) Merge(m metric.Metric) { a.Accuracy.Merge(&m.(*accuracy).Accuracy) }

// measures returns the accuracies of tasks behind their mean.
func measures(heads []head) []metric.Metric {
	mean := &balance{}
	all := []metric.Metric{mean}
	for _, h := range heads {
		one := &accuracy{head: h}
		mean.tasks, all = append(mean.tasks, one), append(all, one)
	}
	return all
}

// balance is the mean of the tasks' accuracies, of which each counts the same, however many examples it has.
type balance struct{ tasks []*accuracy }

// Name returns "accuracy".
func (b *balance) Name() string { return "accuracy" }

// Add does nothing: the tasks count for themselves.
func (b *balance) Add(*tensor.Tensor, *tensor.Tensor) {}

// Value returns the mean.
func (b *balance) Value() float64 {
	sum := 0.0
	for _, t := range b.tasks {
		sum += t.Value()
	}
	return sum / float64(len(b.tasks))
}

// Merge does nothing: the tasks merge.
func (b *balance) Merge(metric.Metric) {}

// Reset does nothing: the tasks are reset.
func (b *balance) Reset() {}
