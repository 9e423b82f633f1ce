package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() { register("LinearAttention", 27, linearAttention) }

// linearAttention keeps, in place of all keys and values, one matrix for each head, that each step decays, corrects and adds to.
//
//	S ← S · exp(g) + k ⊗ β(v − Sᵀk)    y = scale · Sᵀq    as far as the update rule has g and β
//
// Yang, Kautz and Hatamizadeh, Gated Delta Networks, 2024 (arXiv:2412.06464), equation 10.
func linearAttention(c *call) []*Value {
	rule := c.choice("update_rule", "gated_delta", "linear", "gated", "delta", "gated_delta")
	gated, delta := rule == "gated" || rule == "gated_delta", rule == "delta" || rule == "gated_delta"
	if gated != c.has(4) || delta != c.has(5) {
		c.fail("the rule %s with decay: %v, beta: %v", rule, c.has(4), c.has(5))
	}
	heads, own := c.integer("q_num_heads", 0), c.integer("kv_num_heads", 0)
	float := func(x *tensor.Tensor) *tensor.Tensor { return x.Cast(device.Float32) }
	q, k, v := float(c.heads(0, "q_num_heads")), float(c.heads(1, "kv_num_heads")), float(c.heads(2, "kv_num_heads"))
	if own < 1 || heads%own != 0 || q.Dim(3) != k.Dim(3) {
		c.fail("%d query heads of %d and %d key heads of %d", heads, q.Dim(3), own, k.Dim(3))
	}
	scale := c.float("scale", 0)
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(q.Dim(3)))
	}
	state, t := c.full(device.Float32, 0, q.Dim(0), own, k.Dim(3), v.Dim(3)), c.x(0).DType()
	if past := c.maybe(3); past != nil {
		state, t = float(past), past.DType()
	}
	var decay, beta *tensor.Tensor
	if gated {
		decay = c.perHead(4, own)
	}
	if delta {
		b := float(c.wants(5, 3))
		beta = b.Transpose(1, 2).Unsqueeze(3) // [batch heads or 1, steps, 1]
	}
	var steps []*tensor.Tensor
	for i := range q.Dim(2) {
		at := func(x *tensor.Tensor) *tensor.Tensor { return x.Slice(2, i, i+1) } // [batch heads 1 width]
		if gated {
			state = state.Mul(at(decay).Exp().T())
		}
		value := at(v)
		if delta {
			value = at(beta).Mul(value.Sub(at(k).MatMul(state)))
		}
		state = state.Add(at(k).T().MatMul(value))
		read := state
		if heads != own {
			read = state.Repeat(1, heads/own)
		}
		steps = append(steps, at(q).MatMul(read))
	}
	if len(steps) == 0 {
		c.fail("there are no steps")
	}
	y := tensor.Concat(2, steps...).Scale(scale).Transpose(1, 2).Reshape(q.Dim(0), q.Dim(2), heads*v.Dim(3))
	kind := c.value(0).Type
	if c.has(3) {
		kind = c.value(3).Type
	}
	return append(c.as(0, y.Cast(c.x(0).DType())), &Value{Type: kind, Tensor: state.Cast(t)})
}

// perHead returns input i, with one number or one for each element of a head, as [batch heads steps 1 or width].
func (c *call) perHead(i, heads int) *tensor.Tensor {
	x := c.wants(i, 3).Cast(device.Float32)
	if x.Dim(2)%heads != 0 {
		c.fail("input %d of %v for %d heads", i, x, heads)
	}
	return x.Reshape(x.Dim(0), x.Dim(1), heads, x.Dim(2)/heads).Transpose(1, 2)
}
