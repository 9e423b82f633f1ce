package tensor

import (
	"cmp"
	"slices"
)

// A Reduction says what [Tensor.ReduceAlong] makes of several elements.
type Reduction int

// The reductions.
const (
	ReduceSum Reduction = iota
	ReduceMean
	ReduceProd
	ReduceMax
	ReduceMin
)

// ReduceAlong folds the elements of src into those of x at positions along an axis: PyTorch's scatter_reduce.
//
//	x [… n …], index [… m …], src like index → y like x
//	y[p] = f(x[p], all the src for p)
//
// If x itself is not to count, include is false; places that nothing goes to keep x in any case. The gradient of the
// largest goes to the first of equal ones, where PyTorch shares it; that of a product is right where elements are 0. Elements
// are joined in pairs, and pairs of pairs. See [Tensor.TakeAlong].
func (x *Tensor) ReduceAlong(axis int, index, src *Tensor, f Reduction, include bool) *Tensor {
	flat := x.flatIndex("ReduceAlong", x.axis("ReduceAlong", axis), index).Ints()
	checkSource("ReduceAlong", x, index, src)
	all, place := src.Reshape(-1), flat
	if include {
		own := slices.Compact(slices.Sorted(slices.Values(flat)))
		all = Concat(0, x.Reshape(-1).Take(0, OutputOf(DTypeOf[int64](), x, own, []int{len(own)})), all)
		place = slices.Concat(own, flat)
	}
	return x.reduceInto(all, place, f)
}

// reduceInto folds elements that go to one place, and puts the results into x there.
func (x *Tensor) reduceInto(all *Tensor, place []int64, f Reduction) *Tensor {
	positions := func(v []int64) *Tensor { return OutputOf(DTypeOf[int64](), x, v, []int{len(v)}) }
	order := make([]int64, len(place))
	for i := range order {
		order[i] = int64(i)
	}
	slices.SortStableFunc(order, func(i, j int64) int { return cmp.Compare(place[i], place[j]) })
	sorted := make([]int64, len(place))
	for i, o := range order {
		sorted[i] = place[o]
	}
	all, place = all.Take(0, positions(order)), sorted
	count := map[int64]float64{}
	for _, p := range place {
		count[p]++
	}
	for len(count) < len(place) {
		p, alone, next := pairs(place)
		joined := f.join(all.Take(0, positions(p.first)), all.Take(0, positions(p.second)))
		all = Concat(0, joined, all.Take(0, positions(alone)))
		all = all.Take(0, positions(p.order(len(alone))))
		place = next
	}
	if f == ReduceMean {
		n := make([]float64, len(place))
		for i, p := range place {
			n[i] = count[p]
		}
		all = all.Div(OutputOf(x.view.DType, x, n, []int{len(n)}))
	}
	return x.put(place, all)
}

// join folds two elements into one. Of equal ones the first has the gradient.
func (f Reduction) join(a, b *Tensor) *Tensor {
	switch f {
	case ReduceProd:
		return a.Mul(b)
	case ReduceMax:
		return Where(a.Less(b).Or(b.IsNaN()), b, a)
	case ReduceMin:
		return Where(b.Less(a).Or(b.IsNaN()), b, a)
	}
	return a.Add(b)
}

// A pairing joins elements at first and second; at says where each result stands in the new list.
type pairing struct{ first, second, at []int64 }

// pairs joins neighbours that go to one place; single is what stays alone, next the places of the new list.
func pairs(place []int64) (p pairing, single, next []int64) {
	for i := 0; i < len(place); i++ {
		if i+1 < len(place) && place[i+1] == place[i] {
			p.at = append(p.at, int64(len(next)))
			p.first, p.second = append(p.first, int64(i)), append(p.second, int64(i+1))
			next = append(next, place[i])
			i++
			continue
		}
		single = append(single, int64(i))
		next = append(next, place[i])
	}
	return p, single, next
}

// order returns, for each element of the new list, where it stands when the results come first and those that stay alone after.
func (p pairing) order(single int) []int64 {
	order := make([]int64, len(p.at)+single)
	for i := range order {
		order[i] = -1
	}
	for i, at := range p.at {
		order[at] = int64(i)
	}
	k := int64(len(p.at))
	for i, o := range order {
		if o < 0 {
			order[i] = k
			k++
		}
	}
	return order
}
