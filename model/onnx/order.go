package onnx

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("TopK", 1, func(c *call) []*Value { return c.topK(c.integer("k", 0), true) })
	register("TopK", 10, func(c *call) []*Value { return c.topK(int(c.longs(1)[0]), true) })
	register("TopK", 11, func(c *call) []*Value { return c.topK(int(c.longs(1)[0]), c.flag("largest", true)) })
	register("ArgMax", 1, func(c *call) []*Value { return c.extreme((*tensor.Tensor).ArgMax) })
	register("ArgMin", 1, func(c *call) []*Value { return c.extreme((*tensor.Tensor).ArgMin) })
	register("Unique", 11, unique)
	register("Trilu", 14, trilu)
	running("CumSum", 11, 0, (*tensor.Tensor).CumSum, func(a, b int64) int64 { return a + b })
	running("CumProd", 26, 1, (*tensor.Tensor).CumProd, func(a, b int64) int64 { return a * b })
}

func (c *call) topK(k int, largest bool) []*Value {
	x := c.x(0)
	axis := c.axis(c.integer("axis", -1), x.Rank())
	if k < 0 || k > x.Dim(axis) {
		c.fail("%d of %d elements", k, x.Dim(axis))
	}
	sorted := x
	if c.isHuge(0) {
		sorted = c.ordered(x)
	}
	_, index := sorted.Detach().Sort(axis, largest)
	index = index.Slice(axis, 0, k)
	return []*Value{{Type: c.value(0).Type, Tensor: x.TakeAlong(axis, index)}, Of(index.Contiguous())}
}

// extreme gives the position of the first or the last of the extreme elements along an axis.
func (c *call) extreme(f func(x *tensor.Tensor, axis int) *tensor.Tensor) []*Value {
	x := c.x(0).Detach()
	axis := c.axis(c.integer("axis", 0), x.Rank())
	last := c.flag("select_last_index", false)
	if last {
		x = x.Flip(axis)
	}
	y := f(x, axis)
	if last {
		y = y.Neg().AddScalar(float64(x.Dim(axis) - 1))
	}
	if c.flag("keepdims", true) {
		y = y.Unsqueeze(axis)
	}
	return c.give(y)
}

// unique gives the different elements, or the different slices along an axis: sorted, or as they come.
func unique(c *call) []*Value {
	if c.value(0).Kind == Strings {
		rows := make([][]string, len(c.strings(0).Strings))
		for i, s := range c.strings(0).Strings {
			rows[i] = []string{s}
		}
		return uniqueRows(c, rows, 0, func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(-1) })
	}
	x := c.x(0).Detach()
	axis := 0
	flat := func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(-1) }
	if c.given("axis") {
		axis = c.axis(c.integer("axis", 0), x.Rank())
		flat = func(x *tensor.Tensor) *tensor.Tensor { return x }
	}
	y := flat(x)
	n := y.Dim(axis)
	y = y.Transpose(0, axis)
	if x.DType().IsFloat() {
		return uniqueRows(c, rowsOf(tensor.Values[float64](y), n), axis, flat)
	}
	return uniqueRows(c, rowsOf(y.Ints(), n), axis, flat)
}

func rowsOf[T any](v []T, n int) [][]T {
	rows := make([][]T, n)
	for i := range rows {
		rows[i] = v[i*len(v)/n : (i+1)*len(v)/n]
	}
	return rows
}

func uniqueRows[T cmp.Ordered](c *call, rows [][]T, axis int, flat func(*tensor.Tensor) *tensor.Tensor) []*Value {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(rows[a], rows[b]) })
	var first []int // of each group, in sorted order
	group := make([]int, len(rows))
	for k, i := range order {
		if k == 0 || slices.Compare(rows[order[k-1]], rows[i]) != 0 {
			first = append(first, i)
		}
		group[i] = len(first) - 1
	}
	rank := make([]int, len(first)) // of the groups among what is given
	for i := range rank {
		rank[i] = i
	}
	if !c.flag("sorted", true) {
		by := slices.Clone(rank)
		slices.SortFunc(by, func(a, b int) int { return first[a] - first[b] })
		for at, g := range by {
			rank[g] = at
		}
	}
	index, counts, inverse := make([]int64, len(first)), make([]int64, len(first)), make([]int64, len(rows))
	for g, i := range first {
		index[rank[g]] = int64(i)
	}
	for i, g := range group {
		inverse[i] = int64(rank[g])
		counts[rank[g]]++
	}
	at := c.ofInts(index, len(index))
	y := c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return flat(x).Take(axis, at) })
	return append(y, Of(at), Of(c.ofInts(inverse, len(inverse))), Of(c.ofInts(counts, len(counts))))
}

// trilu keeps what lies on one side of a diagonal of the last two axes.
func trilu(c *call) []*Value {
	x := c.x(0)
	if x.Rank() < 2 {
		c.fail("the input has shape %v; want matrices", x)
	}
	k, upper := int(c.scalar(1, 0)), c.flag("upper", true)
	rows, cols := x.Dim(-2), x.Dim(-1)
	keep := make([]bool, c.product([]int{rows, cols}))
	for i := range keep {
		row, col := i/max(cols, 1), i%max(cols, 1)
		keep[i] = upper && col-row >= k || !upper && col-row <= k
	}
	mask := tensor.OutputOf(device.Bool, c.anchor, keep, []int{rows, cols})
	return c.as(0, tensor.Where(mask, x, c.full(x.DType(), 0)))
}

// running registers an operator that folds an axis so far, from the front or from the back, with or without the element itself.
func running(name string, since int64, neutral float64, f func(x *tensor.Tensor, axis int) *tensor.Tensor, exact func(a, b int64) int64) {
	register(name, since, func(c *call) []*Value {
		x := c.x(0)
		axis := c.axis(int(c.longs(1)[0]), x.Rank())
		if c.flag("reverse", false) {
			x = x.Flip(axis)
		}
		var y *tensor.Tensor
		if x.DType().IsFloat() {
			y = f(x, axis)
		} else {
			y = c.runningIntegers(x, axis, exact)
		}
		if c.flag("exclusive", false) && x.Dim(axis) > 0 {
			shape := slices.Clone(x.Shape())
			shape[axis] = 1
			y = tensor.Concat(axis, c.full(x.DType(), neutral, shape...), y.Slice(axis, 0, x.Dim(axis)-1))
		}
		if c.flag("reverse", false) {
			y = y.Flip(axis)
		}
		return c.as(0, y)
	})
}

func (c *call) runningIntegers(x *tensor.Tensor, axis int, f func(a, b int64) int64) *tensor.Tensor {
	v := x.Ints()
	step := length(x.Shape()[axis+1:])
	for i := range v {
		if i/step%x.Dim(axis) > 0 {
			v[i] = f(v[i-step], v[i])
		}
	}
	return c.integersLike(0, v, x.Shape())
}
