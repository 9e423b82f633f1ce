package music

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/recipe"
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
		rolls[i] = pressed(b.Y.Floats())
		all[i] = surpriseOf(z.Floats(), rolls[i])
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

// surpriseOf returns what a piece does to a model that has the logits z [t 88] for its steps.
func surpriseOf(z []float32, r music.Roll) surprise {
	var s surprise
	for t := 1; t < len(r); t++ {
		row, nats := z[t*music.Keys:][:music.Keys], 0.0
		var thought []int
		for k, v := range row {
			if v > 0 {
				thought = append(thought, music.Lowest+k)
			}
			nats += softplus(float64(v))
		}
		for _, k := range r[t] {
			nats -= float64(row[k-music.Lowest])
		}
		if s.mean += nats; nats > s.most {
			s.most, s.at, s.thought = nats, t, thought
		}
	}
	s.mean /= float64(max(1, len(r)-1))
	return s
}

// softplus returns ln(1 + eˣ).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// pressed is press the other way round, of one piece.
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
