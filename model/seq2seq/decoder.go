package seq2seq

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Bahdanau is a decoder that looks before each step.
//
//	cᵢ = attention(sᵢ₋₁, memory)      sᵢ = GRU([xᵢ cᵢ], sᵢ₋₁)      features = [sᵢ cᵢ xᵢ]
//
// Bahdanau, Cho and Bengio, 2014 (arXiv:1409.0473), section 3.1; the features go to one linear layer, and not to maxout.
type Bahdanau struct {
	Attention *nn.AdditiveAttention
	Cell      *nn.GRUCell
}

func (d *Bahdanau) run(p *nn.Pass, x, memory, mask, state *tensor.Tensor) (features, last *tensor.Tensor) {
	var all []*tensor.Tensor
	for i := range x.Dim(1) {
		xi := x.Slice(1, i, i+1)                                           // [n 1 d]
		seen, _ := d.Attention.Attend(p, state.Unsqueeze(1), memory, mask) // [n 1 2h]
		state = d.Cell.Step(p, tensor.Concat(2, xi, seen).Squeeze(1), state)
		all = append(all, tensor.Concat(2, state.Unsqueeze(1), seen, xi))
	}
	return tensor.Concat(1, all...), state
}

// Luong is a decoder that reads all steps and then looks.
//
//	s = GRU(x)      c = attention(s, memory)      features = tanh(W [c s])
//
// Luong, Pham and Manning, 2015 (arXiv:1508.04025), equation 5.
type Luong struct {
	Cells     *nn.GRU
	Attention *nn.MultiplicativeAttention
	Join      *nn.Linear // without bias
}

func newLuong(r *rng.Rand, width, h int, a *nn.MultiplicativeAttention) *Luong {
	return &Luong{Cells: nn.NewGRU(r, width, h, nn.RecurrentConfig{}), Attention: a, Join: nn.NewLinearNoBias(r, 3*h, h)}
}

func (d *Luong) run(p *nn.Pass, x, memory, mask, state *tensor.Tensor) (features, last *tensor.Tensor) {
	s, end := d.Cells.Run(p, x, nil, nn.RecurrentState{Hidden: state.Unsqueeze(0)})
	seen := d.Attention.Attend(p, s, memory, mask)
	return d.Join.Forward(p, tensor.Concat(2, seen, s)).Tanh(), end.Hidden.Squeeze(0)
}
