package recipe

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
)

// datasets are what a recipe may train on.
var datasets = []row[Source]{
	choose("fashion", "Fashion-MNIST: ten kinds of clothing, 28×28 grey; 6,000 are in the program, folder has all", fashion{Batches: Usual}, fashion.source),
	choose("mnist", "MNIST: handwritten digits, 28×28 grey; folder has the four files", fashion{Batches: Usual}, fashion.mnist),
	choose("cifar10", "CIFAR-10 as JPEG files: things and animals, 32×32 in color; folder has all", fashion{Batches: Usual}, fashion.cifar10),
	choose("images", "pictures in one folder for each class", images{Batches: Usual, Held: Held{Test: 0.2}, Height: 64, Width: 64, Channels: 3}, images.source),
	choose("idx", "pictures and labels in IDX files", idxFiles{Batches: Usual, Held: Held{Test: 0.2}}, idxFiles.source),
	choose("csv", "a table with a target column: classes if it holds words, numbers otherwise", csv{Batches: Usual, Held: Held{Test: 0.2}}, csv.source),
	choose("iris", "150 flowers of three species by four measures; in the program", rows{Usual, Held{Test: 0.2}, scaled{}}, rows.iris),
	choose("wine", "178 wines of three growers by thirteen measures of their chemistry; in the program", rows{Usual, Held{Test: 0.2}, scaled{}}, rows.wine),
	choose("cancer", "569 lumps of the breast, benign or malignant, by thirty measures of their cells; in the program", rows{Usual, Held{Test: 0.2}, scaled{}}, rows.cancer),
	choose("california", "20,640 districts of California, the price of their houses to predict; in the program", rows{Usual, Held{Test: 0.2}, scaled{}}, rows.california),
	choose("cars", "398 cars by seven properties, miles per gallon to predict; in the program", rows{Usual, Held{Test: 0.2}, scaled{}}, rows.cars),
	choose("spam", "5,574 short messages, spam or ham; in the program", spam{Usual, Held{Test: 0.2}, Wording{Words: 4000, Length: 40}}, spam.source),
}

// Batches is what every set is asked for.
type Batches struct {
	Batch      int     // examples in a batch
	Validation float64 // share of the training examples that is kept back to evaluate each epoch
}

// Usual is what it is where a recipe says nothing.
var Usual = Batches{Batch: 64, Validation: 0.1}

// Held is for sets that do not come with a test set.
type Held struct {
	Test  float64 // share of all examples that is kept back for the test at the end
	Folds int     // parts of equal size that all examples are divided into, one of which is the test set; 0: as Test says
	Fold  int     // which of them, from 1; the first if 0
}

// Check reports what cannot be.
func (b Batches) Check() error {
	if b.Batch < 1 {
		return errorf("data.batch", "want 1 or more, not %d", b.Batch)
	}
	return share("data.validation", b.Validation)
}

// Check reports what cannot be.
func (h Held) Check() error {
	switch {
	case h.folded() && h.Folds < 2:
		return errorf("data.folds", "want 2 or more, not %d", h.Folds)
	case h.folded() && (h.Fold < 0 || h.Fold > h.Folds):
		return errorf("data.fold", "want 1 to %d, not %d", h.Folds, h.Fold)
	case !h.folded() && h.Test == 0:
		return errorf("data.test", "want more than 0: the set comes without a test set, and the run ends with a test")
	}
	return share("data.test", h.Test)
}

// CheckBeside is [Held.Check] for a set that may be given a test set, under a key such as "data.test_file": then no example is
// held back for the test, and there are no folds.
func (h Held) CheckBeside(key, given string) error {
	if given == "" {
		return h.Check()
	}
	if h.folded() {
		return errorf("data.folds", "the test set is that of %s in every fold; leave out folds and fold, or %s", key, key)
	}
	return share("data.test", h.Test)
}

func (h Held) folded() bool { return h.Folds != 0 || h.Fold != 0 }

// Within reports a number that is less or more than it may be; nobody minds how large it is if most is math.MaxInt.
func Within(path string, n, least, most int) error {
	switch {
	case n < least:
		return errorf(path, "want %d or more, not %d", least, n)
	case n > most:
		return errorf(path, "want %d or less, not %d", most, n)
	}
	return nil
}

func share(path string, x float64) error {
	if x < 0 || x >= 1 {
		return errorf(path, "want a share, 0 or more and below 1, not %v", x)
	}
	return nil
}

// Divide returns the positions of n examples that are for training, validation and the test. They do not depend on the
// recipe's seed: runs that differ in it are tested on the same examples.
func Divide(n int, validation, test float64) (forTraining, forValidation, forTest []int) {
	order := splitOrder(n)
	t := int(math.Round(test * float64(n)))
	return divideRest(order[t:], order[:t], validation)
}

// Divide is [Divide] with the test set that h says.
func (h Held) Divide(n int, validation float64) (forTraining, forValidation, forTest []int) {
	if h.Folds == 0 {
		return Divide(n, validation, h.Test)
	}
	order := splitOrder(n)
	fold := max(h.Fold, 1)
	from, to := (fold-1)*n/h.Folds, fold*n/h.Folds
	return divideRest(slices.Concat(order[:from], order[to:]), order[from:to], validation)
}

func splitOrder(n int) []int { return rng.KeyOf(0).Child("split").Perm(n) }

func divideRest(rest, test []int, validation float64) (forTraining, forValidation, forTest []int) {
	v := int(math.Round(validation * float64(len(rest))))
	return rest[v:], rest[:v], test
}

// trainAndTest makes the work of pictures of a training and a test set; what is trained on is augmented.
func (b Batches) trainAndTest(train *data.Bytes, how augmented, test data.Set, in *Inputs, files ...string) (Work, error) {
	changed, err := how.apply(train, in)
	if err != nil {
		return nil, err
	}
	s := &Sets{Train: changed, Test: test, Unit: in.Unit, Batch: b.Batch, Files: files}
	if t, v, _ := Divide(train.Len(), b.Validation, 0); len(v) > 0 {
		s.Train, s.Validation = data.Subset{Set: changed, Index: t}, data.Subset{Set: train, Index: v}
	}
	return Supervise(in, s), nil
}

// oneSetOf is [OneSet] for pictures; what is trained on is augmented.
func (b Batches) oneSetOf(all *data.Bytes, how augmented, h Held, in *Inputs, files ...string) (Work, error) {
	changed, err := how.apply(all, in)
	if err != nil {
		return nil, err
	}
	s := b.OneSet(all, h, in.Unit, files...)
	s.Train = data.Subset{Set: changed, Index: s.Train.(data.Subset).Index}
	return Supervise(in, s), nil
}

// OneSet divides a set that comes without a test set.
func (b Batches) OneSet(all data.Set, h Held, unit string, files ...string) *Sets {
	t, v, e := h.Divide(all.Len(), b.Validation)
	s := &Sets{
		Train: data.Subset{Set: all, Index: t}, Test: data.Subset{Set: all, Index: e}, Unit: unit, Batch: b.Batch, Files: files,
	}
	if len(v) > 0 {
		s.Validation = data.Subset{Set: all, Index: v}
	}
	return s
}
