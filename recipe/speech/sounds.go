package speech

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
)

// sounds is a tree of sound files.
type sounds struct {
	recipe.Batches
	recipe.Held
	ears
	variety
	Folder, TestFolder string
	Seconds            float64 // of a clip
}

func (c sounds) source() (recipe.Source, error) {
	if err := seconds(c.Seconds); err != nil {
		return recipe.Source{}, err
	}
	held := func() error { return c.CheckBeside("data.test_folder", c.TestFolder) }
	return recipe.Source{Load: c.load, Reopen: recipe.Reopen[*Clips]}, checked(c.Batches.Check, held, c.ears.check, c.variety.check)
}

func (c sounds) load(ctx context.Context) (recipe.Work, error) {
	if c.Folder == "" {
		return nil, recipe.Errorf("data.folder", "is missing: the folder with a folder of sounds for each class")
	}
	all, err := tree(ctx, c.Folder, c.Rate)
	if err != nil {
		return nil, err
	}
	if c.TestFolder == "" {
		all.forTraining, all.forValidation, all.forTesting = c.Held.Divide(len(all.all), c.Validation)
		return all.work(c.ears, c.variety, c.Seconds, c.Batches), nil
	}
	test, err := tree(ctx, c.TestFolder, c.Rate)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(all.classes, test.classes) {
		return nil, fmt.Errorf("%s has the classes %s, but %s has %s", c.Folder, strings.Join(all.classes, ", "), c.TestFolder, strings.Join(test.classes, ", "))
	}
	n := len(all.all)
	all.forTraining, all.forValidation, _ = recipe.Divide(n, c.Validation, 0)
	for i := range test.all {
		all.forTesting = append(all.forTesting, n+i)
	}
	all.folders = append(all.folders, c.TestFolder)
	all.all, all.labels = append(all.all, test.all...), append(all.labels, test.labels...)
	return all.work(c.ears, c.variety, c.Seconds, c.Batches), nil
}

// tree reads the sounds of a folder; the first folder on the path of each is its class.
func tree(ctx context.Context, folder string, rate int) (*corpus, error) {
	all, err := audio.Load(ctx, folder, rate)
	if err != nil {
		return nil, err
	}
	c := &corpus{folders: []string{folder}}
	for _, r := range all {
		class, _, below := strings.Cut(r.Path, "/")
		if !below {
			continue
		}
		k := slices.Index(c.classes, class)
		if k < 0 {
			k, c.classes = len(c.classes), append(c.classes, class)
		}
		c.all, c.labels = append(c.all, r), append(c.labels, int64(k))
	}
	if len(c.classes) < 2 {
		return nil, fmt.Errorf("%s has sounds in the folders of %d classes; want two or more", folder, len(c.classes))
	}
	return c, nil
}
