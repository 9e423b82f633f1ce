package nn

import (
	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

// RealTime learns an [RNNCell] while it runs, by real-time recurrent learning: the derivatives of the state with respect
// to the parameters are carried forward in time beside it, and nothing of the past is kept.
//
//	y = f(W x + b + U y₋ + d)    P[k, i, j] = ∂y[k]/∂θ[i, j],  θ = [W U b],  z = [x y₋ 1]
//	P[k, i, j] = f′[k] · (Σ U[k, l] · P₋[l, i, j] + δ[k, i] · z[j])    dθ = Σ dy[k] · P[k]
//
// The sum of the gradients over the steps is that of backpropagation through time, as long as the parameters do not change
// in between. It takes memory for n·h²·(in + h + 1) numbers however long the sequence, and h times as many
// multiplications for each: it is for small networks on streams without end. It is not for several goroutines.
//
// Williams and Zipser, A Learning Algorithm for Continually Running Fully Recurrent Neural Networks, 1989.
type RealTime struct {
	cell           *RNNCell
	hidden, traces *tensor.Tensor // y [n h], and P [n h h·(in + h + 1)]
}

// NewRealTime begins a stream.
func NewRealTime(cell *RNNCell) *RealTime { return &RealTime{cell: cell} }

// Reset begins another stream: the next state before is zeros.
func (r *RealTime) Reset() { r.hidden, r.traces = nil, nil }

// Step returns the hidden state after x [n in]. Each step may have a pass of its own, between which parameters change.
func (r *RealTime) Step(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	tensor.NonDifferentiable("RealTime", x)
	u := p.UseFull(&r.cell.WeightHidden).Detach()
	n, h, m := x.Dim(0), u.Dim(0), x.Dim(1)+u.Dim(0)+1
	before := r.hidden
	if before == nil {
		before = x.FullLike(0, n, h)
	}
	y := r.cell.Step(p, x, before).Detach()
	units := tensor.Arange(h).To(x.Device())
	same := units.Unsqueeze(1).Equal(units).Cast(x.DType()).Reshape(1, h, h, 1)
	z := tensor.Concat(1, x, before, x.FullLike(1, n, 1))
	traces := same.Mul(z.Reshape(n, 1, 1, m)).Reshape(n, h, h*m)
	if r.traces != nil {
		traces = traces.Add(u.MatMul(r.traces))
	}
	traces = traces.Mul(r.slope(y).Unsqueeze(2))
	r.hidden, r.traces = p.Keep(y), p.Keep(traces)
	return r.hidden
}

// slope is the derivative of the activation, from its value.
func (r *RealTime) slope(y *tensor.Tensor) *tensor.Tensor {
	if r.cell.Relu {
		return y.Greater(y.FullLike(0)).Cast(y.DType())
	}
	return y.Square().Neg().AddScalar(1)
}

// Grads returns the gradients of the cell's parameters for a loss of the newest state, from the gradient dy [n h] of
// that loss.
func (r *RealTime) Grads(p *Pass, dy *tensor.Tensor) autograd.Grads {
	if r.traces == nil {
		panic(tensor.Errorf("RealTime", "a gradient %v before the first step", dy))
	}
	h := dy.Dim(1)
	d := dy.Unsqueeze(1).MatMul(r.traces).Sum(0).Reshape(h, -1)
	parts := d.Split(1, d.Dim(1)-h-1, h, 1)
	bias := parts[2].Squeeze(1)
	g := autograd.Grads{}
	for q, d := range map[*tensor.Param]*tensor.Tensor{
		&r.cell.WeightIn: parts[0], &r.cell.WeightHidden: parts[1], &r.cell.BiasIn: bias, &r.cell.BiasHidden: bias,
	} {
		if w := p.UseFull(q); w != nil {
			g[w.Origin()] = p.Keep(d.Clone())
		}
	}
	return g
}
