package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// Reshape returns the elements of x, in row-major order, in another shape. One length may be −1: it follows from the
// others. It is a view where the strides of x allow it, else a copy.
func (x *Tensor) Reshape(shape ...int) *Tensor {
	var buf [device.MaxRank]int
	if len(shape) > device.MaxRank {
		panic(Errorf("Reshape", "shape %v has more than %d axes", shape, device.MaxRank))
	}
	want := buf[:copy(buf[:], shape)]
	x.fillIn(want)
	if slices.Equal(want, x.Shape()) {
		return x
	}
	y := x.alias()
	if !restride(&y.view, &x.view, want) {
		y = OutputRowMajor(x, x.Shape())
		Run(device.Copy, nil, []*Tensor{y}, x)
		y.view.SetRowMajor(want...)
	}
	y.name = ""
	return Record(y, "Reshape", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Reshape(x[0].Shape()...)}
	}, x)
}

// fillIn computes a length of −1 and checks the count of elements.
func (x *Tensor) fillIn(shape []int) {
	n, free := 1, -1
	for k, d := range shape {
		switch {
		case d == -1 && free < 0:
			free = k
		case d < 0:
			panic(Errorf("Reshape", "shape %v does not fit in %v", x, shape))
		default:
			n *= d
		}
	}
	if free >= 0 && n > 0 && x.Len()%n == 0 {
		shape[free] = x.Len() / n
		n *= shape[free]
	}
	if n != x.Len() || free >= 0 && shape[free] < 0 {
		panic(Errorf("Reshape", "%v elements of shape %v do not fill the shape %v", x.Len(), x, shape))
	}
}

// restride gives y the shape want over x's memory, if strides for it exist: each run of axes of x that lies without
// gaps is split or joined at will.
func restride(y, x *device.View, want []int) bool {
	if x.RowMajor() {
		y.SetRowMajor(want...)
		return true
	}
	if x.Len() == 0 {
		return false
	}
	var dims, strides [device.MaxRank]int // x without its axes of length 1
	n := 0
	for k := range x.Rank {
		if x.Shape[k] != 1 {
			dims[n], strides[n] = x.Shape[k], x.Stride[k]
			n++
		}
	}
	y.SetRowMajor(want...)
	i, j := 0, 0
	for i < n || j < y.Rank {
		a, b, i0, j0 := 1, 1, i, j
		if i < n {
			a = dims[i]
			i++
		}
		if j < y.Rank {
			b = want[j]
			j++
		}
		for a != b {
			if a < b {
				if i == n || strides[i-1] != strides[i]*dims[i] {
					return false
				}
				a *= dims[i]
				i++
			} else {
				if j == y.Rank {
					return false
				}
				b *= want[j]
				j++
			}
		}
		s := 1
		if i > i0 {
			s = strides[i-1]
		}
		for k := j - 1; k >= j0; k-- {
			y.Stride[k] = s
			s *= want[k]
		}
	}
	return true
}

// Permute returns a view with the axes in another order: axis k of the result is axis axes[k] of x.
func (x *Tensor) Permute(axes ...int) *Tensor {
	if len(axes) != x.view.Rank {
		panic(Errorf("Permute", "%d axes for shape %v", len(axes), x))
	}
	y := x.alias()
	y.name = ""
	var back [device.MaxRank]int
	var seen [device.MaxRank]bool
	for k, a := range axes {
		a = x.axis("Permute", a)
		if seen[a] {
			panic(Errorf("Permute", "axis %d of shape %v is named twice", a, x))
		}
		seen[a] = true
		y.view.Shape[k], y.view.Stride[k] = x.view.Shape[a], x.view.Stride[a]
		back[a] = k
	}
	rank := len(axes)
	return Record(y, "Permute", func(dy, _ *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Permute(back[:rank]...)}
	}, x)
}

// Transpose returns a view with two axes exchanged.
func (x *Tensor) Transpose(a, b int) *Tensor {
	var axes [device.MaxRank]int
	for k := range axes {
		axes[k] = k
	}
	a, b = x.axis("Transpose", a), x.axis("Transpose", b)
	axes[a], axes[b] = b, a
	return x.Permute(axes[:x.view.Rank]...)
}

// T returns a view with the last two axes exchanged: the transposed matrix.
func (x *Tensor) T() *Tensor { return x.Transpose(-1, -2) }

// Expand returns a view in which axes of length 1, and new leading axes, are repeated to that shape.
func (x *Tensor) Expand(shape ...int) *Tensor {
	lead := len(shape) - x.view.Rank
	if lead < 0 || len(shape) > device.MaxRank {
		panic(Errorf("Expand", "shape %v does not expand to %v", x, shape))
	}
	y := x.alias()
	y.name = ""
	y.view.Rank = copy(y.view.Shape[:], shape)
	for k := range shape {
		switch {
		case k < lead:
			y.view.Stride[k] = 0
		case x.view.Shape[k-lead] == shape[k]:
			y.view.Stride[k] = x.view.Stride[k-lead]
		case x.view.Shape[k-lead] == 1:
			y.view.Stride[k] = 0
		default:
			panic(Errorf("Expand", "shape %v does not expand to %v", x, shape))
		}
	}
	return Record(y, "Expand", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.SumTo(x[0].Shape()...)}
	}, x)
}

// Unsqueeze returns a view with a new axis of length 1 at that place.
func (x *Tensor) Unsqueeze(axis int) *Tensor {
	if axis < 0 {
		axis += x.view.Rank + 1
	}
	if axis < 0 || axis > x.view.Rank {
		panic(Errorf("Unsqueeze", "no place %d in shape %v", axis, x))
	}
	return x.Reshape(slices.Insert(slices.Clone(x.Shape()), axis, 1)...)
}

// Squeeze returns a view without an axis of length 1.
func (x *Tensor) Squeeze(axis int) *Tensor {
	axis = x.axis("Squeeze", axis)
	if x.view.Shape[axis] != 1 {
		panic(Errorf("Squeeze", "axis %d of shape %v is not of length 1", axis, x))
	}
	return x.Reshape(slices.Delete(slices.Clone(x.Shape()), axis, axis+1)...)
}

// Flatten joins the axes from the first to the last, both included, into one, row-major.
func (x *Tensor) Flatten(first, last int) *Tensor {
	first, last = x.axis("Flatten", first), x.axis("Flatten", last)
	if first > last {
		panic(Errorf("Flatten", "no axes from %d to %d in shape %v", first, last, x))
	}
	shape := slices.Clone(x.Shape()[:first])
	n := 1
	for _, d := range x.Shape()[first : last+1] {
		n *= d
	}
	return x.Reshape(append(append(shape, n), x.Shape()[last+1:]...)...)
}
