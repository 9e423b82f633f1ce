package music

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// score is what sets of music are asked for.
type score struct {
	Steps       int     // of a quarter note: 1, or 4 for sixteenths
	Length      int     // steps that a piece may have; longer ones are cut into several
	CommonKey   bool    // move every piece to C major or A minor
	Transpose   int     // half tones up or down by which pieces are moved at most to train on them
	Tempo       float64 // quarter notes a minute of what is composed
	Compose     int     // steps of what is composed
	Temperature float64 // of what is composed: below 1 likely keys become likelier
}

var usual = score{Steps: 1, Length: 160, CommonKey: true, Tempo: 90, Compose: 64, Temperature: 0.5}

// check reports what cannot be.
func (c score) check() error {
	switch {
	case c.Steps < 1 || c.Steps > 24:
		return recipe.Errorf("data.steps", "want 1 to 24 of a quarter note, not %d", c.Steps)
	case c.Length < 2 || c.Length > 1<<14:
		return recipe.Errorf("data.length", "want 2 to 16384 steps, not %d", c.Length)
	case c.Transpose < 0 || c.Transpose > 12:
		return recipe.Errorf("data.transpose", "want 0 to 12 half tones, not %d", c.Transpose)
	case c.Tempo < 10 || c.Tempo > 1000:
		return recipe.Errorf("data.tempo", "want 10 to 1000 quarter notes a minute, not %v", c.Tempo)
	case c.Compose < 1 || c.Compose > 1<<14:
		return recipe.Errorf("data.compose", "want 1 to 16384 steps, not %d", c.Compose)
	case !(c.Temperature > 0 && c.Temperature <= 10):
		return recipe.Errorf("data.temperature", "want above 0 and at most 10, not %v", c.Temperature)
	}
	return nil
}

// pieces returns what a roll is learned as: in the common key, and in parts of at most Length steps.
func (c score) pieces(r music.Roll) (parts []music.Roll) {
	if c.CommonKey {
		r = r.Transpose(-offset(r.Key()))
	}
	for ; len(r) > c.Length; r = r[c.Length:] {
		parts = append(parts, r[:c.Length])
	}
	if len(r) > 1 {
		parts = append(parts, r)
	}
	return parts
}

// offset returns how many half tones a key lies above C major or A minor, at most five, or below them, at most six.
func offset(tonic int, minor bool) int {
	if minor {
		tonic += 3
	}
	return (tonic+6)%12 - 6
}

// work returns the work of going on with rolls.
func (c score) work(b recipe.Batches, train, validation, test []music.Roll, folder ...string) recipe.Work {
	all := func(rolls []music.Roll, transpose int) *pieces {
		p := &pieces{transpose: transpose}
		for _, r := range rolls {
			p.rolls = append(p.rolls, c.pieces(r)...)
		}
		return p
	}
	s := &recipe.Sets{Train: all(train, c.Transpose), Test: all(test, 0), Unit: "pieces", Batch: b.Batch, Files: folder}
	if len(validation) > 0 {
		s.Validation = all(validation, 0)
	}
	return composing{kept{c.Steps, c.Length, c.CommonKey, c.Tempo, c.Compose, c.Temperature}, s}
}

// chorales are those of Bach.
type chorales struct {
	recipe.Batches
	score
}

func (c chorales) source() (recipe.Source, error) {
	if c.Steps != 1 && c.Steps != 2 && c.Steps != 4 {
		return recipe.Source{}, recipe.Errorf("data.steps", "want 1, 2 or 4 of a quarter note, not %d: the chorales have sixteenths", c.Steps)
	}
	if c.Validation != 0 {
		return recipe.Source{}, recipe.Errorf("data.validation", "want 0: the chorales come with a validation set")
	}
	if err := c.check(); err != nil {
		return recipe.Source{}, err
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, c.Batches.Check()
}

func (c chorales) load(context.Context) (recipe.Work, error) {
	var parts [3][]music.Roll
	train, validation, test, err := sample.Chorales()
	if err != nil {
		return nil, err
	}
	for i, part := range [][]sample.Chorale{train, validation, test} {
		for _, one := range part {
			var r music.Roll
			for t := 0; t < len(one); t += 4 / c.Steps {
				keys := slices.DeleteFunc(slices.Clone(one[t][:]), func(k int) bool { return k == 0 })
				slices.Sort(keys)
				r = append(r, slices.Compact(keys))
			}
			parts[i] = append(parts[i], r)
		}
	}
	return c.work(c.Batches, parts[0], parts[1], parts[2], sample.Paths("chorales")...), nil
}

// files are MIDI files.
type files struct {
	recipe.Batches
	recipe.Held
	score
	Folder string
}

func (c files) source() (recipe.Source, error) {
	if err := c.check(); err != nil {
		return recipe.Source{}, err
	}
	if err := c.Held.Check(); err != nil {
		return recipe.Source{}, err
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, c.Batches.Check()
}

// longest is how many steps of a file are read.
const longest = 1 << 16

func (c files) load(ctx context.Context) (recipe.Work, error) {
	if c.Folder == "" {
		return nil, recipe.Errorf("data.folder", "is missing: the folder with MIDI files")
	}
	var rolls []music.Roll
	err := filepath.WalkDir(c.Folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return fmt.Errorf("reading %s: %w", path, cmp.Or(err, ctx.Err()))
		}
		if ext := strings.ToLower(filepath.Ext(path)); d.IsDir() || ext != ".mid" && ext != ".midi" {
			return nil
		}
		s, err := music.Open(path)
		if err != nil {
			return fmt.Errorf("%w; mend or remove it", err)
		}
		rolls = append(rolls, s.Roll(1/float64(c.Steps), longest))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(rolls) < 2 {
		return nil, fmt.Errorf("%s has %d .mid files; want two or more", c.Folder, len(rolls))
	}
	some := func(index []int) (part []music.Roll) {
		for _, i := range index {
			part = append(part, rolls[i])
		}
		return part
	}
	t, v, e := c.Held.Divide(len(rolls), c.Validation)
	return c.work(c.Batches, some(t), some(v), some(e), c.Folder), nil
}
