package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

var integers = tensor.Arange(3)

var _ = []bool{
	activation(sample{name: "Relu", call: one(op.Relu), misuse: []misuse{
		{"Relu: the input is int64 of shape [3]; want a floating-point type", func() { op.Relu(integers) }},
	}}),
	activation(sample{name: "Sigmoid", call: one(op.Sigmoid)}),
	activation(sample{name: "Gelu", call: one(op.Gelu)}),
	activation(sample{name: "GeluTanh", call: one(op.GeluTanh)}),
	activation(sample{name: "Silu", call: one(op.Silu)}),
	activation(sample{name: "Softplus", call: one(op.Softplus)}),
	activation(sample{
		name: "LeakyRelu", call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, 0.2) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, c.Float("slope")) })
		},
	}),
	activation(sample{
		name: "Elu", call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, 0.7) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, c.Float("alpha")) })
		},
	}),
}

// activation registers an elementwise operation of one input, on several shapes.
func activation(s sample) bool {
	s.golden, s.names = s.name+"/", []string{"x"}
	if len(s.misuse) == 0 {
		f := s.call
		s.misuse = []misuse{{s.name + ": the input is int64", func() { f(list(integers)) }}}
	}
	s.in, s.shape = list(wave(3, 5)), []int{3, 5}
	register(s)
	s.golden, s.misuse = "", nil
	for _, shape := range [][]int{{}, {0, 3}, {2, 3, 2, 5}} {
		s.in, s.shape = list(wave(shape...)), shape
		register(s)
	}
	return true
}

func TestGradientsAtKinks(t *testing.T) {
	zero := tensor.Of([]float64{0})
	for name, c := range map[string]struct {
		f    func(x *tensor.Tensor) *tensor.Tensor
		want float64
	}{
		"Relu": {op.Relu, 0}, "Sigmoid": {op.Sigmoid, 0.25}, "Softplus": {op.Softplus, 0.5}, "Gelu": {op.Gelu, 0.5},
		"Silu": {op.Silu, 0.5}, "LeakyRelu": {func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, 0.1) }, 0.1},
		"Elu": {func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, 2) }, 2},
	} {
		for where, x := range map[string]*tensor.Tensor{"fused": zero, "composed": zero.To(refuser{zero.Device()})} {
			if got := results(sample{call: one(c.f)}, list(x))[1][0] / math.Cos(1); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("%s, %s: gradient %g at 0, want %g", name, where, got, c.want)
			}
		}
	}
}

func TestActivationsKeepNaN(t *testing.T) {
	x := tensor.Of([]float32{float32(math.NaN())})
	for name, f := range map[string]func(x *tensor.Tensor) *tensor.Tensor{
		"Relu": op.Relu, "Sigmoid": op.Sigmoid, "Gelu": op.Gelu, "GeluTanh": op.GeluTanh, "Silu": op.Silu, "Softplus": op.Softplus,
	} {
		if y := f(x).Item(); y == y {
			t.Errorf("%s of NaN is %g", name, y)
		}
		if y := f(x.To(refuser{x.Device()})).Item(); y == y {
			t.Errorf("%s of NaN, composed, is %g", name, y)
		}
	}
}
