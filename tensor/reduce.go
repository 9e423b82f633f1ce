package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// Sum sums over the axes, which disappear; over all, if none is given. The sum is taken in a fixed tree: the same bits
// on any number of processors.
func (x *Tensor) Sum(axes ...int) *Tensor { return drop(x.SumKeep(axes...), x, axes) }

// SumKeep is [Tensor.Sum], with the axes kept at length 1.
func (x *Tensor) SumKeep(axes ...int) *Tensor {
	return Record(reduce(device.Sum, x.view.DType, x, axes), "Sum", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Expand(x[0].Shape()...)}
	}, x)
}

// SumTo sums to a shape that broadcasts to x's: it undoes a broadcast.
func (x *Tensor) SumTo(shape ...int) *Tensor {
	lead := x.view.Rank - len(shape)
	var axes []int
	for k, d := range x.Shape() {
		if k < lead || (shape[k-lead] == 1 && d != 1) {
			axes = append(axes, k)
		}
	}
	if len(axes) == 0 {
		return x
	}
	y := x.SumKeep(axes...)
	if lead > 0 {
		y = y.Reshape(shape...)
	}
	return y
}

// Mean returns the mean over the axes, which disappear; over all, if none is given. That of nothing is NaN.
func (x *Tensor) Mean(axes ...int) *Tensor { return x.Sum(axes...).Scale(1 / float64(x.count(axes))) }

// MeanKeep is [Tensor.Mean], with the axes kept at length 1.
func (x *Tensor) MeanKeep(axes ...int) *Tensor {
	return x.SumKeep(axes...).Scale(1 / float64(x.count(axes)))
}

// Variance returns the mean squared distance from the mean over the axes, which disappear; over all, if none is given.
// It divides by the number of elements.
func (x *Tensor) Variance(axes ...int) *Tensor {
	return x.Sub(x.MeanKeep(axes...)).Square().Mean(axes...)
}

// Max returns the largest element over the axes, which disappear; over all, if none is given; NaN if there is one. The
// gradient is shared equally by the elements that are largest.
func (x *Tensor) Max(axes ...int) *Tensor { return drop(x.MaxKeep(axes...), x, axes) }

// MaxKeep is [Tensor.Max], with the axes kept at length 1.
func (x *Tensor) MaxKeep(axes ...int) *Tensor {
	return Record(reduce(device.Max, x.view.DType, x, axes), "Max", winnersVJP(axes), x)
}

// Min returns the smallest element over the axes, which disappear; over all, if none is given; NaN if there is one. The
// gradient is shared equally by the elements that are smallest.
func (x *Tensor) Min(axes ...int) *Tensor { return drop(x.MinKeep(axes...), x, axes) }

// MinKeep is [Tensor.Min], with the axes kept at length 1.
func (x *Tensor) MinKeep(axes ...int) *Tensor {
	return Record(reduce(device.Min, x.view.DType, x, axes), "Min", winnersVJP(axes), x)
}

func winnersVJP(axes []int) VJP {
	return func(dy, y *Tensor, x []*Tensor) []*Tensor {
		win := x[0].Detach().Equal(y.Detach()).Cast(dy.DType())
		return []*Tensor{dy.Mul(win).Div(win.SumKeep(axes...))}
	}
}

// Prod returns the product over the axes, which disappear; over all, if none is given.
//
//	dx = dy · the product of the others
//
// The gradient is right where elements are 0.
func (x *Tensor) Prod(axes ...int) *Tensor {
	y := Record(reduce(device.Prod, x.view.DType, x, axes), "Prod", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{x[0].others(axes).Mul(dy)}
	}, x)
	return drop(y, x, axes)
}

// others returns, for each element, the product of the others over the axes: what stands before times what stands behind.
func (x *Tensor) others(axes []int) *Tensor {
	var order, lead []int
	for k := range x.Rank() {
		if len(axes) > 0 && !slices.ContainsFunc(axes, func(a int) bool { return x.axis("Prod", a) == k }) {
			order, lead = append(order, k), append(lead, x.Dim(k))
		}
	}
	kept := len(order)
	for k := range x.Rank() {
		if !slices.Contains(order[:kept], k) {
			order = append(order, k)
		}
	}
	back := make([]int, len(order))
	for to, from := range order {
		back[from] = to
	}
	turned := x.Permute(order...)
	n := 1
	for _, d := range turned.Shape()[kept:] {
		n *= d
	}
	if n == 0 {
		return x
	}
	rows := turned.Reshape(append(slices.Clone(lead), n)...)
	one := x.FullLike(1, append(slices.Clone(lead), 1)...)
	before := Concat(-1, one, rows.Slice(-1, 0, n-1)).CumProd(-1)
	behind := Concat(-1, one, rows.Flip(-1).Slice(-1, 0, n-1)).CumProd(-1).Flip(-1)
	return before.Mul(behind).Reshape(turned.Shape()...).Permute(back...)
}

// ArgMax returns the position of the first of the largest elements along an axis, which disappears, as int64.
func (x *Tensor) ArgMax(axis int) *Tensor {
	axes := []int{axis}
	return drop(reduce(device.ArgMax, device.Int64, x, axes), x, axes)
}

// ArgMin returns the position of the first of the smallest elements along an axis, which disappears, as int64.
func (x *Tensor) ArgMin(axis int) *Tensor {
	axes := []int{axis}
	return drop(reduce(device.ArgMin, device.Int64, x, axes), x, axes)
}

// Norm returns the Euclidean norm of all the elements, a scalar.
//
//	y = √Σx²
func (x *Tensor) Norm() *Tensor { return x.Square().Sum().Sqrt() }

// reduce runs a reduction that keeps its axes at length 1.
func reduce(op device.Op, t device.DType, x *Tensor, axes []int) *Tensor {
	var shape [device.MaxRank]int
	n := copy(shape[:], x.Shape())
	if len(axes) == 0 {
		for k := range n {
			shape[k] = 1
		}
	}
	for _, a := range axes {
		k := x.axis(op.String(), a)
		if shape[k] == 0 && op != device.Sum && op != device.Prod {
			panic(Errorf(op.String(), "axis %d of shape %v is empty", a, x))
		}
		shape[k] = 1
	}
	y := OutputAs(t, x, shape[:n])
	Run(op, nil, []*Tensor{y}, x)
	return y
}

// drop removes the axes of length 1 that a reduction of x kept.
func drop(y, x *Tensor, axes []int) *Tensor {
	if len(axes) == 0 {
		return y.Reshape()
	}
	var gone [device.MaxRank]bool
	for _, a := range axes {
		gone[x.axis("Sum", a)] = true
	}
	var shape [device.MaxRank]int
	n := 0
	for k, d := range y.Shape() {
		if !gone[k] {
			shape[n] = d
			n++
		}
	}
	return y.Reshape(shape[:n]...)
}

// count returns how many elements are folded into one over the axes.
func (x *Tensor) count(axes []int) int {
	n := 1
	if len(axes) == 0 {
		n = x.Len()
	}
	for _, a := range axes {
		n *= x.Dim(a)
	}
	return n
}
