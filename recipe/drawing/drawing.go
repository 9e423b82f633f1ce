// Package drawing holds recipes of models that make pictures of noise: games of a generator and a discriminator, variational
// autoencoders, and diffusion.
package drawing

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed builtin/*.json
var builtins embed.FS

func init() {
	usual := pictures{Batches: recipe.Batches{Batch: 64}, Size: 32, Samples: 1000}
	recipe.Register("fashion_pictures", "Fashion-MNIST to make more pictures like: 6,000 of clothing are in the program, folder has all", usual, pictures.fashion)
	recipe.Register("mnist_pictures", "MNIST to make more pictures like; folder has the four files", usual, pictures.digits)
	recipe.RegisterObjective("gan", "a game of two: a discriminator tells real pictures from made ones, a generator makes them", gan{Game: "non_saturating", Lazy: 16}, gan.goal)
	recipe.RegisterObjective("elbo", "a bound of the likelihood: what a decoder loses, and how far codes are from standard normal", elbo{Beta: 1}, elbo.goal)
	recipe.RegisterObjective("diffusion", "tell the noise in a noised picture", diffused{Schedule: "cosine", Steps: 1000, Predict: "velocity", Sampler: "dpm_solver", SamplerSteps: 20}, diffused.goal)
	folder, err := fs.Sub(builtins, "builtin")
	if err != nil {
		panic(recipe.Errorf("", "drawing: %v", err)) // it is embedded
	}
	recipe.RegisterBuiltins(folder)
}

// Made is the target of objectives for models that make pictures.
const Made recipe.Target = "pictures to make"

// visible is the height and width of the pictures of both sets, whatever they are padded to.
const visible = 28

// fewest is how many pictures a distance of their features can be taken from.
const fewest = 32

// pictures are the hyperparameters of both sets.
type pictures struct {
	recipe.Batches
	Folder   string // with the four files as they were published
	Size     int    // height and width to which the pictures are padded with black
	Most     int    // pictures at most, for training as for the test; 0: all
	Samples  int    // how many pictures the test makes, to compare with those of the test set
	Features string // a file of the weights of mnist-burn's network, whose features the test compares; "": a network of its own
}

func (c pictures) check() error {
	switch {
	case c.Size < visible || c.Size > 256 || c.Size%2 != 0:
		return recipe.Errorf("data.size", "want an even number from %d to 256, not %d", visible, c.Size)
	case c.Most != 0 && c.Most < fewest:
		return recipe.Errorf("data.most", "want %d or more, or 0 for all, not %d", fewest, c.Most)
	case c.Samples < 2:
		return recipe.Errorf("data.samples", "want 2 or more, not %d", c.Samples)
	}
	return c.Batches.Check()
}

func (c pictures) fashion() (recipe.Source, error) {
	return recipe.Source{Load: func(context.Context) (recipe.Work, error) {
		if c.Folder == "" {
			return c.read(sample.FashionMNIST, sample.FashionClasses)
		}
		return c.read(c.full("fashion"), sample.FashionClasses)
	}, Reopen: reopen}, c.check()
}

func (c pictures) digits() (recipe.Source, error) {
	return recipe.Source{Load: func(context.Context) (recipe.Work, error) {
		if c.Folder == "" {
			return nil, recipe.Errorf("data.folder", "the set mnist_pictures is not in the program; get its four files from "+
				"https://ossci-datasets.s3.amazonaws.com/mnist/ and give their folder: --set data.folder=FOLDER")
		}
		return c.read(c.full("mnist"), []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
	}, Reopen: reopen}, c.check()
}

func (c pictures) full(name string) func() (train, test *data.Bytes, err error) {
	return func() (train, test *data.Bytes, err error) { return sample.Full(name, c.Folder) }
}

// read makes the work. Pixels go from −1 to 1.
func (c pictures) read(read func() (train, test *data.Bytes, err error), classes []string) (recipe.Work, error) {
	train, test, err := read()
	if err != nil {
		return nil, err
	}
	for _, s := range []*data.Bytes{train, test} {
		s.Mean, s.Deviation = []float32{0.5}, []float32{0.5}
		if c.Most > 0 && c.Most < s.Len() {
			s.Labels, s.Data = s.Labels[:c.Most], s.Data[:c.Most*visible*visible]
		}
	}
	forTraining, forValidation, _ := recipe.Divide(train.Len(), c.Validation, 0)
	padded := c.padded(train)
	s := &recipe.Sets{
		Train: data.Subset{Set: padded, Index: forTraining}, Test: c.padded(test), Unit: "pictures", Batch: c.Batch, Files: c.files(),
	}
	if len(forValidation) > 0 {
		s.Validation = data.Subset{Set: padded, Index: forValidation}
	}
	return &work{
		kept: kept{Size: c.Size, Classes: classes}, sets: s,
		gallery: &gallery{train: train, test: test, samples: c.Samples, weights: c.Features},
	}, nil
}

// files returns what is read.
func (c pictures) files() (all []string) {
	if c.Folder == "" {
		all = sample.Paths("fashion")
	} else {
		for _, name := range []string{"train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"} {
			all = append(all, filepath.Join(c.Folder, name+"-ubyte.gz"))
		}
	}
	if c.Features != "" {
		all = append(all, c.Features)
	}
	return all
}

// padded returns a set with black around its pictures.
func (c pictures) padded(s *data.Bytes) *data.Bytes {
	side := (c.Size - visible) / 2
	p := &data.Bytes{
		Data: make([]uint8, s.Len()*c.Size*c.Size), Shape: []int{1, c.Size, c.Size}, Labels: s.Labels, Mean: s.Mean, Deviation: s.Deviation,
	}
	for i := range s.Len() * visible {
		picture, row := i/visible, i%visible
		copy(p.Data[(picture*c.Size+row+side)*c.Size+side:], s.Data[i*visible:(i+1)*visible])
	}
	return p
}

// kept is what a run keeps of its pictures.
type kept struct {
	Size    int      `json:"size"`
	Classes []string `json:"classes"`
}

func reopen(text json.RawMessage) (recipe.Work, error) {
	w := &work{}
	if err := json.Unmarshal(text, &w.kept); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if w.Size < visible || w.Size > 256 || len(w.Classes) == 0 {
		return nil, errors.New("it is damaged: it does not say what the pictures are")
	}
	return w, nil
}
