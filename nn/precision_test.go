package nn_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// In a pass of bfloat16, products are in it, norms and convolutions in float32, and the gradients of the parameters are of
// their own type and near those of a pass in float32.
func TestPrecision(t *testing.T) {
	r := rng.New(1)
	conv, norm, linear, second, layer := nn.NewConv2d(r, 2, 3, 3, nn.ConvConfig{}), nn.NewBatchNorm(3), nn.NewLinear(r, 12, 40), nn.NewLinear(r, 40, 5), nn.NewLayerNorm(40)
	m := nn.Sequential{conv, norm, nn.ReLU{}, nn.Flatten{}, linear, nn.GELU{}, layer, second}
	x := nn.Normal(1)(r.Next(), 16, 2, 4, 4)
	run := func(precision device.DType, types bool) (y *tensor.Tensor, g autograd.Grads) {
		p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(m), Precision: precision})
		defer p.Close()
		h := m[:3].Forward(p, x)
		if types && h.DType() != device.Float32 {
			t.Errorf("behind convolution and norm: %s", h.DType())
		}
		h = m[3:].Forward(p, h)
		if types && h.DType() != device.BFloat16 {
			t.Errorf("behind linear layers: %s", h.DType())
		}
		y = p.Keep(h.Cast(device.Float32))
		return y, autograd.Backward(h.Cast(device.Float32).Square().Sum()).Keep()
	}
	y, g := run(device.Float32, false)
	y16, g16 := run(device.BFloat16, true)
	near := func(name string, got, want *tensor.Tensor) {
		t.Helper()
		if got.DType() != device.Float32 {
			t.Errorf("%s is %s", name, got.DType())
		}
		d := got.Sub(want).Norm().Item() / (want.Norm().Item() + 1e-3)
		if d > 0.03 || math.IsNaN(d) {
			t.Errorf("%s is off by %.3f", name, d)
		}
		if d == 0 && want.Norm().Item() > 0 && name == "y" {
			t.Errorf("%s is not in bfloat16", name)
		}
	}
	near("y", y16, y)
	for _, p := range nn.Params(m) {
		if !p.Buffer {
			near(p.Name, g16.Of(p.Param.Value), g.Of(p.Param.Value))
		}
	}
}

// An embedding adds up its gradients in float32.
func TestPrecisionOfEmbedding(t *testing.T) {
	e := nn.NewEmbedding(rng.New(1), 3, 4)
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(e), Precision: device.BFloat16})
	defer p.Close()
	y := e.Forward(p, tensor.New(e.Weight.Value.Device(), device.Int64, 3000).Fill(1))
	if y.DType() != device.BFloat16 {
		t.Errorf("rows of %s", y.DType())
	}
	g := autograd.Backward(y.Cast(device.Float32).Sum()).Of(e.Weight.Value)
	if got := g.Floats()[4]; got != 3000 {
		t.Errorf("3000 gradients of 1 add up to %v", got)
	}
}

// Recurrences take what comes in bfloat16, and run in float32.
func TestPrecisionOfRecurrence(t *testing.T) {
	r := rng.New(1)
	l := nn.NewLSTM(r, 4, 5, nn.RecurrentConfig{Bidirectional: true})
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(l), Precision: device.BFloat16})
	defer p.Close()
	y := l.Forward(p, nn.Normal(1)(r.Next(), 2, 3, 4).Cast(device.BFloat16))
	if y.DType() != device.Float32 {
		t.Errorf("states of %s", y.DType())
	}
	if g := autograd.Backward(y.Sum()).Of(l.WeightIn.Value); g == nil || g.DType() != device.Float32 {
		t.Errorf("gradient %v", g)
	}
}
