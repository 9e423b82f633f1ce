package detection

import (
	"context"
	"slices"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// sure is from which score on a box counts as said, and fits from which overlap on it fits.
const (
	sure = 0.3
	fits = 0.5
)

// examine counts for each picture of the test set the things that are missed and the boxes that fit nothing: there are to be none.
func (d *detector) examine(ctx context.Context) (*recipe.Examination, error) {
	if d.test == nil {
		return nil, recipe.ErrNoData
	}
	wrong := make([]float32, d.test.Len())
	for i := range wrong {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := d.see(d.test.names[i], d.test.example(i).Picture())
		if err != nil {
			return nil, err
		}
		wrong[i] = float32(mistakes(p.Found, d.test.boxes[i], d.test.difficult[i], d.kept.Classes))
	}
	n := len(wrong)
	return &recipe.Examination{Outputs: tensor.Of(wrong, n, 1), Want: tensor.Of(make([]float32, n), n, 1), Show: d.show}, nil
}

// mistakes counts things that no box of their class fits, and boxes that fit no thing of theirs. The surest boxes choose first, and each
// thing has one. Difficult things need no box, and boxes that fit one do not count.
func mistakes(found []recipe.Found, there, difficult []picture.Box, classes []string) (n int) {
	taken := make([]bool, len(there))
	for _, f := range found {
		if f.Score < sure {
			continue
		}
		box := picture.Box{X0: float64(f.Box[0]), Y0: float64(f.Box[1]), X1: float64(f.Box[0] + f.Box[2]), Y1: float64(f.Box[1] + f.Box[3])}
		best, at := fits, -1
		for i, b := range there {
			if o := box.IoU(b); !taken[i] && classes[b.Label] == f.Class && o >= best {
				best, at = o, i
			}
		}
		switch {
		case at >= 0:
			taken[at] = true
		case !slices.ContainsFunc(difficult, func(b picture.Box) bool { return classes[b.Label] == f.Class && box.IoU(b) >= fits }):
			n++
		}
	}
	for _, t := range taken {
		if !t {
			n++
		}
	}
	return n
}
