package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// contract multiplies two terms and sums over the axes that are not to be kept.
func (e *einsum) contract(a, b term, keep map[rune]bool) term {
	a, b = e.sumAlone(a, b, keep), e.sumAlone(b, a, keep)
	var both, summed, left, right []rune
	for _, r := range a.axes {
		switch shared := slices.Contains(b.axes, r); {
		case shared && keep[r]:
			both = append(both, r)
		case shared:
			summed = append(summed, r)
		default:
			left = append(left, r)
		}
	}
	for _, r := range b.axes {
		if !slices.Contains(a.axes, r) {
			right = append(right, r)
		}
	}
	out := slices.Concat(both, left, right)
	if len(summed) == 0 {
		return term{a.as(out).Mul(b.as(out)), out}
	}
	x := e.grouped(a, both, left, summed)
	w := e.grouped(b, both, summed, right)
	shape := make([]int, 0, len(out))
	for _, r := range both {
		shape = append(shape, e.size[r])
	}
	shape = append(append(shape, a.lengths(left)...), b.lengths(right)...)
	return term{x.MatMul(w).Reshape(shape...), out}
}

// sumAlone sums the axes of t that neither the other term has nor anyone keeps.
func (e *einsum) sumAlone(t, other term, keep map[rune]bool) term {
	var gone []int
	var rest []rune
	for k, r := range t.axes {
		if keep[r] || slices.Contains(other.axes, r) {
			rest = append(rest, r)
		} else {
			gone = append(gone, k)
		}
	}
	if gone == nil {
		return t
	}
	return term{t.x.Sum(gone...), rest}
}

// grouped returns t as a batch of matrices, with the axes of each of three groups joined to one. What is shared is as long
// as it is anywhere.
func (e *einsum) grouped(t term, groups ...[]rune) *tensor.Tensor {
	x := t.as(slices.Concat(groups...))
	wide := make([]int, 0, x.Rank())
	joined := make([]int, len(groups))
	for g, names := range groups {
		joined[g] = 1
		for _, r := range names {
			wide = append(wide, e.size[r])
			joined[g] *= e.size[r]
		}
	}
	return x.Expand(wide...).Reshape(joined...)
}

// as returns t with its axes in that order, with length 1 for those it lacks.
func (t term) as(axes []rune) *tensor.Tensor {
	var order []int
	for _, r := range axes {
		if k := slices.Index(t.axes, r); k >= 0 {
			order = append(order, k)
		}
	}
	x := t.x.Permute(order...)
	for k, r := range axes {
		if !slices.Contains(t.axes, r) {
			x = x.Unsqueeze(k)
		}
	}
	return x
}

func (t term) lengths(axes []rune) (n []int) {
	for _, r := range axes {
		n = append(n, t.x.Dim(slices.Index(t.axes, r)))
	}
	return n
}

// finish sums what the result has not, and puts the rest in its order.
func (e *einsum) finish(t term) *tensor.Tensor {
	keep := map[rune]bool{}
	for _, r := range e.out {
		keep[r] = true
	}
	t = e.sumAlone(t, term{}, keep)
	x := t.as(e.out)
	if x == t.x { // with one operand the result must not be the operand itself
		return x.Reshape(x.Shape()...)
	}
	return x
}
