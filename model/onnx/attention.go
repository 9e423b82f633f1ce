package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() { register("Attention", 23, attention) }

// attention lets queries look at keys, [batch heads steps width] each, or [batch steps heads·width].
//
// Each query head looks at the key head of its group. A query that may see no key gives zeros. What may be seen is the mask and, of
// these, what causality, a window and the count of keys that are no padding leave.
func attention(c *call) []*Value {
	q, k, v := c.heads(0, "q_num_heads"), c.heads(1, "kv_num_heads"), c.heads(2, "kv_num_heads")
	if past := c.maybe(4); past != nil {
		k = tensor.Concat(2, past, k)
	}
	if past := c.maybe(5); past != nil {
		v = tensor.Concat(2, past, v)
	}
	scale := c.float("scale", 1/math.Sqrt(float64(q.Dim(3))))
	mask, softcap := c.attentionMask(q, k), c.float("softcap", 0)
	var y *tensor.Tensor
	out := []*Value{nil, {Type: c.value(1).Type, Tensor: k}, {Type: c.value(2).Type, Tensor: v}}
	if c.outputs() < 4 && !c.given("softmax_precision") && q.DType() == device.Float32 {
		y = op.Attention(q, k, v, op.AttentionConfig{Scale: scale, Cap: softcap, Mask: mask})
	} else {
		var seen *tensor.Tensor
		y, seen = c.longhand(q, k, v, mask, scale, softcap)
		out = append(out, &Value{Type: c.value(0).Type, Tensor: seen})
	}
	if c.x(0).Rank() == 3 {
		y = y.Transpose(1, 2).Reshape(y.Dim(0), y.Dim(2), y.Dim(1)*y.Dim(3))
	}
	out[0] = &Value{Type: c.value(0).Type, Tensor: y}
	return out
}

// heads returns input i as [batch heads steps width].
func (c *call) heads(i int, attribute string) *tensor.Tensor {
	x := c.x(i)
	switch n := c.integer(attribute, 0); {
	case x.Rank() == 4:
		return x
	case x.Rank() != 3 || n < 1 || x.Dim(2)%n != 0:
		c.fail("input %d has shape %v, and %s is %d", i, x, attribute, n)
	default:
		return x.Reshape(x.Dim(0), x.Dim(1), n, x.Dim(2)/n).Transpose(1, 2)
	}
	return nil
}

// longhand computes attention step by step, and returns what the attribute qk_matmul_output_mode asks for, too.
func (c *call) longhand(q, k, v, mask *tensor.Tensor, scale, softcap float64) (y, seen *tensor.Tensor) {
	if q.Dim(1) != k.Dim(1) {
		if k.Dim(1) == 0 || q.Dim(1)%k.Dim(1) != 0 || v.Dim(1) != k.Dim(1) {
			c.fail("%d query heads and %d key heads", q.Dim(1), k.Dim(1))
		}
		k, v = k.Repeat(1, q.Dim(1)/k.Dim(1)), v.Repeat(1, q.Dim(1)/v.Dim(1))
	}
	mode := c.integer("qk_matmul_output_mode", 0)
	root := math.Sqrt(scale)
	logits := q.Scale(root).MatMul(k.T().Scale(root))
	if softcap > 0 {
		logits = logits.Scale(1 / softcap).Tanh().Scale(softcap)
	}
	seen = logits
	if mask != nil {
		logits = logits.Add(c.additive(mask, q.DType()))
	}
	if mode == 2 {
		seen = logits
	}
	wide := logits
	if t := proto.DataType(c.integer("softmax_precision", 0)); t.Known() && t.Carrier().IsFloat() {
		wide = logits.Cast(t.Carrier())
	}
	most := wide.Detach().MaxKeep(3)
	none := most.Equal(most.FullLike(math.Inf(-1)))
	wide = tensor.Where(none, wide.FullLike(0), wide)
	weights := tensor.Where(none, wide.FullLike(0), op.Softmax(wide, 3)).Cast(q.DType())
	if mode == 3 {
		seen = weights
	}
	return weights.MatMul(v), seen
}

// additive returns a mask as numbers that are added to logits.
func (c *call) additive(mask *tensor.Tensor, t device.DType) *tensor.Tensor {
	if mask.DType() != device.Bool {
		return mask
	}
	return tensor.Where(mask, c.full(t, 0), c.full(t, math.Inf(-1)))
}

// attentionMask joins all that limits what a query sees, as a mask that broadcasts to [batch heads queries keys], or nil.
func (c *call) attentionMask(q, k *tensor.Tensor) *tensor.Tensor {
	queries, keys := q.Dim(2), k.Dim(2)
	mask := c.maybe(3)
	if mask != nil {
		mask = c.filled(mask, keys)
	}
	left, right := c.integer("left_window_size", -1), c.integer("right_window_size", -1)
	causal := c.flag("is_causal", false)
	if !causal && left < 0 && right < 0 && !c.has(6) {
		return mask
	}
	var lengths []int64
	offsets := []int64{0}
	if past := c.maybe(4); past != nil {
		offsets[0] = int64(past.Dim(2))
	}
	if c.has(6) {
		lengths = c.longs(6)
		offsets = slices.Clone(lengths)
		for i := range offsets {
			offsets[i] -= int64(queries)
		}
	}
	batch := len(offsets)
	sees := make([]bool, c.product([]int{batch, queries, keys}))
	for i := range sees {
		b, key := i/(queries*keys), int64(i%keys)
		at := int64(i/keys%queries) + offsets[b]
		sees[i] = (!causal || key <= at) && (left < 0 || at-key <= int64(left)) && (right < 0 || key-at <= int64(right)) &&
			(lengths == nil || key < lengths[b])
	}
	own := tensor.OutputOf(device.Bool, c.anchor, sees, []int{batch, 1, queries, keys})
	switch {
	case mask == nil:
		return own
	case mask.DType() == device.Bool:
		return own.And(mask)
	}
	return c.additive(own, mask.DType()).Add(mask)
}

// filled gives a mask as many keys as there are: those that it lacks are not seen.
func (c *call) filled(mask *tensor.Tensor, keys int) *tensor.Tensor {
	if mask.Rank() == 0 || mask.Dim(-1) >= keys || mask.Dim(-1) == 1 {
		return mask
	}
	shape := slices.Clone(mask.Shape())
	shape[len(shape)-1] = keys - mask.Dim(-1)
	fill := math.Inf(-1)
	if mask.DType() == device.Bool {
		fill = 0
	}
	return tensor.Concat(mask.Rank()-1, mask, c.full(mask.DType(), fill, shape...))
}
