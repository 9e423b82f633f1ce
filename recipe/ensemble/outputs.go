package ensemble

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// setOf is one of the sets of a work.
type setOf = data.Set

// load reads the data of the members, each recipe's once.
func (e *Ensemble) load(ctx context.Context) error {
	if e.works != nil {
		return nil
	}
	read := map[string]recipe.Work{}
	works := make([]recipe.Work, 0, len(e.Members))
	for _, m := range e.Members {
		key, err := json.Marshal(m.Recipe.Data)
		if err != nil {
			return err
		}
		w := read[string(key)]
		if w == nil {
			if w, err = m.Recipe.Load(ctx); err != nil {
				return err
			}
			read[string(key)] = w
		}
		was, err := json.Marshal(m.Work.Kept())
		if err != nil {
			return err
		}
		if is, err := json.Marshal(w.Kept()); err != nil || !bytes.Equal(was, is) {
			return fmt.Errorf("the data of %s has changed since it was trained", m.From)
		}
		works = append(works, w)
	}
	if err := sameTargets(ctx, e.Members, works); err != nil {
		return err
	}
	e.works = works
	return nil
}

// sameTargets reports members that are not tested on the same examples.
func sameTargets(ctx context.Context, members []Member, works []recipe.Work) error {
	for _, of := range []func(*recipe.Sets) setOf{
		func(s *recipe.Sets) setOf { return s.Test }, func(s *recipe.Sets) setOf { return s.Validation },
	} {
		var first *tensor.Tensor
		for i, w := range works {
			if i > 0 && w.Sets() == works[0].Sets() || of(w.Sets()) == nil {
				continue
			}
			y, err := recipe.Targets(ctx, of(w.Sets()))
			if err != nil {
				return err
			}
			if first == nil {
				first = y
			}
			if !slices.Equal(tensor.Values[float64](first), tensor.Values[float64](y)) {
				return recipe.Errorf("", "%s was trained on other examples than %s; the members of an ensemble share the data, and what is kept back of it",
					members[i].From, members[0].From)
			}
		}
	}
	return nil
}

// outputs returns what each member says of one of its sets.
func (e *Ensemble) outputs(ctx context.Context, of func(*recipe.Sets) setOf) ([]*tensor.Tensor, error) {
	if err := e.load(ctx); err != nil {
		return nil, err
	}
	var all []*tensor.Tensor
	for i, m := range e.Members {
		set := of(e.works[i].Sets())
		if set == nil {
			return nil, fmt.Errorf("%s has no validation set", m.From)
		}
		z, err := m.Job.Outputs(ctx, set)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.From, err)
		}
		all = append(all, z)
	}
	return all, nil
}

// tested returns what each member says of the test set.
func (e *Ensemble) tested(ctx context.Context) ([]*tensor.Tensor, error) {
	if e.test != nil {
		return e.test, nil
	}
	z, err := e.outputs(ctx, func(s *recipe.Sets) setOf { return s.Test })
	if err == nil {
		e.test = z
	}
	return z, err
}

// Ask answers a question as the members do together. The data is read if it is about the examples of the test set.
func (e *Ensemble) Ask(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	var first []recipe.Prediction
	var all []*tensor.Tensor
	for _, m := range e.Members {
		said, err := m.Ask(ctx, q)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = said
		}
		if len(said) == 0 {
			return nil, nil
		}
		if len(said) != len(first) {
			return nil, fmt.Errorf("%s answers %d times, %s %d times", e.Members[0].From, len(first), m.From, len(said))
		}
		all = append(all, unworded(said, e.Classes()))
	}
	answers := recipe.Predictions(e.Classes(), e.Rule.Combine(all, e.Classes() != nil))
	for i := range answers {
		answers[i].AsAsked(first[i])
	}
	return answers, nil
}

// unworded returns the probabilities or numbers of predictions, [n k].
func unworded(all []recipe.Prediction, classes []string) *tensor.Tensor {
	var x []float64
	for _, p := range all {
		switch {
		case classes != nil:
			row := make([]float64, len(classes))
			for _, s := range p.Classes {
				row[slices.Index(classes, s.Class)] = s.Probability
			}
			x = append(x, row...)
		case p.Numbers != nil:
			x = append(x, p.Numbers...)
		default:
			x = append(x, p.Value)
		}
	}
	return tensor.Of(x, len(all), len(x)/len(all))
}
