package optim

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Muon takes steps that are orthogonal matrices, so that no direction of a weight is moved more than another.
//
//	m ← μm + (1 − μ)g    u = μm + (1 − μ)g
//	X = u/‖u‖, five times X ← aX + (bA + cA²)X    A = XXᵀ    a, b, c = 3.4445, −4.775, 2.0315
//	p ← p − ηλp − η √max(1, rows/columns) X       with MatchRMS 0.2√max(rows, columns) X
//
// It is for the matrices between the first layer and the last; what has more axes is seen as [n the others]. Everything else
// takes another rule:
//
//	opt := optim.New(optim.AdamW{LR: 3e-4}, params).Group(optim.Muon{LR: 0.02}, optim.Matrices)
//	opt.Group(optim.AdamW{LR: 3e-4}, optim.Match("embed*", "head*"))
//
// The singular values of X are only near 1, between about 0.7 and 1.2, which does as well. PyTorch iterates in bfloat16, we in
// float32 unless Narrow says otherwise. It panics with a [tensor.Error] if a parameter has fewer than two axes.
//
// Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024; the decay and MatchRMS, Liu et al., Muon is
// Scalable for LLM Training, 2025 (arXiv:2502.16982).
type Muon struct {
	LR          float64 // η; 0 means 1e-3
	Momentum    float64 // μ; 0 means 0.95, None 0
	Plain       bool    // u = m: without Nesterov's look ahead
	Steps       int     // 0 means 5
	Eps         float64 // the least ‖u‖; 0 means 1e-7
	Narrow      bool    // iterate in bfloat16, where processors multiply it quickly
	MatchRMS    bool    // steps as long as AdamW's, so that its rate can be kept
	WeightDecay float64 // λ; 0 means 0.1, None 0
}

// Slots returns m.
func (r Muon) Slots() []string { return []string{"m"} }

// Update moves p along g.
func (r Muon) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	if p.Rank() < 2 {
		panic(tensor.Errorf("optim.Muon", "the parameter %s of shape %v is no matrix: give it another rule by Group", at.Name, p))
	}
	lr, u := at.rate(r.LR), r.direction(slots[0], g, at)
	rows, columns := float64(p.Dim(0)), float64(p.Len()/max(1, p.Dim(0)))
	longer := math.Sqrt(max(1, rows/columns))
	if r.MatchRMS {
		longer = 0.2 * math.Sqrt(max(rows, columns))
	}
	steps := r.Steps
	if steps <= 0 {
		steps = 5
	}
	x := orthogonal(u.Reshape(p.Dim(0), -1), steps, or(r.Eps, 1e-7), r.Narrow).Reshape(p.Shape()...)
	tensor.OnePassInto([]*tensor.Tensor{p}, func(in []*tensor.Tensor) []*tensor.Tensor {
		p, x := in[0], in[1]
		w := wide(p).Scale(1 - float64(lr*or(r.WeightDecay, 0.1)))
		p.CopyFrom(w.Sub(x.Scale(lr * longer)))
		return in[:1]
	}, p, x)
}

// direction moves the average m along g and returns u.
func (r Muon) direction(m, g *tensor.Tensor, at At) *tensor.Tensor {
	mu, u := or(r.Momentum, 0.95), tensor.Output(m, m.Shape(), m, g)
	tensor.OnePassInto([]*tensor.Tensor{m, u}, func(in []*tensor.Tensor) []*tensor.Tensor {
		d := at.grad(in[1])
		u := mix(in[0], d, mu)
		if !r.Plain {
			u = u.Scale(mu).Add(d.Scale(1 - mu))
		}
		return []*tensor.Tensor{in[0], u}
	}, m, g)
	return u
}

// orthogonal returns a matrix near UVᵀ of x = USVᵀ by Newton and Schulz's iteration of fifth order,
// narrow in bfloat16.
func orthogonal(x *tensor.Tensor, steps int, eps float64, narrow bool) *tensor.Tensor {
	const a, b, c = 3.4445, -4.775, 2.0315
	tall, t := x.Dim(0) > x.Dim(1), x.DType()
	if tall {
		x = x.T()
	}
	n := unitNorm(x, false)
	x = x.Div(n.Maximum(n.FullLike(eps)))
	if narrow {
		x = x.Cast(device.BFloat16)
	}
	for range steps {
		square := x.MatMul(x.T())
		x = x.Scale(a).Add(square.Scale(b).Add(square.MatMul(square).Scale(c)).MatMul(x))
	}
	if tall {
		x = x.T()
	}
	return x.Cast(t)
}
