package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AttentionConfig is what [Attention] may do besides the plain thing. The zero value is the paper's.
type AttentionConfig struct {
	Scale  float64        // of the logits; 0 means 1/√d
	Cap    float64        // squeezes the scaled logits into ±Cap by its tanh, before the mask; 0 means not. With all weights in memory
	Causal bool           // query i sees the keys up to i + s − t: the last query sees the last key
	Window int            // query i sees the keys less than that far from i + s − t, on either side; 0 means all
	Mask   *tensor.Tensor // broadcasts to [b h t s]: Bool, true where a query sees a key, or floats that are added to the logits

	Dropout float64 // the share of the weights that are set to 0, the others scaled up
	Key     rng.Key // of the dropout
}

// Attention returns means of the values, weighted by how well the queries fit the keys.
//
//	q [b h t d], k [b g s d], v [b g s e] → y [b h t e]
//	y = softmax(q kᵀ · scale + mask) v
//
// There may be fewer heads g of keys and values than the h of queries: then h/g neighbours share one (grouped queries;
// multi-query with g = 1). Views serve as well as tensors: q, k and v may be parts of one projection.
//
// No matrix of t by s is made, in either direction, as long as the device has the operation, the mask needs no gradient,
// nothing is capped and the gradient is not differentiated again; memory then grows with t + s. A window is a mask. A query that
// sees no key gives 0, and so do its gradients. It panics with a [tensor.Error] if the shapes do not fit, or the dropout.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), equation 1; Dao and others, FlashAttention,
// 2022 (arXiv:2205.14135), for the blocks; Ainslie and others, GQA, 2023 (arXiv:2305.13245), for the groups; Beltagy, Peters
// and Cohan, Longformer, 2020 (arXiv:2004.05150), for the window.
func Attention(q, k, v *tensor.Tensor, c AttentionConfig) *tensor.Tensor {
	a := newAttention(q, k, v, c)
	if !a.whole() {
		return a.composed(q, k, v)
	}
	shape := slices.Clone(q.Shape())
	shape[3] = v.Dim(3)
	y := tensor.Output(q, shape, k, v)
	if !a.forward(y, q, k, v) {
		return a.composed(q, k, v)
	}
	return tensor.Record(y, "Attention", a.vjp, q, k, v)
}

// An attention is one call of [Attention]: what was asked, and what the gradient needs.
type attention struct {
	scale     float64
	limit     float64
	causal    bool
	mask      *tensor.Tensor // of the shape of the logits, or nil
	most, sum *tensor.Tensor // statistics of the rows of logits, if the device left them

	dropout float64
	key     rng.Key
}

// whole reports whether the device may do all at once.
func (a *attention) whole() bool { return !tensor.Tracked(a.mask) && a.limit == 0 }

// newAttention checks the shapes.
func newAttention(q, k, v *tensor.Tensor, c AttentionConfig) *attention {
	checkFloat("Attention", q)
	checkType("Attention", "k", k, q)
	checkType("Attention", "v", v, q)
	if q.Rank() != 4 || k.Rank() != 4 || v.Rank() != 4 || q.Dim(0) != k.Dim(0) || q.Dim(3) != k.Dim(3) ||
		!slices.Equal(k.Shape()[:3], v.Shape()[:3]) || k.Dim(1) == 0 || q.Dim(1)%k.Dim(1) != 0 {
		panic(tensor.Errorf("Attention", "q %v, k %v and v %v are not [b h t d], [b g s d] and [b g s e] with h a multiple of g", q, k, v))
	}
	a := &attention{scale: c.Scale, limit: c.Cap, causal: c.Causal, dropout: c.Dropout, key: c.Key}
	if !(0 <= c.Dropout && c.Dropout < 1) {
		panic(tensor.Errorf("Attention", "dropout %g of the weights; want 0 ≤ dropout < 1", c.Dropout))
	}
	if a.scale == 0 {
		a.scale = 1 / math.Sqrt(float64(q.Dim(3)))
	}
	if c.Mask != nil {
		a.mask = expandedMask(q, k, c.Mask)
	}
	if c.Window > 0 {
		a.window(q, k, c.Window)
	}
	return a
}

// expandedMask returns a view of the mask that has the shape of the logits.
func expandedMask(q, k, mask *tensor.Tensor) *tensor.Tensor {
	want := []int{q.Dim(0), q.Dim(1), q.Dim(2), k.Dim(2)}
	fits := mask.Rank() <= 4 && (mask.DType() == device.Bool || mask.DType().IsFloat())
	for i := range min(mask.Rank(), 4) {
		n := mask.Dim(-1 - i)
		fits = fits && (n == 1 || n == want[3-i])
	}
	if !fits {
		panic(tensor.Errorf("Attention", "the mask, %s %v, does not broadcast to the logits %v", mask.DType(), mask, want))
	}
	if t := wideType(q.DType()); mask.DType() != device.Bool {
		mask = mask.Cast(t)
	}
	return mask.Expand(want...)
}

// wideType is the type in which elements of type t are summed.
func wideType(t device.DType) device.DType {
	if t == device.Float16 || t == device.BFloat16 {
		return device.Float32
	}
	return t
}

func (a *attention) attr() *device.Attr {
	return &device.Attr{Scalars: [8]float64{a.scale, a.dropout}, Flag: a.causal, Key: [2]uint64{uint64(a.key), 0}}
}

// forward lets the device compute y, and reports whether it did.
func (a *attention) forward(y, q, k, v *tensor.Tensor) bool {
	stat := q.Shape()[:3]
	a.most = tensor.OutputAs(wideType(q.DType()), q, stat, k, v)
	a.sum = tensor.OutputAs(wideType(q.DType()), q, stat, k, v)
	return tensor.Try(device.Attention, a.attr(), []*tensor.Tensor{y, a.most, a.sum}, q, k, v, a.mask)
}

// vjp is, with P the weights and D the sums of the rows of dy·y,
//
//	dv = Pᵀ dy    dS = P · (dy vᵀ − D)    dq = scale · dS k    dk = scale · dSᵀ q
//
// Where weights are dropped, P in dv is what is left of them, and dy vᵀ is dropped alike.
func (a *attention) vjp(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
	q, k, v := x[0], x[1], x[2]
	if !tensor.Tracked(dy, q, k, v) {
		dq, dk, dv := tensor.Output(q, q.Shape(), dy), tensor.Output(k, k.Shape(), dy), tensor.Output(v, v.Shape(), dy)
		if a.backward(dy, y, x, dq, dk, dv) {
			return []*tensor.Tensor{dq, dk, dv}
		}
	}
	return a.composedVJP(dy, q, k, v)
}

// backward lets the device compute the gradients, and reports whether it did.
func (a *attention) backward(dy, y *tensor.Tensor, x []*tensor.Tensor, dq, dk, dv *tensor.Tensor) bool {
	return tensor.Try(device.AttentionGrad, a.attr(), []*tensor.Tensor{dq, dk, dv}, dy, x[0], x[1], x[2], a.mask, y, a.most, a.sum)
}
