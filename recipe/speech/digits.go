package speech

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// digits are spoken digits.
type digits struct {
	recipe.Batches
	ears
	variety
	Folder  string  // with all recordings, or with the archive of them
	Speaker string  // whose recordings are the test; if empty those that are by custom
	Seconds float64 // of a clip
}

var digitNames = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

func (c digits) source() (recipe.Source, error) {
	if err := seconds(c.Seconds); err != nil {
		return recipe.Source{}, err
	}
	return recipe.Source{Load: c.load, Reopen: recipe.Reopen[*Clips]}, checked(c.Batches.Check, c.ears.check, c.variety.check)
}

// checked returns the first error.
func checked(all ...func() error) error {
	for _, check := range all {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c digits) load(ctx context.Context) (recipe.Work, error) {
	all, err := spoken(ctx, c.Folder, c.Rate, c.Speaker)
	if err != nil {
		return nil, err
	}
	all.divide(c.Validation)
	return all.work(c.ears, c.variety, c.Seconds, c.Batches), nil
}

// spoken reads the digits in the folder, or those in the program. For training and the test they are divided by custom, or by one
// speaker.
func spoken(ctx context.Context, folder string, rate int, speaker string) (*corpus, error) {
	var all []audio.Recording
	var err error
	if folder == "" {
		all, err = sample.Digits()
	} else if all, err = audio.Load(ctx, folder, rate); err != nil {
		err = fmt.Errorf("%w; clone https://github.com/Jakobovski/free-spoken-digit-dataset and give its folder recordings", err)
	}
	if err != nil {
		return nil, err
	}
	c := &corpus{classes: digitNames, folders: sample.Paths("digits")}
	if folder != "" {
		c.folders = []string{folder}
	}
	var speakers []string
	for _, r := range all {
		digit, who, number, err := parsed(r)
		if err != nil {
			return nil, err
		}
		i := len(c.all)
		c.all = append(c.all, audio.Recording{Path: r.Path, Sound: r.Resample(rate)})
		c.labels = append(c.labels, int64(digit))
		if speakers = append(speakers, who); speaker == "" && number < 5 || speaker == who {
			c.forTesting = append(c.forTesting, i)
		} else {
			c.forTraining = append(c.forTraining, i)
		}
	}
	if slices.Sort(speakers); speaker != "" && !slices.Contains(speakers, speaker) {
		return nil, recipe.Errorf("data.speaker", "there is no speaker %q; there are %s", speaker, strings.Join(slices.Compact(speakers), ", "))
	}
	if len(c.forTraining) == 0 || len(c.forTesting) == 0 {
		return nil, fmt.Errorf("%s has %d recordings for training and %d for the test, those with the numbers 0 to 4; it is not the whole set", folder, len(c.forTraining), len(c.forTesting))
	}
	return c, nil
}

// parsed returns what the name of a recording says.
func parsed(r audio.Recording) (digit int, speaker string, number int, err error) {
	parts := strings.Split(r.Name(), "_")
	if len(parts) == 3 {
		var errN error
		digit, err = strconv.Atoi(parts[0])
		number, errN = strconv.Atoi(parts[2])
		if err == nil && errN == nil && digit >= 0 && digit <= 9 {
			return digit, parts[1], number, nil
		}
	}
	return 0, "", 0, fmt.Errorf("%s: want the digit, the speaker and a number as its name, such as 7_jackson_32.wav", r.Path)
}

// divide keeps a share of the recordings for training back to evaluate.
func (c *corpus) divide(validation float64) {
	t, v, _ := recipe.Divide(len(c.forTraining), validation, 0)
	for _, i := range v {
		c.forValidation = append(c.forValidation, c.forTraining[i])
	}
	kept := make([]int, len(t))
	for i, k := range t {
		kept[i] = c.forTraining[k]
	}
	c.forTraining = kept
}
