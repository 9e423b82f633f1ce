package music

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/music"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// pieces is the set of some rolls: X [n t 88] what sounded last, silence at first, and Y [n t 88] what sounds now, −1 behind the end.
type pieces struct {
	rolls     []music.Roll
	transpose int // half tones up or down at most
}

// Len returns the number of pieces.
func (p *pieces) Len() int { return len(p.rolls) }

// Batch returns pieces, moved up or down by the key.
func (p *pieces) Batch(index []int, key rng.Key) (data.Batch, error) {
	rolls, longest := make([]music.Roll, len(index)), 0
	for i, k := range index {
		if k < 0 || k >= len(p.rolls) {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, len(p.rolls))
		}
		rolls[i] = p.rolls[k]
		if p.transpose > 0 {
			rolls[i] = rolls[i].Transpose(key.At(uint64(k)).IntnAt(0, 2*p.transpose+1) - p.transpose)
		}
		longest = max(longest, len(rolls[i]))
	}
	x, y := make([]float32, len(index)*longest*music.Keys), make([]float32, len(index)*longest*music.Keys)
	for i, r := range rolls {
		at := i * longest * music.Keys
		press(x[at+music.Keys:min(len(x), at+longest*music.Keys)], r[:len(r)-1])
		press(y[at:], r)
		for j := at + len(r)*music.Keys; j < at+longest*music.Keys; j++ {
			y[j] = -1
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), longest, music.Keys), Y: tensor.Of(y, len(index), longest, music.Keys), Index: index}, nil
}

// press writes 1 where a key of the roll sounds.
func press(to []float32, r music.Roll) {
	for t, keys := range r {
		for _, k := range keys {
			to[t*music.Keys+k-music.Lowest] = 1
		}
	}
}

// sounding returns the rows of a batch's steps before the end of their pieces, from the step first on.
func sounding(y *tensor.Tensor, first int) *tensor.Tensor {
	n, steps := y.Dim(0), y.Dim(1)
	v := y.Slice(2, 0, 1).Contiguous().Floats()
	var rows []int64
	for i := range n {
		for t := first; t < steps; t++ {
			if v[i*steps+t] >= 0 {
				rows = append(rows, int64(i*steps+t))
			}
		}
	}
	return tensor.Of(rows, len(rows))
}
