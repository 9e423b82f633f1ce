package speech

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
)

// yesno is the set of the same name.
type yesno struct {
	recipe.Batches
	ears
	variety
	Folder string
	Beams  int // beginnings that are kept when the words are read off
}

// yesnoSize is how many recordings there are, and getYesno where.
const (
	yesnoSize = 60
	getYesno  = "get https://www.openslr.org/resources/1/waves_yesno.tar.gz"
)

func (c yesno) source() (recipe.Source, error) {
	return recipe.Source{Load: c.load, Reopen: reopen}, checked(c.Batches.Check, c.ears.check, c.variety.check, func() error { return beams(c.Beams) })
}

// load reads the recordings. As in Kaldi's recipe the first half of them, by their names, is for training, and the second for the test.
func (c yesno) load(ctx context.Context) (recipe.Work, error) {
	if c.Folder == "" {
		return nil, recipe.Errorf("data.folder", "the set yesno is not in the program; %s and give its folder: --set data.folder=FOLDER", getYesno)
	}
	files, err := audio.Load(ctx, c.Folder, c.Rate)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, getYesno)
	}
	var all recorded
	for _, f := range files {
		u := utterance{sound: f.Channels[0]}
		if u.words, err = transcript(f); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	if len(all) != yesnoSize {
		return nil, fmt.Errorf("%s has %d recordings, and the set %d; %s", c.Folder, len(all), yesnoSize, getYesno)
	}
	half := recorded(all[:yesnoSize/2])
	t, v, _ := recipe.Divide(len(half), c.Validation, 0)
	some := func(index []int) recorded {
		var r recorded
		for _, i := range index {
			r = append(r, half[i])
		}
		return r
	}
	h := c.hearing()
	train := some(t)
	h.learn(len(train), func(i int) []float32 { return train[i].sound })
	sets := &recipe.Sets{
		Train: &heard{h, train, &c.variety}, Test: &heard{h, all[yesnoSize/2:], nil}, Unit: "recordings", Batch: c.Batch, Files: []string{c.Folder},
	}
	if len(v) > 0 {
		sets.Validation = &heard{h, some(v), nil}
	}
	return transcribing{kept{h, []string{"no", "yes"}, c.Beams}, sets}, nil
}

// transcript returns the words that the name of a recording says.
func transcript(f audio.Recording) (words []int64, err error) {
	for _, said := range strings.Split(f.Name(), "_") {
		k := slices.Index([]string{"0", "1"}, said)
		if k < 0 {
			return nil, fmt.Errorf("%s: want what is said as its name, such as 0_1_1_0_0_0_1_1.wav; %s", f.Path, getYesno)
		}
		words = append(words, int64(1+k))
	}
	return words, nil
}
