package export

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// attention is two products with a softmax between them. Heads that share keys and values are an axis behind these.
func attention(n *noted) bool {
	g, q, k, v := n.graph, n.in(0), n.in(1), n.in(2)
	b, h, t, d := q.shape[0], q.shape[1], q.shape[2], q.shape[3]
	groups, s, e := k.shape[1], k.shape[2], v.shape[3]
	shape := []int{b, h, t, s}
	turned := []int{0, 1, 3, 2}
	if groups < h {
		q = g.reshape(q, []int{b, groups, h / groups, t, d})
		k, v = g.reshape(k, []int{b, groups, 1, s, d}), g.reshape(v, []int{b, groups, 1, s, e})
		shape, turned = []int{b, groups, h / groups, t, s}, []int{0, 1, 2, 4, 3}
	}
	logits := g.one("MatMul", q.dtype, shape, []*value{q, g.transpose(k, turned)})
	if scale := n.Scalars[0]; scale != 1 {
		logits = g.binary("Mul", logits, g.number(q.dtype, scale))
	}
	var mask *value
	if len(n.In) > 3 && n.In[3] != nil {
		mask = g.see(n.In[3])
		if f := mask.fill; f != nil && (mask.dtype == device.Bool) == (*f == 1) && (*f == 0 || *f == 1) {
			mask = nil // it hides nothing
		} else {
			mask = g.perHead(mask, groups, h)
		}
	}
	p := g.weights(logits, mask, n.Flag, t, s)
	y := g.one("MatMul", q.dtype, append(slices.Clone(shape[:len(shape)-1]), e), []*value{p, v})
	n.out[0] = g.reshape(y, n.shape(0))
	return true
}

// perHead gives a mask [b h t s], some axes of which may have length 1, the axes of grouped heads.
func (g *graph) perHead(mask *value, groups, heads int) *value {
	if groups == heads {
		return mask
	}
	s := mask.shape
	if s[1] == 1 {
		return g.reshape(mask, []int{s[0], 1, 1, s[2], s[3]})
	}
	return g.reshape(mask, []int{s[0], groups, heads / groups, s[2], s[3]})
}

// weights is the softmax of logits that a mask and the order may hide. A row that sees nothing gives zeros.
func (g *graph) weights(logits, mask *value, causal bool, t, s int) *value {
	softmax := func(x *value) *value { return g.unary("Softmax", x, attr{"axis", int64(len(x.shape) - 1)}) }
	number := func(v float64) *value { return g.number(logits.dtype, v) }
	where := func(c, a, b *value) *value {
		return g.one("Where", logits.dtype, logits.shape, []*value{c, a, b})
	}
	var seen *value // of Bool
	if causal {
		seen = g.lower(t, s)
	}
	if mask == nil || mask.dtype == device.Bool {
		switch {
		case mask == nil && seen == nil:
			return softmax(logits)
		case seen == nil:
			seen = mask
		case mask != nil:
			seen = g.one("And", device.Bool, joint(mask.shape, seen.shape), []*value{mask, seen})
		}
		p := softmax(where(seen, logits, number(lowest(logits.dtype))))
		if sees(seen) {
			return p
		}
		return where(seen, p, number(0))
	}
	x := g.binary("Add", logits, g.cast(mask, logits.dtype))
	if seen != nil {
		x = where(seen, x, number(math.Inf(-1)))
	}
	p := softmax(x)
	if finite(mask) && s >= t {
		return p
	}
	return where(g.one("IsNaN", device.Bool, p.shape, []*value{p}), number(0), p)
}

// lower returns which keys a query sees that sees none behind it: [t s], where the last query stands at the last key.
func (g *graph) lower(t, s int) *value {
	row, column := g.steps(s, 0), g.reshape(g.steps(t, s-t), []int{t, 1})
	y := g.one("LessOrEqual", device.Bool, []int{t, s}, []*value{row, column})
	if y.data == nil {
		y.data = row.data.LessEqual(column.data)
	}
	return y
}

// steps returns n integers from first on.
func (g *graph) steps(n, first int) *value {
	x := g.value(device.Int64, []int{n})
	x.data = tensor.Arange(n).AddScalar(float64(first))
	return x
}

// sees reports whether it is known that no row is hidden whole.
func sees(mask *value) bool {
	if mask.data == nil || mask.data.Len() == 0 {
		return false
	}
	return mask.data.Cast(device.Uint8).Cast(device.Int64).Max(-1).Min().Item() > 0
}

// finite reports whether it is known that a mask hides nothing.
func finite(mask *value) bool {
	return mask.data != nil && mask.data.Len() > 0 && !math.IsInf(mask.data.Min().Item(), -1)
}

// rotary turns the halves of heads. The heads that are not turned stay where they are.
func rotary(n *noted) bool {
	if n.Flag {
		return false
	}
	g, x := n.graph, n.in(0)
	heads, half := int(n.Scalars[0]), x.shape[3]/2
	part := func(x *value, axis, from, count int) *value { return g.slice(x, []cut{{axis, from, count, 1}}) }
	turned := part(x, 2, 0, heads)
	u, v := part(turned, 3, 0, half), part(turned, 3, half, half)
	cos, sin := n.in(1), n.in(2)
	cos, sin = g.reshape(cos, []int{cos.shape[0], 1, half}), g.reshape(sin, []int{sin.shape[0], 1, half})
	first, second := "Sub", "Add"
	if n.Scalars[1] < 0 {
		first, second = second, first
	}
	mul := func(a, b *value) *value { return g.binary("Mul", a, b) }
	y := g.concat(3, g.binary(first, mul(u, cos), mul(v, sin)), g.binary(second, mul(v, cos), mul(u, sin)))
	if heads == x.shape[2] {
		return n.set(0, y)
	}
	n.pieces = []write{n.piece(0, 2, 0, heads, y), n.piece(0, 2, heads, x.shape[2]-heads, part(x, 2, heads, x.shape[2]-heads))}
	return true
}

// piece says what part of an output is.
func (n *noted) piece(i, axis, from, count int, x *value) write {
	v := *n.Out[i]
	v.Offset += from * v.Stride[axis]
	v.Shape[axis] = count
	return write{v, x}
}
