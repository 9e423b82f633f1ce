package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("BatchNormalization", 1, batchNorm)
	register("InstanceNormalization", 1, func(c *call) []*Value {
		return c.as(0, op.InstanceNorm(c.x(0), c.x(1), c.x(2), c.float("epsilon", 1e-5)))
	})
	register("LayerNormalization", 17, layerNorm)
	register("RMSNormalization", 23, func(c *call) []*Value {
		x, scale := c.rows(c.integer("axis", -1), 1)
		y := op.RMSNorm(x, scale.Cast(x.DType()), c.float("epsilon", 1e-5))
		return c.one(c.value(1).Type, y.Reshape(c.x(0).Shape()...).Cast(scale.DType()))
	})
	register("GroupNormalization", 18, groupNorm)
	simple("LpNormalization", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		axis := c.axis(c.integer("axis", -1), x.Rank())
		norm := x.NormP(float64(c.integer("p", 2)), axis).Unsqueeze(axis)
		zero := norm.Detach().Equal(norm.FullLike(0))
		return x.Div(tensor.Where(zero, norm.FullLike(1), norm))
	})
	simple("LRN", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		config := op.LocalResponseConfig{Size: c.integer("size", 1), Alpha: c.float("alpha", 1e-4), Beta: c.float("beta", 0.75), K: c.float("bias", 1)}
		if config.Size%2 == 1 {
			return op.LocalResponseNorm(x, config)
		}
		return op.LocalResponseNorm(x.Flip(1), config).Flip(1) // of an even window the smaller part lies before
	})
	simple("MeanVarianceNormalization", 9, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		axes := c.axes(c.integers("axes", []int{0, 2, 3}), x.Rank())
		centred := x.Sub(x.MeanKeep(axes...))
		return centred.Div(centred.Square().MeanKeep(axes...).Sqrt().AddScalar(1e-9))
	})
}

// batchNorm uses the given moments, or in training those of the batch, and gives the running ones then.
func batchNorm(c *call) []*Value {
	x := c.x(0)
	if c.node.version < 9 && !c.flag("spatial", true) {
		c.fail("moments of single elements are not known here")
	}
	t := x.DType()
	gain, bias, mean, variance := c.x(1).Cast(t), c.x(2).Cast(t), c.x(3).Cast(t), c.x(4).Cast(t)
	eps := c.float("epsilon", 1e-5)
	if !c.flag("training_mode", false) {
		return c.as(0, op.BatchNormGiven(x, gain, bias, op.Moments{Mean: mean, Variance: variance}, eps))
	}
	y, batch := op.BatchNorm(x, gain, bias, eps)
	n := float64(x.Len() / max(1, x.Dim(1)))
	batch.Variance = batch.Variance.Scale((n - 1) / n) // the standard's divides by n
	m := c.float("momentum", 0.9)
	out := c.as(0, y)
	for i, pair := range [][2]*tensor.Tensor{{mean, batch.Mean}, {variance, batch.Variance}} {
		run := pair[0].Scale(m).Add(pair[1].Detach().Cast(t).Scale(1 - m))
		out = append(out, c.as(3+i, run.Cast(c.x(3+i).DType()))...)
	}
	return out
}

// rows returns input 0 as a matrix whose rows are the axes from one on, and input i, which broadcasts to these, as a vector.
func (c *call) rows(axis, i int) (x, scale *tensor.Tensor) {
	x = c.x(0)
	axis = c.axis(axis, x.Rank())
	inner := x.Shape()[axis:]
	return x.Reshape(length(x.Shape()[:axis]), length(inner)), c.vector(i, inner)
}

// vector returns input i, broadcast to a shape, as one axis; nil if it is absent.
func (c *call) vector(i int, shape []int) *tensor.Tensor {
	s := c.maybe(i)
	if s == nil {
		return nil
	}
	for s.Rank() > len(shape) && s.Dim(0) == 1 {
		s = s.Squeeze(0)
	}
	return s.Expand(shape...).Reshape(length(shape))
}

func layerNorm(c *call) []*Value {
	axis := c.integer("axis", -1)
	x, scale := c.rows(axis, 1)
	axis = c.axis(axis, c.x(0).Rank())
	bias, eps := c.vector(2, c.x(0).Shape()[axis:]), c.float("epsilon", 1e-5)
	out := c.as(0, op.LayerNorm(x, scale, bias, eps).Reshape(c.x(0).Shape()...))
	if c.outputs() == 1 {
		return out
	}
	shape := slices.Concat(c.x(0).Shape()[:axis], slices.Repeat([]int{1}, c.x(0).Rank()-axis))
	wide := x
	if c.integer("stash_type", 1) == 1 && x.DType() != device.Float64 {
		wide = x.Cast(device.Float32)
	}
	mean := wide.MeanKeep(1)
	deviation := wide.Sub(mean).Square().Mean(1).AddScalar(eps).Sqrt().Reciprocal()
	return append(out, Of(mean.Reshape(shape...)), Of(deviation.Reshape(shape...)))
}

// groupNorm had one scale for each group at first, and has one for each channel since version 21.
func groupNorm(c *call) []*Value {
	x, groups := c.x(0), c.integer("num_groups", 1)
	if x.Rank() < 2 || groups < 1 || x.Dim(1)%groups != 0 {
		c.fail("%d groups of the channels of %v", groups, x)
	}
	gain, bias := c.x(1), c.x(2)
	if each := x.Dim(1) / groups; c.node.version < 21 {
		gain, bias = gain.Repeat(0, each), bias.Repeat(0, each)
	}
	return c.as(0, op.GroupNorm(x, groups, gain, bias, c.float("epsilon", 1e-5)))
}
