package summary

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// examples are texts as tokens: X [n s w] of s sentences, Y [n s] the share that each is to have.
type examples struct {
	texts  [][]int64 // the tokens of all sentences
	shares [][]float32
	width  int
}

// examples returns abstracts as examples. The better a sentence, the larger its share: softmax of its score over the temperature.
func (r *reader) examples(all []sample.Abstract, temperature float64) *examples {
	e := &examples{width: r.width}
	for _, a := range all {
		e.texts = append(e.texts, r.read(a.Source))
		e.shares = append(e.shares, softmax(score(a), temperature))
	}
	return e
}

// softmax returns shares that grow with scores. The largest is taken off all, so that none is too large for any temperature.
func softmax(scores []float64, temperature float64) []float32 {
	sum, all := 0.0, make([]float32, len(scores))
	if len(scores) == 0 {
		return all
	}
	most := slices.Max(scores)
	for _, s := range scores {
		sum += math.Exp((s - most) / temperature)
	}
	for i, s := range scores {
		all[i] = float32(math.Exp((s-most)/temperature) / sum)
	}
	return all
}

// Len returns the number of texts.
func (e *examples) Len() int { return len(e.texts) }

// Batch returns the texts at those positions, filled up with sentences of padding.
func (e *examples) Batch(index []int, _ rng.Key) (data.Batch, error) {
	most := 0
	for _, i := range index {
		most = max(most, len(e.shares[i]))
	}
	x, y := make([]int64, len(index)*most*e.width), make([]float32, len(index)*most)
	for k, i := range index {
		copy(x[k*most*e.width:], e.texts[i])
		copy(y[k*most:], e.shares[i])
	}
	return data.Batch{X: tensor.Of(x, len(index), most, e.width), Y: tensor.Of(y, len(index), most), Index: index}, nil
}
