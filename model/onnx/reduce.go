package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// A reduction folds axes, which disappear.
type reduction func(x *tensor.Tensor, axes []int) *tensor.Tensor

func init() {
	reduce("ReduceSum", 13, sum)
	reduce("ReduceMean", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor {
		if x.DType().IsFloat() {
			return x.Mean(axes...)
		}
		n := 1
		for _, a := range axes {
			n *= x.Dim(a)
		}
		return sum(x, axes).Cast(device.Float64).Scale(1 / float64(n)).Cast(x.DType())
	})
	reduce("ReduceProd", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return x.Prod(axes...) })
	reduce("ReduceL1", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return sum(x.Abs(), axes) })
	reduce("ReduceL2", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor {
		if !x.DType().IsFloat() {
			return sum(x.Mul(x), axes).Cast(device.Float64).Sqrt().Cast(x.DType())
		}
		return sum(x.Square(), axes).Sqrt()
	})
	reduce("ReduceSumSquare", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return sum(x.Mul(x), axes) })
	reduce("ReduceLogSum", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return sum(x, axes).Log() })
	reduce("ReduceLogSumExp", 18, logSumExp)
	reduce("ReduceMax", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return extremeOf(x, axes, true) })
	reduce("ReduceMin", 18, func(x *tensor.Tensor, axes []int) *tensor.Tensor { return extremeOf(x, axes, false) })
}

func sum(x *tensor.Tensor, axes []int) *tensor.Tensor { return x.Sum(axes...) }

// reduce registers a reduction, whose axes are an attribute before a version and an input from it on.
func reduce(name string, input int64, f reduction) {
	register(name, 1, func(c *call) []*Value { return c.reduce(f, c.integers("axes", nil)) })
	register(name, input, func(c *call) []*Value { return c.reduce(f, c.numbers(1, nil)) })
}

func (c *call) reduce(f reduction, axes []int) []*Value {
	x, t := c.x(0), c.value(0).Type
	if len(axes) == 0 {
		if c.flag("noop_with_empty_axes", false) {
			axes = []int{}
		} else {
			for i := range x.Rank() {
				axes = append(axes, i)
			}
		}
	}
	axes = c.axes(axes, x.Rank())
	shape := slices.Clone(x.Shape())
	for _, a := range axes {
		shape[a] = 1
	}
	var y *tensor.Tensor
	switch {
	case len(axes) == 0: // of one element each: a new axis is folded
		y = f(x.Unsqueeze(x.Rank()), []int{x.Rank()})
	case c.isHuge(0):
		y = c.ordered(f(c.ordered(x), axes))
	default:
		y = f(x, axes)
	}
	y = c.wrapped(t, y)
	if c.flag("keepdims", true) {
		y = y.Reshape(shape...)
	}
	return c.as(0, y)
}

// logSumExp is finite as long as its result is.
func logSumExp(x *tensor.Tensor, axes []int) *tensor.Tensor {
	if x.Len() == 0 {
		return x.Exp().Sum(axes...).Log()
	}
	most := x.Detach().MaxKeep(axes...)
	most = tensor.Where(most.IsFinite(), most, most.FullLike(0))
	y := x.Sub(most).Exp().Sum(axes...).Log()
	return y.Add(most.Reshape(y.Shape()...))
}

// extremeOf returns the largest or the smallest; of none the least or the greatest of all numbers.
func extremeOf(x *tensor.Tensor, axes []int, largest bool) *tensor.Tensor {
	none := false
	for _, a := range axes {
		none = none || x.Dim(a) == 0
	}
	switch {
	case x.DType() == device.Bool && none:
		y := x.Cast(device.Uint8).Sum(axes...).Cast(device.Bool)
		return y.FullLike(extremum(device.Bool, !largest), y.Shape()...)
	case none:
		y := x.Sum(axes...)
		return y.FullLike(extremum(x.DType(), !largest), y.Shape()...)
	case x.DType() == device.Bool:
		return extremeOf(x.Cast(device.Uint8), axes, largest).Cast(device.Bool)
	case largest:
		return x.Max(axes...)
	}
	return x.Min(axes...)
}

// extremum returns the greatest or the least number of a type.
func extremum(t device.DType, greatest bool) float64 {
	if t.IsFloat() {
		if greatest {
			return math.Inf(1)
		}
		return math.Inf(-1)
	}
	if t == device.Bool {
		return map[bool]float64{true: 1}[greatest]
	}
	lo, hi := limits(proto.TypeOf(t))
	if greatest {
		return float64(hi)
	}
	return float64(lo)
}
