package keras

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// batchNorm is BatchNormalization along one axis.
type batchNorm struct {
	Norm          nn.BatchNorm
	axis          int
	scale, center bool
}

func newBatchNorm(h *hyper) layer {
	l := &batchNorm{axis: -1, scale: h.bool("scale", true), center: h.bool("center", true)}
	l.Norm.Eps, l.Norm.Momentum = h.float("epsilon", 1e-3), 1-h.float("momentum", 0.99)
	if v := h.list("axis"); h.has("axis") {
		h.must(len(v) == 1, "it normalizes along %d axes at once, which is not known here", len(v))
		if len(v) == 1 {
			l.axis = v[0]
		}
	}
	return l
}

func (l *batchNorm) build(r *rng.Rand, in [][]int) {
	at := l.at(len(in[0]))
	c := in[0][at]
	if l.scale {
		fresh(&l.Norm.Gain, nn.Constant(1), r, c)
	}
	if l.center {
		fresh(&l.Norm.Bias, nn.Constant(0), r, c)
	}
	fresh(&l.Norm.RunningMean, nn.Constant(0), r, c)
	fresh(&l.Norm.RunningVariance, nn.Constant(1), r, c)
}

func (l *batchNorm) at(rank int) int { return axisOf(l.axis, rank) }

// axisOf returns an axis of that many, counted from the first.
func axisOf(axis, rank int) int {
	at := axis
	if at < 0 {
		at += rank
	}
	if at < 0 || at >= rank {
		panic(tensor.Errorf("axis", "there is no axis %d of %d", axis, rank))
	}
	return at
}

func (l *batchNorm) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	at := l.at(x.Rank())
	y := l.Norm.Forward(p, x.MoveAxis(at, 1)).MoveAxis(1, at)
	return []value{{y, in[0].mask}}
}

func (l *batchNorm) weights() []slot {
	s := optional(optional(nil, "gamma", &l.Norm.Gain), "beta", &l.Norm.Bias)
	return optional(optional(s, "moving_mean", &l.Norm.RunningMean), "moving_variance", &l.Norm.RunningVariance)
}

// featureNorm is LayerNormalization, over the last axes, GroupNormalization, or RMSNormalization.
type featureNorm struct {
	Gain, Bias    tensor.Param
	axes          []int // counted from behind, in order
	eps           float64
	scale, center bool
	rms           bool
	groups        int // 0: it is no group norm
}

func newLayerNorm(h *hyper) layer {
	l := &featureNorm{eps: h.float("epsilon", 1e-3), scale: h.bool("scale", true), center: h.bool("center", true), axes: []int{-1}}
	h.must(!h.bool("rms_scaling", false), "rms_scaling is not known here")
	if h.has("axis") {
		l.axes = h.list("axis")
	}
	return l
}

func newRMSNorm(h *hyper) layer {
	l := &featureNorm{eps: h.float("epsilon", 1e-6), scale: true, rms: true, axes: []int{-1}}
	if h.has("axis") {
		l.axes = h.list("axis")
	}
	return l
}

func newGroupNorm(h *hyper) layer {
	l := &featureNorm{eps: h.float("epsilon", 1e-3), scale: h.bool("scale", true), center: h.bool("center", true), groups: h.int("groups", 32), axes: []int{-1}}
	h.must(h.int("axis", -1) == -1, "a group norm along axis %d is not known here", h.int("axis", -1))
	return l
}

func (l *featureNorm) build(r *rng.Rand, in [][]int) {
	rank := len(in[0])
	var at []int
	for _, a := range l.axes {
		at = append(at, axisOf(a, rank))
	}
	slices.Sort(at)
	var shape []int
	for i, a := range at {
		if a != rank-len(at)+i {
			panic(tensor.Errorf("LayerNormalization", "axes %v of %d are not the last ones", l.axes, rank))
		}
		shape = append(shape, in[0][a])
	}
	l.axes = l.axes[:0:0]
	for i := range at {
		l.axes = append(l.axes, i-len(at))
	}
	if l.scale {
		fresh(&l.Gain, nn.Constant(1), r, shape...)
	}
	if l.center {
		fresh(&l.Bias, nn.Constant(0), r, shape...)
	}
	if c := last(in); l.groups == -1 {
		l.groups = c
	}
}

func (l *featureNorm) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	gain, bias := p.UseFull(&l.Gain), p.UseFull(&l.Bias)
	var y *tensor.Tensor
	switch {
	case l.groups > 0:
		y = op.GroupNorm(first(x, false), l.groups, gain, bias, l.eps)
		y = behind(y, false)
	case l.rms && len(l.axes) == 1:
		y = op.RMSNorm(x, gain, l.eps)
	case len(l.axes) == 1:
		y = op.LayerNorm(x, gain, bias, l.eps)
	default:
		flat := x.Flatten(l.axes[0], -1)
		row := func(q *tensor.Tensor) *tensor.Tensor {
			if q == nil {
				return nil
			}
			return q.Reshape(q.Len())
		}
		if l.rms {
			y = op.RMSNorm(flat, row(gain), l.eps)
		} else {
			y = op.LayerNorm(flat, row(gain), row(bias), l.eps)
		}
		y = y.Reshape(x.Shape()...)
	}
	return []value{{y, in[0].mask}}
}

func (l *featureNorm) weights() []slot {
	gain := "gamma"
	if l.rms {
		gain = "scale"
	}
	return optional(optional(nil, gain, &l.Gain), "beta", &l.Bias)
}

func newUnitNorm(h *hyper) layer {
	axis := -1
	if v := h.list("axis"); len(v) > 0 {
		h.must(len(v) == 1, "a unit norm along %d axes is not known here", len(v))
		axis = v[0]
	}
	return each(func(x *tensor.Tensor) *tensor.Tensor { return op.UnitNorm(x, axis, 1e-12) })
}

// normalization is Normalization: with a mean and a variance that are given, or were measured and stand in the file.
type normalization struct {
	Mean           tensor.Param `nn:",buffer"` // [c], or without value
	Variance       tensor.Param `nn:",buffer"` // likewise
	Count          tensor.Param `nn:",buffer"` // of the examples that were measured
	mean, variance []float64
	given, invert  bool
}

func newNormalization(h *hyper) layer {
	l := &normalization{invert: h.bool("invert", false), given: h.has("mean")}
	l.mean, l.variance = h.floats("mean"), h.floats("variance")
	if v := h.list("axis"); h.has("axis") {
		h.must(len(v) == 1, "a normalization along %d axes is not known here", len(v))
		if len(v) == 1 {
			h.must(v[0] == -1 || v[0] > 0, "a normalization along axis %d is not known here", v[0])
		}
	}
	h.must(h.has("mean") == h.has("variance") && len(l.mean) == len(l.variance), "it has %d means and %d variances", len(l.mean), len(l.variance))
	return l
}

func (l *normalization) build(r *rng.Rand, in [][]int) {
	c := last(in)
	if !l.given {
		fresh(&l.Mean, nn.Constant(0), r, c)
		fresh(&l.Variance, nn.Constant(1), r, c)
		l.Count.Value = tensor.Of([]int64{0}).Reshape()
		return
	}
	if n := len(l.mean); n != 1 && n != c {
		panic(tensor.Errorf("Normalization", "%d means for %d channels", n, c))
	}
}

func (l *normalization) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	var mean, deviation *tensor.Tensor
	if l.given {
		mean, deviation = constant(x, l.mean), constant(x, l.variance).Sqrt()
	} else {
		mean, deviation = p.Buffer(&l.Mean), p.Buffer(&l.Variance).Sqrt()
	}
	deviation = deviation.Maximum(deviation.FullLike(1e-7))
	if l.invert {
		return []value{{x.Mul(deviation).Add(mean), in[0].mask}}
	}
	return []value{{x.Sub(mean).Div(deviation), in[0].mask}}
}

func (l *normalization) weights() []slot {
	s := optional(optional(nil, "mean", &l.Mean), "variance", &l.Variance)
	if l.Count.Value != nil {
		s = append(s, slot{name: "count", param: &l.Count, shape: []int{}})
	}
	return s
}

// constant returns numbers beside x: of its type and on its device.
func constant(x *tensor.Tensor, v []float64) *tensor.Tensor {
	parts := make([]*tensor.Tensor, len(v))
	for i, n := range v {
		parts[i] = x.FullLike(n, 1)
	}
	return tensor.Concat(0, parts...)
}

// newRescaling makes Rescaling: x·scale + offset.
func newRescaling(h *hyper) layer {
	scale, offset := h.floats("scale"), h.floats("offset")
	if len(offset) == 0 {
		offset = []float64{0}
	}
	h.must(len(scale) > 0, "scale is missing")
	for _, v := range append(slices.Clone(scale), offset...) {
		h.must(!math.IsNaN(v), "scale and offset are %v and %v", scale, offset)
	}
	return each(func(x *tensor.Tensor) *tensor.Tensor {
		if len(scale) == 1 && len(offset) == 1 {
			return x.Scale(scale[0]).AddScalar(offset[0])
		}
		return x.Mul(constant(x, scale)).Add(constant(x, offset))
	})
}
