package speech

import (
	"bytes"
	"context"
	"slices"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

// digitStrings are spoken digits in a row.
type digitStrings struct {
	recipe.Batches
	ears
	variety
	Folder      string  // of recordings, as of the set digits
	Strings     int     // that are made in an epoch, always others; a sixth as many for the test, always the same
	Least, Most int     // digits of a string
	Pause       float64 // seconds between two digits at most
	Beams       int     // beginnings that are kept when the words are read off
}

func (c digitStrings) check() error {
	switch {
	case c.Strings < 6 || c.Strings > 1<<20:
		return recipe.Errorf("data.strings", "want 6 or more, not %d", c.Strings)
	case c.Least < 1 || c.Most < c.Least || c.Most > 100:
		return recipe.Errorf("data.most", "want strings of 1 to 100 digits, not of %d to %d", c.Least, c.Most)
	case c.Pause < 0 || c.Pause > 10:
		return recipe.Errorf("data.pause", "want 0 to 10 seconds, not %v", c.Pause)
	}
	return beams(c.Beams)
}

func (c digitStrings) source() (recipe.Source, error) {
	return recipe.Source{Load: c.load, Reopen: reopen}, checked(c.Batches.Check, c.ears.check, c.variety.check, c.check)
}

func (c digitStrings) load(ctx context.Context) (recipe.Work, error) {
	all, err := spoken(ctx, c.Folder, c.Rate, "")
	if err != nil {
		return nil, err
	}
	all.divide(c.Validation)
	h := c.hearing()
	train := c.of(all, all.forTraining, c.Strings)
	h.learn(100, func(i int) []float32 { return train.at(i, rng.KeyOf(1).At(uint64(i))).sound })
	always := func(index []int, key uint64) *heard {
		s := c.of(all, index, c.Strings/6)
		s.always = rng.KeyOf(key)
		return &heard{h, s, nil}
	}
	sets := &recipe.Sets{Train: &heard{h, train, &c.variety}, Test: always(all.forTesting, 2), Unit: "strings", Batch: c.Batch, Files: all.folders}
	if len(all.forValidation) > 0 {
		sets.Validation = always(all.forValidation, 3)
	}
	return transcribing{kept{h, digitNames, c.Beams}, sets}, nil
}

// rows are strings of recordings.
type rows struct {
	config   digitStrings
	speakers [][]utterance // the recordings of each
	n        int
	always   rng.Key // if it is not 0 it stands for every key
}

// of returns n strings of some recordings.
func (c digitStrings) of(all *corpus, index []int, n int) *rows {
	r := &rows{config: c, n: n}
	var names []string
	for _, i := range index {
		_, name, _, _ := parsed(all.all[i]) // which was read before
		k := slices.Index(names, name)
		if k < 0 {
			k, names, r.speakers = len(names), append(names, name), append(r.speakers, nil)
		}
		r.speakers[k] = append(r.speakers[k], utterance{all.all[i].Channels[0], []int64{all.labels[i] + 1}})
	}
	return r
}

// Len returns how many strings there are.
func (r *rows) Len() int { return r.n }

// at returns a string of one speaker's recordings, equally loud, with pauses.
func (r *rows) at(i int, key rng.Key) utterance {
	if r.always != 0 {
		key = r.always.At(uint64(i))
	}
	key = key.Child("string")
	own := r.speakers[key.IntnAt(0, len(r.speakers))]
	digits := r.config.Least + key.IntnAt(1, r.config.Most-r.config.Least+1)
	var u utterance
	pause := func(k uint64) {
		u.sound = append(u.sound, make([]float32, key.IntnAt(k, int(r.config.Pause*float64(r.config.Rate))+1))...)
	}
	for d := range uint64(digits) {
		pause(2 + 2*d)
		one := own[key.IntnAt(3+2*d, len(own))]
		u.sound = append(u.sound, level(one.sound)...)
		u.words = append(u.words, one.words...)
	}
	pause(2 + 2*uint64(digits))
	return u
}

// level returns a sound whose largest sample is a half of full scale.
func level(x []float32) []float32 {
	top := float32(1e-6)
	for _, v := range x {
		top = max(top, v, -v)
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = v / (2 * top)
	}
	return y
}

// written returns samples as a WAV file.
func written(x []float32, rate int) []byte {
	var b bytes.Buffer
	if err := (&audio.Sound{Rate: rate, Channels: [][]float32{x}}).WriteWAV(&b); err != nil {
		return nil // a sound in memory can be written into memory
	}
	return b.Bytes()
}
