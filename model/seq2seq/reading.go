package seq2seq

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Reading is a text that a model has read. With it the model is a layer from what was written to what comes next, which package
// generate can draw from or search.
type Reading struct {
	model               *Model
	memory, mask, state *tensor.Tensor
}

// Read reads one text, [1 s].
func (m *Model) Read(source *tensor.Tensor) *Reading {
	if source.Rank() != 2 || source.Dim(0) != 1 {
		panic(tensor.Errorf("seq2seq.Read", "%v is not one text", source))
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	memory, mask, state := m.Encode(p, p.Input(source))
	return &Reading{m, p.Keep(memory), p.Keep(mask), p.Keep(state)}
}

// Forward returns the logits of the token behind each that was written.
//
//	ids [b t] → logits [b t v]
func (r *Reading) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	b := ids.Dim(0)
	of := func(x *tensor.Tensor) *tensor.Tensor {
		shape := append([]int{b}, x.Shape()[1:]...)
		return p.Input(x).Expand(shape...)
	}
	logits, _ := r.model.Decode(p, ids, of(r.memory), of(r.mask), of(r.state).Contiguous())
	return logits
}
