package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// SelfAttention is [Attention] of queries, keys and values that one projection has made, side by side: first the heads
// of the queries, then those of the keys, then those of the values.
//
//	qkv [b t h+2g d] → y [b t h d]
//
// Neither the parts nor their gradients are ever apart in memory. It panics with a [tensor.Error] if the shape does not
// leave a number g of heads for keys and values that divides h.
func SelfAttention(qkv *tensor.Tensor, heads int, c AttentionConfig) *tensor.Tensor {
	checkFloat("SelfAttention", qkv)
	if qkv.Rank() != 4 || heads < 1 || qkv.Dim(2) <= heads || (qkv.Dim(2)-heads)%2 != 0 || heads%((qkv.Dim(2)-heads)/2) != 0 {
		panic(tensor.Errorf("SelfAttention", "%v is not [b t h+2g d] with g a divisor of h = %d", qkv, heads))
	}
	q, k, v := parts(qkv.Bare(), heads)
	a := newAttention(q, k, v, c)
	shape := slices.Clone(qkv.Shape())
	shape[2] = heads
	y := tensor.OutputRowMajor(qkv, shape)
	if !a.whole() || !a.forward(headsFirst(y), q, k, v) {
		q, k, v = parts(qkv, heads)
		return headsFirst(a.composed(q, k, v))
	}
	return tensor.Record(y, "SelfAttention", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		dy = headsFirst(dy)
		if !tensor.Tracked(dy, x[0]) {
			d := tensor.OutputRowMajor(x[0], x[0].Shape(), dy)
			q, k, v := parts(x[0], heads)
			dq, dk, dv := parts(d, heads)
			if a.backward(dy, headsFirst(y), []*tensor.Tensor{q, k, v}, dq, dk, dv) {
				return []*tensor.Tensor{d}
			}
		}
		q, k, v := parts(x[0], heads)
		g := a.composedVJP(dy, q, k, v)
		return []*tensor.Tensor{tensor.Concat(2, headsFirst(g[0]), headsFirst(g[1]), headsFirst(g[2]))}
	}, qkv)
}

// headsFirst returns a view of x [b t h d] as [b h t d], or back.
func headsFirst(x *tensor.Tensor) *tensor.Tensor { return x.Transpose(1, 2) }

// parts returns views of the queries, keys and values in qkv, each [b heads t d].
func parts(qkv *tensor.Tensor, heads int) (q, k, v *tensor.Tensor) {
	groups := (qkv.Dim(2) - heads) / 2
	p := headsFirst(qkv).Split(1, heads, groups, groups)
	return p[0], p[1], p[2]
}
