package recipe

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/idx"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/tensor"
)

// speckled writes 40 pictures of 6 × 6 and their labels as IDX files, and returns a recipe for them.
func speckled(t *testing.T, augment string) *Recipe {
	t.Helper()
	x, y := make([]byte, 40*36), make([]byte, 40)
	for i := range x {
		x[i] = byte(i * i * 7)
	}
	for i := range y {
		y[i] = byte(i % 3)
	}
	dir := t.TempDir()
	for name, a := range map[string]*idx.Array{"x": {Type: idx.Uint8, Shape: []int{40, 6, 6}, Raw: x}, "y": {Type: idx.Uint8, Shape: []int{40}, Raw: y}} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := a.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Parse(fmt.Appendf(nil, `{"name": "speckled", "data": {"set": "idx", "images": %q, "labels": %q, "batch": 8, "augment": %s},
		"model": {"name": "mlp", "hidden": [6]}, "objective": "cross_entropy", "optimizer": "adamw", "train": {"epochs": 2}}`,
		filepath.Join(dir, "x"), filepath.Join(dir, "y"), augment))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const flipAndCrop = `[{"name": "random_crop", "pad": 2}, "horizontal_flip"]`

func TestTrainingPicturesAloneAreAugmented(t *testing.T) {
	r := speckled(t, flipAndCrop)
	plain := speckled(t, `[]`)
	plain.Data.Config["images"], plain.Data.Config["labels"] = r.Data.Config["images"], r.Data.Config["labels"]
	a, errA := r.Load(t.Context())
	b, errB := plain.Load(t.Context())
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	values := func(s data.Set) []float32 {
		b, err := s.Batch([]int{0, 1, 2}, 7)
		if err != nil {
			t.Fatal(err)
		}
		return tensor.Values[float32](b.X)
	}
	if slices.Equal(values(a.Sets().Train), values(b.Sets().Train)) {
		t.Error("what is trained on is not augmented")
	}
	if !slices.Equal(values(a.Sets().Validation), values(b.Sets().Validation)) || !slices.Equal(values(a.Sets().Test), values(b.Sets().Test)) {
		t.Error("what is tested on is augmented")
	}
	if !strings.Contains(string(r.Document()), `"pad": 2`) {
		t.Errorf("the recipe loses its augmentation:\n%s", r.Document())
	}
}

// A run that stops after an epoch and goes on ends with the bits of one that did not stop, with mixed batches too.
func TestAugmentedRunsGoOnWithTheSameBits(t *testing.T) {
	r := speckled(t, `[{"name": "random_crop", "pad": 2}, {"name": "color_jitter", "brightness": 0.3}, {"name": "mixup", "alpha": 0.4}]`)
	run := func(dir string, epochs string, resume bool) string {
		if err := r.Set("train.epochs=" + epochs); err != nil {
			t.Fatal(err)
		}
		res, err := Run(context.Background(), r, Options{Dir: dir, Resume: resume})
		if err != nil {
			t.Fatal(err)
		}
		return res.WeightsSHA256
	}
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	whole := run(a, "3", false)
	first := run(b, "1", false)
	if second := run(b, "3", true); second != whole || first == whole {
		t.Errorf("weights %s after a stop, %s without one", second, whole)
	}
}

func TestMistakesInAugmentation(t *testing.T) {
	for augment, want := range map[string]string{
		`[null]`:                               "data.augment[0]: want something, not null",
		`["flip"]`:                             `data.augment[0].name: no augmentation "flip"; did you mean horizontal_flip?`,
		`["random_rotation"]`:                  `data.augment[0].name: no augmentation "random_rotation"; did you mean rotation?`,
		`["horizontal_flap"]`:                  `data.augment[0].name: no augmentation "horizontal_flap"; did you mean horizontal_flip?`,
		`[{"name": "random_crop", "padd": 4}]`: "data.augment[0].padd: no such key; did you mean data.augment[0].pad?",
		`["horizontal_flip", {"name": "pad", "all": "x"}]`: "data.augment[1].all: want a number",
		`[{"name": "pad", "p": 1.5}]`:                      "data.augment[0].p: want a probability, above 0 and up to 1, not 1.5",
		`[{"name": "invert", "p": 0}]`:                     "data.augment[0].p: want a probability, above 0 and up to 1, not 0",
		`[{"name": "invert", "p": "a"}]`:                   "data.augment[0].p: want a number",
		`[3]`:                                              "data.augment[0]: want an object in braces",
		`[{"pad": 3}]`:                                     "data.augment[0].name: is missing; there are horizontal_flip,",
		`["mixup", "random_crop"]`:                         "data.augment[1]: random_crop stands behind one that mixes batches",
		`{"name": "random_crop"}`:                          "data.augment: want a list in brackets",
	} {
		r, _ := Builtin("fashion")
		if err := r.Set("data.augment=" + augment); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", augment, err, want)
		}
	}
	for augment, want := range map[string]string{
		`[{"name": "random_crop", "height": 9}]`:             "data.augment: RandomCrop: 9 × 6 out of 6 × 6 padded by 0",
		`[{"name": "center_crop", "height": 4, "width": 4}]`: "data.augment: makes pictures of [1 4 4], and the model takes [1 6 6]; end with",
		`[{"name": "rotation", "range": [3, 1]}]`:            "data.augment: Rotation: a range of [3 1]",
	} {
		if _, err := speckled(t, augment).Load(t.Context()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", augment, err, want)
		}
	}
}

func TestMixedClassesNeedAnObjectiveThatTakesThem(t *testing.T) {
	r := speckled(t, `["cutmix"]`)
	if err := r.Set("objective=focal"); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), r, Options{}); err == nil || !strings.HasPrefix(err.Error(), "data.augment: mixes classes, which focal does not take") {
		t.Error(err)
	}
}

func TestAnyAugmentationTakesAProbability(t *testing.T) {
	a := augmented{Augment: []any{object{"name": "color_jitter", "brightness": json.Number("0.4"), "p": json.Number("0.8")}, object{"name": "invert", "p": json.Number("0.1")}}}
	made, err := a.list()
	if err != nil {
		t.Fatal(err)
	}
	want := picture.RandomApply{P: 0.8, Of: []picture.Transform{picture.ColorJitter{Brightness: 0.4}}}
	if !reflect.DeepEqual(made[0].one, picture.Transform(want)) || !reflect.DeepEqual(made[1].one, picture.Transform(picture.Invert{P: 0.1})) {
		t.Errorf("got %+v", made)
	}
}

// Every row makes a transform that pictures of one and three channels go through, and whose name is that of its type.
func TestEveryAugmentation(t *testing.T) {
	for _, row := range augmentations {
		config := object{}
		a, err := row.build("", config)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		var made any = a.one
		if a.one == nil {
			made = a.batch
		}
		if name := fmt.Sprintf("%T", made); !strings.EqualFold(strings.ReplaceAll(row.name, "_", ""), strings.TrimPrefix(name, "picture.")) {
			t.Errorf("%s makes a %s", row.name, name)
		}
		_, isMixer := made.(picture.Mixer)
		if (a.one == nil) != isMixer {
			t.Errorf("%s: one %v, batch %v", row.name, a.one, a.batch)
		}
	}
}
