package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// window lets query i see only the keys less than n from i + s − t, beside what hides others already.
func (a *attention) window(q, k *tensor.Tensor, n int) {
	far := distances(q, k)
	near := far.Less(far.FullLike(float64(n))).And(far.Greater(far.FullLike(float64(-n))))
	near = near.Expand(q.Dim(0), q.Dim(1), q.Dim(2), k.Dim(2))
	switch {
	case a.mask == nil:
		a.mask = near
	case a.mask.DType() == device.Bool:
		a.mask = a.mask.And(near)
	default:
		a.mask = tensor.Where(near, a.mask, a.mask.FullLike(math.Inf(-1)))
	}
}

// distances returns how far before each of t queries each of s keys stands, where the last query stands at the last key:
// [t s] of int64.
func distances(q, k *tensor.Tensor) *tensor.Tensor {
	t, s := q.Dim(2), k.Dim(2)
	return positions(q, t, s-t, 1).Unsqueeze(1).Sub(positions(q, s, 0, 1))
}

// AttentionWeights returns the weights with which [Attention] takes the mean of the values.
//
//	q [b h t d], k [b g s d] → y [b h t s]
//	y = softmax(q kᵀ · scale + mask)
//
// The weights of a query that sees no key are 0. Dropout plays no part. It panics with a [tensor.Error] if the shapes do
// not fit.
func AttentionWeights(q, k *tensor.Tensor, c AttentionConfig) *tensor.Tensor {
	a := newAttention(q, k, k, c)
	return a.weights(q, k).Reshape(q.Dim(0), q.Dim(1), q.Dim(2), k.Dim(2))
}

// ALiBi returns a mask for [Attention] that makes keys count less the further away they are: linear biases in place of
// positions.
//
//	q [b h t d], k [b g s d] → y [h t s]
//	y[m, i, j] = −2^(−8(m+1)/h) · |i + s − t − j|
//
// If h is no power of 2, the slopes are those of the power below, then every other one of twice that power. It depends on
// the shapes of q and k alone; no gradient flows. It panics with a [tensor.Error] if q and k are not of rank 4.
//
// Press, Smith and Lewis, Train Short, Test Long, 2021 (arXiv:2108.12409), section 3.
func ALiBi(q, k *tensor.Tensor) *tensor.Tensor {
	if q.Rank() != 4 || k.Rank() != 4 {
		panic(tensor.Errorf("ALiBi", "q %v and k %v are not [b h t d] and [b g s d]", q, k))
	}
	h := q.Dim(1)
	slopes := tensor.Of(alibiSlopes(h)).Reshape(h, 1, 1).To(q.Device()).Cast(wideType(q.DType()))
	if s := q.Scope(); s != nil {
		slopes = s.Bring(slopes)
	}
	return distances(q, k).Abs().Cast(slopes.DType()).Mul(slopes)
}

// alibiSlopes returns the biases of h heads for a distance of 1.
func alibiSlopes(h int) []float64 {
	slopes := make([]float64, h)
	below := 1
	for below*2 <= h {
		below *= 2
	}
	for m := range slopes {
		e := 8 * float64(m+1) / float64(below)
		if m >= below {
			e = 8 * float64(2*(m-below)+1) / float64(2*below)
		}
		slopes[m] = -math.Exp2(-e)
	}
	return slopes
}

// AdditiveAttention returns means of the values, weighted by a small network's judgement of how well the queries fit the
// keys.
//
//	q [b t d], k [b s d], v [b s e], scale [d], mask of Bool that broadcasts to [b t s], or nil → y [b t e]
//	y = softmax(scores) v     scores[i, j] = Σ scale · tanh(q[i] + k[j])
//
// The numbers inside tanh, b·t·s·d of them, are all in memory. A query that sees no key gives 0. It panics with a
// [tensor.Error] if the shapes do not fit.
//
// Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, 2014
// (arXiv:1409.0473), section 3.1; the maps before q and k are the caller's.
func AdditiveAttention(q, k, v, scale, mask *tensor.Tensor) *tensor.Tensor {
	return AdditiveAttentionWeights(q, k, scale, mask).MatMul(sameSteps("AdditiveAttention", k, v))
}

// AdditiveAttentionWeights returns the weights with which [AdditiveAttention] takes the mean of the values.
//
//	q [b t d], k [b s d], scale [d], mask of Bool that broadcasts to [b t s], or nil → y [b t s]
//
// It panics with a [tensor.Error] if the shapes do not fit.
func AdditiveAttentionWeights(q, k, scale, mask *tensor.Tensor) *tensor.Tensor {
	checkFloat("AdditiveAttention", q)
	checkType("AdditiveAttention", "k", k, q)
	if q.Rank() != 3 || k.Rank() != 3 || q.Dim(0) != k.Dim(0) || q.Dim(2) != k.Dim(2) {
		panic(tensor.Errorf("AdditiveAttention", "q %v and k %v are not [b t d] and [b s d]", q, k))
	}
	checkVector("AdditiveAttention", "scale", scale, q.Dim(2), "the last axis", q)
	x := q.Unsqueeze(2).Add(k.Unsqueeze(1)).Tanh()
	x = x.MatMul(scale.Unsqueeze(1)).Squeeze(3)
	if mask != nil {
		x = tensor.Where(mask, x, x.FullLike(math.Inf(-1)))
	}
	e := x.Sub(rowMax(x.Bare())).Exp()
	sum := e.SumKeep(-1)
	return e.Div(tensor.Where(sum.Bare().Equal(sum.FullLike(0)), sum.FullLike(1), sum))
}

// sameSteps returns v, having checked that it has a row for each key.
func sameSteps(op string, k, v *tensor.Tensor) *tensor.Tensor {
	checkType(op, "v", v, k)
	if v.Rank() != 3 || v.Dim(0) != k.Dim(0) || v.Dim(1) != k.Dim(1) {
		panic(tensor.Errorf(op, "v %v does not fit the keys %v", v, k))
	}
	return v
}
