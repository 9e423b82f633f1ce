package ensemble

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// The rules by which the outputs of members become one.
const (
	Average  = "average"  // the mean of the probabilities, or of the numbers
	Weighted = "weighted" // a mean with weights that make the validation set likeliest, or its squared error smallest
	Vote     = "vote"     // the class that most members find likeliest; of numbers the median
	Stacking = "stacking" // logistic regression on the members' log-probabilities, ridge regression on their numbers
)

// Rules are all of them.
var Rules = []string{Average, Weighted, Vote, Stacking}

// A Rule makes the outputs of members one.
//
// A vote's probabilities are the shares of the votes, where the average of the probabilities counts as one vote more: it
// decides between equals, and no class that a member finds possible is impossible.
//
// Lakshminarayanan, Pritzel and Blundell, Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles, 2017
// (arXiv:1612.01474); Wolpert, Stacked Generalization, 1992; Huang et al., Snapshot Ensembles, 2017 (arXiv:1704.00109).
type Rule struct {
	How     string    `json:"how"`
	Weights []float64 `json:"weights,omitempty"` // of the members, by Weighted; they add up to 1
	Stack   *Stack    `json:"stack,omitempty"`
}

// Combine returns the one of the outputs of the members, [n k] each: probabilities of classes, or numbers.
func (r *Rule) Combine(of []*tensor.Tensor, classes bool) *tensor.Tensor {
	rows := make([][]float64, len(of))
	for i, z := range of {
		rows[i] = tensor.Values[float64](z)
	}
	out := make([]float64, len(rows[0]))
	k := of[0].Dim(-1)
	switch {
	case r.How == Stacking && classes:
		return r.Stack.classes(rows, k)
	case r.How == Stacking:
		r.Stack.numbers(out, rows, k)
	case r.How == Vote && classes:
		votes(out, rows, k)
	case r.How == Vote:
		medians(out, rows)
	default:
		mean(out, rows, r.Weights)
	}
	return tensor.Of(out, len(out)/k, k)
}

// mean sets out to the mean of rows, with weights if there are any.
func mean(out []float64, rows [][]float64, weights []float64) {
	for m, row := range rows {
		w := 1 / float64(len(rows))
		if weights != nil {
			w = weights[m]
		}
		for i, v := range row {
			out[i] += w * v
		}
	}
}

func votes(out []float64, rows [][]float64, k int) {
	mean(out, rows, nil)
	for _, row := range rows {
		for i := 0; i < len(row); i += k {
			best := 0
			for c, p := range row[i : i+k] {
				if p > row[i+best] {
					best = c
				}
			}
			out[i+best]++
		}
	}
	for i := range out {
		out[i] /= float64(len(rows) + 1)
	}
}

func medians(out []float64, rows [][]float64) {
	column := make([]float64, len(rows))
	for i := range out {
		for m, row := range rows {
			column[m] = row[i]
		}
		slices.Sort(column)
		h := len(column) / 2
		out[i] = column[h]
		if len(column)%2 == 0 {
			out[i] = (column[h-1] + column[h]) / 2
		}
	}
}

// fit learns what the rule has to learn from the members' outputs of a set, and its targets.
func (r *Rule) fit(ctx context.Context, of []*tensor.Tensor, y *tensor.Tensor, classes bool) (err error) {
	l := newLesson(of, y, classes)
	switch {
	case r.How == Stacking:
		r.Stack, err = l.stack(ctx)
	case r.How == Weighted && classes:
		r.Weights = likeliest(l.rows, l.labels, l.k)
	case r.How == Weighted:
		r.Weights = closest(l.rows, l.numbers)
	}
	return err
}

// check reports what does not fit so many members and classes, 0 for numbers.
func (r *Rule) check(members, classes int) error {
	if r.How == Weighted {
		sum := 0.0
		for _, w := range r.Weights {
			sum += w
			if w < 0 {
				sum = math.NaN()
			}
		}
		if len(r.Weights) != members || !(math.Abs(sum-1) < 1e-6) {
			return fmt.Errorf("the weights %v are not those of %d members", r.Weights, members)
		}
	}
	if r.How == Stacking {
		return r.Stack.check(members, classes)
	}
	return nil
}
