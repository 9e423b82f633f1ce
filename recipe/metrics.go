package recipe

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/metric"
)

// A measure is a metric and what it is for.
type measure struct {
	metric.Metric
	of Target
}

// metrics are the numbers that a recipe may report besides the loss.
var metrics = slices.Concat(classMetrics, numberMetrics)

// measures makes the metrics of a recipe, fresh ones.
func (r *Recipe) measures(in *Inputs) ([]metric.Metric, error) {
	has, list := Numbers, r.Metrics
	if in.Classes != nil {
		has = Classes
	}
	if len(list) == 0 {
		list = []Part{{Name: "mae"}}
		if has == Classes {
			list = []Part{{Name: "accuracy"}}
		}
	}
	var all []metric.Metric
	seen := map[string]bool{}
	for _, p := range list {
		m, err := build(metrics, "metrics", p)
		if err != nil {
			return nil, err
		}
		if m.of != has {
			return nil, errorf("metrics", "%s is for %s, and the set %s has %s", p.Name, m.of, r.Data.Name, has)
		}
		if seen[m.Name()] {
			return nil, errorf("metrics", "these would write the number %s twice; a run has room for one of that name", m.Name())
		}
		seen[m.Name()] = true
		all = append(all, m.Metric)
	}
	return all, nil
}

// MetricMeaning says in a line what a number of that name in a result is; "" of names that are none of a metric here.
func MetricMeaning(name string) string {
	for _, r := range metrics {
		m, err := r.build("metrics", nil)
		if r.name == name || err == nil && m.Name() == name {
			return r.about
		}
	}
	for _, r := range metrics { // "top3" and "f2" are named after a hyperparameter
		m, err := r.build("metrics", nil)
		letters := strings.TrimRight(name, "0123456789.")
		if err == nil && letters != name && strings.TrimRight(m.Name(), "0123456789.") == letters {
			return r.about
		}
	}
	return ""
}
