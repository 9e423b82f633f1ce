package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

type alongAxis = func(x *tensor.Tensor, axis int) *tensor.Tensor

func along(name string, f alongAxis, golden string) bool {
	at := func(axis int) call { return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, axis) }) }
	shape := func(axis int, x ...int) []int {
		if name == "LogSumExp" {
			return append(append([]int{}, x[:axis]...), x[axis+1:]...)
		}
		return x
	}
	register(sample{
		name: name + "/last", in: list(wave(3, 5)), call: at(-1), shape: shape(1, 3, 5),
		golden: golden, names: []string{"x"}, attrs: func(c *check.Case) call { return at(c.Int("axis")) },
		misuse: []misuse{
			{name + ": no axis 2 in shape [3 5]", func() { f(wave(3, 5), 2) }},
			{name + ": no axis -1 in shape []", func() { f(wave(), -1) }},
			{name + ": the input is int64", func() { f(integers, 0) }},
		},
	})
	register(sample{name: name + "/axis 1", in: list(wave(2, 4, 3)), call: at(1), shape: shape(1, 2, 4, 3)})
	register(sample{name: name + "/axis 0", in: list(wave(4, 3)), call: at(0), shape: shape(0, 4, 3)})
	register(sample{name: name + "/vector", in: list(wave(6)), call: at(0), shape: shape(0, 6)})
	return register(sample{name: name + "/empty", in: list(wave(0, 3)), call: at(1), shape: shape(1, 0, 3)})
}

var _ = []bool{
	along("Softmax", op.Softmax, "Softmax/"), along("LogSoftmax", op.LogSoftmax, "LogSoftmax/"),
	along("LogSumExp", op.LogSumExp, "LogSumExp/"),
	register(sample{name: "LogSumExp/middle", in: list(wave(2, 3, 2)), shape: []int{2, 2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.LogSumExp(x, -2)
	})}),
	register(sample{name: "Softmax/no columns", in: list(wave(2, 0)), shape: []int{2, 0}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.Softmax(x, -1)
	})}),
	register(sample{name: "LogSoftmax/no columns", in: list(wave(2, 0)), shape: []int{2, 0}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.LogSoftmax(x, -1)
	})}),
}

func TestLogSumExpOfInfinities(t *testing.T) {
	inf := math.Inf(1)
	x := tensor.Of([]float64{-inf, -inf, inf, 0, -inf, 1}, 3, 2)
	in := x.Watch()
	y := op.LogSumExp(in, 1)
	got := tensor.Values[float64](y)
	for i, want := range []float64{-inf, inf, 1} {
		if got[i] != want {
			t.Errorf("row %d: %g, want %g", i, got[i], want)
		}
	}
}
