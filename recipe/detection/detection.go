// Package detection makes a recipe of finding things in pictures: data sets of pictures with boxes, and what a detector without
// anchors learns of them.
package detection

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/voc"
	"github.com/jimu-ml/jimu/model/fcos"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed *.json
var recipes embed.FS

// Boxes is the [recipe.Target] of these works.
const Boxes recipe.Target = "boxes"

func init() {
	usual := config{Batch: 8, Height: 192, Width: 256, Crop: 0.6, Stretch: 1.2, Color: 0.2}
	recipe.Register("bccd", "blood cells in photographs of a microscope: red, white, platelets; 60 small ones are in the program, folder has all 364", usual, config.bccd)
	recipe.Register("voc", "photographs with boxes in the form of Pascal VOC, in a folder: Annotations, ImageSets/Main, JPEGImages", usual, config.voc)
	recipe.RegisterObjective("fcos", "classes, boxes and middles of things in pictures: focal loss, generalized IoU, cross-entropy",
		fcos.LossConfig{Radius: 1.5, Gamma: 2, Balance: 0.25}, goal)
	recipe.RegisterBuiltins(recipes)
}

func goal(c fcos.LossConfig) (recipe.Goal, error) {
	switch {
	case c.Radius <= 0:
		return recipe.Goal{}, recipe.Errorf("objective.radius", "want more than 0 strides, not %v", c.Radius)
	case c.Gamma <= 0:
		return recipe.Goal{}, recipe.Errorf("objective.gamma", "want above 0, not %v", c.Gamma)
	case c.Balance <= 0 || c.Balance >= 1:
		return recipe.Goal{}, recipe.Errorf("objective.balance", "want a share, above 0 and below 1, not %v", c.Balance)
	}
	return recipe.Goal{Of: Boxes, Config: c}, nil
}

// config is what the sets are asked for.
type config struct {
	Folder        string
	Batch         int
	Height, Width int     // that pictures are resized to
	Crop          float64 // the least share of a training picture that is cut out and resized; 1: all of it, always
	Stretch       float64 // by how much its proportions may change
	Color         float64 // by what share brightness and contrast of training pictures change, and half as much saturation
}

func (c config) check() error {
	switch {
	case c.Batch < 1:
		return recipe.Errorf("data.batch", "want 1 or more, not %d", c.Batch)
	case c.Height < 32 || c.Width < 32 || c.Height > 4096 || c.Width > 4096:
		return recipe.Errorf("data.height", "pictures of %d×%d; want 32 to 4096 pixels a side", c.Height, c.Width)
	case c.Crop <= 0 || c.Crop > 1:
		return recipe.Errorf("data.crop", "want a share, above 0 and up to 1, not %v", c.Crop)
	case c.Stretch < 1:
		return recipe.Errorf("data.stretch", "want 1 or more, not %v", c.Stretch)
	case c.Color < 0 || c.Color >= 1:
		return recipe.Errorf("data.color", "want a share, 0 or more and below 1, not %v", c.Color)
	}
	return nil
}

func (c config) bccd() (recipe.Source, error) {
	return recipe.Source{Load: func(ctx context.Context) (recipe.Work, error) {
		files, from, err := c.cells()
		if err != nil {
			return nil, err
		}
		return c.load(ctx, files, from...)
	}, Reopen: reopen}, c.check()
}

// cells returns the files of BCCD, and where they are: in the program, in its archive, or in a clone of its repository.
func (c config) cells() (files fs.FS, from []string, err error) {
	packed, err := sample.BCCD()
	from = sample.Paths("bccd")
	if c.Folder != "" {
		if clone := filepath.Join(c.Folder, "BCCD"); isFolder(clone) {
			return os.DirFS(clone), []string{clone}, nil
		}
		from = []string{filepath.Join(c.Folder, sample.BCCDFile)}
		if packed, err = sample.Published(c.Folder, sample.BCCDFile, sample.BCCDSum, sample.BCCDFrom); errors.Is(err, fs.ErrNotExist) {
			return nil, nil, recipe.Errorf("data.folder", "%s has neither the folder BCCD nor %s; git clone %s, and give the clone", c.Folder, sample.BCCDFile, sample.BCCDFrom)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := data.Unpack(bytes.NewReader(packed))
	if err != nil {
		return nil, nil, err
	}
	files, err = fs.Sub(all, "BCCD")
	return files, from, err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (c config) voc() (recipe.Source, error) {
	return recipe.Source{Load: func(ctx context.Context) (recipe.Work, error) {
		if c.Folder == "" {
			return nil, recipe.Errorf("data.folder", "is missing: the folder with Annotations, ImageSets and JPEGImages")
		}
		if !isFolder(c.Folder) {
			return nil, recipe.Errorf("data.folder", "there is no folder %s; give the one with Annotations, ImageSets and JPEGImages", c.Folder)
		}
		w, err := c.load(ctx, os.DirFS(c.Folder), c.Folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Folder, err)
		}
		return w, nil
	}, Reopen: reopen}, c.check()
}

// load reads the three splits of files that lie there. Where there is no test split, the first half of val is for validation and the second for the test.
func (c config) load(ctx context.Context, files fs.FS, from ...string) (recipe.Work, error) {
	names := map[string][]string{}
	for _, split := range []string{"train", "val", "test"} {
		list, err := voc.Names(files, split)
		if missing := errors.Is(err, fs.ErrNotExist); missing && split != "test" {
			return nil, recipe.Errorf("data.folder", "ImageSets/Main/%s.txt, which lists the pictures of a split, one name a line, is not in %s; give the folder that holds Annotations, ImageSets and JPEGImages",
				split, strings.Join(from, ", "))
		} else if err != nil && !missing {
			return nil, err
		}
		names[split] = list
	}
	if v := names["val"]; names["test"] == nil {
		names["val"], names["test"] = v[:len(v)/2], v[len(v)/2:]
	}
	k := &kept{Height: c.Height, Width: c.Width}
	var sets [3]*set
	for i, split := range []string{"train", "val", "test"} {
		s, err := readSet(ctx, files, names[split], k)
		if err != nil {
			return nil, err
		}
		sets[i] = s
	}
	k.sort(sets[:])
	k.normalize(sets[:])
	sets[0].augment = c.augmentation()
	clear(sets[0].difficult) // what is difficult is not learned
	w := work{kept: k, sets: &recipe.Sets{Train: sets[0], Test: sets[2], Unit: "pictures", Batch: c.Batch, Files: from}, test: sets[2]}
	if sets[1].Len() > 0 {
		w.sets.Validation = sets[1]
	}
	return w, nil
}

// kept is what a run's folder keeps of its data.
type kept struct {
	Height    int       `json:"height"`
	Width     int       `json:"width"`
	Classes   []string  `json:"classes"`
	Mean      []float32 `json:"mean"`
	Deviation []float32 `json:"deviation"`
}

func reopen(text json.RawMessage) (recipe.Work, error) {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if min(k.Height, k.Width) < 1 || max(k.Height, k.Width) > 4096 || len(k.Classes) == 0 || len(k.Mean) != 3 || len(k.Deviation) != 3 ||
		slices.Contains(k.Classes, "") {
		return nil, errors.New("it is damaged: it does not say what the pictures are")
	}
	return work{kept: &k}, nil
}
