package ensemble

import (
	"context"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A lesson is what a stack learns from: the members' outputs of some examples, and the targets.
type lesson struct {
	rows    [][]float64 // of each member, n·k
	k       int
	labels  []int64   // of classes, n; nil: numbers
	numbers []float64 // n·k
}

// newLesson returns what the outputs of members and the targets of a set teach.
func newLesson(of []*tensor.Tensor, y *tensor.Tensor, classes bool) lesson {
	l := lesson{k: of[0].Dim(-1)}
	for _, z := range of {
		l.rows = append(l.rows, tensor.Values[float64](z))
	}
	if classes {
		l.labels = y.Ints()
	} else {
		l.numbers = tensor.Values[float64](y)
	}
	return l
}

func (l lesson) len() int { return len(l.rows[0]) / l.k }

// part returns some of the examples.
func (l lesson) part(index []int) lesson {
	p := lesson{k: l.k, rows: make([][]float64, len(l.rows))}
	for _, i := range index {
		for m, row := range l.rows {
			p.rows[m] = append(p.rows[m], row[i*l.k:(i+1)*l.k]...)
		}
		if l.labels != nil {
			p.labels = append(p.labels, l.labels[i])
		} else {
			p.numbers = append(p.numbers, l.numbers[i*l.k:(i+1)*l.k]...)
		}
	}
	return p
}

// ridges are the strengths of the ridge among which cross-validation chooses.
var ridges = []float64{10000, 1000, 100, 10, 1}

// stack learns a stack, with the ridge that does best on examples that are held out, each of five parts once.
func (l lesson) stack(ctx context.Context) (*Stack, error) {
	best, least := ridges[0], math.Inf(1)
	folds := min(5, l.len())
	if folds > 1 {
		parts, err := data.KFold(l.len(), folds, rng.KeyOf(0).Child("stacking"))
		if err != nil {
			return nil, err
		}
		for _, ridge := range ridges {
			sum := 0.0
			for _, f := range parts {
				s, err := l.part(f.Train).fit(ctx, ridge)
				if err != nil {
					return nil, err
				}
				sum += l.part(f.Held).loss(s)
			}
			if sum < least {
				best, least = ridge, sum
			}
		}
	}
	return l.fit(ctx, best)
}

func (l lesson) fit(ctx context.Context, ridge float64) (*Stack, error) {
	if l.labels == nil {
		return fitNumbers(l, ridge), nil
	}
	return fitClasses(ctx, l, ridge)
}

// loss returns the negative log-likelihood of a stack on the lesson, or its squared error.
func (l lesson) loss(s *Stack) (sum float64) {
	if l.labels != nil {
		p := tensor.Values[float64](s.classes(l.rows, l.k))
		for i, c := range l.labels {
			sum -= math.Log(max(p[i*l.k+int(c)], 1e-12))
		}
		return sum
	}
	out := make([]float64, len(l.numbers))
	s.numbers(out, l.rows, l.k)
	for i, y := range l.numbers {
		sum += (out[i] - y) * (out[i] - y)
	}
	return sum
}
