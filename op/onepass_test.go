package op_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestLongActivations checks that activations of many elements, which go over the memory once, have the values and gradients of the
// same elements in short pieces, which do not; numbers at the bends are among them.
func TestLongActivations(t *testing.T) {
	const n, piece = 6000, 600
	v, d := make([]float32, n), make([]float32, n)
	r := rng.New(5)
	r.Next().Normal(v)
	r.Next().Normal(d)
	for i := range v {
		if v[i] *= 3; i%7 == 0 {
			v[i] = float32(i%11 - 5)
		}
	}
	run := func(f func(x *tensor.Tensor) *tensor.Tensor, v, d []float32) (y, dx []float32) {
		x := tensor.Of(v, len(v)).Watch()
		out := f(x)
		return out.Floats(), autograd.Backward(out.Mul(tensor.Of(d, len(d))).Sum()).Of(x).Floats()
	}
	for name, f := range map[string]func(x *tensor.Tensor) *tensor.Tensor{
		"Mish": op.Mish, "QuickGelu": op.QuickGelu, "SquaredRelu": op.SquaredRelu, "Relu6": op.Relu6, "HardSigmoid": op.HardSigmoid,
		"HardSwish": op.HardSwish, "Softsign": op.Softsign, "LogSigmoid": op.LogSigmoid, "SparsePlus": op.SparsePlus,
		"SparseSigmoid": op.SparseSigmoid, "Selu": op.Selu,
		"HardTanh":   func(x *tensor.Tensor) *tensor.Tensor { return op.HardTanh(x, -1, 2) },
		"Threshold":  func(x *tensor.Tensor) *tensor.Tensor { return op.Threshold(x, 1, 7) },
		"HardShrink": func(x *tensor.Tensor) *tensor.Tensor { return op.HardShrink(x, 1) },
		"SoftShrink": func(x *tensor.Tensor) *tensor.Tensor { return op.SoftShrink(x, 1) },
		"Elu":        func(x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, 0.7) },
		"Celu":       func(x *tensor.Tensor) *tensor.Tensor { return op.Celu(x, 0.7) },
		"LeakyRelu":  func(x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, 0.1) },
	} {
		y, dx := run(f, v, d)
		for at := 0; at < n; at += piece {
			wantY, wantDx := run(f, v[at:at+piece], d[at:at+piece])
			if !slices.Equal(y[at:at+piece], wantY) || !slices.Equal(dx[at:at+piece], wantDx) {
				t.Errorf("%s: elements from %d on differ from those of a short tensor", name, at)
				break
			}
		}
	}
}
