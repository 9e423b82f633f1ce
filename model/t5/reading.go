package t5

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Reading is a text that a model has read. With it the model is a decoder of tokens, which package generate can draw from or
// search.
type Reading struct {
	model  *Model
	memory nn.Memories
	mask   *tensor.Tensor // [1 s], or nil
}

// Read reads one text, [1 s]; the mask is as in [Model.Encode].
func (m *Model) Read(ids, mask *tensor.Tensor) *Reading {
	if m.Decoder == nil || ids.Dim(0) != 1 {
		panic(tensor.Errorf("t5.Read", "%v is not one text, or there is no decoder", ids))
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	r := &Reading{model: m, mask: mask}
	r.memory = nn.Memories(m.Decoder.remember(p, m.Encode(p, p.Input(ids), mask))).Keep(p)
	return r
}

// Forward returns the logits of the token behind each that was written.
//
//	ids [b t] → logits [b t v]
func (r *Reading) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	memory, mask := r.of(ids.Dim(0))
	return r.model.logits(p, r.model.Decoder.forward(p, r.model.Shared.Forward(p, ids), memory, mask))
}

// Caches returns an empty cache for each block, with room for so many tokens.
func (r *Reading) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(r.memory), room)
}

// Decode is [Reading.Forward] for tokens that follow those in the caches, to which it adds them, and gives the logits of the last
// alone. No gradient flows.
//
//	ids [b t] → logits [b v]
func (r *Reading) Decode(p *nn.Pass, ids *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	memory, mask := r.of(ids.Dim(0))
	x := r.model.Decoder.decode(p, r.model.Shared.Forward(p, ids), memory, mask, c)
	return r.model.logits(p, x.Slice(1, x.Dim(1)-1, x.Dim(1))).Squeeze(1)
}

// of returns what was read for a batch of n texts.
func (r *Reading) of(n int) ([]nn.Memory, *tensor.Tensor) {
	mask := r.mask
	if mask != nil {
		mask = mask.Expand(n, mask.Dim(1))
	}
	return r.memory.Expand(n), mask
}
