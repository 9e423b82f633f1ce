package recipe

import (
	"context"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/rng"
)

// Sets are the examples of a recipe, split and ready.
type Sets struct {
	Train      data.Set
	Validation data.Set // nil: none
	Test       data.Set
	Inputs     *Inputs
}

// A source is a data set that was chosen, and not yet read.
type source struct {
	batches
	like *model.Examples // what is known of the examples before they are read; nil: nothing
	load func(ctx context.Context) (*Sets, error)
}

// datasets are what a recipe may train on.
var datasets = []row[source]{
	choose("fashion", "Fashion-MNIST: ten kinds of clothing, 28×28 grey; 6,000 are in the program, folder has all", fashion{batches: usual}, fashion.source),
	choose("mnist", "MNIST: handwritten digits, 28×28 grey; folder has the four files", fashion{batches: usual}, fashion.mnist),
	choose("images", "pictures in one folder for each class", images{batches: usual, held: held{0.2}, Height: 64, Width: 64, Channels: 3}, images.source),
	choose("idx", "pictures and labels in IDX files", idxFiles{batches: usual, held: held{0.2}}, idxFiles.source),
	choose("csv", "a table with a target column: classes if it holds words, numbers otherwise", csv{batches: usual, held: held{0.2}}, csv.source),
	choose("iris", "150 flowers of three species by four measures; in the program", rows{usual, held{0.2}}, rows.iris),
	choose("cars", "398 cars by seven properties, miles per gallon to predict; in the program", rows{usual, held{0.2}}, rows.cars),
	choose("spam", "5,574 short messages, spam or ham; in the program", spam{batches: usual, held: held{0.2}, Words: 4000, Length: 40}, spam.source),
}

// batches is what every set is asked for.
type batches struct {
	Batch      int     // examples in a batch
	Validation float64 // share of the training examples that is kept back to evaluate each epoch
}

var usual = batches{Batch: 64, Validation: 0.1}

// held is for sets that do not come with a test set.
type held struct {
	Test float64 // share of all examples that is kept back for the test at the end
}

func (b batches) check() error {
	if b.Batch < 1 {
		return errorf("data.batch", "want 1 or more, not %d", b.Batch)
	}
	return share("data.validation", b.Validation)
}

func (h held) check() error {
	if h.Test == 0 {
		return errorf("data.test", "want more than 0: the set comes without a test set, and the run ends with a test")
	}
	return share("data.test", h.Test)
}

func share(path string, x float64) error {
	if x < 0 || x >= 1 {
		return errorf(path, "want a share, 0 or more and below 1, not %v", x)
	}
	return nil
}

// divide returns the positions of n examples that are for training, validation and the test. They do not depend on the
// recipe's seed: runs that differ in it are tested on the same examples.
func divide(n int, validation, test float64) (forTraining, forValidation, forTest []int) {
	order := rng.KeyOf(0).Child("split").Perm(n)
	t := int(math.Round(test * float64(n)))
	forTest, order = order[:t], order[t:]
	v := int(math.Round(validation * float64(len(order))))
	return order[v:], order[:v], forTest
}

// trainAndTest makes the sets of pictures of a training and a test set; what is trained on is augmented.
func (b batches) trainAndTest(train *data.Bytes, how augmented, test data.Set, in *Inputs) (*Sets, error) {
	changed, err := how.apply(train, in)
	s := &Sets{Train: changed, Test: test, Inputs: in}
	if t, v, _ := divide(train.Len(), b.Validation, 0); len(v) > 0 {
		s.Train, s.Validation = data.Subset{Set: changed, Index: t}, data.Subset{Set: train, Index: v}
	}
	return s, err
}

// oneSetOf is oneSet for pictures; what is trained on is augmented.
func (b batches) oneSetOf(all *data.Bytes, how augmented, h held, in *Inputs) (*Sets, error) {
	changed, err := how.apply(all, in)
	s := b.oneSet(all, h, in)
	s.Train = data.Subset{Set: changed, Index: s.Train.(data.Subset).Index}
	return s, err
}

// oneSet makes the sets of a set that comes without a test set.
func (b batches) oneSet(all data.Set, h held, in *Inputs) *Sets {
	t, v, e := divide(all.Len(), b.Validation, h.Test)
	s := &Sets{Train: data.Subset{Set: all, Index: t}, Test: data.Subset{Set: all, Index: e}, Inputs: in}
	if len(v) > 0 {
		s.Validation = data.Subset{Set: all, Index: v}
	}
	return s
}

// Load reads the data that a recipe names.
func (r *Recipe) Load(ctx context.Context) (*Sets, error) {
	s, err := build(datasets, "data", r.Data)
	if err != nil {
		return nil, err
	}
	sets, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	if sets.Train.Len() == 0 || sets.Test.Len() == 0 {
		return nil, errorf("data", "the set %s has %d examples for training and %d for the test; there must be some of both",
			r.Data.Name, sets.Train.Len(), sets.Test.Len())
	}
	return sets, nil
}
