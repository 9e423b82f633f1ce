package keras

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An activation is what a layer ends with.
type activation func(x *tensor.Tensor) *tensor.Tensor

// activations are those that layers name.
var activations = map[string]activation{
	"linear": func(x *tensor.Tensor) *tensor.Tensor { return x },
	"relu":   op.Relu, "relu6": op.Relu6, "selu": op.Selu, "gelu": op.Gelu, "sigmoid": op.Sigmoid, "hard_sigmoid": op.HardSigmoid,
	"hard_silu": op.HardSwish, "hard_swish": op.HardSwish, "silu": op.Silu, "swish": op.Silu, "mish": op.Mish, "softplus": op.Softplus,
	"softsign": op.Softsign, "log_sigmoid": op.LogSigmoid, "tanh_shrink": op.TanhShrink, "sparse_sigmoid": op.SparseSigmoid,
	"tanh": (*tensor.Tensor).Tanh, "exponential": (*tensor.Tensor).Exp,
	"elu":         func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, 1) },
	"celu":        func(x *tensor.Tensor) *tensor.Tensor { return op.Celu(x, 1) },
	"leaky_relu":  func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, 0.2) },
	"softmax":     func(x *tensor.Tensor) *tensor.Tensor { return op.Softmax(x, -1) },
	"log_softmax": func(x *tensor.Tensor) *tensor.Tensor { return op.LogSoftmax(x, -1) },
	"hard_tanh":   func(x *tensor.Tensor) *tensor.Tensor { return op.HardTanh(x, -1, 1) },
	"hard_shrink": func(x *tensor.Tensor) *tensor.Tensor { return op.HardShrink(x, 0.5) },
	"soft_shrink": func(x *tensor.Tensor) *tensor.Tensor { return op.SoftShrink(x, 0.5) },
}

// activation reads which one a layer ends with; none is the linear one. It may be a layer too.
func (h *hyper) activation(key string) activation {
	if !h.has(key) {
		return activations["linear"]
	}
	name, err := h.activationName(key)
	if err != nil {
		h.note(key, err)
		return activations["linear"]
	}
	if f, ok := activations[name]; ok {
		if name == "hard_sigmoid" && h.old {
			return oldHardSigmoid
		}
		return f
	}
	var d description
	if json.Unmarshal(h.values[key], &d) == nil && slices.Contains([]string{"ReLU", "LeakyReLU", "ELU", "Softmax"}, d.ClassName) {
		inner := &hyper{values: d.Config, old: h.old}
		l := table[d.ClassName](inner)
		h.errs = append(h.errs, inner.errs...)
		return func(x *tensor.Tensor) *tensor.Tensor { return l.forward(nil, []value{{Tensor: x}}, call{})[0].Tensor }
	}
	h.note(key, fmt.Errorf("%q is not known; known are %s", name, strings.Join(slices.Sorted(maps.Keys(activations)), ", ")))
	return activations["linear"]
}

// activationName returns the name of an activation, which may stand in an object.
func (h *hyper) activationName(key string) (string, error) {
	var name string
	if json.Unmarshal(h.values[key], &name) == nil {
		return name, nil
	}
	var of struct {
		ClassName string `json:"class_name"`
		Config    json.RawMessage
	}
	if err := json.Unmarshal(h.values[key], &of); err != nil {
		return "", fmt.Errorf("%.60s is no name", h.values[key])
	}
	if of.ClassName == "function" && json.Unmarshal(of.Config, &name) == nil {
		return name, nil
	}
	return of.ClassName, nil
}

// oldHardSigmoid is that of Keras 2, a fifth as steep.
func oldHardSigmoid(x *tensor.Tensor) *tensor.Tensor {
	return x.Scale(0.2).AddScalar(0.5).Clamp(0, 1)
}

// each makes a layer of an activation.
func each(f activation) layer {
	return pure(func(_ *nn.Pass, in []value) value { return value{f(in[0].Tensor), in[0].mask} })
}

func newActivation(h *hyper) layer { return each(h.activation("activation")) }

// newReLU makes ReLU: x up to max_value where x is the threshold or more, and slope·(x − threshold) below.
func newReLU(h *hyper) layer {
	most, slope := h.float("max_value", math.Inf(1)), h.float("negative_slope", 0)
	threshold := h.float("threshold", 0)
	return each(func(x *tensor.Tensor) *tensor.Tensor {
		if slope == 0 && threshold == 0 && most == 6 {
			return op.Relu6(x)
		}
		y := op.Relu(x)
		if threshold != 0 {
			y = x.MaskedFill(x.Less(x.FullLike(threshold)), 0)
		}
		if !math.IsInf(most, 1) {
			y = y.Minimum(y.FullLike(most))
		}
		if slope != 0 {
			y = y.Sub(op.Relu(x.Neg().AddScalar(threshold)).Scale(slope))
		}
		return y
	})
}

func newLeakyReLU(h *hyper) layer {
	slope := h.float("negative_slope", h.float("alpha", 0.3))
	return each(func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, slope) })
}

func newELU(h *hyper) layer {
	alpha := h.float("alpha", 1)
	return each(func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, alpha) })
}

func newThresholded(h *hyper) layer {
	theta := h.float("theta", 1)
	return each(func(x *tensor.Tensor) *tensor.Tensor { return x.MaskedFill(x.LessEqual(x.FullLike(theta)), 0) })
}

func newSoftmax(h *hyper) layer {
	axis := -1
	if h.has("axis") {
		v := h.list("axis")
		h.must(len(v) == 1, "a softmax over %d axes is not known", len(v))
		if len(v) == 1 {
			axis = v[0]
		}
	}
	return each(func(x *tensor.Tensor) *tensor.Tensor { return op.Softmax(x, axis) })
}

// prelu is PReLU: a slope below 0 that is learned, one for each place in an example, or shared along axes.
type prelu struct {
	Alpha  tensor.Param // [… 1 … c]
	shared []int
}

func newPReLU(h *hyper) layer { return &prelu{shared: h.list("shared_axes")} }

func (l *prelu) build(r *rng.Rand, in [][]int) {
	shape := slices.Clone(in[0][1:])
	for _, axis := range l.shared {
		if axis < 1 || axis > len(shape) {
			panic(tensor.Errorf("PReLU", "axis %d is shared of shape %v", axis, in[0]))
		}
		shape[axis-1] = 1
	}
	fresh(&l.Alpha, nn.Constant(0), r, shape...)
}

func (l *prelu) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	y := op.Relu(x).Sub(op.Relu(x.Neg()).Mul(p.Use(&l.Alpha)))
	return []value{{y, in[0].mask}}
}

func (l *prelu) weights() []slot { return optional(nil, "alpha", &l.Alpha) }
