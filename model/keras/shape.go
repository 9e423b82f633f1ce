package keras

import (
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func newIdentity(*hyper) layer {
	return each(activations["linear"])
}

// newMasking makes Masking: steps that have the value everywhere do not count, and become 0.
func newMasking(h *hyper) layer {
	v := h.float("mask_value", 0)
	return pure(func(_ *nn.Pass, in []value) value {
		x := in[0].Tensor
		mask := x.NotEqual(x.FullLike(v)).Any(-1)
		return value{x.Mul(mask.Cast(x.DType()).Unsqueeze(-1)), mask}
	})
}

func newNotEqual(*hyper) layer {
	return pure(func(_ *nn.Pass, in []value) value { return value{Tensor: in[0].NotEqual(in[1].Tensor)} })
}

// newAny makes Any: whether something is true along an axis.
func newAny(h *hyper) layer {
	axes, keep := h.list("axis"), h.bool("keepdims", false)
	h.must(len(axes) == 1, "axis is %v", axes)
	return pure(func(_ *nn.Pass, in []value) value {
		y := in[0].Any(axes[0])
		if keep {
			y = y.Unsqueeze(axes[0])
		}
		return value{Tensor: y}
	})
}

// newFlatten makes Flatten: all axes behind the batch as one, in Keras's order.
func newFlatten(h *hyper) layer {
	channelsFirst := h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
	return pure(func(_ *nn.Pass, in []value) value {
		x := in[0].Tensor
		if x.Rank() == 1 {
			return value{Tensor: x.Unsqueeze(1)}
		}
		if channelsFirst {
			x = behind(x, false)
		}
		return value{Tensor: x.Reshape(x.Dim(0), -1)}
	})
}

func newReshape(h *hyper) layer {
	target := h.list("target_shape")
	open := 0
	for _, n := range target {
		h.must(n > 0 || n == -1, "target_shape is %v", target)
		if n == -1 {
			open++
		}
	}
	h.must(open < 2, "target_shape is %v", target)
	return pure(func(_ *nn.Pass, in []value) value {
		return value{Tensor: in[0].Reshape(append([]int{in[0].Dim(0)}, target...)...)}
	})
}

func newPermute(h *hyper) layer {
	dims := h.list("dims")
	sorted := slices.Clone(dims)
	slices.Sort(sorted)
	for i, d := range sorted {
		h.must(d == i+1, "dims are %v", dims)
	}
	return pure(func(_ *nn.Pass, in []value) value { return value{Tensor: in[0].Permute(append([]int{0}, dims...)...)} })
}

func newRepeat(h *hyper) layer {
	n := h.count("n")
	return pure(func(_ *nn.Pass, in []value) value {
		bounded("RepeatVector", append(slices.Clone(in[0].Shape()), n)...)
		return value{Tensor: in[0].Unsqueeze(1).Repeat(1, n)}
	})
}

// spatial returns pairs for all axes of x: those given for the spatial ones, and none for the others.
func spatial(x *tensor.Tensor, pairs [][2]int, channelsFirst bool) [][2]int {
	if x.Rank() != len(pairs)+2 {
		panic(tensor.Errorf("Padding", "%v for an input of shape %v", pairs, x))
	}
	at := 1
	if channelsFirst {
		at = 2
	}
	all := make([][2]int, x.Rank())
	copy(all[at:], pairs)
	shape := slices.Clone(x.Shape())
	for i, p := range all {
		shape[i] += p[0] + p[1]
	}
	bounded("Padding", shape...)
	return all
}

func padding(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		pads := h.pairs("padding", n)
		channelsFirst := h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
		return pure(func(_ *nn.Pass, in []value) value {
			return value{Tensor: op.Pad(in[0].Tensor, 0, spatial(in[0].Tensor, pads, channelsFirst)...)}
		})
	}
}

func cropping(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		crops := h.pairs("cropping", n)
		channelsFirst := h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
		return pure(func(_ *nn.Pass, in []value) value {
			return value{Tensor: op.Crop(in[0].Tensor, spatial(in[0].Tensor, crops, channelsFirst)...)}
		})
	}
}

// upsampling makes UpSampling over n axes: each element so many times, or what lies between.
func upsampling(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		sizes := h.ints("size", n, 2)
		for _, s := range sizes {
			h.must(s > 0, "size is %d", sizes)
		}
		channelsFirst := h.oneOf("data_format", "channels_last", "channels_first") == "channels_first"
		mode := h.oneOf("interpolation", "nearest", "bilinear")
		return pure(func(_ *nn.Pass, in []value) value {
			x := first(in[0].Tensor, channelsFirst)
			bounded("UpSampling", append(slices.Clone(x.Shape()), sizes...)...)
			if mode == "bilinear" {
				size := make([]int, n)
				for i, s := range sizes {
					size[i] = x.Dim(i+2) * s
				}
				return value{Tensor: behind(op.Resize(x, op.ResizeConfig{Size: size, Mode: op.ResizeLinear}), channelsFirst)}
			}
			for i, s := range sizes {
				x = x.Repeat(i+2, s)
			}
			return value{Tensor: behind(x, channelsFirst)}
		})
	}
}
