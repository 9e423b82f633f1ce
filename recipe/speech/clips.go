package speech

import (
	"errors"
	"fmt"
	"math"
	"path"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Clips says how recordings become inputs of one length, [1 bands frames].
type Clips struct {
	*Hearing
	Samples int `json:"samples"` // of a clip
}

// Check reports what cannot be.
func (c *Clips) Check(in *recipe.Inputs) error {
	if c.Hearing == nil {
		return errors.New("it does not say how sounds are heard")
	}
	if err := c.check(); err != nil {
		return err
	}
	if c.Samples < 1 || c.Samples > 1<<24 || len(in.Shape) != 3 || in.Shape[0] != 1 || in.Shape[1] != len(c.Mean) || in.Shape[2] != c.frames(c.Samples) {
		return errors.New("it does not say how long the sounds are")
	}
	return nil
}

// Read reads a file of sound.
func (c *Clips) Read(_ *recipe.Inputs, q recipe.Question) (data.Set, []string, error) {
	x, err := c.open(q)
	if err != nil {
		return nil, nil, err
	}
	return &clips{Clips: c, sounds: [][]float32{x}, labels: []int64{0}}, []string{q.File + c.heeded(x)}, nil
}

// heeded says what of a recording does not fit into the clip, nothing if all does.
func (c *Clips) heeded(x []float32) string {
	if len(x) <= c.Samples {
		return ""
	}
	seconds := func(n int) float64 { return float64(n) / float64(c.Rate) }
	return fmt.Sprintf(" (the middle %.2g of %.2g seconds)", seconds(c.Samples), seconds(len(x)))
}

// Show returns the picture of what is heard.
func (c *Clips) Show(in *recipe.Inputs, x *tensor.Tensor) (string, []recipe.Made) {
	return "", c.Draw(in, "spectrogram.wav", x)
}

// Draw returns the same, named like the file.
func (c *Clips) Draw(_ *recipe.Inputs, label string, x *tensor.Tensor) []recipe.Made {
	return []recipe.Made{{Name: named(label, ".png"), Data: drawn(c.decibels(x.Reshape(x.Shape()[1:]...).Transpose(0, 1)))}}
}

// clips are recordings of classes.
type clips struct {
	*Clips
	sounds [][]float32
	labels []int64
	vary   *variety // nil: they stay as they are, the middle of each in the middle of the clip
}

// Len returns the number of recordings.
func (c *clips) Len() int { return len(c.sounds) }

// Batch returns recordings as [n 1 bands frames] and their classes.
func (c *clips) Batch(index []int, key rng.Key) (data.Batch, error) {
	x, y := make([]*tensor.Tensor, len(index)), make([]int64, len(index))
	for i, k := range index {
		if k < 0 || k >= len(c.sounds) {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, len(c.sounds))
		}
		x[i], y[i] = c.input(c.sounds[k], key.At(uint64(k))), c.labels[k]
	}
	return data.Batch{X: tensor.Stack(0, x...).Unsqueeze(1), Y: tensor.Of(y, len(y)), Index: index}, nil
}

// input returns a sound as [bands frames].
func (c *clips) input(x []float32, key rng.Key) *tensor.Tensor {
	if c.vary == nil {
		return c.features(c.placed(x, 0.5)).Transpose(0, 1)
	}
	x = c.vary.sound(x, c.Rate, key, func(x []float32) []float32 { return c.placed(x, key.Child("place").Float64At(0)) })
	return c.vary.features(c.features(x), key).Transpose(0, 1)
}

// placed returns a clip with the sound in it: at the beginning if at is 0, at the end if it is 1. Of one that is too long it is the part
// there.
func (c *clips) placed(x []float32, at float64) []float32 {
	y := make([]float32, c.Samples)
	from := int(math.Round(at * float64(c.Samples-len(x))))
	if from < 0 {
		copy(y, x[-from:])
	} else {
		copy(y[from:], x)
	}
	return y
}

// A corpus is recordings with their classes, divided.
type corpus struct {
	all                                    []audio.Recording
	labels                                 []int64
	classes                                []string
	folders                                []string // that were read
	forTraining, forValidation, forTesting []int
}

// seconds is how long a clip may be.
func seconds(s float64) error {
	if s < 0.05 || s > 60 {
		return recipe.Errorf("data.seconds", "want 0.05 to 60, not %v", s)
	}
	return nil
}

// work returns the work of telling the classes of clips of so many seconds apart.
func (c *corpus) work(e ears, v variety, long float64, b recipe.Batches) recipe.Work {
	reader := &Clips{Hearing: e.hearing(), Samples: e.samples(1000 * long)}
	part := func(index []int, v *variety) *clips {
		s := &clips{Clips: reader, vary: v}
		for _, i := range index {
			s.sounds, s.labels = append(s.sounds, c.all[i].Channels[0]), append(s.labels, c.labels[i])
		}
		return s
	}
	train := part(c.forTraining, &v)
	reader.learn(train.Len(), func(i int) []float32 { return train.placed(train.sounds[i], 0.5) })
	sets := &recipe.Sets{Train: train, Test: part(c.forTesting, nil), Unit: "recordings", Batch: b.Batch, Files: c.folders}
	sets.Original = func(i int) recipe.Original {
		return recipe.Original{Made: []recipe.Made{{Name: "recording.wav", Data: written(c.all[c.forTesting[i]].Channels[0], e.Rate)}}}
	}
	if len(c.forValidation) > 0 {
		sets.Validation = part(c.forValidation, nil)
	}
	in := &recipe.Inputs{Unit: sets.Unit, Shape: []int{1, e.Bands, reader.frames(reader.Samples)}, Classes: c.classes, Reader: reader}
	return recipe.Supervise(in, sets)
}

// named returns the name of a file for what is made of a recording.
func named(label, ext string) string {
	base := path.Base(label)
	if i := strings.LastIndex(base, " ("); i > 0 && strings.HasSuffix(base, ")") { // what was heeded of it
		base = base[:i]
	}
	return base[:len(base)-len(path.Ext(base))] + ext
}
