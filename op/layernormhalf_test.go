package op_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// TestLayerNormOfHalves checks that rows of halves with a gain of float32 are normalized to the bits of the same in float32,
// rounded once: the result and the gradients; and the gradients of the gradients' squares, which are composed, are near; contiguous
// and not.
func TestLayerNormOfHalves(t *testing.T) {
	gain, bias := wave(37).AddScalar(1.5).Cast(device.Float32), wave(37).Scale(0.3).Cast(device.Float32)
	for _, dtype := range []device.DType{device.BFloat16, device.Float16} {
		for name, x := range map[string]*tensor.Tensor{"rows": wave(5, 3, 37), "columns": wave(37, 3, 5).Permute(2, 1, 0), "one": wave(37)} {
			for _, b := range []*tensor.Tensor{bias, nil} {
				x := x.Cast(dtype)
				mixed := normed(x, gain, b, func(x, g, b *tensor.Tensor) *tensor.Tensor { return op.LayerNorm(x, g, b, 1e-5) })
				cast := normed(x, gain, b, func(x, g, b *tensor.Tensor) *tensor.Tensor {
					return op.LayerNorm(x.Cast(device.Float32), g, b, 1e-5).Cast(dtype)
				})
				first := 3 // results: y and the gradients
				if b != nil {
					first++
				}
				for i, y := range mixed {
					got, want := y.Cast(device.Float32), cast[i].Cast(device.Float32)
					if y.DType() != cast[i].DType() || i < first && !slices.Equal(got.Floats(), want.Floats()) {
						t.Errorf("%v of %v, bias %v: result %d is not that of float32, rounded", name, dtype, b != nil, i)
					}
					if off, most := got.Sub(want).Abs().Max().Item(), want.Abs().Max().Item(); off > 0.01*most {
						t.Errorf("%v of %v, bias %v: result %d is off by %v of %v", name, dtype, b != nil, i, off, most)
					}
				}
			}
		}
	}
}

// TestLayerNormOfTwoTypes checks that a gain of float32 beside a bias of halves is refused, in that order and the other.
func TestLayerNormOfTwoTypes(t *testing.T) {
	x, wide, narrow := wave(2, 5).Cast(device.BFloat16), wave(5).Cast(device.Float32), wave(5).Cast(device.BFloat16)
	for want, f := range map[string]func(){
		"LayerNorm: bias is bfloat16 of shape [5], and the other vector float32; Cast one": func() { op.LayerNorm(x, wide, narrow, 1e-5) },
		"LayerNorm: gain is bfloat16 of shape [5], and the other vector float32; Cast one": func() { op.LayerNorm(x, narrow, wide, 1e-5) },
	} {
		if err := tensor.Catch(f); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// normed returns y = f(x, gain, bias), the gradients of Σ y² and those of the sum of their squares.
func normed(x, gain, bias *tensor.Tensor, f func(x, g, b *tensor.Tensor) *tensor.Tensor) []*tensor.Tensor {
	in := []*tensor.Tensor{x.Clone().Watch(), gain.Clone().Watch()}
	var b *tensor.Tensor
	if bias != nil {
		b = bias.Clone().Watch()
		in = append(in, b)
	}
	y := f(in[0], in[1], b)
	first := autograd.Grad(y.Cast(device.Float32).Square().Sum(), in...)
	var sum *tensor.Tensor
	for _, g := range first {
		s := g.Cast(device.Float32).Square().Sum()
		if sum == nil {
			sum = s
		} else {
			sum = sum.Add(s)
		}
	}
	all := append([]*tensor.Tensor{y}, first...)
	grads := autograd.Backward(sum)
	for _, x := range in {
		all = append(all, grads.Of(x))
	}
	return all
}
