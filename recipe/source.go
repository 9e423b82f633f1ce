package recipe

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
)

// A Source is a data set that was chosen, and not yet read.
type Source struct {
	Like *model.Examples // what is known of the examples before they are read; nil: nothing

	// Load reads the examples.
	Load func(ctx context.Context) (Work, error)

	// Reopen makes the work, without examples, of what a run kept of it.
	Reopen func(kept json.RawMessage) (Work, error)
}

// Register makes a data set known under its name, which recipes have under "data.set". Its hyperparameters are the fields of
// C, and defaults their values where a recipe says nothing; open checks them. A mistake in them is an error by [Errorf] with
// the path of the key, such as "data.folder".
//
// It is called from init functions; a name taken twice panics.
func Register[C any](name, about string, defaults C, open func(c C) (Source, error)) {
	datasets = add(datasets, choose(name, about, defaults, open))
}

// RegisterObjective makes an objective known under its name, as [Register] does a data set.
func RegisterObjective[C any](name, about string, defaults C, build func(c C) (Goal, error)) {
	objectives = add(objectives, choose(name, about, defaults, build))
}

// add adds a row to a table.
func add[T any](rows []row[T], r row[T]) []row[T] {
	if slices.Contains(namesOf(rows), r.name) {
		panic(errorf("", "recipe: the name %q is taken", r.name))
	}
	return append(rows, r)
}

// Errorf returns the error of a mistake in a recipe, at the path of a key: "data.folder".
func Errorf(path, format string, args ...any) *Error { return errorf(path, format, args...) }

// Load reads the data that a recipe names.
func (r *Recipe) Load(ctx context.Context) (Work, error) {
	s, err := r.source()
	if err != nil {
		return nil, err
	}
	w, err := s.Load(ctx)
	if err != nil {
		return nil, err
	}
	sets := w.Sets()
	if train, test := count(sets.Train), count(sets.Test); train == 0 || test == 0 {
		note := ""
		if sets.Note != "" {
			note = "; " + sets.Note
		}
		return nil, errorf("data", "the set %s has %d examples for training and %d for the test; there must be some of both%s", r.Data.Name, train, test, note)
	}
	return w, sets.fewer(r.Train.Examples)
}

// count returns how many examples a set has; one that is not there has none.
func count(s data.Set) int {
	if s == nil {
		return 0
	}
	return s.Len()
}

func (r *Recipe) source() (Source, error) { return build(datasets, "data", r.Data) }

// Reopen is the Reopen of a [Source] whose works are those of [Supervise], with a reader of type R.
func Reopen[R Reader](kept json.RawMessage) (Work, error) {
	k := struct {
		*Inputs
		Reader R `json:"reader"`
	}{Inputs: new(Inputs)}
	if err := json.Unmarshal(kept, &k); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	k.Inputs.Reader = k.Reader
	if err := k.Inputs.check(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return Supervise(k.Inputs, nil), nil
}
