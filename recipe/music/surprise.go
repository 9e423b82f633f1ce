package music

import (
	"context"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A surprise is what a piece does to a model: the mean over its steps but the first, and the step that does it most.
type surprise struct {
	mean, most float64 // nats
	at         int     // number of the step
	thought    []int   // keys that were likelier than not there
}

// examine says how much each piece of the test set surprises the model.
func (c composer) examine(ctx context.Context) (*recipe.Examination, error) {
	if c.sets == nil {
		return nil, recipe.ErrNoData
	}
	set := c.sets.Test
	all, mean := make([]surprise, set.Len()), make([]float64, set.Len())
	rolls := make([]music.Roll, set.Len())
	for i := range all {
		one := data.Range(set, i, i+1)
		b, err := one.Batch([]int{0}, 0)
		if err != nil {
			return nil, err
		}
		z, err := train.Predict(ctx, c.model, one, 1)
		if err != nil {
			return nil, err
		}
		rolls[i], all[i] = pressed(b.Y.Floats()), surpriseOf(z, b.Y)
		mean[i] = all[i].mean
	}
	return recipe.Ranked(mean, func(i int) (recipe.Prediction, error) {
		s, r := all[i], rolls[i]
		return recipe.Prediction{
			Input: fmt.Sprintf("test piece %d", i+1), Value: s.mean, Want: chord(r[s.at]),
			Text: fmt.Sprintf("%s: %.1f nats a step, and %.1f at step %d, where it thought of %s", c.told(r), s.mean, s.most, s.at+1, chord(s.thought)),
			Made: []recipe.Made{{Name: fmt.Sprintf("piece-%d.png", i+1), Data: drawn(r, 4*c.Steps, s.at)}},
		}, nil
	}), nil
}

// surpriseOf returns what a piece y [1 t 88] does to a model that has the logits z for its steps.
func surpriseOf(z, y *tensor.Tensor) surprise {
	nats := op.Softplus(z).Sub(z.Mul(y)).Sum(0, 2).Floats() // of each step
	var s surprise
	for t := 1; t < len(nats); t++ {
		x := float64(nats[t])
		if s.mean += x; x > s.most {
			s.most, s.at = x, t
		}
	}
	s.mean /= float64(max(1, len(nats)-1))
	s.thought = pressed(z.Slice(1, s.at, s.at+1).Floats())[0]
	return s
}

// pressed is press the other way round, of one piece: the keys that are above 0.
func pressed(y []float32) music.Roll {
	r := make(music.Roll, len(y)/music.Keys)
	for i, v := range y {
		if v > 0 {
			r[i/music.Keys] = append(r[i/music.Keys], music.Lowest+i%music.Keys)
		}
	}
	return r
}

// chord returns the names of keys, the lowest first: "C3 G3 E4".
func chord(keys []int) string {
	if len(keys) == 0 {
		return "nothing"
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = fmt.Sprintf("%s%d", tones[k%12], k/12-1)
	}
	return strings.Join(names, " ")
}
