package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

type unary = func(x *tensor.Tensor) *tensor.Tensor

// with is a call of an operation with its constants.
func with(f func(x *tensor.Tensor, a float64) *tensor.Tensor, a float64) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, a) })
}

// named is an operation whose one constant has that name in the golden cases.
func named(f func(x *tensor.Tensor, a float64) *tensor.Tensor, name string) func(c *check.Case) call {
	return func(c *check.Case) call { return with(f, c.Float(name)) }
}

var _ = []bool{
	activation(sample{name: "Relu6", call: one(op.Relu6)}),
	activation(sample{name: "HardSigmoid", call: one(op.HardSigmoid)}),
	activation(sample{name: "HardSwish", call: one(op.HardSwish)}),
	activation(sample{
		name: "HardTanh", call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.HardTanh(x, -0.41, 1.03) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.HardTanh(x, c.Float("lo"), c.Float("hi")) })
		},
		misuse: []misuse{
			{"HardTanh: bounds 1 and 1 for shape [2]; want the lower first", func() { op.HardTanh(wave(2), 1, 1) }},
			{"HardTanh: the input is int64", func() { op.HardTanh(integers, 0, 1) }},
		},
	}),
	activation(sample{
		name: "Threshold", call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.Threshold(x, 0.31, -2) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Threshold(x, c.Float("at"), c.Float("value")) })
		},
	}),
	activation(sample{
		name: "HardShrink", call: with(op.HardShrink, 0.51), attrs: named(op.HardShrink, "lambda"),
		misuse: []misuse{{"HardShrink: λ is -1 for shape [2]; want 0 or more", func() { op.HardShrink(wave(2), -1) }}},
	}),
	activation(sample{name: "SoftShrink", call: with(op.SoftShrink, 0.51), attrs: named(op.SoftShrink, "lambda")}),
	activation(sample{name: "TanhShrink", call: one(op.TanhShrink)}),
	activation(sample{name: "Selu", call: one(op.Selu)}),
	activation(sample{
		name: "Celu", call: with(op.Celu, 0.7), attrs: named(op.Celu, "alpha"),
		misuse: []misuse{{"Celu: α is 0 for shape [2]", func() { op.Celu(wave(2), 0) }}},
	}),
	activation(sample{name: "Mish", call: one(op.Mish)}),
	activation(sample{name: "QuickGelu", call: one(op.QuickGelu)}),
	activation(sample{name: "SquaredRelu", call: one(op.SquaredRelu)}),
	activation(sample{name: "Softsign", call: one(op.Softsign)}),
	activation(sample{name: "LogSigmoid", call: one(op.LogSigmoid)}),
	activation(sample{
		name: "Squareplus", call: with(op.Squareplus, 4), attrs: named(op.Squareplus, "b"),
		misuse: []misuse{{"Squareplus: b is 0 for shape [2]", func() { op.Squareplus(wave(2), 0) }}},
	}),
	activation(sample{name: "SparsePlus", call: one(op.SparsePlus)}),
	activation(sample{name: "SparseSigmoid", call: one(op.SparseSigmoid)}),

	register(sample{
		name: "Prelu", in: list(wave(2, 3, 2), wave(3)), call: func(x []*tensor.Tensor) *tensor.Tensor { return op.Prelu(x[0], x[1]) },
		shape: []int{2, 3, 2}, golden: "Prelu/", names: []string{"x", "weight"},
		misuse: []misuse{{"Prelu: weight [2] does not fit axis 1 of [2 3]", func() { op.Prelu(wave(2, 3), wave(2)) }}},
	}),
	register(sample{
		name: "Swish", in: list(wave(2, 3), wave(3)), call: func(x []*tensor.Tensor) *tensor.Tensor { return op.Swish(x[0], x[1]) },
		shape: []int{2, 3}, golden: "Swish/", names: []string{"x", "beta"},
		misuse: []misuse{{"Swish: beta [2 2] does not broadcast to [2 3]", func() { op.Swish(wave(2, 3), wave(2, 2)) }}},
	}),
	register(sample{
		name: "Rrelu", in: list(wave(3, 4)), shape: []int{3, 4},
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.Rrelu(x, 0.125, 0.3, 7) }),
		misuse: []misuse{{"Rrelu: slopes from 1 to 0 for shape [2]", func() { op.Rrelu(wave(2), 1, 0, 7) }}},
	}),
	register(halves("Glu", op.Glu)), register(halves("Geglu", op.Geglu)), register(halves("Reglu", op.Reglu)), register(halves("Swiglu", op.Swiglu)),
	register(sample{
		name: "Maxout", in: list(wave(2, 6)), shape: []int{2, 3}, golden: "Maxout/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.Maxout(x, 2, 1) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Maxout(x, c.Int("k"), c.Int("axis")) })
		},
		misuse: []misuse{{"Maxout: axis 1 of shape [2 5] does not divide into groups of 2", func() { op.Maxout(wave(2, 5), 2, -1) }}},
	}),
	register(sample{
		name: "Softmin", in: list(wave(2, 4, 3)), shape: []int{2, 4, 3}, golden: "Softmin/", names: []string{"x"},
		call:  one(func(x *tensor.Tensor) *tensor.Tensor { return op.Softmin(x, 1) }),
		attrs: onAxis(op.Softmin),
	}),
	register(sample{
		name: "Sparsemax", in: list(wave(3, 5)), shape: []int{3, 5}, golden: "Sparsemax/", names: []string{"x"},
		call:  one(func(x *tensor.Tensor) *tensor.Tensor { return op.Sparsemax(x, -1) }),
		attrs: onAxis(op.Sparsemax),
	}),
}

func onAxis(f func(x *tensor.Tensor, axis int) *tensor.Tensor) func(c *check.Case) call {
	return func(c *check.Case) call {
		return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, c.Int("axis")) })
	}
}

// halves is the sample of a gated unit.
func halves(name string, f func(x *tensor.Tensor, axis int) *tensor.Tensor) sample {
	return sample{
		name: name, in: list(wave(2, 4, 3)), shape: []int{2, 2, 3}, golden: name + "/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, 1) }), attrs: onAxis(f),
		misuse: []misuse{
			{name + ": axis 1 of shape [2 3] does not divide into halves", func() { f(wave(2, 3), -1) }},
			{name + ": no axis 2 in shape [2 4]", func() { f(wave(2, 4), 2) }},
		},
	}
}

// The probabilities add up to 1, and are [0.6 0.4 0] where two of three count.
func TestSparsemaxByHand(t *testing.T) {
	y := tensor.Values[float64](op.Sparsemax(tensor.Of([]float64{1, 0.8, 0.1}), 0))
	for i, want := range []float64{0.6, 0.4, 0} {
		if math.Abs(y[i]-want) > 1e-12 {
			t.Errorf("element %d is %g, want %g", i, y[i], want)
		}
	}
	if sum := op.Sparsemax(wave(4, 9), -1).Sum(-1); math.Abs(sum.Min().Item()-1) > 1e-12 || math.Abs(sum.Max().Item()-1) > 1e-12 {
		t.Errorf("the rows add up to %v", sum)
	}
}

// NaN is not taken for a large or a small number.
func TestBoundedActivationsKeepNaN(t *testing.T) {
	x := tensor.Of([]float32{float32(math.NaN())})
	for name, f := range map[string]unary{
		"Relu6": op.Relu6, "HardSigmoid": op.HardSigmoid, "HardSwish": op.HardSwish, "Mish": op.Mish, "Selu": op.Selu,
		"Softsign": op.Softsign, "LogSigmoid": op.LogSigmoid, "TanhShrink": op.TanhShrink, "SparsePlus": op.SparsePlus,
	} {
		if y := f(x).Item(); y == y {
			t.Errorf("%s of NaN is %g", name, y)
		}
	}
}

// The slopes are drawn from [lo, hi), and what is positive stays as it is.
func TestRreluSlopes(t *testing.T) {
	x := tensor.Full(-1, 4000)
	y := op.Rrelu(x, 0.125, 0.375, 3)
	if lo, hi, mean := -y.Max().Item(), -y.Min().Item(), -y.Mean().Item(); lo < 0.125 || hi >= 0.375 || math.Abs(mean-0.25) > 0.005 {
		t.Errorf("slopes from %g to %g with the mean %g", lo, hi, mean)
	}
	if y := op.Rrelu(tensor.Ones(5), 0.1, 0.2, 3); y.Sum().Item() != 5 {
		t.Errorf("Rrelu of ones is %v", y)
	}
}
