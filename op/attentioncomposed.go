package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// composed is the attention made of operations that every device has: with all weights in memory.
func (a *attention) composed(q, k, v *tensor.Tensor) *tensor.Tensor {
	y := Dropout(a.weights(q, k), a.dropout, a.key).MatMul(v.Unsqueeze(2))
	return y.Reshape(q.Dim(0), q.Dim(1), q.Dim(2), v.Dim(3))
}

// byGroups returns x [b h t d] as [b g h/g t d].
func byGroups(x *tensor.Tensor, g int) *tensor.Tensor {
	return x.Reshape(x.Dim(0), g, x.Dim(1)/g, x.Dim(2), x.Dim(3))
}

// weights returns the softmax of the logits, [b g h/g t s]. A row of nothing but −∞ gives zeros.
func (a *attention) weights(q, k *tensor.Tensor) *tensor.Tensor {
	x := byGroups(q, k.Dim(1)).MatMul(k.Unsqueeze(2).T()).Scale(a.scale)
	if a.limit > 0 {
		x = x.Scale(1 / a.limit).Tanh().Scale(a.limit)
	}
	hidden := x.FullLike(math.Inf(-1))
	if a.mask != nil {
		mask := byGroups(a.mask, k.Dim(1))
		if mask.DType() == device.Bool {
			x = tensor.Where(mask, x, hidden)
		} else {
			x = x.Add(mask.Cast(x.DType()))
		}
	}
	if a.causal {
		t, s := q.Dim(2), k.Dim(2)
		last := tensor.Arange(t).To(q.Device()).AddScalar(float64(s - t)).Unsqueeze(1)
		x = tensor.Where(tensor.Arange(s).To(q.Device()).LessEqual(last), x, hidden)
	}
	e := x.Sub(rowMax(x.Bare())).Exp()
	sum := e.SumKeep(-1)
	return e.Div(tensor.Where(sum.Bare().Equal(sum.FullLike(0)), sum.FullLike(1), sum))
}

// composedVJP is the gradient in the algebra of tensors: it can be differentiated.
func (a *attention) composedVJP(dy, q, k, v *tensor.Tensor) []*tensor.Tensor {
	g := k.Dim(1)
	p := a.weights(q, k)
	d := byGroups(dy, g)
	dp := Dropout(d.MatMul(v.Unsqueeze(2).T()), a.dropout, a.key)
	ds := p.Mul(dp.Sub(dp.Mul(p).SumKeep(-1))).Scale(a.scale)
	dq := ds.MatMul(k.Unsqueeze(2))
	dk := ds.T().MatMul(byGroups(q, g)).Sum(2)
	return []*tensor.Tensor{dq.Reshape(q.Shape()...), dk, Dropout(p, a.dropout, a.key).T().MatMul(d).Sum(2)}
}
