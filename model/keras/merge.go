package keras

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// merges are the layers that make one input of several, element by element.
var merges = map[string]func(x, y *tensor.Tensor) *tensor.Tensor{
	"Add": (*tensor.Tensor).Add, "Subtract": (*tensor.Tensor).Sub, "Multiply": (*tensor.Tensor).Mul, "Average": (*tensor.Tensor).Add,
	"Maximum": (*tensor.Tensor).Maximum, "Minimum": (*tensor.Tensor).Minimum,
}

func merge(class string) func(h *hyper) layer {
	return func(*hyper) layer {
		return pure(func(_ *nn.Pass, in []value) value {
			if class == "Subtract" && len(in) != 2 || len(in) == 0 {
				panic(tensor.Errorf(class, "%d inputs", len(in)))
			}
			y := in[0]
			for _, x := range in[1:] {
				y = value{merges[class](y.Tensor, x.Tensor), both(y.mask, x.mask)}
			}
			if class == "Average" {
				y.Tensor = y.Scale(1 / float64(len(in)))
			}
			return y
		})
	}
}

// both returns the steps that count in two inputs.
func both(a, b *tensor.Tensor) *tensor.Tensor {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return a.And(b)
}

func newConcatenate(h *hyper) layer {
	axis := h.int("axis", -1)
	return pure(func(_ *nn.Pass, in []value) value {
		list := make([]*tensor.Tensor, len(in))
		var mask *tensor.Tensor
		for i, v := range in {
			list[i] = v.Tensor
			mask = both(mask, v.mask)
		}
		if at := axisOf(axis, list[0].Rank()); at == 1 {
			mask = nil
		}
		return value{tensor.Concat(axis, list...), mask}
	})
}

// newDot makes Dot: products of the vectors along one axis of each of two inputs, all with all.
func newDot(h *hyper) layer {
	axes, normalize := h.list("axes"), h.bool("normalize", false)
	h.must(len(axes) == 1 || len(axes) == 2, "axes are %v", axes)
	if len(axes) == 1 {
		axes = append(axes, axes[0])
	}
	return pure(func(_ *nn.Pass, in []value) value {
		if len(in) != 2 || min(in[0].Rank(), in[1].Rank()) < 2 || max(in[0].Rank(), in[1].Rank()) > 3 {
			panic(tensor.Errorf("Dot", "%d inputs, and two of 2 or 3 axes are wanted", len(in)))
		}
		x, y := in[0].Tensor, in[1].Tensor
		a, b := axisOf(axes[0], x.Rank()), axisOf(axes[1], y.Rank())
		if normalize {
			x, y = op.UnitNorm(x, a, 1e-12), op.UnitNorm(y, b, 1e-12)
		}
		// The vectors last, and one row of them if there is but one.
		x, y = x.MoveAxis(a, -1), y.MoveAxis(b, -1)
		rows := func(t *tensor.Tensor) *tensor.Tensor {
			if t.Rank() == 2 {
				return t.Unsqueeze(1)
			}
			return t
		}
		z := rows(x).MatMul(rows(y).Transpose(1, 2)) // [n of x, of y]
		switch {
		case x.Rank() == 2 && y.Rank() == 2:
			return value{Tensor: z.Reshape(z.Dim(0), 1)}
		case x.Rank() == 2:
			return value{Tensor: z.Squeeze(1)}
		case y.Rank() == 2:
			return value{Tensor: z.Squeeze(2)}
		}
		return value{Tensor: z}
	})
}
