package keras

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// pool makes MaxPooling and AveragePooling over n axes. What is padded for "same" does not count.
func pool(n int, most bool) func(h *hyper) layer {
	return func(h *hyper) layer {
		w := newWindow(h, "pool_size", n)
		return pure(func(_ *nn.Pass, in []value) value {
			x := first(in[0].Tensor, w.channelsFirst)
			c := op.PoolConfig{Axes: w.axes(x), SkipPad: true}
			if most {
				return value{Tensor: behind(op.MaxPool(x, c), w.channelsFirst)}
			}
			return value{Tensor: behind(op.AvgPool(x, c), w.channelsFirst)}
		})
	}
}

// globalPool makes GlobalMaxPooling and GlobalAveragePooling. The mean of a sequence is over the steps that count.
func globalPool(most bool) func(h *hyper) layer {
	return func(h *hyper) layer {
		channelsFirst := h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
		keep := h.bool("keepdims", false)
		return pure(func(_ *nn.Pass, in []value) value {
			x := in[0].Tensor
			var axes []int
			for i := 1; i < x.Rank()-1; i++ {
				if channelsFirst {
					axes = append(axes, i+1)
				} else {
					axes = append(axes, i)
				}
			}
			if len(axes) == 0 {
				panic(tensor.Errorf("GlobalPooling", "shape %v has nothing to pool", x))
			}
			var y *tensor.Tensor
			switch mask := in[0].mask; {
			case most:
				y = x.MaxKeep(axes...)
			case mask != nil && x.Rank() == 3 && !channelsFirst:
				m := mask.Cast(x.DType()).Unsqueeze(-1)
				y = x.Mul(m).SumKeep(1).Div(m.SumKeep(1))
			default:
				y = x.MeanKeep(axes...)
			}
			if !keep {
				if channelsFirst {
					y = y.Reshape(x.Dim(0), x.Dim(1))
				} else {
					y = y.Reshape(x.Dim(0), x.Dim(-1))
				}
			}
			return value{Tensor: y}
		})
	}
}
