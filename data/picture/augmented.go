package picture

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Augmented is a set of pictures kept as bytes, each changed anew in every epoch before it is normalized.
//
// What happens to example i is a pure function of (key, i), where the key is that of run and epoch: a run that was stopped goes on
// with the same bits. All examples of a batch must come out equally large. Use it for training only.
type Augmented struct {
	*data.Bytes           // pictures of shape [c h w]
	Transform   Transform // nil: none
	Mixer       Mixer     // of whole batches; nil: none
	Classes     int       // of the labels, for the mixer
}

// Example returns a copy of the example at a position, with its label.
func (s *Augmented) Example(i int) *Example {
	c, h, w := s.Shape[0], s.Shape[1], s.Shape[2]
	n := c * h * w
	return &Example{Pix: append([]uint8(nil), s.Data[i*n:(i+1)*n]...), Channels: c, Height: h, Width: w, Label: s.Labels[i]}
}

// Draw returns a copy of a random example, as [Mosaic] wants it.
func (s *Augmented) Draw(key rng.Key) *Example { return s.Example(key.Source().Intn(s.Len())) }

// Batch returns the examples at those positions, changed and normalized: float32 [n c h w], and their classes [n] as int64 or, if
// there is a mixer, their probabilities [n classes].
func (s *Augmented) Batch(index []int, key rng.Key) (data.Batch, error) {
	if len(s.Shape) != 3 {
		return data.Batch{}, fmt.Errorf("augmenting examples of shape %v; want pictures [c h w]", s.Shape)
	}
	var shape [3]int
	examples := make([][]uint8, len(index))
	y := make([]int64, len(index))
	for i, k := range index {
		if k < 0 || k >= s.Len() {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, s.Len())
		}
		e := s.Example(k)
		if s.Transform != nil {
			s.Transform.Apply(e, key.At(uint64(k)))
		}
		if i == 0 {
			shape = [3]int{e.Channels, e.Height, e.Width}
		} else if shape != [3]int{e.Channels, e.Height, e.Width} {
			return data.Batch{}, fmt.Errorf("augmenting makes pictures of %v and of [%d %d %d]; end with a crop or a resize", shape, e.Channels, e.Height, e.Width)
		}
		examples[i], y[i] = e.Pix, e.Label
	}
	x := s.AppendNormalized(make([]float32, 0, len(index)*shape[0]*shape[1]*shape[2]), examples...)
	b := data.Batch{X: tensor.Of(x, len(index), shape[0], shape[1], shape[2]), Y: tensor.Of(y, len(y)), Index: index}
	if s.Mixer != nil && len(index) > 0 {
		b = s.Mixer.Apply(b, s.Classes, key.Child("mix").At(uint64(index[0])))
	}
	return b, nil
}
