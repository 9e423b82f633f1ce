package llama

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// Caches returns an empty cache for each layer, with room for so many tokens.
func (m *Model) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(m.Decoder.Layers), room)
}

// Decode is [Model.Forward] for tokens that follow those in the caches, to which it adds them, and gives the logits of the
// last alone. No gradient flows.
//
//	x [b t] → logits [b v]
func (m *Model) Decode(p *nn.Pass, x *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	if len(c) != len(m.Decoder.Layers) {
		panic(tensor.Errorf("Decode", "%d caches for %d layers", len(c), len(m.Decoder.Layers)))
	}
	h := m.embed(p, x)
	for i, l := range m.Decoder.Layers {
		feed := l.FeedForward.Forward
		if e, ok := l.FeedForward.(*Experts); ok {
			feed = e.Decode
		}
		h = l.run(p, h, l.Attention.Decode(p, l.AttentionNorm.Forward(p, h), c[i]), feed)
	}
	last := h.Slice(1, h.Dim(1)-1, h.Dim(1))
	return m.logits(p, m.Decoder.Norm.Forward(p, last)).Squeeze(1)
}
