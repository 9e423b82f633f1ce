package nn_test

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestLayersElsewhere runs the feed-forward layers in bfloat16, with gradients, and compiled: near what they give otherwise.
func TestLayersElsewhere(t *testing.T) {
	for _, s := range samples {
		if first, _, _ := strings.Cut(s.name, "/"); strings.Contains(overSequences, " "+first+" ") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			l := s.layer(rng.New(1))
			want := evaluate(l, s.in)
			params := nn.Params(l)
			p := nn.NewPass(nn.PassConfig{Watch: params, Precision: device.BFloat16})
			defer p.Close()
			x := s.in
			if x.DType().IsFloat() {
				x = x.Cast(device.BFloat16).Watch()
			}
			y := l.Forward(p, x).Cast(device.Float32)
			if off := y.Sub(want).Norm().Item() / want.Norm().Item(); !(off < 0.05) {
				t.Errorf("in bfloat16 off by %.3f", off)
			}
			for x, g := range gradients(y) {
				if n := g.Cast(device.Float32).Norm().Item(); math.IsNaN(n) || g.DType() != x.DType() {
					t.Errorf("a gradient in bfloat16 is %s with norm %g", g.DType(), n)
				}
			}
			m, err := nn.Compile(l, s.in)
			if err != nil {
				t.Fatal(err)
			}
			check.Close(t, "compiled", m.Run(s.in).Floats(), want.Floats(), 1e-5)
		})
	}
}

// gradients returns those of Σ y², if it depends on anything.
func gradients(y *tensor.Tensor) autograd.Grads {
	if !y.NeedsGrad() {
		return nil
	}
	return autograd.Backward(y.Square().Sum())
}
