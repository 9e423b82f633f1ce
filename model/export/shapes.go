package export

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// reshape returns x with its elements, in their order, in another shape.
func (g *graph) reshape(x *value, shape []int) *value {
	for isOp(x, "Reshape", "Squeeze", "Unsqueeze", "Flatten") {
		x = x.from.in[0]
	}
	if slices.Equal(x.shape, shape) {
		return x
	}
	if x.fill != nil {
		return g.filled(x.dtype, *x.fill, shape)
	}
	y := g.reshaped(x, shape)
	return known(y, x, func(t *tensor.Tensor) *tensor.Tensor { return t.Reshape(shape...) })
}

func (g *graph) reshaped(x *value, shape []int) *value {
	if y := g.lookup(x, shape); y != nil {
		return y
	}
	if y := g.reduced(x, shape); y != nil {
		return y
	}
	if axes, ok := ones(shape, x.shape); ok {
		return g.one("Unsqueeze", x.dtype, shape, []*value{x, g.list(axes...)})
	}
	if axes, ok := ones(x.shape, shape); ok {
		return g.one("Squeeze", x.dtype, shape, []*value{x, g.list(axes...)})
	}
	if len(x.shape) > 2 && len(shape) == 2 && shape[0] == x.shape[0] {
		return g.one("Flatten", x.dtype, shape, []*value{x}, attr{"axis", int64(1)})
	}
	return g.one("Reshape", x.dtype, shape, []*value{x, g.list(shape...)})
}

// ones returns the axes of length 1 that long has and short has not, if that is all in which they differ.
func ones(long, short []int) (axes []int, ok bool) {
	k := 0
	for i, d := range long {
		switch {
		case k < len(short) && short[k] == d && (d != 1 || len(long)-i <= len(short)-k):
			k++
		case d == 1:
			axes = append(axes, i)
		default:
			return nil, false
		}
	}
	return axes, k == len(short) && len(axes) > 0
}

// lookup returns rows that were looked up with indices in a vector as rows looked up with the indices in their shape.
func (g *graph) lookup(x *value, shape []int) *value {
	if !isOp(x, "Gather") || len(x.from.in[1].shape) != 1 || x.from.attr("axis") != int64(0) {
		return nil
	}
	table, index := x.from.in[0], x.from.in[1]
	if !isOp(index, "Reshape", "Squeeze", "Unsqueeze") {
		return nil
	}
	index = index.from.in[0]
	if !slices.Equal(shape, slices.Concat(index.shape, table.shape[1:])) {
		return nil
	}
	return g.one("Gather", x.dtype, shape, []*value{table, index}, attr{"axis", int64(0)})
}

// reduced returns a reduction that kept its axes as one that does not.
func (g *graph) reduced(x *value, shape []int) *value {
	r, ok := reductionOf(x)
	if !ok || !r.keep {
		return nil
	}
	var want []int
	for k, d := range x.shape {
		if !slices.Contains(r.axes, k) {
			want = append(want, d)
		}
	}
	if !slices.Equal(want, shape) {
		return nil
	}
	return g.reduce(x.from.op, x.from.in[0], r.axes, false)
}

// transpose returns x with the axes in another order: axis k of the result is axis perm[k] of x.
func (g *graph) transpose(x *value, perm []int) *value {
	for isOp(x, "Transpose") {
		before := x.from.attr("perm").([]int64)
		perm = slices.Clone(perm)
		for k, p := range perm {
			perm[k] = int(before[p])
		}
		x = x.from.in[0]
	}
	if inOrder(perm) {
		return x
	}
	if y := g.otherAxis(x, perm); y != nil {
		return y
	}
	shape, axes := make([]int, len(perm)), make([]int64, len(perm))
	for k, p := range perm {
		shape[k], axes[k] = x.shape[p], int64(p)
	}
	y := g.one("Transpose", x.dtype, shape, []*value{x}, attr{"perm", axes})
	return known(y, x, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(perm...) })
}

// otherAxis returns a softmax between two transpositions that undo each other as one over another axis.
func (g *graph) otherAxis(x *value, perm []int) *value {
	if !isOp(x, "Softmax", "LogSoftmax") || !isOp(x.from.in[0], "Transpose") {
		return nil
	}
	turned := x.from.in[0].from
	before := turned.attr("perm").([]int64)
	for k, p := range perm {
		if before[p] != int64(k) {
			return nil
		}
	}
	axis := before[x.from.attr("axis").(int64)]
	return g.unary(x.from.op, turned.in[0], attr{"axis", axis})
}

func inOrder(perm []int) bool {
	for k, p := range perm {
		if k != p {
			return false
		}
	}
	return true
}

// expand returns x repeated to that shape.
func (g *graph) expand(x *value, shape []int) *value {
	if slices.Equal(x.shape, shape) {
		return x
	}
	if x.fill != nil {
		return g.filled(x.dtype, *x.fill, shape)
	}
	y := g.one("Expand", x.dtype, shape, []*value{x, g.list(shape...)})
	return known(y, x, func(t *tensor.Tensor) *tensor.Tensor { return t.Expand(shape...) })
}

// filled returns a constant with every element v.
func (g *graph) filled(t device.DType, v float64, shape []int) *value {
	x := g.value(t, shape)
	x.fill = &v
	return x
}

// A cut takes count elements of an axis, from start on, step apart. A negative step goes back.
type cut struct{ axis, start, count, step int }

// slice cuts axes. Axes that stay whole are to be left out.
func (g *graph) slice(x *value, cuts []cut) *value {
	cuts = slices.DeleteFunc(slices.Clone(cuts), func(c cut) bool {
		return c.start == 0 && c.step == 1 && c.count == x.shape[c.axis]
	})
	if len(cuts) == 0 {
		return x
	}
	shape := slices.Clone(x.shape)
	var starts, ends, axes, steps []int64
	plain := true
	for _, c := range cuts {
		end := int64(c.start + (c.count-1)*c.step + 1)
		if c.step < 0 {
			if end = int64(c.start + c.count*c.step); end < 0 {
				end = math.MinInt64
			}
			plain = false
		} else if c.start+c.count*c.step >= x.shape[c.axis] {
			end = math.MaxInt64
		}
		start := int64(c.start)
		if c.step < 0 && c.start == x.shape[c.axis]-1 {
			start = -1
		}
		plain = plain && c.step == 1
		starts, ends = append(starts, start), append(ends, end)
		axes, steps = append(axes, int64(c.axis)), append(steps, int64(c.step))
		shape[c.axis] = c.count
	}
	in := []*value{x, g.list64(starts), g.list64(ends), g.list64(axes)}
	if !plain {
		in = append(in, g.list64(steps))
	}
	return known(g.one("Slice", x.dtype, shape, in), x, func(t *tensor.Tensor) *tensor.Tensor {
		for _, c := range cuts {
			t = cutOf(t, c)
		}
		return t
	})
}

func cutOf(t *tensor.Tensor, c cut) *tensor.Tensor {
	if c.step < 0 {
		return t.SliceStep(c.axis, c.start+(c.count-1)*c.step, c.start+1, -c.step).Flip(c.axis)
	}
	return t.SliceStep(c.axis, c.start, c.start+(c.count-1)*c.step+1, c.step)
}

// pick takes one position of an axis, which disappears.
func (g *graph) pick(x *value, axis, at int) *value {
	i := g.value(device.Int64, nil)
	i.ints = []int64{int64(at)}
	if at > 0 && at == x.shape[axis]-1 {
		i.ints[0] = -1
	}
	y := g.one("Gather", x.dtype, slices.Delete(slices.Clone(x.shape), axis, axis+1), []*value{x, i}, attr{"axis", int64(axis)})
	return known(y, x, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(axis, at) })
}

// concat joins values along an axis.
func (g *graph) concat(axis int, x ...*value) *value {
	if len(x) == 1 {
		return x[0]
	}
	shape := slices.Clone(x[0].shape)
	if y := g.cumSum(axis, x); y != nil {
		return y
	}
	shape[axis] = 0
	for _, v := range x {
		shape[axis] += v.shape[axis]
	}
	y := g.one("Concat", x[0].dtype, shape, x, attr{"axis", int64(axis)})
	if all := dataOf(x); all != nil && y.data == nil {
		y.data = tensor.Concat(axis, all...)
	}
	return y
}

// dataOf returns the elements of values, or nil if those of one are not known.
func dataOf(x []*value) []*tensor.Tensor {
	var all []*tensor.Tensor
	for _, v := range x {
		t := v.elements()
		if t == nil {
			return nil
		}
		all = append(all, t)
	}
	return all
}

// A reduction is what a node like ReduceSum does.
type reduction struct {
	axes []int
	keep bool
}

func reductionOf(x *value) (r reduction, ok bool) {
	if !isOp(x, "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd") {
		return r, false
	}
	n := x.from
	axes, isAttr := n.attr("axes").([]int64)
	if !isAttr {
		axes = n.in[1].ints
	}
	for _, a := range axes {
		r.axes = append(r.axes, int(a))
	}
	r.keep = n.attr("keepdims") == int64(1)
	return r, true
}

// reduce folds axes.
func (g *graph) reduce(op string, x *value, axes []int, keep bool) *value {
	var shape []int
	kept := int64(0)
	if keep {
		kept = 1
	}
	for k, d := range x.shape {
		switch {
		case !slices.Contains(axes, k):
			shape = append(shape, d)
		case keep:
			shape = append(shape, 1)
		}
	}
	l := g.list(axes...)
	if op == "ReduceSum" || g.opset >= 18 {
		return g.one(op, x.dtype, shape, []*value{x, l}, attr{"keepdims", kept})
	}
	return g.one(op, x.dtype, shape, []*value{x}, attr{"axes", l.ints}, attr{"keepdims", kept})
}
