package speech

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An utterance is a sound and the words that are said in it.
type utterance struct {
	sound []float32
	words []int64 // 1 and up; 0 is CTC's blank
}

// utterances are what can be heard: a function of the position, and of the key where it is made up.
type utterances interface {
	Len() int
	at(i int, key rng.Key) utterance
}

// recorded are utterances as they are.
type recorded []utterance

// Len returns how many there are.
func (r recorded) Len() int { return len(r) }

func (r recorded) at(i int, _ rng.Key) utterance { return r[i] }

// heard is the set of some utterances: X [n frames bands], with zeros behind the shorter ones, and Y [n 2+words] as targets has it.
type heard struct {
	*Hearing
	utterances
	vary *variety // nil: they stay as they are
}

// Batch returns utterances.
func (h *heard) Batch(index []int, key rng.Key) (data.Batch, error) {
	x, words := make([]*tensor.Tensor, len(index)), make([][]int64, len(index))
	most, longest := 0, 0
	for i, k := range index {
		if k < 0 || k >= h.Len() {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, h.Len())
		}
		x[i], words[i] = h.one(k, key.At(uint64(k)))
		longest, most = max(longest, x[i].Dim(0)), max(most, len(words[i]))
	}
	var y []int64
	for i := range x {
		frames := x[i].Dim(0)
		y = append(y, int64(frames), int64(len(words[i])))
		y = append(append(y, words[i]...), make([]int64, most-len(words[i]))...)
		if frames < longest {
			x[i] = tensor.Concat(0, x[i], tensor.Zeros(longest-frames, len(h.Mean)))
		}
	}
	return data.Batch{X: tensor.Stack(0, x...), Y: tensor.Of(y, len(index), 2+most), Index: index}, nil
}

// one returns the features and the words of an utterance.
func (h *heard) one(i int, key rng.Key) (*tensor.Tensor, []int64) {
	u := h.at(i, key)
	if h.vary == nil {
		return h.features(u.sound), u.words
	}
	x := h.vary.sound(u.sound, h.Rate, key, func(x []float32) []float32 { return x })
	return h.vary.features(h.features(x), key), u.words
}

// targets are what Y of a batch says: the frames of each utterance, how many words it has, and the words.
type targets struct{ frames, counts, words *tensor.Tensor }

func targetsOf(y *tensor.Tensor) targets {
	n := y.Dim(0)
	part := func(lo, hi int) *tensor.Tensor { return y.Slice(1, lo, hi).Contiguous() }
	return targets{part(0, 1).Reshape(n), part(1, 2).Reshape(n), part(2, y.Dim(1))}
}

// steps returns how many steps of a network so many frames become.
func steps(m hearer, frames *tensor.Tensor) *tensor.Tensor {
	all := tensor.Values[int64](frames)
	for i, n := range all {
		all[i] = int64(m.Length(int(n)))
	}
	return tensor.Of(all, len(all))
}
