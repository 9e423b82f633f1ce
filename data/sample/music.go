package sample

import (
	"fmt"
	"strconv"
	"strings"
)

// A Chorale is four voices by sixteenths: the numbers of their keys in MIDI, 0 for silence, from the soprano to the bass. Whether a
// note goes on or is struck again is not told.
type Chorale [][4]int

// Chorales returns 382 chorales by Johann Sebastian Bach in the division of Boulanger-Lewandowski, Bengio and Vincent (2012): 229 for
// training, 76 for validation, 77 for the test.
func Chorales() (train, validation, test []Chorale, err error) {
	all, err := read("chorales")
	if err != nil {
		return nil, nil, nil, err
	}
	n := 0
	for line := range strings.Lines(all) {
		n++
		part, steps, _ := strings.Cut(strings.TrimSpace(line), " ")
		c, err := chorale(steps)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("sample: chorale %d: %w", n, err)
		}
		switch part {
		case "train":
			train = append(train, c)
		case "valid":
			validation = append(validation, c)
		case "test":
			test = append(test, c)
		default:
			return nil, nil, nil, fmt.Errorf("sample: chorale %d is in the part %q", n, part)
		}
	}
	return train, validation, test, nil
}

func chorale(steps string) (Chorale, error) {
	var c Chorale
	for _, step := range strings.Fields(steps) {
		keys := strings.Split(step, ",")
		if len(keys) != 4 {
			return nil, fmt.Errorf("the step %q", step)
		}
		var four [4]int
		for i, k := range keys {
			var err error
			if four[i], err = strconv.Atoi(k); err != nil || four[i] < 0 || four[i] > 127 {
				return nil, fmt.Errorf("the step %q", step)
			}
		}
		c = append(c, four)
	}
	return c, nil
}
