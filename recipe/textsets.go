package recipe

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Parts gives a corpus the parts that it has not been published with, so that no text is in two of them: a copy of a text for
// the test is not learned from, nor any text twice. What is the same but for digits and capitals is a copy. The parts
// do not depend on the recipe's seed.
func (b Batches) Parts(c *sample.Corpus, h Held) (train, validation, test sample.Labelled) {
	seen := map[string]bool{}
	for _, held := range []sample.Labelled{c.Test, c.Validation} { // they stay as they were published
		once(held, seen)
	}
	train, validation, test = once(c.Train, seen), c.Validation, c.Test
	if test.Len() > 0 {
		h = Held{}
	}
	kept := b.Validation
	if validation.Len() > 0 {
		kept = 0
	}
	forTraining, forValidation, forTest := h.Divide(train.Len(), kept)
	if test.Len() == 0 {
		test = train.Pick(forTest)
	}
	if validation.Len() == 0 {
		validation = train.Pick(forValidation)
	}
	return train.Pick(forTraining), validation, test
}

// once returns the texts whose words have not been seen.
func once(some sample.Labelled, seen map[string]bool) (left sample.Labelled) {
	for i, t := range some.Texts {
		if key := strings.Join(split(t), " "); !seen[key] {
			seen[key] = true
			left.Texts, left.Labels = append(left.Texts, t), append(left.Labels, some.Labels[i])
		}
	}
	return left
}

// Classify makes the work of telling the classes of texts. Folds of a corpus that was published with a test set are a mistake; it
// shows here and not before, since the corpus has to be read.
func (c Wording) Classify(corpus *sample.Corpus, b Batches, h Held, files ...string) (Work, error) {
	if corpus.Test.Len() > 0 && h.folded() {
		return nil, errorf("data.folds", "the set comes with a test set, which is the same in every fold; leave out folds and fold, and train several times by --seeds")
	}
	train, validation, test := b.Parts(corpus, h)
	known := c.Learn(train.Texts)
	rows := known.Rows(train)
	left := train.Len() + validation.Len() + test.Len()
	in := &Inputs{Unit: corpus.Unit, Shape: []int{known.Room}, Tokens: known.Tokens(), Classes: corpus.Classes, Reader: known}
	s := &Sets{Train: c.Dropping(rows), Test: known.Rows(test), Unit: in.Unit, Batch: b.Batch, Files: files}
	s.Note = leftOut(corpus.Train.Len() + corpus.Validation.Len() + corpus.Test.Len() - left)
	if validation.Len() > 0 {
		s.Validation = known.Rows(validation)
	}
	s.Original = known.Originals(test)
	return Supervise(in, s), nil
}

// leftOut says how many texts were, for what [Batches.Parts] takes for copies; nothing of none.
func leftOut(copies int) string {
	switch copies {
	case 0:
		return ""
	case 1:
		return "1 text was left out, which is a copy of another but for digits and capitals"
	}
	return Thousands(copies) + " texts were left out, which are copies of others but for digits and capitals"
}

// Rows returns texts as tokens, X [n t], and their classes, Y [n]. The first time it settles how many tokens there is room for:
// as many as the longest text has, or, if only words are tokens, Length.
func (t *Texts) Rows(some sample.Labelled) *data.Tensors {
	ids := t.IDs()
	rows := make([][]int64, some.Len())
	longest := t.Length
	for i, text := range some.Texts {
		rows[i], _ = t.Encode(text, ids)
		longest = max(longest, len(rows[i]))
	}
	if t.Room == 0 {
		t.Room = longest
	}
	flat := make([]int64, len(rows)*t.Room)
	for i, row := range rows {
		copy(flat[i*t.Room:(i+1)*t.Room], row)
	}
	return &data.Tensors{X: tensor.Of(flat, len(rows), t.Room), Y: tensor.Of(some.Labels, some.Len())}
}

// Dropping returns the set with a share of the tokens of each text left out, others in each epoch; see text.WordDropout.
func (c Wording) Dropping(s data.Set) data.Set {
	if c.Drop == 0 {
		return s
	}
	return dropping{s, c.Drop}
}

type dropping struct {
	data.Set
	rate float64
}

func (d dropping) Batch(index []int, key rng.Key) (data.Batch, error) {
	b, err := d.Set.Batch(index, key)
	if err != nil {
		return b, err
	}
	x := slices.Clone(b.X.Ints())
	n := b.X.Dim(1)
	for i, at := range index {
		row := x[i*n : (i+1)*n]
		left, draw := 0, key.Child("drop").At(uint64(at))
		for j, k := range row {
			if k != 0 && draw.Float64At(uint64(j)) >= d.rate {
				row[left] = k
				left++
			}
		}
		if left > 0 { // else the text stays as it was
			clear(row[left:])
		}
	}
	b.X = tensor.Of(x, len(index), n)
	return b, nil
}
